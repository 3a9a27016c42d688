"""Runs @kla_y of examples/kla.mlir on a GPU through Triton and compares it with the
textbook's recurrence in PyTorch.

    kla.py BUNDLE [B L M S]
"""

import os
import sys
import types

import torch
from triton.compiler.compiler import CompiledKernel

from kalmir_bundle import Bundle


class TritonLauncher:
    """Kernels as Triton's own, on the current device and stream of PyTorch."""

    def __init__(self, bundle):
        self.bundle = bundle
        self.compiled = {}

    def __call__(self, name, grid, shared, arguments):
        if name not in self.compiled:
            self.compiled[name] = self.load(name)
        self.compiled[name][tuple(grid)](*arguments)

    def load(self, name):
        kernel = self.bundle.kernels[name]
        source = types.SimpleNamespace(signature=dict(enumerate(kernel["parameters"])))
        files = {file: os.path.join(self.bundle.directory, file)
                 for file in kernel["files"].values()}
        return CompiledKernel(source, files, hash=name)


def call(bundle, launcher, entry, inputs):
    """Inputs are contiguous tensors on the GPU; returns the outputs."""
    types_ = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16,
              "bf16": torch.bfloat16}
    shapes = [tuple(x.shape) for x in inputs]
    outputs = [
        torch.full(shape, float("nan"), dtype=types_[output["type"]], device="cuda")
        for output, shape in zip(bundle.entries[entry]["outputs"],
                                 bundle.output_shapes(entry, shapes))
    ]
    tensors = list(inputs) + outputs
    shapes = [tuple(x.shape) for x in tensors]
    workspace = torch.empty(bundle.workspace_bytes(entry, shapes), dtype=torch.uint8,
                            device="cuda")
    bundle.run(entry, shapes, [x.data_ptr() for x in tensors], workspace.data_ptr(),
               launcher)
    # The workspace may be reused once the stream has come this far, as PyTorch does.
    return outputs


def kla(v, lv, k, q, a, p, lam, eta):
    """The definition, in float64: predict, update, read."""
    lam, eta = lam[:], eta[:]
    result = []
    for t in range(v.shape[1]):
        shrink = 1 / (a * a + p * lam)
        lam, eta = lam * shrink, a * eta * shrink
        lam = lam + (k[:, t] ** 2)[:, None, :] * lv[:, t, :, None]
        eta = eta + k[:, t, None, :] * (lv[:, t] * v[:, t])[:, :, None]
        result.append((q[:, t, None, :] * eta / lam).sum(-1))
    return torch.stack(result, 1)


def main(directory, batch=2, length=100, channels=65, states=16):
    torch.manual_seed(0)
    bundle = Bundle(directory)
    random = lambda *shape: torch.rand(*shape, device="cuda") + 0.5
    inputs = [
        random(batch, length, channels) - 1,  # v
        random(batch, length, channels),      # lv
        random(batch, length, states),        # k
        random(batch, length, states) - 1,    # q
        random(channels, states) / 1.5,       # a
        random(channels, states) / 10,        # p
        random(batch, channels, states),      # lam0
        random(batch, channels, states),      # eta0
    ]
    (y,) = call(bundle, TritonLauncher(bundle), "kla_y", inputs)
    expected = kla(*(x.double() for x in inputs))
    error = ((y.double() - expected).abs().max() / expected.abs().max()).item()
    print(f"largest error {error:.1e}")
    assert error < 1e-5


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

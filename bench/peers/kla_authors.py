"""The package of the authors of KLA, `kla`, on the CPU (PyTorch).

It is not on PyPI: install it from github.com/vaisakh-shaj/kalman-linear-attention.
Its scans compute the variance as well, asked for or not.
"""

import inspect

import kla
import torch

if "scan_impl" in inspect.signature(kla.kla_scan).parameters:  # 0.1.0
    SCANS = {name: {"backend": "torch", "scan_impl": name} for name in ("doubling", "sequential")}
else:  # later sources name each implementation
    SCANS = {
        name: {"backend": name}
        for name in kla.backend_names()
        if name in ("torch_unfused_recurrent", "torch_unfused_chunk", "torch_merged_chunk")
    }
NAMES = (*("scan " + name for name in SCANS), *("layer " + name for name in SCANS), "step")
COMPILES = False


def version():
    return f"kla {kla.__version__}, torch {torch.__version__}"


def to_tensors(arrays):
    return [torch.from_numpy(x) for x in arrays]


def prepare(name, arrays, variance):
    """A call that returns the results as arrays, when they are there."""
    kind, _, scan = name.partition(" ")
    if kind == "layer":
        return prepare_layer(SCANS[scan], *to_tensors(arrays))
    v, lv, k, q, a, p, lam0, eta0 = to_tensors(arrays)
    state = kla.KLAState(lam=lam0, eta=eta0)

    def call():
        with torch.inference_mode():
            if kind == "step":
                token = (x[:, 0] for x in (v, lv, k, q))
                y, yvar = (x[:, None] for x in kla.kla_step(*token, a, p, state)[:2])
            else:
                y, yvar, _ = kla.kla_scan(v, lv, k, q, a, p, initial_state=state, **SCANS[scan])
        return (y, yvar) if variance else (y,)

    return call


def prepare_layer(scan, x, w_in, w_conv, b_conv, w_sensor, delta, p_c, skip, w_out):
    """Their layer with the arguments of examples/kla_block.mlir as weights."""
    channels, states = delta.shape
    width = x.shape[-1]
    config = kla.KLAConfig(
        d_state=states, expand=channels / width, lambda_skip_mode="vector", **scan
    )
    layer = kla.KLALayer(width, config).eval()
    weights = {
        layer.in_proj.weight: w_in.T,
        layer.conv.weight: w_conv.T[:, None, :],
        layer.conv.bias: b_conv,
        layer.sensor_proj.weight: w_sensor.T,
        layer.delta: delta,
        layer.process_noise: p_c,
        layer.lambda_skip: skip,
        layer.out_proj.weight: w_out.T,
    }
    with torch.no_grad():
        for parameter, value in weights.items():
            assert parameter.shape == value.shape
            parameter.copy_(value)

    def call():
        with torch.inference_mode():
            return (layer(x),)

    return call

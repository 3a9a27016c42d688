"""Recurrences whose sums become something else (`finish`), compiled and in the reference,
against NumPy in float64.

  finish_sweep.py DIR

runs every variant over sizes and schedules, and fails where a result is off. gpu_cases.py
takes the same variants to a GPU.
"""

import argparse
import dataclasses
import os
import subprocess
import sys

import numpy as np

from npy_tool import from_bf16, to_bf16


@dataclasses.dataclass
class Variant:
    """Where time lies in memory, the type of what comes at each step, and the direction."""

    name: str
    layout: str = "b, t, m"
    element: str = "f32"
    reverse: bool = False

    @property
    def is_time_last(self):
        return self.layout.endswith("t")


VARIANTS = [
    Variant("forward"),
    Variant("backward", reverse=True),
    Variant("time_last", layout="b, m, t"),
    Variant("time_last_backward", layout="b, m, t", reverse=True),
    Variant("narrow", element="bf16"),
    Variant("narrow_time_last", layout="b, m, t", element="bf16"),
]
# B, L, M, S: groups of threads and vectors that are full or not, states that take several
# launches, and nothing at all.
SIZES = [(2, 67, 33, 16), (1, 130, 5, 3), (3, 1, 9, 4), (2, 33, 3, 130), (1, 200, 64, 1),
         (2, 0, 3, 4), (2, 40, 3, 0), (1, 300, 1, 1)]


def make_module(variant):
    """h = a h + u k for each state; y = (sum of h k + d u) z / (t + 1), and the sum of h k over
    states and time as it is."""
    step, other = variant.element, variant.layout.replace("m", "s")
    narrow = step != "f32"

    def tensor(rank, element="f32"):
        return f"tensor<{'?x' * rank}{element}>"

    def widen(*names):
        return "\n    ".join(
            f"%{name}w = arith.extf %{name}t : {step} to f32" if narrow
            else f"%{name}w = arith.addf %{name}t, %zero : f32" for name in names)

    last = "arith.truncf %gated : f32 to bf16" if narrow else "arith.addf %gated, %zero : f32"
    axes = variant.layout.split(", ")
    return f"""
#btm = affine_map<(b, t, m, s) -> ({variant.layout})>
#bts = affine_map<(b, t, m, s) -> ({other})>
#ms = affine_map<(b, t, m, s) -> (m, s)>
#m = affine_map<(b, t, m, s) -> (m)>
#bm = affine_map<(b, t, m, s) -> (b, m)>
#bms = affine_map<(b, t, m, s) -> (b, m, s)>
func.func @{variant.name}(%u: {tensor(3, step)}, %k: {tensor(3, step)}, %a: {tensor(2)},
    %d: {tensor(1)}, %z: {tensor(3, step)}, %h0: {tensor(3)})
    -> ({tensor(3)}, {tensor(3, step)}, {tensor(2)}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %u, %c0 : {tensor(3, step)}
  %d1 = tensor.dim %u, %c1 : {tensor(3, step)}
  %d2 = tensor.dim %u, %c2 : {tensor(3, step)}
  %ys = tensor.empty(%d0, %d1, %d2) : {tensor(3, step)}
  %total = tensor.empty(%d0, %d{axes.index("m")}) : {tensor(2)}
  %r:3 = recur.generic {{
      indexing_maps = [#btm, #bts, #ms, #m, #btm, #bms, #btm, #bm],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction"]
      {", reverse" if variant.reverse else ""}}}
    ins(%u, %k, %a, %d, %z : {tensor(3, step)}, {tensor(3, step)}, {tensor(2)},
        {tensor(1)}, {tensor(3, step)})
    state(%h0 : {tensor(3)}) outs(%ys, %total : {tensor(3, step)}, {tensor(2)}) {{
  ^bb0(%ut: {step}, %kt: {step}, %at: f32, %dt: f32, %zt: {step}, %h: f32):
    %zero = arith.constant 0.0 : f32
    {widen("u", "k")}
    %ah = arith.mulf %at, %h : f32
    %uk = arith.mulf %uw, %kw : f32
    %h1 = arith.addf %ah, %uk : f32
    %hk = arith.mulf %h1, %kw : f32
    recur.yield state(%h1 : f32) outs(%hk, %hk : f32, f32)
  }} finish {{
  ^bb0(%ut: {step}, %kt: {step}, %at: f32, %dt: f32, %zt: {step}, %sum: f32, %all: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    {widen("u", "z")}
    %t = recur.index 1 : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %t1 = arith.addf %tf, %one : f32
    %du = arith.mulf %dt, %uw : f32
    %skipped = arith.addf %sum, %du : f32
    %gate = arith.divf %zw, %t1 : f32
    %gated = arith.mulf %skipped, %gate : f32
    %y = {last}
    recur.yield outs(%y, %all : {step}, f32)
  }} -> ({tensor(3)}, {tensor(3, step)}, {tensor(2)})
  return %r#0, %r#1, %r#2 : {tensor(3)}, {tensor(3, step)}, {tensor(2)}
}}
"""


def make_inputs(rng, variant, size):
    """Inputs by name, in the variant's layout and types."""
    b, length, m, s = size

    def normal(*shape):
        return rng.normal(size=shape).astype(np.float32)

    inputs = {"u": normal(b, length, m), "k": normal(b, length, s),
              "a": rng.uniform(-0.95, 0.95, (m, s)).astype(np.float32), "d": normal(m),
              "z": normal(b, length, m), "h0": normal(b, m, s)}
    for key in ("u", "k", "z"):
        if variant.is_time_last:
            inputs[key] = np.ascontiguousarray(inputs[key].swapaxes(1, 2))
        if variant.element == "bf16":
            inputs[key] = to_bf16(inputs[key])
    return inputs


def run(variant, inputs):
    """Results by name: each with the error allowed for each element."""
    x = {}
    for key, array in inputs.items():
        wide = from_bf16(array) if array.dtype == np.uint16 else array
        x[key] = wide.astype(np.float64)
        if variant.is_time_last and key in ("u", "k", "z"):
            x[key] = x[key].swapaxes(1, 2)
    u, k, a, d, z, h = (x[key] for key in ("u", "k", "a", "d", "z", "h0"))
    most = np.abs(h)
    y, size = np.zeros(u.shape), np.zeros(u.shape)
    total, total_size = (np.zeros(h.shape[:2]) for _ in range(2))
    steps = range(u.shape[1])
    for t in reversed(steps) if variant.reverse else steps:
        new = u[:, t, :, None] * k[:, t, None, :]
        h, most = a * h + new, np.abs(a) * most + np.abs(new)
        part, bound = ((value * k[:, t, None, :]) for value in (h, most))
        part, bound = part.sum(-1), np.abs(bound).sum(-1)
        total, total_size = total + part, total_size + bound
        gate = z[:, t] / (t + 1)
        y[:, t] = (part + d * u[:, t]) * gate
        size[:, t] = (bound + np.abs(d * u[:, t])) * np.abs(gate)
    unit = 64 * 2.0**-24
    allowed = unit * size
    if variant.element == "bf16":
        allowed = allowed + 2.0**-8 * (np.abs(y) + allowed)
    if variant.is_time_last:
        y, allowed = (np.ascontiguousarray(value.swapaxes(1, 2)) for value in (y, allowed))
    return {"h": (h, unit * most), "y": (y, allowed), "total": (total, unit * total_size)}


def find_error(path, exact, allowed):
    """The largest error of a result, relative to what is allowed."""
    found = np.load(path)
    if found.dtype == np.uint16:
        found = from_bf16(found)
    if found.shape != exact.shape or not np.isfinite(found).all():
        return np.inf
    tiny = np.finfo(np.float32).tiny
    return (np.abs(found - exact) / (allowed + tiny)).max(initial=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dir")
    folder = parser.parse_args().dir
    os.makedirs(folder, exist_ok=True)
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng(seed)
    misses = runs = 0
    for variant in VARIANTS:
        source = f"{folder}/{variant.name}.mlir"
        with open(source, "w") as file:
            file.write(make_module(variant))
        for size in SIZES:
            inputs = make_inputs(rng, variant, size)
            results = run(variant, inputs)
            for key, array in inputs.items():
                np.save(f"{folder}/{key}.npy", array)
            for options in (["--target=reference"], ["--schedule=serial"],
                            ["--schedule=chunked", "--chunk-length=16"]):
                subprocess.run(
                    ["kalmir-run", source, "--entry=" + variant.name, *options,
                     "--in=" + ",".join(f"{folder}/{key}.npy" for key in inputs),
                     "--out=" + ",".join(f"{folder}/{key}.npy" for key in results)],
                    check=True)
                for key, (exact, allowed) in results.items():
                    runs += 1
                    error = find_error(f"{folder}/{key}.npy", exact, allowed)
                    if not error < 1:
                        misses += 1
                        print(variant.name, size, options, key, f"{error:.3g} of what is allowed")
                    os.remove(f"{folder}/{key}.npy")
    print(f"{runs} results, {misses} misses (seed {seed})")
    return 1 if misses or not runs else 0


if __name__ == "__main__":
    sys.exit(main())

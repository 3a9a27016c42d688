"""Compiled recurrences against the float64 reference, over lengths, lanes,
schedules, layouts, types and threads.

  recur_sweep.py DIR

writes modules and inputs into DIR, runs `kalmir-run` with both targets, and
fails where a result is off or depends on the number of threads. Each schedule
meets each length and each number of lanes; the variants take turns.
"""

import argparse
import itertools
import os
import subprocess
import sys

import numpy as np

from npy_tool import from_bf16, to_bf16

LENGTHS = [0, 1, 2, 31, 32, 33, 1000]
LANES = [1, 7, 8, 9, 33]
CHUNKS = [1, 7, 64, "L+1"]
# State type, input type, layout, reverse.
VARIANTS = [
    ("f32", "f32", "b, t, m", False),
    ("f64", "f64", "b, m, t", False),
    ("f32", "bf16", "b, t, m", True),
    ("f32", "f32", "b, m, t", True),
    ("f64", "f32", "b, t, m", True),
]
# Relative to the sum of absolute terms, which is at most 1 / (1 - 0.9) here.
TOLERANCE = {"f32": 1e-5, "f64": 1e-13}


def make_module(schedule, state, given, layout, reverse):
    """h = a h + x in every lane: h, its last value, and its sum over time."""
    full, lanes = f"tensor<?x?x?x{given}>", f"tensor<?x?x{state}>"
    outs = f"tensor<?x?x?x{state}>"
    time = layout.split(", ").index("t")

    narrow = given != state
    arguments = f"%{'ai' if narrow else 'a'}: {given}, %{'xi' if narrow else 'x'}: {given}"

    def widen(name):
        return f"%{name} = arith.extf %{name}i : {given} to {state}" if narrow else ""

    return f"""
#full = affine_map<(b, t, m) -> ({layout})>
#lane = affine_map<(b, t, m) -> (b, m)>
func.func @scan(%as: {full}, %xs: {full}, %h0: {lanes}) -> ({lanes}, {outs}, {lanes}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d0 = tensor.dim %as, %c0 : {full}
  %d1 = tensor.dim %as, %c1 : {full}
  %d2 = tensor.dim %as, %c2 : {full}
  %ys = tensor.empty(%d0, %d1, %d2) : {outs}
  %sum = tensor.empty(%d0, %d{3 - time}) : {lanes}
  %r:3 = recur.scan {{
      indexing_maps = [#full, #full, #lane, #full, #lane],
      iterator_types = ["parallel", "recurrence", "parallel"],
      identity = [1.0 : {state}, 0.0 : {state}],
      {"reverse," if reverse else ""} schedule = #recur.schedule<{schedule}>}}
    ins(%as, %xs : {full}, {full}) state(%h0 : {lanes})
    outs(%ys, %sum : {outs}, {lanes}) step {{
  ^bb0({arguments}, %h: {state}):
    {widen("a")}
    {widen("x")}
    %ah = arith.mulf %a, %h : {state}
    %h1 = arith.addf %ah, %x : {state}
    recur.yield state(%h1 : {state}) outs(%h1, %h1 : {state}, {state})
  }} extend {{
  ^bb0({arguments}, %ea: {state}, %eb: {state}):
    {widen("a")}
    {widen("x")}
    %a1 = arith.mulf %a, %ea : {state}
    %ab = arith.mulf %a, %eb : {state}
    %b1 = arith.addf %ab, %x : {state}
    recur.yield state(%a1, %b1 : {state}, {state})
  }} combine {{
  ^bb0(%ea: {state}, %eb: {state}, %la: {state}, %lb: {state}):
    %a1 = arith.mulf %la, %ea : {state}
    %ab = arith.mulf %la, %eb : {state}
    %b1 = arith.addf %ab, %lb : {state}
    recur.yield state(%a1, %b1 : {state}, {state})
  }} apply {{
  ^bb0(%ea: {state}, %eb: {state}, %h: {state}):
    %ah = arith.mulf %ea, %h : {state}
    %h1 = arith.addf %ah, %eb : {state}
    recur.yield state(%h1 : {state})
  }} -> ({lanes}, {outs}, {lanes})
  return %r#0, %r#1, %r#2 : {lanes}, {outs}, {lanes}
}}
"""


def save(path, values, kind):
    if kind == "bf16":
        np.save(path, to_bf16(values))
    else:
        np.save(path, values.astype({"f32": np.float32, "f64": np.float64}[kind]))


def run(folder, module, target, *flags):
    def paths(names):
        return ",".join(os.path.join(folder, name + ".npy") for name in names)

    results = [f"{target}-{name}" for name in ("h", "y", "sum")]
    subprocess.run(
        ["kalmir-run", module, "--entry=scan", f"--target={target}", *flags]
        + [f"--in={paths(['a', 'x', 'h0'])}", f"--out={paths(results)}"],
        check=True,
    )
    return [np.load(os.path.join(folder, name + ".npy")) for name in results]


def check(folder, rng, schedule, variant, length, lanes, threads):
    state, given, layout, reverse = variant
    sizes = {"b": 2, "t": length, "m": lanes}
    shape = [sizes[name] for name in layout.split(", ")]
    save(f"{folder}/a.npy", rng.uniform(-0.9, 0.9, shape), given)
    save(f"{folder}/x.npy", rng.normal(0, 1, shape), given)
    save(f"{folder}/h0.npy", rng.normal(0, 1, (2, lanes)), state)
    module = f"{folder}/scan.mlir"
    with open(module, "w") as file:
        file.write(make_module(schedule, state, given, layout, reverse))
    exact = run(folder, module, "reference")
    one = run(folder, module, "cpu", "--threads=1")
    two = run(folder, module, "cpu", "--threads=2") if threads else one
    case = f"{schedule}, {variant}, length {length}, {lanes} lanes"
    for name, right, first, second in zip(("h", "y", "sum"), exact, one, two):
        if first.tobytes() != second.tobytes():
            sys.exit(f"{case}: {name} depends on the number of threads")
        scale = 10 * max(1, length if name == "sum" else 1) ** 0.5
        error = np.abs(first.astype(np.float64) - right).max(initial=0) / scale
        # The reference rounds its results to the same type.
        if not error <= TOLERANCE[state]:
            sys.exit(f"{case}: error {error:.3g} in {name}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    folder = parser.parse_args().dir
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(5)
    variants = itertools.cycle(VARIANTS)
    count = 0
    for chunk in [None] + CHUNKS:
        for i, length in enumerate(LENGTHS):
            steps = length + 1 if chunk == "L+1" else chunk
            schedule = f"chunked, chunk_length = {steps}" if steps else "serial"
            lanes = LANES[(i + count) % len(LANES)]
            threads = count % 2 == 0
            check(folder, rng, schedule, next(variants), length, lanes, threads)
            count += 1
    print(f"{count} cases agree")


if __name__ == "__main__":
    main()

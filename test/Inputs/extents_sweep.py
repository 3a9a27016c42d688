"""Recurrences through the whole pipeline against the float64 reference, over
extents that are known, unknown, 0, 1 and mixed, inputs with and without time,
and schedules.

  extents_sweep.py DIR

draws the cases from one seed, writes modules and inputs into DIR, runs
`kalmir-run` with both targets, and fails where a result is off.
"""

import argparse
import os
import subprocess
import sys

import numpy as np

CASES = 40
PARALLEL, TIME, REDUCTION = "parallel", "recurrence", "reduction"
# Iterators in order, the layout of the input, the layout of the state, outputs.
SHAPES = [
    ([("t", TIME)], "t", "", ["t", ""]),
    ([("b", PARALLEL), ("t", TIME), ("m", PARALLEL)], "btm", "bm", ["btm", "bm"]),
    ([("b", PARALLEL), ("t", TIME), ("m", PARALLEL)], "bmt", "bm", ["bmt", "mtb"]),
    (
        [("b", PARALLEL), ("t", TIME), ("m", PARALLEL), ("s", REDUCTION)],
        "btms",
        "mbs",
        ["btm", "bm", "sbm"],
    ),
    ([("t", TIME), ("s", REDUCTION)], "st", "s", ["t", "", "ts"]),
]
EXTENTS = {"b": [1, 2], "t": [0, 1, 13, 500, 5003], "m": [0, 1, 1, 5, 40], "s": [1, 3, 17]}
FLAGS = [
    ["--cores=1"],
    ["--cores=64"],
    ["--schedule=chunked", "--chunk-length=7"],
    ["--schedule=chunked", "--chunk-length=1"],
    ["--schedule=chunked"],
    ["--schedule=serial", "--lane-blocks=3"],
    ["--cores=64", "--chunk-length=3", "--vector-width=4"],
]
TOLERANCE = 1e-4


def make_module(shape, sizes, known, decays, reverse):
    """h = a h + x + t / 1000, and h in every layout of the outputs."""
    iterators, layout, state, outputs = shape
    names = [name for name, _ in iterators]

    def affine(dims):
        return f"affine_map<({', '.join(names)}) -> ({', '.join(dims)})>"

    def tensor(dims):
        return f"tensor<{''.join(f'{sizes[d] if d in known else chr(63)}x' for d in dims)}f32>"

    results = [tensor(dims) for dims in [state] + outputs]
    maps = [affine(dims) for dims in [decays, layout, state] + outputs]
    inits = [f"%y{i}" for i in range(len(outputs))]
    lines = []
    for i, name in enumerate(layout):
        lines += [
            f"%c{i} = arith.constant {i} : index",
            f"%size_{name} = tensor.dim %x, %c{i} : {tensor(layout)}",
        ]
    for init, dims in zip(inits, outputs):
        dynamic = ", ".join(f"%size_{d}" for d in dims if d not in known)
        lines.append(f"{init} = tensor.empty({dynamic}) : {tensor(dims)}")
    types = [f'"{kind}"' for _, kind in iterators]
    values = [f"%r#{i}" for i in range(len(results))]
    body = "\n  ".join(lines)
    return f"""
func.func @f(%a: {tensor(decays)}, %x: {tensor(layout)}, %h0: {tensor(state)})
    -> ({", ".join(results)}) {{
  {body}
  %r:{len(results)} = recur.generic {{indexing_maps = [{", ".join(maps)}],
      iterator_types = [{", ".join(types)}]{", reverse" if reverse else ""}}}
    ins(%a, %x : {tensor(decays)}, {tensor(layout)}) state(%h0 : {tensor(state)})
    outs({", ".join(inits)} : {", ".join(results[1:])}) {{
  ^bb0(%at: f32, %xt: f32, %h: f32):
    %thousandth = arith.constant 0.001 : f32
    %t = recur.index {names.index("t")} : index
    %ti = arith.index_cast %t : index to i32
    %tf = arith.sitofp %ti : i32 to f32
    %time = arith.mulf %tf, %thousandth : f32
    %ah = arith.mulf %at, %h : f32
    %input = arith.addf %xt, %time : f32
    %h1 = arith.addf %ah, %input : f32
    recur.yield state(%h1 : f32) outs({", ".join(["%h1"] * len(outputs))} : {", ".join(["f32"] * len(outputs))})
  }} -> ({", ".join(results)})
  return {", ".join(values)} : {", ".join(results)}
}}
"""


def run(folder, target, count, *flags):
    def paths(names):
        return ",".join(f"{folder}/{name}.npy" for name in names)

    outputs = [f"{target}{i}" for i in range(count)]
    done = subprocess.run(
        ["kalmir-run", f"{folder}/f.mlir", "--entry=f", f"--target={target}", *flags]
        + [f"--in={paths(['a', 'x', 'h0'])}", f"--out={paths(outputs)}"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return done.stderr
    return [np.load(f"{folder}/{name}.npy").astype(np.float64) for name in outputs]


def check(folder, rng, shape, flags):
    _, layout, state, outputs = shape
    sizes = {name: int(rng.choice(of)) for name, of in EXTENTS.items()}
    if sizes["t"] > 1000:
        sizes["m"] = min(sizes["m"], 1)
    known = [name for name in sizes if rng.integers(2)]
    # Decays that do not depend on time, now and then.
    decays = layout if rng.integers(2) else layout.replace("t", "")
    reverse = bool(rng.integers(2))
    with open(f"{folder}/f.mlir", "w") as file:
        file.write(make_module(shape, sizes, known, decays, reverse))

    def save(name, values):
        np.save(f"{folder}/{name}.npy", values.astype(np.float32))

    save("a", rng.uniform(-0.9, 0.9, [sizes[d] for d in decays]))
    save("x", rng.normal(size=[sizes[d] for d in layout]))
    save("h0", rng.normal(size=[sizes[d] for d in state]))
    case = f"{layout} {sizes}, known {known}, decays {decays}, {reverse=}, {flags}"
    exact = run(folder, "reference", 1 + len(outputs))
    values = run(folder, "cpu", 1 + len(outputs), *flags)
    for result in (exact, values):
        if isinstance(result, str):
            sys.exit(f"{case}: {result}")
    for i, (value, right) in enumerate(zip(values, exact)):
        error = np.abs(value - right).max(initial=0)
        if not error <= TOLERANCE * max(1, np.abs(right).max(initial=0)):
            sys.exit(f"{case}: error {error:.3g} in result {i}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    folder = parser.parse_args().dir
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(11)
    for i in range(CASES):
        check(folder, rng, SHAPES[i % len(SHAPES)], FLAGS[i % len(FLAGS)])
    print(f"{CASES} cases agree")


if __name__ == "__main__":
    main()

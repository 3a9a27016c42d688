"""Chunked recurrences in many rounds give the bits of a single one, whatever
the cores, over layouts, directions and sums over time.

  rounds_sweep.py DIR
"""

import argparse
import os
import subprocess
import sys

import numpy as np

from extents_sweep import SHAPES, make_module, run

SIZES = {"b": 2, "t": 1003, "m": 5, "s": 3}


def lower(folder, split):
    """The module in chunks of 7 steps on buffers, then split."""
    subprocess.run(
        ["kalmir-opt", f"{folder}/source.mlir", "-o", f"{folder}/f.mlir"]
        + ["--kalmir-to-buffers-pipeline=schedule=chunked chunk-length=7"]
        + ["--kalmir-recur-drop-unit-iterators", f"--kalmir-recur-split-time={split}"],
        check=True,
    )


def check(folder, rng, shape, reverse):
    _, layout, state, outputs = shape
    with open(f"{folder}/source.mlir", "w") as file:
        file.write(make_module(shape, SIZES, [], layout, reverse))
    for name, low, dims in [("a", -0.9, layout), ("x", -1, layout), ("h0", -1, state)]:
        values = rng.uniform(low, -low, [SIZES[d] for d in dims])
        np.save(f"{folder}/{name}.npy", values.astype(np.float32))
    case = f"{layout}, {reverse=}"
    results = []
    # All chunks in one round, one unit of chunks a core and round.
    for split in ("cores=1", "cores=1 cache-bytes=1", "cores=3 cache-bytes=1"):
        lower(folder, split)
        results.append(run(folder, "cpu", 1 + len(outputs), "--threads=1"))
        if isinstance(results[-1], str):
            sys.exit(f"{case}, {split}: {results[-1]}")
        if any(np.isnan(value).any() for value in results[-1]):
            sys.exit(f"{case}, {split}: NaN")
    for other in results[1:]:
        for i, (value, expected) in enumerate(zip(other, results[0])):
            if value.tobytes() != expected.tobytes():
                sys.exit(f"{case}: result {i} depends on the rounds")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    folder = parser.parse_args().dir
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(23)
    cases = [(SHAPES[0], True)] + [(s, i % 2 == 1) for i, s in enumerate(SHAPES)]
    for shape, reverse in cases:
        check(folder, rng, shape, reverse)
    print(f"{len(cases)} cases agree")


if __name__ == "__main__":
    main()

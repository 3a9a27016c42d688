"""Runs the cases of `gpu_cases.py DIR --ptx` on the CPU and checks them by value.

    emulate_cases.py DIR [--runs=2] [--without=REGEX]

Each case runs some times: with warps together and one by one, with buffers at multiples of
256 bytes and an element beside them. --without drops the instructions that match, to see
that their absence is noticed. Ends with 1 where a case missed.
"""

import argparse
import os
import re
import sys
import time

import numpy as np

from emulated_bundle import EmulatedBundle
from npy_tool import from_bf16


def read(folder, text, option):
    """The arrays of an option of kalmir-exec, by name."""
    paths = re.search(rf"--{option}=(\S*)", text)[1].split(",")
    return {os.path.splitext(os.path.basename(path))[0]: np.load(os.path.join(folder, path))
            for path in paths if path}


def largest_error(result, exact, allowed):
    """Relative to what is allowed; 0 where both are the same or anything is allowed."""
    result = from_bf16(result) if result.dtype == np.uint16 else result
    result = result.astype(np.float64)
    same = (result == exact) | (np.isnan(result) & np.isnan(exact)) | np.isinf(allowed)
    with np.errstate(all="ignore"):
        errors = np.where(same, 0, np.abs(result - exact) / allowed)
    return np.max(np.where(np.isnan(errors), np.inf, errors), initial=0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--without")
    options = parser.parse_args()
    rng = np.random.default_rng()
    bundles, misses, count = {}, 0, 0
    with open(os.path.join(options.dir, "cases.txt")) as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    for kind, name, library, entry, arguments in lines:
        if kind == "time":
            continue
        if library not in bundles:
            bundles[library] = EmulatedBundle(os.path.join(options.dir, library), options.without)
        inputs = read(options.dir, arguments, "in")
        exact = list(read(options.dir, arguments, "expect").values())
        allowed = list(read(options.dir, arguments, "majorant").values())
        for run in range(options.runs):
            start = time.time()
            try:
                results, kernels = bundles[library].call(
                    entry, inputs, rng, together=run % 2 == 0, misalignment=run // 2 % 2)
                error = max(map(largest_error, results, exact, allowed))
            except (AssertionError, IndexError) as failure:
                error, kernels = np.inf, [str(failure)]
            misses += not error < 1
            print(f"{name:40} {'MISS' if not error < 1 else ''} {error:.3g} "
                  f"{time.time() - start:.1f} s {' '.join(kernels)}", flush=True)
            count += 1
    print(f"{count} runs, {misses} missed")
    sys.exit(misses > 0)


if __name__ == "__main__":
    main()

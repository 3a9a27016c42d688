"""Compiles a module to every level, runs what comes out and compares the results
bit by bit with files that are there already.

  run_levels.py MODULE ENTRY IN,IN,... EXPECTED,EXPECTED,...
"""

import subprocess
import sys

import numpy as np

module, entry, inputs, expected = sys.argv[1:]
names = [f"found{i}.npy" for i in range(expected.count(",") + 1)]
for level in "kalman recur scan scheduled buffers scf llvm".split():
    subprocess.run(
        ["kalmir-compile", module, f"--compile-to={level}", "-o", "level.mlir"],
        check=True,
    )
    subprocess.run(
        ["kalmir-run", "level.mlir", f"--entry={entry}", f"--in={inputs}",
         f"--out={','.join(names)}"],
        check=True,
    )
    equal = all(
        np.array_equal(np.load(found), np.load(name), equal_nan=True)
        for found, name in zip(names, expected.split(","))
    )
    print(f"{level}: {'equal' if equal else 'different'}")

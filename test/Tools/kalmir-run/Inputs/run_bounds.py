"""Runs the entries of bounds.mlir with extents that just fit, where code and
reference have to give the same, and with others, where both have to refuse and the
code has to say what the reference says.

  run_bounds.py MODULE
"""

import os
import re
import subprocess
import sys

import numpy as np

module = sys.argv[1]

SLICE = "a slice inside of extent {} of dimension {}, found offset {}, size {}, stride {}"
OUTSIDE = "indices from 0 to below {} in dimension {} of operand 0, found {} to {}"

# The extents of each input, and what is expected of them, or None where they fit.
CASES = {
    "columns": [
        ([(4, 9), 4, 5], None),
        ([(4, 9), 12, 0], None),
        ([(4, 9), 4, 6], SLICE.format(9, 1, 4, 6, 1)),
        ([(0, 9), 10, 1], SLICE.format(9, 1, 10, 1, 1)),
    ],
    "steps": [
        ([9, 4, 5, 3], None),
        ([9, 5, 5, 3], SLICE.format(9, 0, 2, 5, 2)),
        ([9, 3, 3, 4], None),
        ([9, 2, 3, 5], None),
        ([9, 2, 3, 6], SLICE.format(9, 0, 2, 2, -3)),
        ([3, 7, 4, 4], None),
        ([2, 1, 4, 4], SLICE.format(2, 0, 2, 1, 0)),
        ([2, 1, 4, 5], SLICE.format(2, 0, 2, 1, -1)),
    ],
    "second": [
        ([8, 8], None),
        ([7, 8], SLICE.format(7, 0, 1, 4, 2)),
        ([0, 1], None),
    ],
    "insert": [
        ([(5, 9), 4], None),
        ([(4, 9), 4], SLICE.format(4, 0, 4, 1, 1)),
        ([(5, 8), 4], SLICE.format(8, 1, 2, 4, 2)),
    ],
    "shape": [
        ([9, 6, 3], None),
        ([9, 7, 3], "extent 7 in dimension 0 of the source, as the slice, found 6"),
    ],
    "element": [
        ([5, 4], None),
        ([4, 4], "an index from 0 to below 4 in dimension 0, found 4"),
    ],
    "difference": [
        ([4, 4], None),
        ([4, 7], "an extent of at least 0 in dimension 0, found -3"),
    ],
    "pad": [
        ([3, 4, 2], None),
        ([3, 2, 3], "padding of at least 0 in dimension 0, found -1 before and 1 after"),
    ],
    "expand": [
        ([8, 2], None),
        ([0, 0], None),
        ([4, 0], "dimension 0 to expand to extents with product 4, found [0, 4]"),
        ([9, 2], "dimension 0 to expand to extents with product 9, found [2, 4]"),
    ],
    "reshape": [
        ([8, 4], None),
        ([8, 3], "extents with product 8, found [3, 2]"),
    ],
    "concat": [
        ([(2, 3), (4, 3)], None),
        ([(2, 3), (2, 4)], "extent 3 in dimension 1, as in operand 0, found 4 in operand 1"),
    ],
    "twice": [
        ([8, 4], None),
        ([9, 4], "extent 9 of iterator 0, as in operand 0, found 8 in operand 1"),
    ],
    "four": [
        ([5, 6, 2], None),
    ],
    "sum": [
        ([5, 8, 4], None),
        ([5, 7, 4], "extent 4 in dimension 0, as in operand 0, found 3 in operand 1"),
    ],
    "windows": [
        ([9, 3, 3], None),
        ([8, 3, 3], OUTSIDE.format(8, 0, 0, 8)),
        ([0, 3, 0], None),
    ],
    "mirrored": [
        ([5, 3, 3], None),
        ([4, 3, 3], OUTSIDE.format(4, 0, 0, 4)),
        ([5, 3, 4], OUTSIDE.format(5, 0, -1, 4)),
        ([5, 0, 9], None),
    ],
    "conv": [
        ([(1, 8, 2), (3, 2), (1, 4, 2)], None),
        ([(1, 8, 2), (3, 2), (1, 5, 2)], OUTSIDE.format(8, 1, 0, 8)),
    ],
    "recurrence": [
        ([8, 8, 4], None),
        ([8, 7, 4], "extent 3 of iterator 0, as in input 0, found 4 in output 0"),
    ],
}

# What the reference does not run.
NOT_IN_REFERENCE = ("concat", "reshape")


def run(entry, names, *options):
    return subprocess.run(
        ["kalmir-run", module, f"--entry={entry}", f"--in={','.join(names)}",
         *options],
        stderr=subprocess.PIPE, text=True)


for entry, cases in CASES.items():
    for shapes, expected in cases:
        names = []
        for i, shape in enumerate(shapes):
            names.append(f"in{i}.npy")
            count = int(np.prod(shape))
            np.save(names[-1], np.arange(count, dtype="<f4").reshape(shape))
        code = run(entry, names, "--out=code.npy")
        reference = run(entry, names, "--out=exact.npy", "--target=reference")
        if expected is None:
            assert code.returncode == 0, (entry, shapes, code.stderr)
            if entry not in NOT_IN_REFERENCE:
                assert reference.returncode == 0, (entry, shapes, reference.stderr)
                np.testing.assert_array_equal(np.load("code.npy"),
                                              np.load("exact.npy"))
                os.remove("exact.npy")
            os.remove("code.npy")
            continue
        print(code.stderr.splitlines()[0])
        assert code.returncode == 1 and not os.path.exists("code.npy")
        assert reference.returncode == 1 and not os.path.exists("exact.npy")
        # "FILE:L:C: error: ENTRY: 'OP' expected ... (FILE:L:C)"
        said = re.search(rf"error: {entry}: '[a-z0-9_.]+' expected (.*) "
                         r"\((bounds\.mlir:\d+:\d+)[,)]", code.stderr)
        assert said, code.stderr
        assert said[1] == expected, (said[1], expected)
        if entry not in NOT_IN_REFERENCE:
            assert said[2] in reference.stderr, (said[2], reference.stderr)
print("right")

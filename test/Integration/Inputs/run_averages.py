"""Runs averages.mlir on the CPU against the reference, over lengths and lanes,
with one thread and with two, which have to agree bit by bit.

Usage: run_averages.py KALMIR_RUN AVERAGES_MLIR DIRECTORY
"""

import json
import os
import subprocess
import sys

import numpy

tool, module, directory = sys.argv[1:]
rng = numpy.random.default_rng(7)


def bf16(array):
    return (array.astype("<f4").view("<u4") >> 16).astype("<u2")


def path(name):
    return os.path.join(directory, name + ".npy")


def run(entry, inputs, *options):
    names = []
    for i, array in enumerate(inputs):
        names.append(path(f"in{i}"))
        numpy.save(names[-1], array)
    command = [tool, module, "--entry=" + entry, "--in=" + ",".join(names),
               f"--out={path('y')},{path('h')}", "--report=json", *options]
    report = json.loads(subprocess.run(
        command, check=True, stdout=subprocess.PIPE).stdout)
    return numpy.load(path("y")), numpy.load(path("h")), report


def compare(entry, inputs, chunks, steps):
    expected = run(entry, inputs, "--target=reference")[:2]
    first = run(entry, inputs, "--threads=1")
    second = run(entry, inputs, "--threads=2")
    for one, two, right in zip(first, second, expected):
        assert one.tobytes() == two.tobytes(), "threads change the result"
        numpy.testing.assert_allclose(one, right, rtol=1e-5, atol=1e-5)
    report = first[2]
    assert report["chunks"] == chunks, report
    assert report["state_steps"] == steps, report


for lanes, length in [(1, 1), (3, 0), (17, 31), (8, 100), (0, 5)]:
    inputs = [rng.uniform(0.5, 1, lanes).astype("<f4"),
              bf16(rng.standard_normal((lanes, length))),
              rng.standard_normal(lanes).astype("<f4")]
    compare("serial", inputs, 1, lanes * length)
    compare("chunked", inputs, max(1, -(-length // 7)), lanes * length)

bounds = numpy.array([0, 5, 5, 40], "<i8")
inputs = [rng.uniform(0.5, 1, 9).astype("<f4"),
          bf16(rng.standard_normal((9, 40))), bounds,
          rng.standard_normal((3, 9)).astype("<f4")]
compare("packed", inputs, 1, 9 * 40)
print("right")

"""What tools/demo.sh needs beside the tools: inputs, a comparison, a drawing.

demo.py make-kla DIR            random inputs of the KLA mixer
demo.py report-kla DIR          timings, and the error against float64
demo.py make-block DIR          random input and weights of the KLA layer
demo.py report-block DIR        timings and memory, and the error of the first steps
demo.py make-nile CSV DIR       the series and its variances
demo.py draw-nile CSV DIR       filtered level with its 95 % band
"""

import csv
import json
import os
import sys

import numpy as np


def make_kla(folder):
    batch, length, channels, states = 2, 2048, 1024, 16
    rng = np.random.default_rng(0)
    values = {
        "v": rng.normal(size=(batch, length, channels)),
        "lv": rng.uniform(0.5, 1.5, (batch, length, channels)),
        "k": rng.normal(size=(batch, length, states)),
        "q": rng.normal(size=(batch, length, states)),
        "a": rng.uniform(0.9, 0.999, (channels, states)),
        "p": rng.uniform(0, 1e-2, (channels, states)),
        "lam0": np.ones((batch, channels, states)),
        "eta0": np.zeros((batch, channels, states)),
    }
    for name, value in values.items():
        np.save(os.path.join(folder, name + ".npy"), value.astype(np.float32))


def report_kla(folder):
    def report(target):
        with open(os.path.join(folder, f"report.{target}.json")) as file:
            return json.load(file)

    cpu, reference = report("cpu"), report("reference")
    print(f"compiled in {cpu['compile_ms']:.0f} ms")
    print(f"cpu        {cpu['median_ms']:10.1f} ms   {cpu['state_steps_per_s']:.2e} state-steps/s")
    print(f"reference  {reference['median_ms']:10.1f} ms   serial, float64, interpreted")
    print(f"ratio      {reference['median_ms'] / cpu['median_ms']:10.1f}")
    for name in ("y", "yvar"):
        found = np.load(os.path.join(folder, f"{name}.cpu.npy")).astype(np.float64)
        expected = np.load(os.path.join(folder, f"{name}.reference.npy")).astype(np.float64)
        error = np.linalg.norm(found - expected) / np.linalg.norm(expected)
        print(f"{name:<4} against float64: relative error {error:.1e}")
        if not error < 1e-5:
            sys.exit(f"{name} is wrong")


BLOCK_ARGUMENTS = ["x", "w_in", "w_conv", "b_conv", "w_sensor", "delta", "p_c", "skip", "w_out"]


def make_block(folder):
    """The arguments in DIR/block.NAME.npy; block.head.npy is the beginning of x."""
    batch, length, width, channels, states = 2, 2048, 512, 1024, 16
    rng = np.random.default_rng(0)
    values = [
        rng.normal(size=(batch, length, width)),
        rng.normal(0, width**-0.5, (width, 2 * channels)),
        rng.normal(0, 0.5, (4, channels)),
        rng.normal(0, 0.5, channels),
        rng.normal(0, channels**-0.5, (channels, 2 * channels + 2 * states)),
        rng.uniform(-5, 0, (channels, states)),
        rng.uniform(0.01, 1, (channels, states)),
        rng.normal(size=channels),
        rng.normal(0, channels**-0.5, (channels, width)),
    ]
    for name, value in zip(BLOCK_ARGUMENTS, values):
        np.save(os.path.join(folder, f"block.{name}.npy"), value.astype(np.float32))
    np.save(os.path.join(folder, "block.head.npy"), values[0][:, :32].astype(np.float32))


def report_block(folder):
    for name, text in (("fused", "one loop over tiles of time"), ("separate", "every operation by itself")):
        with open(os.path.join(folder, f"report.{name}.json")) as file:
            report = json.load(file)
        print(f"{name:<9} {report['median_ms']:8.1f} ms   {report['peak_memory_mib']:6.1f} MiB   {text}")
    # The layer is causal: its first steps depend on the first steps of x alone.
    expected = np.load(os.path.join(folder, "block.y.reference.npy")).astype(np.float64)
    found = np.load(os.path.join(folder, "block.y.npy"))[:, : expected.shape[1]]
    error = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    print(f"first {expected.shape[1]} steps against float64: relative error {error:.1e}")
    if not error < 1e-5:
        sys.exit("the layer is wrong")


def read_nile(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return [int(row["year"]) for row in rows], np.array([float(row["flow"]) for row in rows])


def make_nile(path, folder):
    _, flow = read_nile(path)
    np.save(os.path.join(folder, "flow.npy"), flow[:, None])
    np.save(os.path.join(folder, "H.npy"), np.array([15099.0]))
    np.save(os.path.join(folder, "Q.npy"), np.array([1469.1]))


def draw_nile(path, folder):
    years, flow = read_nile(path)
    mean = np.load(os.path.join(folder, "mean.npy"))[:, 0]
    deviation = np.sqrt(np.load(os.path.join(folder, "var.npy"))[:, 0])
    loglik = np.load(os.path.join(folder, "loglik.npy"))[0]
    low, high = mean - 1.96 * deviation, mean + 1.96 * deviation
    rows, bottom, top = 24, 400.0, 1500.0
    row = lambda value: int(round((top - value) / (top - bottom) * (rows - 1)))
    grid = [[" "] * len(years) for _ in range(rows)]
    for t in range(len(years)):
        for r in range(max(0, row(high[t])), min(rows - 1, row(low[t])) + 1):
            grid[r][t] = "."
        for value, mark in ((flow[t], "o"), (mean[t], "#")):
            if 0 <= row(value) < rows:
                grid[row(value)][t] = mark
    for r, line in enumerate(grid):
        label = top - (top - bottom) * r / (rows - 1)
        print(f"{label:6.0f} |{''.join(line)}")
    print("       +" + "-" * len(years))
    print("        " + "".join(f"{year:<10}" for year in years[::10]))
    print("o flow (1e8 m3)   # level   . 95 % band")
    print(f"log-likelihood {loglik:.3f}")


def main():
    commands = {
        "make-kla": make_kla,
        "report-kla": report_kla,
        "make-block": make_block,
        "report-block": report_block,
        "make-nile": make_nile,
        "draw-nile": draw_nile,
    }
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()

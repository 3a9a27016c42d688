"""Runs an entry on whole sequences and piece by piece, which has to give the same
bits.

    pieces.py KALMIR_RUN FILE.mlir ENTRY DIRECTORY BATCH LENGTH CHANNELS STATES [OPTION...]

The entry is one of examples/kla.mlir: y, yvar, lamT, etaT or y alone. One piece of
several steps (prefill), one more (continue), then single steps, on a serial schedule.
OPTIONs go to the tool. With --schedule=chunked among them the pieces of several steps
run in chunks of time: they then agree within 1e-5.
"""

import os
import subprocess
import sys

import numpy as np

tool, module, entry, directory = sys.argv[1:5]
batch, length, channels, states = map(int, sys.argv[5:9])
options = ["--schedule=serial", "--derive-step=" + entry, *sys.argv[9:]]
chunked = "--schedule=chunked" in options
if chunked:
    options.remove("--schedule=serial")
os.makedirs(directory, exist_ok=True)
rng = np.random.default_rng(11)


def call(name, inputs, num_outputs):
    files = []
    for i, array in enumerate(inputs):
        files.append(os.path.join(directory, f"in{i}.npy"))
        np.save(files[-1], np.ascontiguousarray(array))
    outputs = [os.path.join(directory, f"out{i}.npy") for i in range(num_outputs)]
    subprocess.run([tool, module, "--entry=" + name, "--in=" + ",".join(files),
                    "--out=" + ",".join(outputs), *options], check=True)
    return [np.load(file) for file in outputs]


over_time = [rng.normal(size=(batch, length, channels)),
             rng.uniform(0.5, 1.5, (batch, length, channels)),
             rng.normal(size=(batch, length, states)),
             rng.normal(size=(batch, length, states))]
weights = [rng.uniform(0.9, 0.999, (channels, states)),
           rng.uniform(1e-3, 1e-1, (channels, states))]
# A diffuse belief among them.
lam0 = rng.uniform(0, 2, (batch, channels, states))
lam0.flat[0] = 0
prior = [lam0, rng.normal(size=lam0.shape) * (lam0 > 0)]
over_time, weights, prior = ([array.astype(np.float32) for array in arrays]
                             for arrays in (over_time, weights, prior))


def take(begin, end):
    return [array[:, begin:end] for array in over_time]


num_results = 4 if entry == "kla" else 1
num_over_time = min(num_results, 2)
whole = call(entry, over_time + weights + prior, num_results)

cuts = [0, length // 2, length - 2, length - 1, length]
pieces, carried = [], []
for begin, end in zip(cuts, cuts[1:]):
    suffix = "_prefill" if not begin else "_step" if end - begin == 1 else "_continue"
    results = call(entry + suffix,
                   take(begin, end) + weights + (prior if not begin else carried),
                   num_results + 3)
    pieces.append(results[:num_over_time])
    last, carried = results[num_over_time:num_results], results[num_results:]
    # The precision is state0 / state2; their size sets the scale.
    size = np.maximum(carried[0], carried[2])
    if suffix == "_step":
        assert ((1 <= size) & (size < 2)).all(), "states are out of range"

found = [np.concatenate(parts, axis=1) for parts in zip(*pieces)] + last
for i, (one, right) in enumerate(zip(found, whole)):
    assert np.isfinite(right).all() and one.shape == right.shape
    if chunked:
        np.testing.assert_allclose(one, right, rtol=1e-5, atol=1e-5)
    else:
        assert one.tobytes() == right.tobytes(), f"result {i} has other bits"
print("same")

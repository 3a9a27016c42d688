"""Runs the layer of examples/kla_block.mlir on whole sequences and piece by piece,
which has to give the same bits.

    block_pieces.py KALMIR_RUN FILE.mlir DIRECTORY [OPTION...]

DIRECTORY has the inputs that kla_block_oracle.py makes, for 6 steps or more. One
piece of several steps (prefill), one more (continue), then single steps. OPTIONs go to
the tool.
"""

import subprocess
import sys

import numpy as np

tool, module, directory = sys.argv[1:4]
options = ["--derive-step=kla_block", *sys.argv[4:]]
# Three rows of the convolution's window, three members of the belief.
NUM_STATES = 6
names = "x w_in w_conv b_conv w_sensor delta p_c skip w_out".split()
x, *weights = (np.load(f"{directory}/{name}.npy") for name in names)
length = x.shape[1]


def call(name, inputs, num_outputs):
    files = []
    for i, array in enumerate(inputs):
        files.append(f"{directory}/in{i}.npy")
        np.save(files[-1], np.ascontiguousarray(array))
    outputs = [f"{directory}/out{i}.npy" for i in range(num_outputs)]
    subprocess.run([tool, module, "--entry=" + name, "--in=" + ",".join(files),
                    "--out=" + ",".join(outputs), *options], check=True)
    return [np.load(file) for file in outputs]


(whole,) = call("kla_block", [x, *weights], 1)
cuts = [0, length // 2, length - 2, length - 1, length]
pieces, states = [], []
for begin, end in zip(cuts, cuts[1:]):
    suffix = "_prefill" if not begin else "_step" if end - begin == 1 else "_continue"
    piece, *states = call("kla_block" + suffix,
                          [x[:, begin:end], *weights, *states], 1 + NUM_STATES)
    pieces.append(piece)
found = np.concatenate(pieces, axis=1)
assert np.isfinite(whole).all() and found.shape == whole.shape
assert found.tobytes() == whole.tobytes(), "other bits"
print("same")

"""large_input.py DIR: x.npy of int8 [65537, 32768], more than 2^31 elements, zero but for
the last row (a sparse file); h0.npy [32768] of zeros; last.npy, the last row as float32."""

import sys

import numpy as np

folder = sys.argv[1]
length, lanes = 65537, 32768
x = np.lib.format.open_memmap(f"{folder}/x.npy", "w+", np.int8, (length, lanes))
last = np.arange(lanes) % 100 - 50
x[-1] = last
x.flush()
np.save(f"{folder}/h0.npy", np.zeros(lanes, np.float32))
np.save(f"{folder}/last.npy", last.astype(np.float32))

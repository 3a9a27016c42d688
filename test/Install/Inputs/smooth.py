"""Checks the results of examples/downstream/smooth.mlir: X.npy SLOW.npy SLOWER.npy."""

import sys

import numpy as np


def smooth(x, gain):
    y = np.zeros_like(x)
    state = np.zeros(x.shape[1])
    for t in range(len(x)):
        state = state + gain * (x[t] - state)
        y[t] = state
    return y


x, slow, slower = (np.load(path).astype(np.float64) for path in sys.argv[1:])
expected = smooth(x, 0.125)
np.testing.assert_allclose(slow, expected, atol=1e-6)
np.testing.assert_allclose(slower, smooth(expected, 0.25), atol=1e-6)

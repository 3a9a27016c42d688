"""The KLA layer in NumPy, float64, one step after the other: independent of the
reference interpreter, which is tested against it.

  kla_oracle.py DIR

reads v, lv, k, q, a, p, lam0, eta0 (.npy) from DIR and writes y_exact,
yvar_exact, lamT_exact, etaT_exact, and y_majorant, the bound that errors of y
are relative to.
"""

import os
import sys

import numpy as np


def run(v, lv, k, q, a, p, lam0, eta0, magnitude=False):
    """v, lv [B,L,M]; k, q [B,L,S]; a, p [M,S]; lam0, eta0 [B,M,S]."""
    lam, eta = lam0.copy(), eta0.copy()
    if magnitude:
        v, k_signed, q, eta = np.abs(v), np.abs(k), np.abs(q), np.abs(eta)
        a_signed = np.abs(a)
    else:
        k_signed, a_signed = k, a
    y = np.zeros(v.shape)
    yvar = np.zeros(v.shape)
    for t in range(v.shape[1]):
        precision = lv[:, t, :, None]
        phi = precision * k[:, t, None, :] ** 2
        r = v[:, t, :, None] * precision * k_signed[:, t, None, :]
        scale = a**2 + p * lam
        lam, eta = lam / scale + phi, a_signed * eta / scale + r
        y[:, t] = np.sum(q[:, t, None, :] * eta / lam, axis=-1)
        yvar[:, t] = np.sum(q[:, t, None, :] ** 2 / lam, axis=-1)
    return y, yvar, lam, eta


def main(folder):
    names = ["v", "lv", "k", "q", "a", "p", "lam0", "eta0"]
    arrays = [
        np.load(os.path.join(folder, name + ".npy")).astype(np.float64)
        for name in names
    ]
    results = run(*arrays)
    for name, result in zip(["y", "yvar", "lamT", "etaT"], results):
        np.save(os.path.join(folder, name + "_exact.npy"), result)
    majorant = run(*arrays, magnitude=True)[0]
    np.save(os.path.join(folder, "y_majorant.npy"), majorant)


main(sys.argv[1])

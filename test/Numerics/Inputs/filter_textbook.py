"""The scalar Kalman filter as a textbook loop in float64, for value tests.

  filter_textbook.py DIR

reads y [L,N], a, c, q, h, r [L,N], m0, P0 [N] from DIR and writes for both
priors and both conventions, as CASE-RESULT.npy with CASE one of
  proper-first, proper-before, diffuse-first, diffuse-before
and RESULT one of fm, fv, pm, pv, i, iv, ll, the results in the order of the
op's documentation; -majorant.npy beside fm, pm, i and ll is what their errors
are relative to: the same filter run on absolute values.
"""

import sys

import numpy as np


def run(y, a, c, q, h, r, m, P, diffuse, before):
    """One series. A diffuse belief is a flag, not a large variance."""
    length = len(y)
    out = {name: np.empty(length) for name in ("fm", "fv", "pm", "pv", "i", "iv")}
    big = {name: np.empty(length) for name in ("fm", "pm", "i")}
    total = terms = 0.0
    M = abs(m)
    for t in range(length):
        if t > 0 or before:
            m, M = a[t] * m + c[t], abs(a[t]) * M + abs(c[t])
            P = a[t] ** 2 * P + q[t]
        out["pm"][t], out["pv"][t] = (np.nan, np.inf) if diffuse else (m, P)
        big["pm"][t] = M
        if diffuse and h[t] != 0:
            innovation, S = np.nan, np.inf
        elif h[t] == 0:
            innovation, S = y[t], r[t]
        else:
            innovation, S = y[t] - h[t] * m, h[t] ** 2 * P + r[t]
        out["i"][t], out["iv"][t] = innovation, S
        big["i"][t] = abs(y[t]) + abs(h[t]) * M
        if not np.isnan(y[t]):
            if diffuse and h[t] != 0:
                m, P, M = y[t] / h[t], r[t] / h[t] ** 2, abs(y[t] / h[t])
                diffuse = False
            else:
                parts = np.log(2 * np.pi * S), innovation**2 / S
                total -= 0.5 * sum(parts)
                terms += 0.5 * (abs(parts[0]) + big["i"][t] ** 2 / S)
                if not diffuse:
                    K = P * h[t] / S
                    m, M = m + K * innovation, M + abs(K) * big["i"][t]
                    P = (1 - K * h[t]) ** 2 * P + K**2 * r[t]
        out["fm"][t], out["fv"][t] = (np.nan, np.inf) if diffuse else (m, P)
        big["fm"][t] = M
    out["ll"], big["ll"] = np.float64(total), np.float64(max(terms, 1.0))
    return out, big


def main(folder):
    names = "y a c q h r m0 P0".split()
    data = {name: np.load(f"{folder}/{name}.npy").astype(float) for name in names}
    lanes = data["y"].shape[1]
    for prior in ("proper", "diffuse"):
        for when in ("first", "before"):
            runs = [
                run(*(data[name][:, n] for name in names[:6]), data["m0"][n],
                    data["P0"][n], prior == "diffuse", when == "before")
                for n in range(lanes)
            ]
            case = f"{folder}/{prior}-{when}"
            for i, ending in ((0, ""), (1, "-majorant")):
                for name in runs[0][i]:
                    stacked = np.stack([one[i][name] for one in runs], axis=-1)
                    np.save(f"{case}-{name}{ending}.npy", stacked)


main(sys.argv[1])

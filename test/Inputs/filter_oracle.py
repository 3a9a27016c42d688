"""The scalar Kalman filter as a textbook loop, for value tests: independent of
the reference interpreter, which is tested against it.

  filter_oracle.py DIR [--exact]

reads y [L,N], a, c, q, h, r [L,N], m0, P0 [N] from DIR and writes for both
priors and both conventions, as CASE-RESULT.npy with CASE one of
  proper-first, proper-before, diffuse-first, diffuse-before
and RESULT one of fm, fv, pm, pv, i, iv, ll, the results in the order of the
op's documentation; -majorant.npy beside fm, pm, i and ll is what their errors
are relative to: the same filter run on absolute values. It computes in float64,
with --exact in rational numbers, of which only the results are rounded.
"""

import math
import sys
from fractions import Fraction

import numpy as np


def run(x, m, P, diffuse, before):
    """One series, x[name][t]. A diffuse belief is a flag, not a large variance."""
    out = {name: [] for name in ("fm", "fv", "pm", "pv", "i", "iv")}
    big = {name: [] for name in ("fm", "pm", "i")}
    total = terms = 0.0
    M = abs(m)
    for t in range(len(x["y"])):
        y, a, c, q, h, r = (x[name][t] for name in "yacqhr")
        if t > 0 or before:
            m, M, P = a * m + c, abs(a) * M + abs(c), a * a * P + q
        out["pm"].append(math.nan if diffuse else m)
        out["pv"].append(math.inf if diffuse else P)
        big["pm"].append(M)
        # h = 0 observes nothing, not even of a belief without moments.
        unreached = diffuse and h != 0
        v = math.nan if unreached or y is None else y - h * m
        S = math.inf if unreached else h * h * P + r
        out["i"].append(v)
        out["iv"].append(S)
        V = math.nan if y is None else abs(y) + abs(h) * M
        big["i"].append(V)
        if y is not None and unreached:
            m, P, M, diffuse = y / h, r / (h * h), abs(y / h), False
        elif y is not None:
            logarithm = math.log(2 * math.pi * float(S))
            total -= 0.5 * (logarithm + float(v * v / S))
            terms += 0.5 * (abs(logarithm) + float(V * V / S))
            if not diffuse:
                K = P * h / S
                m, M = m + K * v, M + abs(K) * V
                P = (1 - K * h) ** 2 * P + K * K * r
        out["fm"].append(math.nan if diffuse else m)
        out["fv"].append(math.inf if diffuse else P)
        big["fm"].append(M)
    out["ll"], big["ll"] = total, max(terms, 1.0)
    return out, big


def main(folder, *flags):
    number = Fraction if "--exact" in flags else float

    def load(name):
        """Columns of numbers; None where one is missing."""
        array = np.atleast_2d(np.load(f"{folder}/{name}.npy").astype(float))
        return [
            [None if math.isnan(value) else number(value) for value in column]
            for column in array.T.tolist()
        ]

    data = {name: load(name) for name in "y a c q h r m0 P0".split()}
    for prior in ("proper", "diffuse"):
        for when in ("first", "before"):
            runs = []
            for n in range(len(data["y"])):
                x = {name: data[name][n] for name in "yacqhr"}
                diffuse = prior == "diffuse"
                m = number(0) if diffuse else data["m0"][n][0]
                P = number(0) if diffuse else data["P0"][n][0]
                runs.append(run(x, m, P, diffuse, when == "before"))
            for i, ending in ((0, ""), (1, "-majorant")):
                for name in runs[0][i]:
                    stacked = np.array([one[i][name] for one in runs], dtype=float)
                    np.save(f"{folder}/{prior}-{when}-{name}{ending}.npy", stacked.T)


main(*sys.argv[1:])

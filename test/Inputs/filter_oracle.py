"""A scalar Kalman filter in exact rational arithmetic: independent of the
reference interpreter, which is tested against it.

  filter_oracle.py DIR [--diffuse] [--transition-first]

reads y, a, c, q, h, r [T,N] and m0, P0 [N] (.npy) from DIR and writes fm, fv,
pm, pv, i, iv [T,N] (filtered and predicted mean and variance, innovation and
its variance) and ll [N] as NAME_exact.npy. Diffuse is a prior variance of
10^60 whose first observation adds nothing to ll; predicted moments that it
dominates are written as NaN and infinity.
"""

import math
import os
import sys
from fractions import Fraction

import numpy as np

HUGE = Fraction(10) ** 60


def run_lane(x, m, P, diffuse, transition_first):
    """x: the lane's columns by name. Yields rows of six, then returns ll."""
    rows, ll, informed = [], 0.0, not diffuse
    for t in range(len(x["y"])):
        y, a, c, q, h, r = (x[name][t] for name in "yacqhr")
        missing = math.isnan(y)
        a, c, q, h, r = map(Fraction, (a, c, q, h, r))
        if t > 0 or transition_first:
            m, P = a * m + c, a * a * P + q
        S = h * h * P + r
        pm, pv, iv = (float(m), float(P), float(S))
        v = math.nan if missing else Fraction(y) - h * m
        innovation = float(v)
        if not informed:
            pm, pv, innovation, iv = math.nan, math.inf, math.nan, math.inf
        if not missing:
            if informed:
                ll -= 0.5 * (math.log(2 * math.pi * float(S)) + float(v * v / S))
            informed = True
            m, P = m + P * h / S * v, P * r / S
        fm, fv = (float(m), float(P)) if informed else (math.nan, math.inf)
        rows.append([fm, fv, pm, pv, innovation, iv])
    return rows, ll


def main(folder, *flags):
    def load(name):
        return np.load(os.path.join(folder, name + ".npy"))

    x = {name: load(name) for name in "yacqhr"}
    m0, P0 = load("m0"), load("P0")
    diffuse = "--diffuse" in flags
    lanes = []
    for n in range(x["y"].shape[1]):
        columns = {name: values[:, n].tolist() for name, values in x.items()}
        m = Fraction(0) if diffuse else Fraction(float(m0[n]))
        P = HUGE if diffuse else Fraction(float(P0[n]))
        lanes.append(run_lane(columns, m, P, diffuse, "--transition-first" in flags))
    series = np.array([rows for rows, _ in lanes], dtype=np.float64)
    for i, name in enumerate(["fm", "fv", "pm", "pv", "i", "iv"]):
        np.save(os.path.join(folder, name + "_exact.npy"), series[:, :, i].T)
    np.save(os.path.join(folder, "ll_exact.npy"), np.array([ll for _, ll in lanes]))


main(*sys.argv[1:])

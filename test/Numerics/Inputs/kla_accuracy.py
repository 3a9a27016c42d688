"""Runs @kla on the regimes of docs/Numerics.md and checks its contract.

    kla_accuracy.py --regime=slow --length=4096 --dir=DIR [--states=S] [--batch=B]
                    [--channels=M] -- kalmir-run ... examples/kla.mlir

makes random inputs in DIR, runs the command after `--` with the entry, inputs and
outputs added, and compares y, yvar, lamT and etaT with a float64 reference that is
computed here, from the same float32 inputs. The bounds:

  y      1e-4 of its majorant (the same filter on |a|, |r|, summed with |q|), and
         5e-6 where p >= 1e-6 everywhere
  lam,   max(1e-5, the change that one ulp of a causes), and 1e-5 outright where
  yvar   p >= 1e-5 everywhere; yvar relative to the sum of its terms
  eta    1e-4 of its majorant plus the bound of lam, where float32 holds lam

With --compensated, 1e-5 for all of them.
"""

import argparse
import os
import subprocess
import sys

import numpy as np

NAMES = ["v", "lv", "k", "q", "a", "p", "lam0", "eta0"]


def make(regime, rng, batch, length, channels, states):
    """Float32 inputs of a regime, as a dictionary."""
    btm, bts, ms = (batch, length, channels), (batch, length, states), (channels, states)
    uniform = rng.uniform
    sign = lambda shape: np.where(uniform(size=shape) < 0.5, -1.0, 1.0)
    v = rng.normal(size=btm)
    lv = uniform(0.5, 1.5, btm)
    k = uniform(0.7, 1.3, bts) * sign(bts)
    q = rng.normal(size=bts)
    a = uniform(0.9, 0.999, ms)
    p = np.full(ms, 1e-3)
    if regime == "ordinary":
        pass
    elif regime in ("slow", "slow-large"):
        a, p = np.full(ms, 1 - 1e-6), np.full(ms, 1e-12)
        lv = uniform(0, 1, btm)
        k = np.ones(bts)
        if regime == "slow-large":
            v = 1000 + v
    elif regime == "slow-random":
        a, p = 1 - uniform(0.5e-4, 1.5e-4, ms), np.full(ms, 1e-12)
    elif regime == "static-accurate":
        a, p = np.ones(ms), np.full(ms, 1e-12)
        lv, k = np.full(btm, 1e4), np.ones(bts)
    elif regime == "fast-accurate":
        a, p = np.full(ms, 1 - 1e-4), np.ones(ms)
        lv, k = np.full(btm, 1e4), np.ones(bts)
    elif regime == "forgetting":
        a, p = np.full(ms, 1e-20), np.full(ms, 1e-12)
    elif regime == "silent":
        # Nothing observed for long stretches and no process noise.
        p = np.zeros(ms)
        lv[:, (np.arange(length) // 200) % 2 == 1, :] = 0
    elif regime == "growing":
        a = uniform(0.5, 2, ms) * sign(ms)
        p = 10.0 ** uniform(-3, 3, ms)
    elif regime == "extreme":
        # The corners of the default range.
        a = 10.0 ** uniform(-3, 3, ms) * sign(ms)
        p = 10.0 ** uniform(-6, 6, ms)
        p[uniform(size=ms) < 0.2] = 0
        k = 10.0 ** uniform(-3, 3, bts) * sign(bts)
        kmax = np.max(np.abs(k), axis=2, keepdims=True)
        lv = 10.0 ** uniform(-6, 6, btm) / kmax**2
        v = 10.0 ** uniform(-6, 6, btm) * sign(btm)
        q = 10.0 ** uniform(-3, 3, bts) * sign(bts)
    else:
        sys.exit(f"unknown regime {regime}")
    lam0 = uniform(0.5, 2, (batch, channels, states))
    eta0 = rng.normal(size=(batch, channels, states))
    values = [v, lv, k, q, a, p, lam0, eta0]
    return {n: np.ascontiguousarray(x, dtype=np.float32) for n, x in zip(NAMES, values)}


def normalise(*coordinates):
    """Divides by the power of two of the largest coordinate."""
    _, exponent = np.frexp(np.max(np.abs(np.stack(coordinates)), axis=0))
    return [np.ldexp(c, -exponent) for c in coordinates]


def reference(x, visit, absolute=False, a=None):
    """The filter in float64, in homogeneous coordinates lam = n/d, eta = e/d; calls
    visit(t, n, d, e) with arrays [B, M, S] at every step. `absolute` is the majorant."""
    a = (x["a"] if a is None else a).astype(np.float64)[None]
    p = x["p"].astype(np.float64)[None]
    v, lv, k = (x[name].astype(np.float64) for name in ("v", "lv", "k"))
    n, e = x["lam0"].astype(np.float64), x["eta0"].astype(np.float64)
    if absolute:
        a, v, k, e = np.abs(a), np.abs(v), np.abs(k), np.abs(e)
    d = np.ones_like(n)
    for t in range(v.shape[1]):
        weight = lv[:, t, :, None] * k[:, t, None, :]
        phi, r = weight * k[:, t, None, :], weight * v[:, t, :, None]
        d = p * n + a * a * d
        n = n + phi * d
        e = a * e + r * d
        n, d, e = normalise(n, d, e)
        visit(t, n, d, e)
    return n, d, e


def allowed_errors(x, compensated=False):
    """What @kla shall give for the inputs x, and by how much it may be off: y, yvar, lamT
    and etaT, each as two float64 arrays. Errors where nothing is promised are inf."""
    # References at every step, reduced at once: nothing of size [B, L, M, S].
    shape = x["v"].shape
    y, ysum, var = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    varlow, varhigh = np.zeros(shape), np.zeros(shape)
    q = x["q"].astype(np.float64)

    def outputs_at(t, n, d, e):
        y[:, t] = np.sum(q[:, t, None, :] * (e / n), axis=2)
        var[:, t] = np.sum(q[:, t, None, :] ** 2 * (d / n), axis=2)

    def majorant_at(t, n, d, e):
        ysum[:, t] = np.sum(np.abs(q[:, t, None, :]) * (e / n), axis=2)

    def var_into(target):
        def visit(t, n, d, e):
            target[:, t] = np.sum(q[:, t, None, :] ** 2 * (d / n), axis=2)

        return visit

    with np.errstate(all="ignore"):
        n, d, e = reference(x, outputs_at)
        na, da, ea = reference(x, majorant_at, absolute=True)
        low = reference(x, var_into(varlow), a=np.nextafter(x["a"], np.float32(-np.inf)))
        high = reference(x, var_into(varhigh), a=np.nextafter(x["a"], np.float32(np.inf)))
        lam, eta, etasum = n / d, e / d, ea / da
        ulp_lam = np.maximum(abs(low[0] / low[1] - lam), abs(high[0] / high[1] - lam)) / lam
        ulp_var = np.maximum(abs(varlow - var), abs(varhigh - var)) / var

    least = np.min(x["p"], initial=np.inf)
    lam_bound = np.full_like(lam, 1e-5) if least >= 1e-5 else np.maximum(1e-5, ulp_lam)
    var_bound = np.full_like(var, 1e-5) if least >= 1e-5 else np.maximum(1e-5, ulp_var)
    mean_bound = 5e-6 if least >= 1e-6 else 1e-4
    if compensated:
        lam_bound, var_bound, mean_bound = 1e-5, 1e-5, 1e-5

    limit = float(np.finfo(np.float32).max)

    def promise(expected, scale, bound, where=True):
        # Only what float32 can hold is promised.
        good = (np.abs(expected) <= limit) & (np.abs(expected) > 1e-37) & where
        with np.errstate(all="ignore"):
            return expected, np.where(good, bound * scale, np.inf)

    return {
        "y": promise(y, ysum, mean_bound),
        "yvar": promise(var, var, var_bound),
        "lamT": promise(lam, lam, lam_bound),
        "etaT": promise(eta, etasum, mean_bound + lam_bound, np.abs(lam) <= limit),
    }


def main():
    split = sys.argv.index("--")
    command = sys.argv[split + 1 :]
    parser = argparse.ArgumentParser()
    parser.add_argument("--regime", required=True)
    parser.add_argument("--length", type=int, required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--states", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--channels", type=int, default=9)
    parser.add_argument("--compensated", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(sys.argv[1:split])
    os.makedirs(options.dir, exist_ok=True)
    path = lambda name: os.path.join(options.dir, name + ".npy")

    rng = np.random.default_rng(options.seed)
    x = make(options.regime, rng, options.batch, options.length, options.channels, options.states)
    for name in NAMES:
        np.save(path(name), x[name])
    outputs = ["y", "yvar", "lamT", "etaT"]
    subprocess.run(
        command
        + ["--entry=kla", "--in=" + ",".join(map(path, NAMES)), "--out=" + ",".join(map(path, outputs))],
        check=True,
    )

    failed = False
    for name, (expected, allowed) in allowed_errors(x, options.compensated).items():
        found = np.load(path(name)).astype(np.float64)
        if found.size == 0:
            continue
        with np.errstate(all="ignore"):
            error = np.abs(found - expected)
            worst = np.where(np.isinf(allowed), 0, np.where(np.isfinite(found), error / allowed, np.inf))
        where = np.unravel_index(np.argmax(worst), worst.shape)
        print(f"{name}: error {error[where]:.3g}, bound {allowed[where]:.3g}")
        if not worst[where] <= 1:
            failed = True
            print(f"  FAILED at {where}: expected {expected[where]!r}, found {found[where]!r}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

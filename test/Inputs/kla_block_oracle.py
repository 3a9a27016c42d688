"""The layer of examples/kla_block.mlir in NumPy, float64, independent of the
reference interpreter.

  kla_block_oracle.py DIR [--make --width=8 --channels=12 --states=3 --batch=2
                           --length=37 --seed=0]

reads the arguments (.npy, named as in the example) from DIR and writes y_exact
and y_majorant: the same layer on magnitudes, which errors are relative to. With
--make it writes float32 arguments first.
"""

import argparse
import os

import numpy as np

NAMES = [
    "x", "w_in", "w_conv", "b_conv", "w_sensor", "delta", "p_c", "skip", "w_out",
]  # fmt: skip


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def unit(x):
    return x / np.maximum(np.sqrt(np.sum(x**2, axis=-1, keepdims=True)), 1e-12)


def scan(v, lv, k, q, a, p):
    """The filter and, beside it, its majorant: v [2,B,L,M] has both."""
    shape = (v.shape[1], v.shape[3], k.shape[2])
    lam, eta, eta_majorant = np.ones(shape), np.zeros(shape), np.zeros(shape)
    y = np.zeros(v.shape)
    for t in range(v.shape[2]):
        key, query = k[:, t, None, :], q[:, t, None, :]
        precision = lv[:, t, :, None]
        scale = a**2 + p * lam
        lam = lam / scale + precision * key**2
        eta = a * eta / scale + v[0, :, t, :, None] * precision * key
        eta_majorant = a * eta_majorant / scale + v[1, :, t, :, None] * precision * abs(key)
        y[0, :, t] = np.sum(query * eta / lam, axis=-1)
        y[1, :, t] = np.sum(abs(query) * eta_majorant / lam, axis=-1)
    return y


def run(x, w_in, w_conv, b_conv, w_sensor, delta, p_c, skip, w_out):
    m, s = delta.shape
    length = x.shape[1]
    raw, gate = np.split(x @ w_in, [m], axis=-1)
    taps = w_conv.shape[0]
    padded = np.pad(raw, ((0, 0), (taps - 1, 0), (0, 0)))
    conv = sum(padded[:, j : j + length] * w_conv[j] for j in range(taps)) + b_conv
    z = conv * sigmoid(conv)
    v, log_s2, k, q = np.split(z @ w_sensor, [m, 2 * m, 2 * m + s], axis=-1)
    lv = 1 / (softplus(log_s2) + 1e-4)
    k, q = unit(k), unit(q)
    step = softplus(delta)
    a, p = np.exp(-step), p_c / 2 * -np.expm1(-2 * step)
    y, majorant = scan(np.stack([v, abs(z) @ abs(w_sensor[:, :m])]), lv, k, q, a, p)
    gate = gate * sigmoid(gate)
    result = ((y + skip * z) * gate) @ w_out
    return result, ((majorant + abs(skip * z)) * abs(gate)) @ abs(w_out)


def make(args):
    rng = np.random.default_rng(args.seed)
    d, m, s = args.width, args.channels, args.states
    arrays = {
        "x": rng.normal(0, 1, (args.batch, args.length, d)),
        "w_in": rng.normal(0, d**-0.5, (d, 2 * m)),
        "w_conv": rng.normal(0, 0.5, (4, m)),
        "b_conv": rng.normal(0, 0.5, m),
        "w_sensor": rng.normal(0, m**-0.5, (m, 2 * m + 2 * s)),
        "delta": rng.uniform(-5, 0, (m, s)),
        "p_c": np.exp(rng.uniform(np.log(0.01), 0, (m, s))),
        "skip": rng.normal(0, 1, m),
        "w_out": rng.normal(0, m**-0.5, (m, d)),
    }
    os.makedirs(args.folder, exist_ok=True)
    for name, array in arrays.items():
        np.save(os.path.join(args.folder, name + ".npy"), array.astype(np.float32))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--make", action="store_true")
    for name, value in [("width", 8), ("channels", 12), ("states", 3), ("batch", 2),
                        ("length", 37), ("seed", 0)]:  # fmt: skip
        parser.add_argument("--" + name, type=int, default=value)
    args = parser.parse_args()
    if args.make:
        make(args)
    arrays = [
        np.load(os.path.join(args.folder, name + ".npy")).astype(np.float64)
        for name in NAMES
    ]
    result, majorant = run(*arrays)
    np.save(os.path.join(args.folder, "y_exact.npy"), result)
    np.save(os.path.join(args.folder, "y_majorant.npy"), majorant)


main()

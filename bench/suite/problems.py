"""Random inputs of the filter, and what float64 makes of them."""

import os
import subprocess

import numpy as np

NAMES = ("v", "lv", "k", "q", "a", "p", "lam0", "eta0")


def to_bf16(array):
    """The nearest bfloat16 of every element, as uint16 (NumPy has no such type)."""
    bits = array.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def make_kla(folder, shape, rng, bf16=False):
    """Writes NAMES as .npy files for shape (B, L, M, S); bf16 rounds v, lv, k, q.

    A twelfth of the lanes has a > 1, half of these p = 0. Nowhere is p = 0 and a < 1:
    there the precision outgrows float32, and the peers that carry it fail.
    """
    B, L, M, S = shape
    os.makedirs(folder, exist_ok=True)
    uniform = lambda low, high, size: rng.random(size, np.float32) * (high - low) + low
    normal = lambda size: rng.standard_normal(size, np.float32)
    a = uniform(0.9, 0.999, (M, S))
    p = uniform(1e-4, 1e-2, (M, S))
    lane = rng.permutation(M * S).reshape(M, S)
    a = np.where(lane % 12 == 1, uniform(1.0001, 1.05, (M, S)), a)
    p = np.where(lane % 24 == 1, np.float32(0), p)
    values = {
        "v": normal((B, L, M)),
        "lv": uniform(0.5, 1.5, (B, L, M)),
        "k": normal((B, L, S)),
        "q": normal((B, L, S)),
        "a": a,
        "p": p,
        "lam0": np.ones((B, M, S), np.float32),
        "eta0": np.zeros((B, M, S), np.float32),
    }
    for name, value in values.items():
        if bf16 and name in ("v", "lv", "k", "q"):
            value = to_bf16(value)
        np.save(os.path.join(folder, name + ".npy"), value)


def inputs_of(folder):
    return [os.path.join(folder, name + ".npy") for name in NAMES]


def expected_of(folder):
    return [os.path.join(folder, name + ".npy") for name in ("y", "yvar")]


def add_expected(program, folder):
    """Has the float64 program write y and yvar beside the inputs."""
    subprocess.run([program, *inputs_of(folder), *expected_of(folder)], check=True)

"""The filter in JAX under jit, as one would write it there.

scan               lax.scan over time, one step of (lam, eta) in its body
associative_scan   two of lax.associative_scan: the precision as products of 2x2
                   matrices (divided by their traces), then the information vector
"""

import jax
import jax.numpy as jnp

NAMES = ("scan", "associative_scan")
COMPILES = True


def version():
    return f"jax {jax.__version__}"


def scan(v, lv, k, q, a, p, lam0, eta0, variance):
    def step(state, inputs):
        lam, eta = state
        v, lv, k, q = inputs
        scale = 1 / (a * a + p * lam)
        lam = lam * scale + lv[:, :, None] * (k * k)[:, None, :]
        eta = a * eta * scale + (v * lv)[:, :, None] * k[:, None, :]
        read = [jnp.sum(q[:, None, :] * eta / lam, axis=-1)]
        if variance:
            read.append(jnp.sum((q * q)[:, None, :] / lam, axis=-1))
        return (lam, eta), read

    by_time = [jnp.moveaxis(x, 1, 0) for x in (v, lv, k, q)]
    _, read = jax.lax.scan(step, (lam0, eta0), by_time)
    return [jnp.moveaxis(x, 0, 1) for x in read]


def associative_scan(v, lv, k, q, a, p, lam0, eta0, variance):
    def compose_matrices(first, second):
        a1, b1, c1, d1 = first
        a2, b2, c2, d2 = second
        product = (
            a2 * a1 + b2 * c1,
            a2 * b1 + b2 * d1,
            c2 * a1 + d2 * c1,
            c2 * b1 + d2 * d1,
        )
        scale = 1 / (product[0] + product[3])
        return tuple(scale * x for x in product)

    def compose_affine(first, second):
        return second[0] * first[0], second[0] * first[1] + second[1]

    phi = lv[..., None] * (k * k)[:, :, None, :]
    r = (v * lv)[..., None] * k[:, :, None, :]
    a2 = jnp.broadcast_to(a * a, phi.shape)
    p = jnp.broadcast_to(p, phi.shape)
    leaves = (a2 * 0 + 1 + p * phi, phi * a2, p, a2)
    A, B, C, D = jax.lax.associative_scan(compose_matrices, leaves, axis=1)
    start = lam0[:, None]
    lam = (A * start + B) / (C * start + D)
    before = jnp.concatenate([start, lam[:, :-1]], axis=1)
    gain = a / (a2 + p * before)
    gains, sums = jax.lax.associative_scan(compose_affine, (gain, r), axis=1)
    eta = gains * eta0[:, None] + sums
    read = [jnp.sum(q[:, :, None, :] * eta / lam, axis=-1)]
    if variance:
        read.append(jnp.sum((q * q)[:, :, None, :] / lam, axis=-1))
    return read


def prepare(name, arrays, variance):
    """A call that returns the results as arrays, when they are there."""
    function = jax.jit(
        {"scan": scan, "associative_scan": associative_scan}[name], static_argnames="variance"
    )
    inputs = [jnp.asarray(x) for x in arrays]
    return lambda: jax.block_until_ready(function(*inputs, variance=variance))

"""Random inputs on the GPU, and what float64 makes of them."""

import torch


def _uniform(generator, low, high, *shape):
    return torch.empty(shape, device="cuda").uniform_(low, high, generator=generator)


def _normal(generator, *shape):
    return torch.empty(shape, device="cuda").normal_(generator=generator)


def make_kla(shape, generator):
    """v, lv, k, q, a, p, lam0, eta0 of Kalman linear attention, float32.

    A twelfth of the lanes has a > 1, half of these p = 0. Nowhere is p = 0 and a < 1:
    there the precision outgrows float32, and the peers that carry it fail. The prior is
    the one that every peer can begin with.
    """
    B, L, M, S = shape
    a = _uniform(generator, 0.9, 0.999, M, S)
    p = _uniform(generator, 1e-4, 1e-2, M, S)
    lane = torch.randperm(M * S, generator=generator, device="cuda").reshape(M, S)
    a = torch.where(lane % 12 == 1, _uniform(generator, 1.0001, 1.05, M, S), a)
    p = torch.where(lane % 24 == 1, torch.zeros_like(p), p)
    return [
        _normal(generator, B, L, M),
        _uniform(generator, 0.5, 1.5, B, L, M),
        _normal(generator, B, L, S),
        _normal(generator, B, L, S),
        a,
        p,
        torch.ones(B, M, S, device="cuda"),
        torch.zeros(B, M, S, device="cuda"),
    ]


def exact_kla(inputs):
    """y and its variance, as a textbook filters: by mean and variance, in float64."""
    v, lv, k, q, a, p, lam0, eta0 = (x.double() for x in inputs)
    variance = 1 / lam0
    mean = eta0 * variance
    y, yvar = torch.empty_like(v), torch.empty_like(v)
    for t in range(v.shape[1]):
        key, query = k[:, t, None, :], q[:, t, :, None]
        precision = lv[:, t, :, None]
        mean = a * mean
        variance = a * a * variance + p
        gain = variance * key * precision / (1 + variance * key * key * precision)
        mean = mean + gain * (v[:, t, :, None] - key * mean)
        variance = variance - gain * key * variance
        y[:, t] = (mean @ query)[..., 0]
        yvar[:, t] = (variance @ query**2)[..., 0]
    return y, yvar


def make_selective_scan(shape, generator):
    """u, delta [B,L,D], A [D,N], B, C [B,L,N], skip [D], z [B,L,D], bias [D], float32, as
    Mamba begins: A = -1 to -N, time steps of 0.001 to 0.1."""
    batch, length, channels, states = shape
    A = -torch.arange(1.0, states + 1, device="cuda").repeat(channels, 1)
    steps = torch.exp(_uniform(generator, -6.9, -2.3, channels))
    return [
        _normal(generator, batch, length, channels),
        0.5 * _normal(generator, batch, length, channels),
        A,
        _normal(generator, batch, length, states),
        _normal(generator, batch, length, states),
        1 + 0.1 * _normal(generator, channels),
        _normal(generator, batch, length, channels),
        torch.log(torch.expm1(steps)),
    ]


def exact_selective_scan(inputs):
    """The result, [B,L,D], in float64."""
    u, delta, A, B, C, skip, z, bias = (x.double() for x in inputs)
    steps = torch.nn.functional.softplus(delta + bias)
    h = torch.zeros(u.shape[0], *A.shape, dtype=torch.float64, device=u.device)
    y = torch.empty_like(u)
    for t in range(u.shape[1]):
        dt = steps[:, t, :, None]
        h = torch.exp(dt * A) * h + dt * u[:, t, :, None] * B[:, t, None, :]
        y[:, t] = (h @ C[:, t, :, None])[..., 0]
    return (y + skip * u) * torch.nn.functional.silu(z)


def relative_error(found, exact):
    """In the 2-norm; NaN where the result holds any."""
    return ((found.double() - exact).norm() / exact.norm()).item()

"""Recurrences whose outputs are summed over different iterators, and NumPy in float64 for
them. gpu_cases.py takes them to a GPU."""

import dataclasses

import numpy as np

from npy_tool import from_bf16, to_bf16


@dataclasses.dataclass
class Variant:
    """The type of what comes and goes at each step, whether sums become something else, and
    the direction."""

    name: str
    element: str = "f32"
    finish: bool = False
    reverse: bool = False


VARIANTS = [
    Variant("plain"),
    Variant("backward", finish=True, reverse=True),
    Variant("narrow", element="bf16"),
    Variant("narrow_finish", element="bf16", finish=True),
]
# B, L, M, S, R: states that fit a thread, a group, several launches, and nothing at all.
SIZES = [(2, 67, 33, 4, 5), (2, 37, 2, 4, 5), (1, 130, 3, 3, 1), (1, 33, 2, 13, 11),
         (3, 1, 9, 2, 8), (2, 0, 3, 4, 2), (1, 40, 3, 0, 3), (1, 40, 3, 3, 0)]
# The axes of results after h, by name: those that are missing are summed.
OUTPUTS = {"y": "btm", "ys": "btms", "yr": "btmr", "ts": "bms", "tsr": "bmsr", "all": "btmsr"}


def make_module(variant):
    """h = a h + u k g for each state; its products with k (s + 1) and g, summed. With finish,
    y = (sum + d u) and ys = sum u (t + 1) (s + 1)."""
    step = variant.element
    narrow = step != "f32"

    def tensor(rank, element="f32"):
        return f"tensor<{'?x' * rank}{element}>"

    def element_of(axes):
        return step if "t" in axes else "f32"

    def widen(*names):
        return "\n    ".join(
            f"%{name}w = arith.extf %{name}t : {step} to f32" if narrow
            else f"%{name}w = arith.addf %{name}t, %zero : f32" for name in names)

    def narrowed(*names):
        return "\n    ".join(
            f"%{name}n = arith.truncf %{name} : f32 to bf16" if narrow
            else f"%{name}n = arith.addf %{name}, %zero : f32" for name in names)

    def number(name, dim):
        return f"""%{name}i = recur.index {dim} : index
    %{name}j = arith.index_cast %{name}i : index to i32
    %{name}f = arith.sitofp %{name}j : i32 to f32
    %{name}1 = arith.addf %{name}f, %one : f32"""

    inputs = {"u": "btm", "k": "bts", "g": "btr", "a": "msr", "d": "m"}
    maps = [*inputs.values(), "bmsr", *OUTPUTS.values()]
    types = [tensor(len(axes), element_of(axes)) for axes in OUTPUTS.values()]
    results = ", ".join([tensor(4), *types])
    # Sums that become something else are yielded in f32.
    wide = {"y", "ys"} if variant.finish else set()
    sums = [element_of(axes) if name not in wide else "f32" for name, axes in OUTPUTS.items()]
    yields = ["%hkg" if "y" in wide else "%hkgn", "%hg" if "ys" in wide else "%hgn",
              "%hkn", "%hg", "%h1", "%h1n"]
    empties = "\n  ".join(
        f"%e{name} = tensor.empty({', '.join(f'%size_{axis}' for axis in axes)}) : {type}"
        for (name, axes), type in zip(OUTPUTS.items(), types))
    sizes = "\n  ".join(
        f"%c_{axis} = arith.constant {position} : index\n"
        f"  %size_{axis} = tensor.dim %{name}, %c_{axis} : {tensor(3, element)}"
        for axis, name, position, element in
        [("b", "u", 0, step), ("t", "u", 1, step), ("m", "u", 2, step), ("s", "k", 2, step),
         ("r", "g", 2, step)])
    arguments = f"%ut: {step}, %kt: {step}, %gt: {step}, %at: f32, %dt: f32"
    finish = f"""finish {{
  ^bb0({arguments}, {', '.join(f'%sum_{n}: {t}' for n, t in zip(OUTPUTS, sums))}):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    {widen("u")}
    {number("t", 1)}
    {number("s", 3)}
    %du = arith.mulf %dt, %uw : f32
    %skipped = arith.addf %sum_y, %du : f32
    %su = arith.mulf %sum_ys, %uw : f32
    %sut = arith.mulf %su, %t1 : f32
    %gated = arith.mulf %sut, %s1 : f32
    {narrowed("skipped", "gated")}
    recur.yield outs(%skippedn, %gatedn, {', '.join(f'%sum_{n}' for n in list(OUTPUTS)[2:])}
        : {', '.join(element_of(axes) for axes in OUTPUTS.values())})
  }}""" if variant.finish else ""
    return f"""
func.func @{variant.name}(%u: {tensor(3, step)}, %k: {tensor(3, step)}, %g: {tensor(3, step)},
    %a: {tensor(3)}, %d: {tensor(1)}, %h0: {tensor(4)}) -> ({results}) {{
  {sizes}
  {empties}
  %x:{1 + len(OUTPUTS)} = recur.generic {{
      indexing_maps = [{', '.join(
          f"affine_map<(b, t, m, s, r) -> ({', '.join(axes)})>" for axes in maps)}],
      iterator_types = ["parallel", "recurrence", "parallel", "reduction", "reduction"]
      {", reverse" if variant.reverse else ""}}}
    ins(%u, %k, %g, %a, %d : {tensor(3, step)}, {tensor(3, step)}, {tensor(3, step)},
        {tensor(3)}, {tensor(1)})
    state(%h0 : {tensor(4)}) outs({', '.join(f'%e{name}' for name in OUTPUTS)}
        : {', '.join(types)}) {{
  ^bb0({arguments}, %h: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    {widen("u", "k", "g")}
    {number("s", 3)}
    %ah = arith.mulf %at, %h : f32
    %uk = arith.mulf %uw, %kw : f32
    %ukg = arith.mulf %uk, %gw : f32
    %h1 = arith.addf %ah, %ukg : f32
    %ks = arith.mulf %kw, %s1 : f32
    %hk = arith.mulf %h1, %ks : f32
    %hg = arith.mulf %h1, %gw : f32
    %hkg = arith.mulf %hk, %gw : f32
    {narrowed("h1", "hk", "hg", "hkg")}
    recur.yield state(%h1 : f32) outs({', '.join(yields)} : {', '.join(sums)})
  }} {finish} -> ({results})
  return {', '.join(f'%x#{i}' for i in range(1 + len(OUTPUTS)))} : {results}
}}
"""


def make_inputs(rng, variant, size):
    """Inputs by name, in the variant's types."""
    b, length, m, s, r = size

    def normal(*shape):
        return rng.normal(size=shape).astype(np.float32)

    inputs = {"u": normal(b, length, m), "k": normal(b, length, s), "g": normal(b, length, r),
              "a": rng.uniform(-0.95, 0.95, (m, s, r)).astype(np.float32), "d": normal(m),
              "h0": normal(b, m, s, r)}
    if variant.element == "bf16":
        for key in "ukg":
            inputs[key] = to_bf16(inputs[key])
    return inputs


def run(variant, inputs):
    """Results by name: each with the error allowed for each element."""
    u, k, g, a, d, h = (
        (from_bf16(array) if array.dtype == np.uint16 else array).astype(np.float64)
        for array in inputs.values())
    length, most = u.shape[1], np.abs(h)
    sizes = dict(zip("btmsr", (*u.shape, *a.shape[1:])))
    results = {"h": None}
    results.update({name: [np.zeros([sizes[axis] for axis in axes]) for _ in range(2)]
                    for name, axes in OUTPUTS.items()})
    for t in reversed(range(length)) if variant.reverse else range(length):
        new = np.einsum("bm,bs,br->bmsr", u[:, t], k[:, t], g[:, t])
        h, most = a * h + new, np.abs(a) * most + np.abs(new)
        ks = k[:, t, None, :, None] * np.arange(1, sizes["s"] + 1)[:, None]
        gr = g[:, t, None, None, :]
        factors = {"y": ks * gr, "ys": gr, "yr": ks, "ts": gr, "tsr": 1, "all": 1}
        for name, axes in OUTPUTS.items():
            for target, value, factor in zip(results[name], (h, most),
                                             (factors[name], np.abs(factors[name]))):
                part = np.einsum("bmsr->" + axes.replace("t", ""), value * factor)
                if "t" in axes:
                    target[:, t] = part
                else:
                    target += part
    if variant.finish:
        gate = (u * np.arange(1, length + 1)[:, None])[..., None] * np.arange(1, sizes["s"] + 1)
        results["y"] = [results["y"][0] + d * u, results["y"][1] + np.abs(d * u)]
        results["ys"] = [results["ys"][0] * gate, results["ys"][1] * np.abs(gate)]
    results["h"] = [h, most]
    for name, (exact, size) in results.items():
        allowed = 64 * 2.0**-24 * size
        if variant.element == "bf16" and "t" in OUTPUTS.get(name, ""):
            allowed = allowed + 2.0**-8 * (np.abs(exact) + allowed)
        results[name] = (exact, allowed)
    return results

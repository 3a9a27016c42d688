"""Makes, shows and compares .npy files for the tests, so that RUN lines need no
shell logic. In RUN lines it is called %npy.

  %npy make --dir=%t [--seed=7] v=f4:2,33,5:uniform,-1,1 n=i8:4:list,0,1,1,3
      One file for each NAME=DTYPE:EXTENTS:VALUES[:F], as NAME.npy. DTYPE is a
      NumPy type or bf16 (stored as u2); EXTENTS may be empty for a scalar;
      :F stores in Fortran order. VALUES are one of
        uniform,LOW,HIGH      log,LOW,HIGH (log-uniform)      normal,MEAN,STD
        integers,LOW,HIGH (HIGH excluded)    range (0, 1, 2, ...)    const,X
        list,X,Y,...          missing,FRACTION,LOW,HIGH (uniform, some NaN)
  %npy raw FILE [--descr=">f4"] [--shape="(2,)"] [--order=False] [--bytes=8]
      A file with this header and as many bytes, right or wrong.
  %npy show FILE... [--dtype=bf16]
      Type, shape and values, for FileCheck.
  %npy compare FOUND EXPECTED --tolerance=1e-6 [--majorant=FILE] [--absolute]
      Fails unless |found - expected| <= tolerance * majorant everywhere, and
      NaN stands exactly where EXPECTED has it. The majorant is |expected|
      where no file gives one, or 1 with --absolute. --dtype=bf16 reads FOUND
      as bf16.
"""

import argparse
import os
import sys

import numpy as np


def to_bf16(values):
    """The bits of the nearest bf16 numbers, ties to even."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(values), np.uint16(0x7FC0), rounded)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def load(path, dtype=None):
    array = np.load(path)
    return from_bf16(array) if dtype == "bf16" else array


def make_values(rng, kind, numbers, shape):
    count = int(np.prod(shape, dtype=np.int64))
    if kind == "uniform":
        return rng.uniform(*numbers, count)
    if kind == "log":
        return np.exp(rng.uniform(*np.log(numbers), count))
    if kind == "normal":
        return rng.normal(*numbers, count)
    if kind == "integers":
        return rng.integers(*map(int, numbers), count)
    if kind == "range":
        return np.arange(count)
    if kind == "const":
        return np.full(count, numbers[0])
    if kind == "list":
        return np.array(numbers)
    if kind == "missing":
        values = rng.uniform(*numbers[1:], count)
        values[rng.uniform(0, 1, count) < numbers[0]] = np.nan
        return values
    sys.exit(f"npy_tool: unknown values '{kind}'")


def make(args):
    rng = np.random.default_rng(args.seed)
    os.makedirs(args.dir, exist_ok=True)
    for spec in args.specs:
        name, description = spec.split("=")
        dtype, extents, values, *order = description.split(":")
        shape = tuple(int(size) for size in extents.split(",") if size)
        kind, *numbers = values.split(",")
        array = make_values(rng, kind, [float(x) for x in numbers], shape)
        array = array.reshape(shape)
        array = to_bf16(array) if dtype == "bf16" else array.astype(dtype)
        if order == ["F"]:
            array = np.asfortranarray(array)
        np.save(os.path.join(args.dir, name + ".npy"), array)


def raw(args):
    header = (
        f"{{'descr': {args.descr!r}, 'fortran_order': {args.order}, "
        f"'shape': {args.shape}, }}"
        if args.header is None
        else args.header
    ).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    with open(args.file, "wb") as file:
        file.write(args.magic.encode("latin-1") + bytes([args.version, 0]))
        width = 2 if args.version == 1 else 4
        file.write(len(header).to_bytes(width, "little"))
        file.write(header + bytes(args.bytes))
    if args.truncate is not None:
        os.truncate(args.file, args.truncate)


def show(args):
    for file in args.files:
        array = load(file, args.dtype)
        name = os.path.basename(file)[: -len(".npy")]
        shape = list(array.shape)
        print(f"{name} {np.load(file).dtype.str} {shape} {array.tolist()}")


def compare(args):
    found = load(args.found, args.dtype).astype(np.float64)
    expected = np.load(args.expected).astype(np.float64)
    if found.shape != expected.shape:
        sys.exit(f"compare: expected shape {expected.shape}, found {found.shape}")
    differs = np.isnan(found) != np.isnan(expected)
    if differs.any():
        where = tuple(int(i) for i in np.argwhere(differs)[0])
        sys.exit(
            f"compare: expected {expected[where]} at {where}, found "
            f"{found[where]}; {int(differs.sum())} of {differs.size} differ in NaN"
        )
    if args.majorant:
        majorant = np.abs(np.load(args.majorant).astype(np.float64))
    else:
        majorant = np.ones_like(expected) if args.absolute else np.abs(expected)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        error = np.abs(found - expected) / majorant
    # Equal values are right whatever the majorant: 0 by 0, infinities, NaN.
    error[(found == expected) | np.isnan(expected)] = 0
    error[np.isnan(error)] = np.inf
    worst = float(error.max(initial=0.0))
    print(f"max error {worst:.3g}, tolerance {args.tolerance:g}")
    if worst > args.tolerance:
        where = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
        sys.exit(
            f"compare: error {worst:.3g} above tolerance {args.tolerance:g} at "
            f"{where}: expected {expected[where]!r}, found {found[where]!r}"
        )


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("make")
    command.set_defaults(run=make)
    command.add_argument("--dir", required=True)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("specs", nargs="+")
    command = commands.add_parser("raw")
    command.set_defaults(run=raw)
    command.add_argument("file")
    command.add_argument("--descr", default="<f4")
    command.add_argument("--shape", default="(2,)")
    command.add_argument("--order", default="False")
    command.add_argument("--header")
    command.add_argument("--magic", default="\x93NUMPY")
    command.add_argument("--version", type=int, default=1)
    command.add_argument("--bytes", type=int, default=8)
    command.add_argument("--truncate", type=int)
    command = commands.add_parser("show")
    command.set_defaults(run=show)
    command.add_argument("files", nargs="+")
    command.add_argument("--dtype")
    command = commands.add_parser("compare")
    command.set_defaults(run=compare)
    command.add_argument("found")
    command.add_argument("expected")
    command.add_argument("--tolerance", type=float, required=True)
    command.add_argument("--majorant")
    command.add_argument("--absolute", action="store_true")
    command.add_argument("--dtype")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()

"""Reads what `kalmir-compile --emit=triton` (or ptx, cubin) wrote: which kernels a call
of an entry launches, in which order, with which grids and arguments.

Needs nothing but Python; kla.py launches with Triton.
"""

import json
import operator
import os


def signed(number):
    """A number of 64 bits, which wrap as in the compiled program."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def quotient(a, b):
    """Rounds to zero, as arith.divsi does."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def on_unsigned(function):
    mask = (1 << 64) - 1
    return lambda a, b: function(a & mask, b & mask)


def number(value):
    """Truth as 0 or 1."""
    return int(value) if isinstance(value, bool) else value


ORDERS = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge,
}

OPERATIONS = {
    "copy": lambda a: a,
    "addi": lambda a, b: signed(a + b),
    "subi": lambda a, b: signed(a - b),
    "muli": lambda a, b: signed(a * b),
    "divsi": quotient,
    "remsi": lambda a, b: a - quotient(a, b) * b,
    "floordivsi": lambda a, b: a // b,
    "ceildivsi": lambda a, b: -(-a // b),
    "divui": on_unsigned(lambda a, b: signed(a // b)),
    "remui": on_unsigned(lambda a, b: signed(a % b)),
    "ceildivui": on_unsigned(lambda a, b: signed(-(-a // b))),
    "minsi": min,
    "maxsi": max,
    "minui": on_unsigned(lambda a, b: signed(min(a, b))),
    "maxui": on_unsigned(lambda a, b: signed(max(a, b))),
    "andi": operator.and_,
    "ori": operator.or_,
    "xori": operator.xor,
    "shli": lambda a, b: signed(a << b),
    "shrsi": lambda a, b: a >> b,
    "shrui": on_unsigned(lambda a, b: signed(a >> b)),
    "select": lambda condition, a, b: a if condition else b,
    "sitofp": float,
    "addf": operator.add,
    "mulf": operator.mul,
}
for order, function in ORDERS.items():
    OPERATIONS["cmpi." + (order if order in ("eq", "ne") else "s" + order)] = function
    OPERATIONS["cmpi.u" + order] = on_unsigned(function)
    OPERATIONS["cmpf.o" + order] = function


class Bundle:
    """The directory that was given to kalmir-compile -o."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "manifest.json")) as file:
            self.manifest = json.load(file)
        assert self.manifest["kalmir_bundle"] == 1, "a bundle of another Kalmir"
        self.kernels = self.manifest["kernels"]
        self.entries = self.manifest["entries"]

    def output_shapes(self, entry, shapes):
        """Shapes of the outputs of a call, from those of the inputs."""
        extents = iter(self._results(entry, "shapes", shapes))
        return [[next(extents) for _ in output["shape"]]
                for output in self.entries[entry]["outputs"]]

    def workspace_bytes(self, entry, shapes):
        """Bytes of device memory that a call needs, aligned to 64; `shapes` has those
        of inputs and outputs. -1 where 64 bits cannot count them."""
        return self._results(entry, "workspace", shapes)[0]

    def run(self, entry, shapes, pointers, workspace, launch):
        """Calls launch(kernel, grid, shared, arguments) for each launch of a call. Extents
        are not checked: those with one name in the manifest must be equal."""
        self._run(self.entries[entry]["steps"], {}, shapes, pointers, workspace, launch)

    def _results(self, entry, what, shapes):
        program, values = self.entries[entry][what], {}
        self._run(program["steps"], values, shapes, None, None, None)
        return [values[v] if isinstance(v, str) else v for v in program["results"]]

    def _run(self, steps, values, shapes, pointers, workspace, launch):
        def get(value):
            return values[value] if isinstance(value, str) else value

        def run(inner):
            self._run(inner, values, shapes, pointers, workspace, launch)

        for step in steps:
            if "set" in step:
                operands = [get(value) for value in step["of"]]
                if step["op"] == "extent":
                    result = shapes[operands[0]][operands[1]]
                elif step["op"] == "pointer":
                    result = pointers[operands[0]]
                elif step["op"] == "workspace":
                    result = workspace
                else:
                    result = OPERATIONS[step["op"]](*operands)
                values[step["set"]] = result
            elif "if" in step:
                run(step["then"] if get(step["if"]) else step["else"])
            elif "for" in step:
                for i in range(get(step["from"]), get(step["to"]), get(step["step"])):
                    values[step["for"]] = i
                    run(step["do"])
            else:
                grid = [get(size) for size in step["grid"]]
                if all(grid):
                    launch(step["launch"], grid, get(step["shared"]),
                           [number(get(value)) for value in step["arguments"]])

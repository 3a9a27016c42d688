"""Runs PTX on the CPU, to check kernels by value where there is no GPU.

Knows what Kalmir's kernels use: scalar and vector loads and stores, arithmetic of integers
and floats, shuffles, votes, barriers, asynchronous copies. The warps of a workgroup run either
together or one by one, each until it has to wait for the others at a barrier, which a
missing barrier does not survive. Copies by cp.async arrive as late as they may, when they
are waited for: what reads them before sees what was there. Memory that a kernel does not
own raises IndexError; shared memory holds NaN in the beginning.

Threads of a warp run in step: a synchronisation that is missing among them is not noticed.
Not a model of time. Approximations (rcp.approx and the like) are rounded correctly here.
"""

import re

import numpy as np

GLOBAL = 1 << 32  # where global memory begins; shared memory lies at 0
TYPES = {
    "b8": np.uint8, "u8": np.uint8, "s8": np.int8,
    "b16": np.uint16, "u16": np.uint16, "s16": np.int16, "f16": np.float16,
    "b32": np.uint32, "u32": np.uint32, "s32": np.int32, "f32": np.float32,
    "b64": np.uint64, "u64": np.uint64, "s64": np.int64, "f64": np.float64,
    "bf16": np.uint16, "pred": np.bool_,
}
WIDTHS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def widen_bf16(bits):
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def narrow_bf16(values):
    bits = values.astype(np.float32).view(np.uint32)
    even = ((bits >> np.uint32(16)) & np.uint32(1)) + np.uint32(0x7FFF)
    rounded = ((bits + even) >> np.uint32(16)).astype(np.uint16)
    return np.where(np.isnan(values), np.uint16(0x7FFF), rounded)


def flush(values):
    """Subnormal numbers are 0."""
    tiny = np.abs(values) < np.float32(2.0**-126)
    return np.where(tiny, np.copysign(np.float32(0), values), values).astype(np.float32)


class Instruction:
    """One line: an operation, its type suffixes, operands, and a guard."""

    def __init__(self, text):
        self.text = text
        guard = re.match(r"@(!?)(%\w+)\s+", text)
        self.guard = (guard[2], guard[1] == "!") if guard else None
        text = text[guard.end():] if guard else text
        name, _, rest = text.partition(" ") if "\t" not in text else text.partition("\t")
        self.parts = name.split(".")
        self.op = self.parts[0]
        self.operands = self._split(rest.strip())
        self.type = next((p for p in reversed(self.parts) if p in TYPES), None)
        # Whether the threads of a warp run it together.
        self.isOfWarp = self.op in ("shfl", "vote") or self.parts[:2] == ["bar", "warp"]

    @staticmethod
    def _split(text):
        """At commas outside of braces and brackets."""
        result, depth, current = [], 0, ""
        for character in text:
            depth += character in "{[("
            depth -= character in "}])"
            if character == "," and depth == 0:
                result.append(current.strip())
                current = ""
            else:
                current += character
        if current.strip():
            result.append(current.strip())
        return result

    def has(self, part):
        return part in self.parts


class Kernel:
    """A file with one entry."""

    def __init__(self, text):
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
        header = text[text.index(".visible .entry"):]
        self.parameters = re.findall(r"\.param \.(\w+)[^,)\n]* (\w+)[,\n]",
                                     header[: header.index(")")] + "\n")
        block = re.search(r"\.reqntid (\d+)", header)
        self.block = int(block[1]) if block else None
        body = header[header.index("{") + 1 : header.rindex("}")]
        self.shared = {}
        self.code, self.labels = [], {}
        # Braces hold the text of inline assembly, and vectors.
        for line in re.split(r";|(?<=:)\n|\n(?=\s*\$)", body):
            line = line.strip()
            while line.startswith("{") or line.startswith("}"):
                line = line[1:].strip()
            label = re.fullmatch(r"(\$?\w+):", line)
            if label:
                self.labels[label[1]] = len(self.code)
            elif line.startswith(".shared"):
                self.shared[line.split()[-1].split("[")[0]] = 0
            elif line and not line.startswith("."):
                self.code.append(Instruction(" ".join(line.split())))


class Block:
    """The threads of a workgroup."""

    def __init__(self, kernel, memory, arguments, block, grid, index, shared_bytes):
        self.kernel, self.memory, self.arguments = kernel, memory, arguments
        self.count = block
        self.registers = {}
        self.shared = np.full((shared_bytes + 15) // 8 * 8, 0xFF, np.uint8)
        self.pc = np.zeros(block, np.int64)
        self.waiting = np.zeros(block, bool)
        self.done = np.zeros(block, bool)
        # By thread: groups of copies that were begun, the last one open.
        self.copies = [[[]] for _ in range(block)]
        self.special = {
            "%tid.x": np.arange(block, dtype=np.uint32),
            "%laneid": np.arange(block, dtype=np.uint32) % np.uint32(32),
            "%ctaid.x": np.full(block, index, np.uint32),
            "%ntid.x": np.full(block, block, np.uint32),
            "%nctaid.x": np.full(block, grid, np.uint32),
        }

    # --- operands ---

    def read(self, name, kind, at):
        """Operand `name` as an array of `kind` for the threads `at`."""
        dtype = TYPES[kind]
        if name[0] == "%":
            if name in self.special:
                return self.special[name][at].astype(dtype)
            register = self.registers.get(name)
            if register is None:
                register = self.registers[name] = np.zeros(self.count, np.uint64)
            if kind == "pred":
                return register[at] != 0
            size = np.dtype(dtype).itemsize
            return register[at].astype(WIDTHS[size]).view(dtype)
        if name in self.kernel.shared:
            return np.full(len(at), self.kernel.shared[name], dtype)
        if name[:2] in ("0f", "0d"):
            bits = int(name[2:], 16)
        else:
            bits = int(name, 0) & ((1 << 8 * np.dtype(dtype).itemsize) - 1)
        return np.full(len(at), bits, WIDTHS[np.dtype(dtype).itemsize]).view(dtype)

    def write(self, name, value, at):
        if name == "_":
            return
        register = self.registers.get(name)
        if register is None:
            register = self.registers[name] = np.zeros(self.count, np.uint64)
        value = np.asarray(value)
        if value.dtype == np.bool_:
            register[at] = value
        else:
            register[at] = value.view(WIDTHS[value.dtype.itemsize]).astype(np.uint64)

    def address(self, operand, at):
        name, _, offset = operand.strip("[]").partition("+")
        return self.read(name, "s64", at) + np.int64(int(offset, 0) if offset else 0)

    def load(self, address, dtype):
        size = np.dtype(dtype).itemsize
        memory, start = self.where(address, size)
        return memory.view(dtype)[start // size]

    def store(self, address, values):
        size = values.dtype.itemsize
        memory, start = self.where(address, size)
        memory.view(values.dtype)[start // size] = values

    def where(self, address, size):
        """The memory that addresses mean, and the places in it."""
        lowest, highest = address.min(), address.max()
        if (address & (size - 1)).any():
            raise IndexError("misaligned address")
        if lowest < GLOBAL:
            if lowest < 0 or highest + size > len(self.shared):
                raise IndexError(f"address beyond {len(self.shared)} bytes of shared memory")
            return self.shared, address
        start = address - GLOBAL
        if highest - GLOBAL + size > len(self.memory.bytes):
            raise IndexError(f"address beyond memory of {len(self.memory.bytes)} bytes")
        if not self.memory.owned[start].all():
            raise IndexError("address between buffers")
        return self.memory.bytes, start

    # --- control ---

    def run(self, rng, together):
        """Runs all threads to the end: warps together, or in random order one by one."""
        groups = [np.arange(self.count)]
        if not together:
            groups = [np.arange(first, first + 32) for first in range(0, self.count, 32)]
        while not self.done.all():
            for number in rng.permutation(len(groups)):
                self.run_group(groups[number])
            # A barrier that all have reached opens.
            assert np.all(self.waiting | self.done), "a barrier that some never reach"
            self.waiting[:] = False

    def run_group(self, threads):
        code = self.kernel.code
        # Those that wait for the rest of their warp.
        held = np.zeros(self.count, bool)
        while True:
            live = threads[~(self.waiting[threads] | self.done[threads])]
            if not len(live):
                return
            free = live[~held[live]]
            assert len(free), "threads of a warp that wait for each other at different places"
            pc = self.pc[free].min()
            at = free[self.pc[free] == pc]
            if pc >= len(code):
                self.done[at] = True
                continue
            instruction = code[pc]
            if instruction.isOfWarp:
                at = live[self.pc[live] == pc]
                warps = at // 32
                complete = np.bincount(warps, minlength=self.count // 32)[warps] == np.bincount(
                    live // 32, minlength=self.count // 32)[warps]
                held[at] = ~complete
                at = at[complete]
                if not len(at):
                    continue
            self.pc[at] = pc + 1
            if instruction.guard:
                name, negated = instruction.guard
                at = at[self.read(name, "pred", at) != negated]
                if not len(at):
                    continue
            self.execute(instruction, at)

    def execute(self, i, at):
        method = getattr(self, "do_" + i.op, None)
        if method is None:
            raise NotImplementedError(i.text)
        try:
            method(i, at)
        except (AssertionError, IndexError) as error:
            raise type(error)(f"{error}: {i.text}") from None

    def do_bra(self, i, at):
        self.pc[at] = self.kernel.labels[i.operands[0]]

    def do_ret(self, i, at):
        self.done[at] = True

    def do_bar(self, i, at):
        if not i.has("warp"):
            self.waiting[at] = True

    # --- moves ---

    def do_mov(self, i, at):
        to, value = i.operands
        if to.startswith("{"):
            parts = to.strip("{}").replace(" ", "").split(",")
            whole = self.read(value, i.type, at)
            size = whole.dtype.itemsize // len(parts)
            pieces = np.ascontiguousarray(whole)[:, None].view(WIDTHS[size])
            for part, piece in zip(parts, pieces.T):
                self.write(part, np.ascontiguousarray(piece), at)
        elif value.startswith("{"):
            parts = value.strip("{}").replace(" ", "").split(",")
            size = np.dtype(TYPES[i.type]).itemsize // len(parts)
            kind = {2: "b16", 4: "b32"}[size]
            pieces = np.stack([self.read(part, kind, at) for part in parts], axis=-1)
            self.write(to, np.ascontiguousarray(pieces).view(TYPES[i.type])[..., 0], at)
        else:
            self.write(to, self.read(value, i.type, at), at)

    def do_cvta(self, i, at):
        self.write(i.operands[0], self.read(i.operands[1], "u64", at), at)

    def do_ld(self, i, at):
        dtype = TYPES[i.type]
        if i.has("param"):
            name = i.operands[1].strip("[]").partition("+")[0]
            self.write(i.operands[0], np.full(len(at), self.arguments[name]).astype(dtype), at)
            return
        # What is narrower than a register fills it, with its sign.
        wide = np.int64 if np.issubdtype(dtype, np.signedinteger) else dtype
        self.vector(i.operands[0], lambda to, address: self.write(
            to, self.load(address, dtype).astype(wide), at), self.address(i.operands[1], at),
            dtype)

    def do_st(self, i, at):
        dtype = TYPES[i.type]
        self.vector(i.operands[1], lambda value, address: self.store(
            address, self.read(value, i.type, at)), self.address(i.operands[0], at), dtype)

    def vector(self, operands, function, address, dtype):
        names = operands.strip("{}").replace(" ", "").split(",")
        size = np.dtype(dtype).itemsize
        if (address & (size * len(names) - 1)).any():
            raise IndexError("misaligned vector")
        for number, name in enumerate(names):
            function(name, address + np.int64(number * size))

    def do_cp(self, i, at):
        if i.has("commit_group"):
            for thread in at:
                self.copies[thread].append([])
        elif i.has("wait_group") or i.has("wait_all"):
            left = int(i.operands[0]) if i.has("wait_group") else 0
            for thread in at:
                groups = self.copies[thread]
                while len(groups) - 1 > left:
                    for to, value in groups.pop(0):
                        self.shared[to : to + len(value)] = value
        else:
            size = int(i.operands[2])
            to = self.address(i.operands[0], at)
            begin = self.address(i.operands[1], at)
            if np.any(to % size) or np.any(begin % size):
                raise IndexError("misaligned copy")
            _, start = self.where(begin, 1)
            self.where(begin + np.int64(size - 1), 1)
            assert to.min() >= 0 and to.max() + size <= len(self.shared), "copy beyond tiles"
            for thread, target, source in zip(at, to, start):
                value = self.memory.bytes[source : source + size].copy()
                self.copies[thread][-1].append((target, value))

    # --- between threads ---

    def do_shfl(self, i, at):
        to, value, other, clamp = i.operands[:4]
        values = self.read(value, "b32", at).reshape(-1, 32)
        # By warp: the lane that each reads.
        other = self.read(other, "u32", at).astype(np.int64).reshape(-1, 32)
        assert clamp == "31" and (i.has("bfly") or i.has("idx")), i.text
        lanes = (np.arange(32) ^ other if i.has("bfly") else other) & 31
        result = np.take_along_axis(values, lanes, axis=1)
        self.write(to.partition("|")[0], np.ascontiguousarray(result).ravel(), at)

    def do_vote(self, i, at):
        assert i.has("any"), i.text
        votes = self.read(i.operands[1], "pred", at).reshape(-1, 32)
        self.write(i.operands[0], np.repeat(votes.any(axis=1), 32), at)

    # --- comparisons ---

    def do_setp(self, i, at):
        to, x, y = i.operands[:3]
        a, b = self.read(x, i.type, at), self.read(y, i.type, at)
        order = i.parts[1]
        if order in ("num", "nan"):
            result = np.isnan(a) | np.isnan(b)
            result = ~result if order == "num" else result
        else:
            unordered = i.type.startswith("f") and len(order) == 3 and order[2] == "u"
            name = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}.get(order, order[:2])
            result = {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
                      "gt": np.greater, "ge": np.greater_equal}[name](a, b)
            if i.type.startswith("f"):
                nan = np.isnan(a) | np.isnan(b)
                result = (result | nan) if unordered else (result & ~nan)
        assert len(i.operands) == 3, i.text
        self.write(to, result, at)

    def do_selp(self, i, at):
        to, x, y, condition = i.operands
        self.write(to, np.where(self.read(condition, "pred", at), self.read(x, i.type, at),
                                self.read(y, i.type, at)), at)

    # --- arithmetic ---

    def do_cvt(self, i, at):
        if i.has("bf16x2"):
            high, low = [narrow_bf16(value).astype(np.uint32)
                         for value in self.values(i, at, "f32")]
            self.write(i.operands[0], high << np.uint32(16) | low, at)
            return
        target, source = [part for part in i.parts if part in TYPES]
        value = self.read(i.operands[1], source, at)
        if source == "bf16":
            value = widen_bf16(value)
        if target == "bf16":
            value = narrow_bf16(value)
        elif target.startswith("f") or np.issubdtype(value.dtype, np.integer):
            value = value.astype(TYPES[target])
        else:
            mode = next(part for part in i.parts if part in ("rzi", "rni", "rmi", "rpi"))
            rounded = {"rzi": np.trunc, "rni": np.rint, "rmi": np.floor,
                       "rpi": np.ceil}[mode](value)
            limits = np.iinfo(TYPES[target])
            value = np.clip(np.nan_to_num(rounded.astype(np.float64)), limits.min,
                            limits.max).astype(TYPES[target])
        if i.parts[1] in ("rmi", "rni", "rzi", "rpi") and target.startswith("f"):
            value = {"rzi": np.trunc, "rni": np.rint, "rmi": np.floor,
                     "rpi": np.ceil}[i.parts[1]](value)
        self.write(i.operands[0], value, at)

    def values(self, i, at, kind=None):
        return [self.read(operand, kind or i.type, at) for operand in i.operands[1:]]

    def finish(self, i, result, at):
        if i.has("ftz"):
            result = flush(result)
        self.write(i.operands[0], result, at)

    def do_add(self, i, at):
        a, b = self.values(i, at)
        self.finish(i, a + b, at)

    def do_sub(self, i, at):
        a, b = self.values(i, at)
        self.finish(i, a - b, at)

    def do_mul(self, i, at):
        a, b = self.values(i, at)
        if i.has("wide"):
            wide = {"u32": np.uint64, "s32": np.int64, "u16": np.uint32, "s16": np.int32}[i.type]
            self.finish(i, a.astype(wide) * b.astype(wide), at)
        elif i.has("hi"):
            high = [(int(x) * int(y)) >> (8 * a.dtype.itemsize) for x, y in zip(a, b)]
            self.finish(i, np.array(high, dtype=a.dtype), at)
        else:
            self.finish(i, a * b, at)

    def do_mad(self, i, at):
        if i.has("wide"):
            wide = "u64" if i.type == "u32" else "s64"
            a, b = [self.read(o, i.type, at).astype(TYPES[wide]) for o in i.operands[1:3]]
            c = self.read(i.operands[3], wide, at)
        else:
            a, b, c = self.values(i, at)
        self.finish(i, a * b + c, at)

    def do_fma(self, i, at):
        a, b, c = self.values(i, at)
        if i.type == "f32":
            exact = a.astype(np.float64) * b.astype(np.float64) + c.astype(np.float64)
            self.finish(i, exact.astype(np.float32), at)
        else:
            self.finish(i, a * b + c, at)

    def do_div(self, i, at):
        a, b = self.values(i, at)
        if i.type.startswith("f"):
            self.finish(i, a / b, at)
        elif i.type.startswith("u"):
            self.finish(i, a // b, at)
        else:
            self.finish(i, np.trunc(a / b.astype(np.float64)).astype(a.dtype), at)

    def do_rem(self, i, at):
        a, b = self.values(i, at)
        self.finish(i, np.fmod(a, b), at)

    def do_neg(self, i, at):
        self.finish(i, -self.values(i, at)[0], at)

    def do_abs(self, i, at):
        self.finish(i, np.abs(self.values(i, at)[0]), at)

    def do_copysign(self, i, at):
        sign, magnitude = self.values(i, at)
        self.finish(i, np.copysign(magnitude, sign), at)

    def extremum(self, i, at, propagating, ignoring):
        a, b = self.values(i, at)
        isFloat = i.type.startswith("f")
        self.finish(i, (propagating if i.has("NaN") or not isFloat else ignoring)(a, b), at)

    def do_max(self, i, at):
        self.extremum(i, at, np.maximum, np.fmax)

    def do_min(self, i, at):
        self.extremum(i, at, np.minimum, np.fmin)

    def do_rcp(self, i, at):
        a = self.values(i, at)[0]
        a = flush(a) if i.has("ftz") else a
        self.finish(i, (1 / a).astype(a.dtype), at)

    def function(self, i, at, function):
        a = self.values(i, at)[0]
        a = flush(a) if i.has("ftz") else a
        self.finish(i, function(a.astype(np.float64)).astype(a.dtype), at)

    def do_ex2(self, i, at):
        self.function(i, at, np.exp2)

    def do_lg2(self, i, at):
        self.function(i, at, np.log2)

    def do_sqrt(self, i, at):
        self.function(i, at, np.sqrt)

    def do_rsqrt(self, i, at):
        self.function(i, at, lambda a: 1 / np.sqrt(a))

    def do_tanh(self, i, at):
        self.function(i, at, np.tanh)

    # --- bits ---

    def bitwise(self, i, at, function):
        a, b = self.values(i, at)
        self.write(i.operands[0], function(a, b), at)

    def do_and(self, i, at):
        self.bitwise(i, at, np.bitwise_and)

    def do_or(self, i, at):
        self.bitwise(i, at, np.bitwise_or)

    def do_xor(self, i, at):
        self.bitwise(i, at, np.bitwise_xor)

    def do_not(self, i, at):
        self.write(i.operands[0], ~self.values(i, at)[0], at)

    def shift(self, i, at, function, kind):
        a, b = self.read(i.operands[1], kind, at), self.read(i.operands[2], "u32", at)
        bits = 8 * a.dtype.itemsize
        shifted = function(a, np.minimum(b, np.uint32(bits - 1)).astype(a.dtype))
        # Of signed numbers the sign stays.
        isSigned = kind.startswith("s")
        self.write(i.operands[0], shifted if isSigned else
                   np.where(b < bits, shifted, a.dtype.type(0)), at)

    def do_bfe(self, i, at):
        a = self.read(i.operands[1], i.type, at)
        assert i.type.startswith("u"), i.text
        start, length = int(i.operands[2]), int(i.operands[3])
        self.write(i.operands[0], (a >> a.dtype.type(start)) & a.dtype.type((1 << length) - 1),
                   at)

    def do_shl(self, i, at):
        self.shift(i, at, np.left_shift, i.type)

    def do_shr(self, i, at):
        self.shift(i, at, np.right_shift, i.type)


class Memory:
    """Global memory: buffers with gaps between them."""

    def __init__(self, size):
        size = (size + 7) // 8 * 8
        self.bytes = np.full(size, 0xFF, np.uint8)
        self.owned = np.zeros(size, bool)
        self.used = 0

    def allocate(self, size, misalignment=0):
        """The address of a new buffer, aligned to 256 bytes but for `misalignment`."""
        start = (self.used + 511) // 256 * 256 + misalignment
        if start + size > len(self.bytes):
            raise MemoryError(f"more than {len(self.bytes)} bytes")
        self.used = start + size
        self.owned[start : start + size] = True
        return GLOBAL + start

    def view(self, address, dtype, shape):
        start = address - GLOBAL
        count = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        return self.bytes[start : start + count].view(dtype).reshape(shape)


def launch(kernel, memory, grid, block, shared_bytes, arguments, rng, together):
    """Runs a kernel, its workgroups in random order, their warps together or too."""
    named = {}
    for (kind, name), value in zip(kernel.parameters, arguments):
        dtype = TYPES[kind]
        if isinstance(value, int):
            value &= (1 << 8 * np.dtype(dtype).itemsize) - 1
        named[name] = np.array([value], dtype=WIDTHS[np.dtype(dtype).itemsize] if isinstance(
            value, int) else dtype).view(dtype)[0]
    with np.errstate(all="ignore"):
        for index in rng.permutation(grid):
            Block(kernel, memory, named, block, grid, index, shared_bytes).run(rng, together)

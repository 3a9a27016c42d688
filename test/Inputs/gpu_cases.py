"""What tools/check-gpu.sh takes to a machine with a GPU.

    gpu_cases.py DIR --march=sm_90 [--only=REGEX] [--ptx]

writes libraries for CUDA, inputs, and what float64 gives for them into DIR, and a line for
each case into DIR/cases.txt, its fields separated by tabs:

    check, sanitize (a check, also for compute-sanitizer) or time
    name    library    entry    arguments of kalmir-exec

With --ptx bundles of PTX take the place of the libraries; emulate_cases.py runs them.

Expected values and the allowed error of each element are files; errors of 1 and more,
relative to what is allowed, are misses.
"""

import argparse
import os
import re
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Numerics", "Inputs"))
ROOT = os.path.join(HERE, "..", "..")

import finish_sweep
import kla_accuracy
import partial_sums
from npy_tool import from_bf16, to_bf16

KLA = "examples/kla.mlir"
# Library, source, options of the compiler.
BYTES = ("bytes", "test/Inputs/bytes.mlir", ["--schedule=serial", "--block-size=32"])
SCAN = ("scan", "examples/selective_scan.mlir", [])
SCAN_CHUNKED = (
    "scan-chunked", "examples/selective_scan.mlir", ["--schedule=chunked", "--chunk-length=32"])
SCAN_BF16 = ("scan-bf16", "bench/kernels/selective_scan_bf16.mlir", [])
LIBRARIES = [
    ("auto", KLA, []),
    ("serial", KLA, ["--schedule=serial"]),
    ("chunked", KLA, ["--schedule=chunked", "--chunk-length=64"]),
    ("compensated", KLA, ["--accuracy=compensated"]),
    ("blocks-96", KLA, ["--block-size=96"]),
    ("blocks-1024", KLA, ["--block-size=1024"]),
    ("bf16", "bench/kernels/kla_bf16.mlir", []),
    ("bf16-chunked", "bench/kernels/kla_bf16.mlir", ["--schedule=chunked", "--chunk-length=64"]),
    ("bf16-blocks-64", "bench/kernels/kla_bf16.mlir", ["--block-size=64"]),
    ("variance", "bench/kernels/kla_variance.mlir", []),
    ("step", KLA, ["--derive-step=kla_y"]),
    ("affine", "bench/kernels/affine.mlir", []),
    BYTES,
    SCAN,
    SCAN_CHUNKED,
    SCAN_BF16,
]
REGIMES = [
    "ordinary", "slow", "slow-large", "slow-random", "static-accurate",
    "fast-accurate", "forgetting", "silent", "growing", "extreme",
]
STATES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 100, 127, 128]
LENGTHS = [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000]
CHANNELS = [1, 2, 31, 33, 127, 130]
# Batch, channels, length: rows that fill tiles, end within them, and are no whole
# vectors.
TIME_LAST = "test/Inputs/time_last.mlir"
TIME_LAST_SHAPES = [(2, 33, 256), (1, 32, 64), (3, 31, 200), (2, 70, 131), (1, 1, 65), (2, 5, 1),
                    (1, 64, 1000)]
TIME_LAST_STATES = [1, 3, 4, 16, 33, 64, 130]
CORPUS = "test/Analysis/Inputs/recurrences.mlir"
FUNCTIONS = "test/Numerics/CUDA/Inputs/functions.mlir"
# What each promises, in units in the last place, and what float64 gives.
EXACT = {
    "exp": (3, np.exp), "exp2": (3, np.exp2), "expm1": (3, np.expm1), "log": (3, np.log),
    "log2": (3, np.log2), "log1p": (3, np.log1p), "tanh": (3, np.tanh), "sqrt": (3, np.sqrt),
    "rsqrt": (3, lambda x: 1 / np.sqrt(x)),
    "softplus": (5, lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))),
    "silu": (5, lambda x: x / (1 + np.exp(-x))),
}
# Functions of float64, which CUDA does not compile (docs/Status.md).
REFUSED = {"affine_exp_decay", "kalman_log_likelihood"}

SHAPES = [
    (8, 2048, 1024, 16), (4, 4096, 2048, 16), (32, 512, 1024, 16),
    (8, 2048, 1024, 64), (1, 2048, 1024, 16), (1, 32768, 1024, 16),
]
# Some lanes without noise, some that grow.
FILLS = (
    "--fill=v=normal,0,1 --fill=lv=uniform,0.1,1 --fill=k=normal,0,1 --fill=q=normal,0,1 "
    "--fill=a=uniform,0.9,1.001 --fill=p=log,1e-4,1e-1,0@0.2 "
    "--fill=lam0=uniform,0.5,2 --fill=eta0=normal,0,1"
)
SCAN_FILLS = "--fill=delta=normal,-2,1 --fill=A=uniform,-16,-1 --fill=z=normal,0,1"


class Cases:
    def __init__(self, folder, march, only, ptx=False):
        self.folder, self.march, self.only = folder, march, re.compile(only)
        self.ptx = ptx
        self.lines, self.compiled = [], set()

    def wants(self, name):
        return self.only.search(name) is not None

    def compile(self, name, source, options):
        """The path of the library `name`, in the folder."""
        path = os.path.join("libraries", name + ("" if self.ptx else ".so"))
        if path in self.compiled:
            return path
        arguments = ["kalmir-compile", source, "--target=cuda", "-march=" + self.march, *options]
        output = os.path.join(self.folder, path)
        arguments += ["--emit=ptx"] if self.ptx else []
        done = subprocess.run(arguments + ["-o", output], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        if not self.ptx:
            os.remove(output[: -len(".so")] + ".h")
        self.compiled.add(path)
        return path

    def save(self, name, arrays):
        """Stores arrays of a case and returns their paths in a list of kalmir-exec."""
        os.makedirs(os.path.join(self.folder, "data", name), exist_ok=True)
        paths = []
        for key, array in arrays.items():
            paths.append(f"data/{name}/{key}.npy")
            np.save(os.path.join(self.folder, paths[-1]), array)
        return ",".join(paths)

    def add(self, kind, name, library, entry, arguments):
        self.lines.append("\t".join([kind, name, library, entry, arguments]))

    def check(self, name, library, entry, inputs, results, sanitize=False, data=None):
        """`inputs` are arrays by name, `results` pairs of expected and allowed ones; `data`
        names the case that has stored them already."""
        arguments = []
        if data is None:
            allowed = {key: up(pair[1]) for key, pair in results.items()}
            exact = {key: pair[0] for key, pair in results.items()}
            self.save(name, inputs)
            self.save(name + "/right", exact)
            self.save(name + "/allowed", allowed)
        data = data or name
        for option, folder, names in (
            ("--in", data, inputs), ("--expect", data + "/right", results),
            ("--majorant", data + "/allowed", results),
        ):
            arguments.append(option + "=" + ",".join(f"data/{folder}/{key}.npy" for key in names))
        self.add("sanitize" if sanitize else "check", name, library, entry,
                 " ".join(arguments + ["--tolerance=1"]))


def up(allowed):
    """Rounded up to float32, for space."""
    with np.errstate(over="ignore"):
        narrow = np.asarray(allowed, dtype=np.float64).astype(np.float32)
    return np.nextafter(narrow, np.float32(np.inf))


def add_kla(cases, name, libraries, x, compensated=False, sanitize=False):
    """@kla of each library on the same inputs."""
    names = [f"{name}/{library}" for library in libraries]
    wanted = [i for i, full in enumerate(names) if cases.wants(full)]
    if not wanted:
        return
    results = kla_accuracy.allowed_errors(x, compensated)
    first = names[wanted[0]]
    for i in wanted:
        library = next(known for known in LIBRARIES if known[0] == libraries[i])
        path = cases.compile(*library)
        cases.check(names[i], path, "kla", x, results, sanitize and i == 0,
                    None if names[i] == first else first)


def add_kla_cases(cases):
    rng = np.random.default_rng(7)

    def make(regime, batch, length, channels, states):
        return kla_accuracy.make(regime, rng, batch, length, channels, states)

    for regime in REGIMES:
        add_kla(cases, f"regime-{regime}", ["serial", "chunked"], make(regime, 1, 1500, 9, 3))
    for regime in ("slow-large", "slow-random", "extreme"):
        add_kla(cases, f"regime-{regime}", ["compensated"], make(regime, 1, 1500, 9, 3), True)
    for states in STATES:
        add_kla(cases, f"states-{states}", ["auto", "chunked"], make("ordinary", 2, 67, 5, states),
                sanitize=states in (1, 5, 16, 33, 128))
    # Sums of several launches, where steps are redone.
    add_kla(cases, "regime-extreme-130", ["auto"], make("extreme", 1, 300, 3, 130))
    for length in LENGTHS:
        add_kla(cases, f"length-{length}", ["auto", "chunked"], make("growing", 2, length, 17, 5),
                sanitize=length in (0, 1, 65))
    for channels in CHANNELS:
        add_kla(cases, f"channels-{channels}", ["auto"], make("ordinary", 3, 37, channels, 16),
                sanitize=channels == 33)
    # As many threads that help as others, and none.
    for library in ("blocks-96", "blocks-1024"):
        add_kla(cases, library, [library], make("ordinary", 2, 67, 37, 16), sanitize=True)
    add_kla(cases, "long", ["auto", "serial"], make("slow-random", 1, 20000, 3, 2))
    # Results of four channels are stored together where these are multiples of four.
    for name, library, shape in [
        ("bf16", "bf16", (2, 131, 33, 16)),
        ("bf16-channels-36", "bf16", (2, 99, 36, 8)),
        ("bf16-channels-3", "bf16", (2, 67, 3, 12)),
        ("bf16-states-64", "bf16", (1, 117, 9, 64)),
        ("bf16-blocks-64", "bf16-blocks-64", (2, 70, 22, 16)),
        ("bf16-chunked", "bf16-chunked", (2, 150, 36, 16)),
        # 90 large workgroups, two or three for each batch (and chunk), of which the last has
        # fewer channels: more than half of an H200's 132 multiprocessors.
        ("bf16-large-64", "bf16", (45, 70, 25, 64)),
        ("bf16-large-128", "bf16", (30, 37, 19, 128)),
        ("bf16-large-chunked", "bf16-chunked", (3, 970, 25, 64)),
    ]:
        if cases.wants(name):
            add_bf16(cases, name, library, make("ordinary", *shape))


def add_bf16(cases, name, library, x):
    inputs = dict(x)
    for key in ("v", "lv", "k", "q"):
        inputs[key] = to_bf16(x[key])
        x[key] = from_bf16(inputs[key])
    exact, allowed = kla_accuracy.allowed_errors(x)["y"]
    # Half a unit in the last of 8 places.
    allowed = allowed + 2.0**-8 * (np.abs(exact) + allowed)
    source = next(known for known in LIBRARIES if known[0] == library)
    cases.check(name, cases.compile(*source), "kla_y", inputs, {"y": (exact, allowed)},
                sanitize=True)


def add_bytes(cases):
    """Inputs of single bytes, two of which a workgroup has of each step."""
    rng = np.random.default_rng(19)
    for length, channels in [(67, 6), (33, 5)]:
        name = f"bytes-{length}x{channels}"
        if not cases.wants(name):
            continue
        x = rng.integers(-9, 9, (length, channels)).astype(np.int8)
        h = rng.integers(-5, 5, (channels, 64)).astype(np.float32)
        # Whole numbers: exact.
        y = h.sum(axis=1, dtype=np.float64) + 64 * np.cumsum(x, axis=0, dtype=np.float64)
        cases.check(name, cases.compile(*BYTES), "bytes", {"x": x, "h": h},
                    {"y": (y, np.zeros_like(y))}, sanitize=True)


def add_time_last(cases):
    """Recurrences whose steps lie side by side, serially and in chunks."""
    rng = np.random.default_rng(13)
    for schedule, options in [("serial", []), ("chunked", ["--chunk-length=96"])]:
        options = ["--schedule=" + schedule, *options]
        for shape in TIME_LAST_SHAPES:
            for entry in ("forward", "backward", "narrow"):
                add_time_last_case(cases, rng, schedule, options, entry, shape, ())
        for states in TIME_LAST_STATES:
            add_time_last_case(cases, rng, schedule, options, "summed", (2, 19, 140), (states,))


def add_time_last_case(cases, rng, schedule, options, entry, shape, states):
    name = f"time-last-{entry}-{'x'.join(map(str, shape + states))}/{schedule}"
    if not cases.wants(name):
        return
    inputs = {
        "a": rng.uniform(0.5, 0.95, shape).astype(np.float32),
        "x": rng.normal(size=shape).astype(np.float32),
        "h0": rng.normal(size=shape[:2] + states).astype(np.float32),
    }
    numbers = dict(inputs)
    if entry == "narrow":
        for key in ("a", "x"):
            inputs[key] = to_bf16(numbers[key])
            numbers[key] = from_bf16(inputs[key])
    a, x, h = (numbers[key].astype(np.float64) for key in ("a", "x", "h0"))
    y, size, most = np.zeros(shape), np.zeros(shape), np.abs(h)
    steps = range(shape[2])
    for t in reversed(steps) if entry == "backward" else steps:
        at, xt = (values[:, :, t].reshape(shape[:2] + (1,) * len(states)) for values in (a, x))
        h, most = at * h + xt, at * most + np.abs(xt)
        axes = tuple(range(2, h.ndim))
        y[:, :, t], size[:, :, t] = h.sum(axes), most.sum(axes)
    allowed = 64 * 2.0**-24 * size
    if entry == "narrow":
        allowed += 2.0**-8 * (np.abs(y) + allowed)
    path = cases.compile("time_last_" + schedule, TIME_LAST, options)
    cases.check(name, path, entry, inputs, {"y": (y, allowed)},
                sanitize=shape in ((2, 70, 131), (2, 33, 256)))


def read_corpus():
    """Name and module of every recurrence of the corpus that needs no libdevice."""
    with open(os.path.join(ROOT, CORPUS)) as file:
        aliases, *functions = re.split(r"(?m)^(?=func\.func)", file.read())
    for function in functions:
        entry = re.search(r"func\.func @(\w+)", function)[1]
        if entry not in REFUSED:
            yield entry, aliases + function


def add_corpus(cases):
    """Every recurrence of the corpus in float64, against the reference."""
    rng = np.random.default_rng(11)
    length, lanes = 45, 7
    for entry, function in read_corpus():
        name = f"corpus-{entry}"
        # @kla is the one of the examples.
        if entry == "kla" or not cases.wants(name):
            continue
        source = os.path.join(cases.folder, entry + ".mlir")
        with open(source, "w") as file:
            file.write(function)
        header = function.split("func.func")[1].split("->")[0]
        inputs = {}
        for argument, extents, kind in re.findall(r"%(\w+): tensor<([?x]+)x(\w+)>", header):
            shape = (length, lanes) if extents == "?x?" else (lanes,)
            if kind == "i1":
                inputs[argument] = rng.uniform(size=shape) < 0.1
            else:
                inputs[argument] = rng.uniform(0.3, 0.9, shape)
        results = run_reference(cases, source, entry, inputs)
        path = cases.compile(name, source, [])
        os.remove(source)
        cases.check(name, path, entry, inputs, results)


def run_reference(cases, source, entry, inputs):
    """The results of the float64 interpreter, each allowed 1e-10 of its largest element."""
    scratch = os.path.join(cases.folder, "reference")
    os.makedirs(scratch, exist_ok=True)
    for key, array in inputs.items():
        np.save(f"{scratch}/{key}.npy", array)
    with open(source) as file:
        types = re.search(r"\n  return .* : (.*)\n", file.read())[1]
    count = types.count("tensor<")
    outputs = [f"{scratch}/result{i}.npy" for i in range(count)]
    subprocess.run(
        ["kalmir-run", source, "--entry=" + entry, "--target=reference",
         "--in=" + ",".join(f"{scratch}/{key}.npy" for key in inputs),
         "--out=" + ",".join(outputs)],
        check=True)
    results = {}
    for i, path in enumerate(outputs):
        exact = np.load(path)
        scale = np.abs(exact[np.isfinite(exact)]).max(initial=0)
        results[f"result{i}"] = (exact, np.full(exact.shape, 1e-10 * scale))
    for path in os.listdir(scratch):
        os.remove(os.path.join(scratch, path))
    os.rmdir(scratch)
    return results


def add_functions(cases):
    """Functions of float32 on 128 numbers of each sign and exponent, NaN and infinities too."""
    rng = np.random.default_rng(5)
    high = np.arange(512, dtype=np.uint32)[:, None] << 23
    bits = high | rng.integers(1 << 23, size=(512, 128), dtype=np.uint32)
    # The first and last of each, and what lies around 1 and bounds of exponentials.
    bits[:, 0], bits[:, 1], bits[:, 2] = high[:, 0], high[:, 0] + 1, high[:, 0] + (1 << 23) - 1
    around = [1, -1, 2 / 3, 4 / 3, -1 / 3, 1 / 3, 0.55, 88.72284, -87.336545, -103.97, 128, -126]
    steps = np.arange(-8, 9, dtype=np.int64)
    near = (np.float32(around).view(np.uint32).astype(np.int64)[:, None] + steps).astype(np.uint32)
    x = np.concatenate([bits.ravel(), near.ravel()]).view(np.float32)
    path = None
    for name, (ulps, function) in EXACT.items():
        if not cases.wants(f"function-{name}"):
            continue
        path = path or cases.compile("functions", FUNCTIONS, [])
        # Where exp(-x) is no float32, x / (1 + exp(-x)) is 0 as written.
        values = x[~(x < -88)] if name == "silu" else x
        with np.errstate(all="ignore"):
            exact = function(values.astype(np.float64))
            # float32 ends at 2^128, and results below 2^-126 may be 0.
            exact[np.abs(exact) >= 2.0**128] *= np.inf
            unit = 2.0 ** (np.clip(np.frexp(np.abs(exact))[1] - 1, -126, 127) - 23)
            allowed = np.where(np.abs(exact) < 2.0**-126, 2.0**-126, ulps * unit)
        cases.check(f"function-{name}", path, name, {"arg": values}, {"y": (exact, allowed)})


def make_scan(rng, batch, length, channels, states):
    """Inputs of a selective scan."""
    def normal(*shape):
        return rng.normal(size=shape).astype(np.float32)

    return {"u": normal(batch, length, channels), "delta": normal(batch, length, channels) - 2,
            "A": rng.uniform(-16, -1, (channels, states)).astype(np.float32),
            "B": normal(batch, length, states), "C": normal(batch, length, states),
            "skip": normal(channels), "z": normal(batch, length, channels),
            "bias": normal(channels)}


def run_scan(x):
    """What a selective scan gives in float64, and the same on absolute values."""
    u, delta, A, B, C, skip, z, bias = (value.astype(np.float64) for value in x.values())
    batch, length, channels = u.shape
    dt = np.log1p(np.exp(delta + bias))
    h, size = (np.zeros((batch, channels, A.shape[1])) for _ in range(2))
    y, majorant = np.zeros(u.shape), np.zeros(u.shape)
    for t in range(length):
        decay = np.exp(dt[:, t, :, None] * A)
        new = (dt[:, t] * u[:, t])[..., None] * B[:, t, None, :]
        h, size = decay * h + new, decay * size + np.abs(new)
        y[:, t] = (C[:, t, None, :] * h).sum(-1)
        majorant[:, t] = (np.abs(C[:, t, None, :]) * size).sum(-1)
    gate = z / (1 + np.exp(-z))
    return (y + skip * u) * gate, (majorant + np.abs(skip * u)) * np.abs(gate)


def add_scans(cases):
    """The selective scan of the examples in both layouts, in float32 and bfloat16."""
    rng = np.random.default_rng(3)
    # The last, in bfloat16 and [B, L, D], in large workgroups.
    for shape in [(2, 67, 33, 16), (1, 130, 5, 3), (3, 1, 130, 16), (1, 5000, 2, 4),
                  (45, 67, 25, 64)]:
        x = make_scan(rng, *shape)
        for library in (SCAN, SCAN_CHUNKED, SCAN_BF16):
            narrow = library is SCAN_BF16
            inputs = {key: to_bf16(value) if narrow and value.ndim == 3 else value
                      for key, value in x.items()}
            exact, majorant = run_scan({
                key: from_bf16(value) if value.dtype == np.uint16 else value
                for key, value in inputs.items()})
            allowed = 2e-6 * majorant
            if narrow:
                # Half a unit in the last of 8 places.
                allowed += 2.0**-8 * (np.abs(exact) + allowed)
            for layout in ("", "_bdl"):
                name = f"{library[0]}{layout}-{'x'.join(map(str, shape))}"
                if not cases.wants(name):
                    continue
                # There, time is last.
                def move(array):
                    return np.ascontiguousarray(
                        array.swapaxes(1, 2) if layout and array.ndim == 3 else array)
                cases.check(name, cases.compile(*library), "selective_scan" + layout,
                            {key: move(value) for key, value in inputs.items()},
                            {"y": (move(exact), move(allowed))}, sanitize=shape[1] == 67)


def add_sums(cases):
    """Sums that become something else, and outputs that are summed over different iterators,
    serial and chunked; sizes in which any launches differ."""
    rng = np.random.default_rng(17)
    for kind, module in [("finish", finish_sweep), ("partial", partial_sums)]:
        for variant in module.VARIANTS:
            for options in ([], ["--schedule=chunked", "--chunk-length=16"]):
                library = f"{kind}_{variant.name}_{'chunked' if options else 'auto'}"
                for size in module.SIZES:
                    name = f"{library}-{'x'.join(map(str, size))}"
                    if not cases.wants(name):
                        continue
                    source = os.path.join(cases.folder, variant.name + ".mlir")
                    with open(source, "w") as file:
                        file.write(module.make_module(variant))
                    path = cases.compile(library, source, options)
                    os.remove(source)
                    inputs = module.make_inputs(rng, variant, size)
                    cases.check(name, path, variant.name, inputs, module.run(variant, inputs),
                                sanitize=size == module.SIZES[0])


def add_times(cases):
    def add(name, library, entry, sizes, fills=FILLS):
        if not cases.wants("time-" + name):
            return
        path = cases.compile(*next(known for known in LIBRARIES if known[0] == library))
        cases.add("time", name, path, entry, f"--sizes={','.join(map(str, sizes))} {fills}")

    for shape in SHAPES:
        text = "x".join(map(str, shape))
        add(f"y-{text}", "auto", "kla_y", shape)
        add(f"y-var-{text}", "variance", "kla_variance", shape)
        add(f"y-bf16-{text}", "bf16", "kla_y", shape)
    add("step-512x1024x16", "step", "kla_y_step", (512, 1024, 16),
        "--fill=a=uniform,0.9,1 --fill=state0=uniform,1,2 --fill=state1=uniform,1,2")
    for shape in [(8, 65536, 1536), (8, 2048, 16384)]:
        batch, length, channels = shape
        add(f"affine-channels-{batch}x{length}x{channels}", "affine", "channels_contiguous",
            shape, "--fill=a=uniform,0.5,0.99")
        add(f"affine-time-{batch}x{channels}x{length}", "affine", "time_contiguous",
            (batch, channels, length), "--fill=a=uniform,0.5,0.99")
    for library in (SCAN[0], SCAN_BF16[0]):
        for batch, length, channels, states in [(8, 2048, 1024, 16), (1, 32768, 1024, 16)]:
            add(f"{library}-{batch}x{length}x{channels}x{states}", library, "selective_scan",
                (batch, length, channels, states), SCAN_FILLS)
            add(f"{library}-time-{batch}x{channels}x{length}x{states}", library,
                "selective_scan_bdl", (batch, channels, length, states), SCAN_FILLS)
    add("scaled-copy-1GiB", "affine", "scaled_copy", (1 << 27,), "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir")
    parser.add_argument("--march", default="sm_90")
    parser.add_argument("--only", default="")
    parser.add_argument("--ptx", action="store_true")
    options = parser.parse_args()
    folder = os.path.abspath(options.dir)
    os.chdir(ROOT)
    os.makedirs(os.path.join(folder, "libraries"), exist_ok=True)
    cases = Cases(folder, options.march, options.only, options.ptx)
    add_kla_cases(cases)
    add_corpus(cases)
    add_functions(cases)
    add_scans(cases)
    add_sums(cases)
    add_time_last(cases)
    add_bytes(cases)
    add_times(cases)
    if not cases.lines:
        sys.exit(f"expected --only to match the name of a case, found '{options.only}'")
    with open(os.path.join(folder, "cases.txt"), "w") as file:
        file.write("\n".join(cases.lines) + "\n")
    print(f"{len(cases.lines)} cases")


if __name__ == "__main__":
    main()

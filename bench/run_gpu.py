#!/usr/bin/env python3
"""Times Kalmir and its peers side by side on a GPU, in one process.

Two halves, as Kalmir need not be where the GPU is:

    bench/run_gpu.py --prepare DIR      where Kalmir was built: compiles into DIR
    python3 DIR/run_gpu.py [options]    where there are a GPU, PyTorch, and the peers

DIR can be moved. Inputs are random and new in every run, and results are compared with
float64 before times are believed. A peer that is not installed is skipped and named.
Writes results.md and results.json, and ends with 1 where a result of Kalmir is wrong.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from gpu.shapes import CASES, name_of

# Name of a library: its source, from the root.
LIBRARIES = {
    "kla": "examples/kla.mlir",
    "kla_variance": "bench/kernels/kla_variance.mlir",
    "kla_bf16": "bench/kernels/kla_bf16.mlir",
    "selective_scan": "examples/selective_scan.mlir",
    "selective_scan_bf16": "bench/kernels/selective_scan_bf16.mlir",
}


def fail(message, code=1):
    print(f"run_gpu: error: {message}", file=sys.stderr)
    sys.exit(code)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    prepared = os.path.isdir(os.path.join(HERE, "libraries"))
    if prepared:
        parser.add_argument(
            "--kla",
            action="append",
            default=[],
            metavar="LABEL=DIR",
            help="a folder that the authors' package `kla` lies in; more than one can be"
            " given (default: the installed one)",
        )
        parser.add_argument("--only", default="", metavar="REGEX", help="cases to run, by name")
        parser.add_argument("--peers", default="", metavar="REGEX", help="peers to run, by name")
        parser.add_argument("--rounds", type=int, default=30, help="timed calls (default 30)")
        parser.add_argument("--seed", type=int, help="of the inputs (default: new)")
        parser.add_argument("--out", default=".", help="where results go (default: here)")
    else:
        parser.add_argument("--prepare", required=True, metavar="DIR", help="a new folder")
        parser.add_argument("--march", default="sm_90", help="of the GPU (default sm_90)")
        parser.add_argument(
            "--compiler",
            default=os.path.join(HERE, "../build/release/bin/kalmir-compile"),
            help="kalmir-compile to measure (default: that of build/release)",
        )
    options = parser.parse_args()
    for text in options.kla if prepared else []:
        if "=" not in text:
            parser.error(f"expected LABEL=DIR for --kla, found '{text}'")
    if prepared and options.rounds < 1:
        parser.error(f"expected at least 1 for --rounds, found {options.rounds}")
    return prepared, options


def prepare(options):
    folder = options.prepare
    if os.path.exists(folder):
        fail(f"expected a new name for the folder, found '{folder}'", 2)
    if not shutil.which(options.compiler):
        fail(f"expected a kalmir-compile at {options.compiler}: build it, or say where it is", 2)
    os.makedirs(os.path.join(folder, "libraries"))
    for name, source in LIBRARIES.items():
        output = os.path.join(folder, "libraries", name + ".so")
        command = [options.compiler, os.path.join(HERE, "..", source), "-o", output]
        done = subprocess.run(
            [*command, "--target=cuda", "-march=" + options.march],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            fail(f"{source}: {done.stdout}")
        os.remove(output.removesuffix(".so") + ".h")
    shutil.copy(__file__, folder)
    shutil.copytree(
        os.path.join(HERE, "gpu"),
        os.path.join(folder, "gpu"),
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    print(f"on the GPU machine: python3 {os.path.join(folder, os.path.basename(__file__))}")


def measure(options):
    """Whether all of Kalmir's results were right."""
    chosen = [case for case in CASES if re.search(options.only, name_of(*case))]
    if not chosen:
        names = ", ".join(name_of(*case) for case in CASES)
        fail(f"expected --only to match one of {names}, found '{options.only}'", 2)
    # Peers that keep whole states ask for most of the memory, in many sizes.
    os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    try:
        import torch
    except ImportError as error:
        fail(f"expected PyTorch, found none ({error})")
    if not torch.cuda.is_available():
        fail("expected a GPU that PyTorch can use, found none")
    from gpu import cases, report

    suite = cases.Suite(options, os.path.join(HERE, "libraries"))
    done = []
    with torch.inference_mode():
        for kind, shape in chosen:
            case = suite.case(kind, shape)
            case.run()
            done.append(case)
            report.write(options.out, suite, done)
    with open(os.path.join(options.out, "results.md")) as file:
        print(file.read())
    return report.all_right(done)


if __name__ == "__main__":
    is_prepared, arguments = parse_arguments()
    if is_prepared:
        sys.exit(0 if measure(arguments) else 1)
    prepare(arguments)

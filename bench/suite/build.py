"""Builds what is timed: the C++ harness, and kernels with kalmir-compile."""

import os
import shutil
import subprocess
import sys
import time

from suite.timing import BENCH

ROOT = os.path.dirname(BENCH)


def fail(message):
    sys.exit(f"bench: error: {message}")


def quiet(command, what):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        fail(f"{what} failed:\n{done.stdout}")


def build_programs(folder, compiler):
    """kalmir-bench and kla-reference, in `folder`."""
    for tool in ("cmake", compiler):
        if not shutil.which(tool):
            fail(f"expected {tool} in PATH")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    quiet(
        ["cmake", "-S", BENCH, "-B", folder, *generator, "-DCMAKE_BUILD_TYPE=Release",
         f"-DCMAKE_CXX_COMPILER={compiler}"],
        "configuring the C++ programs",
    )  # fmt: skip
    quiet(["cmake", "--build", folder], "building the C++ programs")
    return os.path.join(folder, "kalmir-bench"), os.path.join(folder, "kla-reference")


def sources():
    """Name of what is compiled: its place and options."""
    kla = os.path.join(ROOT, "examples", "kla.mlir")
    return {
        "kla": [kla],
        "kla_step": [kla, "--derive-step=kla_y"],
        "kla_bf16": [os.path.join(BENCH, "kernels", "kla_bf16.mlir")],
        "kla_block": [os.path.join(ROOT, "examples", "kla_block.mlir")],
    }


def compile_library(compiler, source, output):
    """Compiles a shared library; returns seconds of wall time."""
    start = time.perf_counter()
    quiet([compiler, *source, "-o", output], f"{compiler} {' '.join(source)}")
    return time.perf_counter() - start

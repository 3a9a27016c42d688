"""What is measured: problems, and who solves them."""

import dataclasses
import os
import subprocess
import sys

import numpy as np

from suite import problems

MIXER = (2, 2048, 1024, 16)
BLOCK = ("x", "w_in", "w_conv", "b_conv", "w_sensor", "delta", "p_c", "skip", "w_out")
LENGTHS = [1 << n for n in range(10, 21, 2)]


@dataclasses.dataclass
class Problem:
    """Inputs and expected results, as .npy files."""

    inputs: list
    expected: list
    tolerance: float = 1e-5


@dataclasses.dataclass
class Case:
    """One problem (or several that belong together) and its solvers.

    entries   (label, library, entry, problem) of compiled libraries
    peers     (label, C++ peer, problem)
    python    (module, its name for the solver, problem), which may end in *
    threads   "each": 1 to all; "all": all that may be used; "one"
    """

    name: str
    title: str
    problems: dict
    entries: list = dataclasses.field(default_factory=list)
    peers: list = dataclasses.field(default_factory=list)
    python: list = dataclasses.field(default_factory=list)
    threads: str = "each"
    length: int = 0


class Maker:
    """Makes the problems of cases in a folder."""

    def __init__(self, folder, reference, rng, tiny):
        self.folder, self.reference, self.rng, self.tiny = folder, reference, rng, tiny

    def kla(self, name, shape, outputs=1, bf16=False, tolerance=1e-5):
        folder = os.path.join(self.folder, name)
        problems.make_kla(folder, shape, self.rng, bf16)
        problems.add_expected(self.reference, folder)
        return Problem(
            problems.inputs_of(folder), problems.expected_of(folder)[:outputs], tolerance
        )

    def mixer(self):
        """The two mixer cases; they share their inputs."""
        shape = (2, 33, 40, 5) if self.tiny else MIXER
        both = self.kla("mixer", shape, outputs=2)
        mean = Problem(both.inputs, both.expected[:1])
        peers = lambda: [("plain", "plain", "f32"), ("homogeneous", "homogeneous", "f32")]
        size = "B={}, L={}, M={}, S={}".format(*shape)
        yield Case(
            "mixer",
            f"mixer, {size}, f32, y only",
            {"f32": mean},
            [("kalmir", "kla", "kla_y", "f32")],
            peers(),
            [("kla_authors", "scan *", "f32"), ("kla_jax", "*", "f32")],
        )
        yield Case(
            "variance",
            f"mixer, {size}, f32, y, variance and final state",
            {"f32": both},
            [("kalmir", "kla", "kla", "f32")],
            peers(),
            [("kla_jax", "scan", "f32")],
        )

    def token(self):
        """One step, as in decoding: prior and final state are the state before and after."""
        shape = (1, 1, 40, 5) if self.tiny else (1, 1, *MIXER[2:])
        problem = self.kla("token", shape)
        # The derived step takes the state in homogeneous coordinates.
        denominator = os.path.join(self.folder, "token", "denominator.npy")
        np.save(denominator, np.ones((1, *shape[2:]), np.float32))
        yield Case(
            "token",
            "one token, B={}, L={}, M={}, S={}, f32, y and final state".format(*shape),
            {
                "f32": problem,
                "state": dataclasses.replace(problem, inputs=problem.inputs + [denominator]),
            },
            [("kalmir", "kla_step", "kla_y_step", "state")],
            [("plain", "plain", "f32"), ("homogeneous", "homogeneous", "f32")],
            [("kla_authors", "step", "f32"), ("kla_jax", "scan", "f32")],
        )

    def bf16(self):
        shape = (2, 33, 40, 5) if self.tiny else MIXER
        wide = self.kla("f32", shape)
        # Half a unit in the last place of bfloat16 is 2^-9.
        narrow = self.kla("bf16", shape, bf16=True, tolerance=2.0**-8)
        yield Case(
            "bf16",
            "mixer, B={}, L={}, M={}, S={}, bf16 beside f32".format(*shape),
            {"f32": wide, "bf16": narrow},
            [
                ("kalmir f32", "kla", "kla_y", "f32"),
                ("kalmir bf16", "kla_bf16", "kla_y", "bf16"),
            ],
        )

    def length(self):
        for length in [7, 64] if self.tiny else LENGTHS:
            shape = (1, length, 32, 16)
            yield Case(
                f"length-{length}",
                "B={}, L={}, M={}, S={}, f32, y only".format(*shape),
                # float32 errs by more in a peer's million steps than in ours.
                {"f32": self.kla(f"length-{length}", shape, tolerance=1e-4)},
                [("kalmir", "kla", "kla_y", "f32")],
                [("plain", "plain", "f32"), ("homogeneous", "homogeneous", "f32")],
                threads="all",
                length=length,
            )

    def series(self):
        length = 1000 if self.tiny else 10_000_000
        yield Case(
            "series",
            f"one series, B=M=S=1, L={length}, f32, y only",
            {"f32": self.kla("series", (1, length, 1, 1), tolerance=1e-4)},
            [("kalmir", "kla", "kla_y", "f32")],
            [("plain", "series", "f32")],
        )

    def block(self, oracle):
        """The whole layer; `oracle`, test/Inputs/kla_block_oracle.py, makes arguments and result."""
        batch, length, width, channels, states = (
            (2, 33, 24, 40, 5) if self.tiny else (2, 2048, 512, 1024, 16)
        )
        folder = os.path.join(self.folder, "block")
        sizes = [
            f"--batch={batch}",
            f"--length={length}",
            f"--width={width}",
            f"--channels={channels}",
            f"--states={states}",
            f"--seed={self.rng.integers(1 << 31)}",
        ]
        subprocess.run([sys.executable, oracle, folder, "--make", *sizes], check=True)
        place = lambda name: os.path.join(folder, name + ".npy")
        yield Case(
            "block",
            f"whole layer, B={batch}, L={length}, d_model={width}, "
            f"d_inner={channels}, S={states}, f32",
            {"f32": Problem([place(name) for name in BLOCK], [place("y_exact")])},
            [("kalmir", "kla_block", "kla_block", "f32")],
            python=[("kla_authors", "layer *", "f32")],
            threads="all",
        )

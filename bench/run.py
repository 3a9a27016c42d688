#!/usr/bin/env python3
"""Times Kalmir and its peers side by side, on this machine, in one run.

Inputs are random and new in every run; results are compared with float64 before
times are believed. Everything runs several rounds, one after the other, so that noise
meets all alike. Writes results.json, results.md and two plots. What is missing (a peer,
an example, matplotlib) is skipped and named.
"""

import argparse
import datetime
import fnmatch
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from suite import build, cases, report, timing

GROUPS = ["mixer", "token", "bf16", "length", "series", "block"]
# A Python peer that takes longer is called once.
SLOW_MS = 3000


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--compiler",
        default=os.path.join(build.ROOT, "build/release/bin/kalmir-compile"),
        help="kalmir-compile to measure (default: that of build/release)",
    )
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="LABEL=KALMIR-COMPILE",
        help="another kalmir-compile, timed beside it",
    )
    parser.add_argument(
        "--only", default=",".join(GROUPS), help="groups of cases, of " + ", ".join(GROUPS)
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds over everything (default 5)")
    parser.add_argument(
        "--python-rounds",
        type=int,
        default=2,
        help="rounds that Python peers take part in (default 2; 0: none)",
    )
    parser.add_argument("--cxx", default="clang++-22", help="compiler of the C++ peers")
    parser.add_argument(
        "--build",
        default=os.path.join(build.ROOT, "build/bench"),
        help="where the C++ programs are built",
    )
    parser.add_argument(
        "--out", default=os.path.join(build.ROOT, "build/bench/results"), help="where results go"
    )
    parser.add_argument("--seed", type=int, help="of the inputs (default: new)")
    parser.add_argument(
        "--tiny", action="store_true", help="small sizes: tests the suite, times nothing"
    )
    options = parser.parse_args()
    unknown = set(options.only.split(",")) - set(GROUPS)
    if unknown:
        parser.error(
            f"expected groups of {', '.join(GROUPS)} for --only, found {', '.join(sorted(unknown))}"
        )
    if any("=" not in text for text in options.against):
        parser.error("expected LABEL=KALMIR-COMPILE for --against")
    for path in [options.compiler, *[text.split("=", 1)[1] for text in options.against]]:
        if not shutil.which(path):
            parser.error(f"expected a kalmir-compile at {path}: build it, or say where it is")
    return options


def describe_machine():
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    flags = open("/proc/cpuinfo").read()
    vectors = [name for name in ("avx2", "avx512f", "asimd", "sve") if f" {name} " in flags]
    commit = subprocess.run(
        ["git", "-C", build.ROOT, "describe", "--always", "--dirty"],
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit or "?",
        "processor": f"{model} ({', '.join(vectors)}), {len(timing.cpus())} processors",
        "load before": " ".join(f"{x:.2f}" for x in os.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
    }


class Run:
    def __init__(self, options):
        self.options = options
        self.skipped = []
        self.versions = [f"NumPy {np.__version__}"]
        self.results = {}
        self.workers = {}
        self.compile_s = {}
        # Who on how many threads needs no more calls, in which case.
        self.settled = set()
        # What follows the label of an entry, and the compiler that it is of.
        self.compilers = {"": options.compiler}
        for text in options.against:
            label, path = text.split("=", 1)
            self.compilers[f" ({label})"] = path

    def skip(self, text):
        if text not in self.skipped:
            self.skipped.append(text)
            print(f"skipped: {text}", flush=True)

    def compile_all(self, folder):
        self.libraries = {}
        for name, source in build.sources().items():
            if not os.path.exists(source[0]):
                self.skip(f"{os.path.relpath(source, build.ROOT)} does not exist")
                continue
            self.libraries[name] = {}
            for suffix, compiler in self.compilers.items():
                output = os.path.join(folder, f"{name}{suffix.replace(' ', '-')}.so")
                build.compile_library(compiler, source, output)
                self.libraries[name][suffix] = output

    def make_cases(self, maker):
        chosen = self.options.only.split(",")
        for group in GROUPS:
            if group not in chosen:
                continue
            if group == "block":
                oracle = os.path.join(build.ROOT, "test/Inputs/kla_block_oracle.py")
                if "kla_block" in self.libraries and os.path.exists(oracle):
                    yield from maker.block(oracle)
            else:
                yield from getattr(maker, group)()

    def record(self, case, who, threads, found):
        result = self.results.setdefault(
            (case.name, who, threads),
            {"case": case.name, "who": who, "threads": threads, "ms": [], "cpu_ms": []},
        )
        for key, value in found.items():
            if key in ("ms", "cpu_ms"):
                result[key].append(value)
            else:
                result[key] = value

    def threads_of(self, case):
        count = len(timing.cpus())
        return [count] if case.threads == "all" else list(range(1, count + 1))

    def worker(self, module, threads):
        key = (module, threads)
        if key not in self.workers:
            try:
                self.workers[key] = timing.Worker(module, threads)
                if self.workers[key].version not in self.versions:
                    self.versions.append(self.workers[key].version)
            except RuntimeError as error:
                self.skip(f"{module}: {error}")
                self.workers[key] = None
        return self.workers[key]

    def time_python(self, case, threads, first_round):
        for module, solver, used in case.python:
            worker = self.worker(module, threads)
            if not worker:
                continue
            for name in fnmatch.filter(worker.names, solver):
                key = (case, f"{module} {name}", threads)
                try:
                    if first_round:
                        self.prepare_python(key, worker, name, case.problems[used])
                    if (key[1], threads, case.name) not in self.settled:
                        self.record(*key, worker.ask(time=f"{name}@{case.name}"))
                except RuntimeError as error:
                    self.skip(f"{module}, {case.name}: {error}")
                    self.workers[module, threads] = None
                    break

    def prepare_python(self, key, worker, name, problem):
        """A first call. Where it is slow and compiles nothing, its time is enough."""
        case, who, threads = key
        found = worker.ask(
            prepare=name,
            calls=f"{name}@{case.name}",
            inputs=problem.inputs,
            expected=problem.expected,
        )
        if not found["error"] <= 1e-3:
            found = {"wrong": f"relative error {found['error']:.1e}"}
            self.settled.add((who, threads, case.name))
        elif found["first_ms"] > SLOW_MS and not found["compiles"]:
            found["ms"], found["cpu_ms"] = found["first_ms"], found["first_cpu_ms"]
            self.settled.add((who, threads, case.name))
        self.record(*key, found)

    def round(self, number, all_cases, program, folder):
        for suffix, compiler in self.compilers.items():
            seconds = build.compile_library(
                compiler, build.sources()["kla"], os.path.join(folder, "again.so")
            )
            self.compile_s.setdefault("kalmir" + suffix, []).append(seconds)
        for case in all_cases:
            print(f"round {number + 1} of {self.options.rounds}: {case.name}", flush=True)
            for threads in self.threads_of(case):
                arguments = timing.harness_arguments(case, self.libraries)
                for who, found in timing.run_harness(
                    program, arguments, threads, 1 if case.length else 3
                ):
                    self.record(case, who, threads, found)
                if number < self.options.python_rounds:
                    self.time_python(case, threads, number == 0)

    def main(self):
        options = self.options
        machine = describe_machine()
        program, reference = build.build_programs(options.build, options.cxx)
        seed = (
            options.seed if options.seed is not None else np.random.SeedSequence().entropy % 2**32
        )
        with tempfile.TemporaryDirectory(prefix="kalmir-bench-") as folder:
            self.compile_all(folder)
            maker = cases.Maker(folder, reference, np.random.default_rng(seed), options.tiny)
            all_cases = list(self.make_cases(maker))
            print(f"inputs of {len(all_cases)} cases made, seed {seed}", flush=True)
            for number in range(options.rounds):
                self.round(number, all_cases, program, folder)
                # What is there is written, should the run be broken off.
                lines = self.write(machine, seed, all_cases)
            for worker in filter(None, self.workers.values()):
                worker.close()
        print("\n".join(lines))
        wrong = [r for r in self.results.values() if "wrong" in r]
        for r in wrong:
            print(f"wrong: {r['case']}, {r['who']}: {r['wrong']}", file=sys.stderr)
        return 1 if wrong else 0

    def sorted_results(self, all_cases):
        """By case, threads and, Kalmir first, who."""
        order = [case.name for case in all_cases]
        key = lambda r: (order.index(r["case"]), r["threads"], not r["who"].startswith("kalmir"))
        for result in self.results.values():
            # A case is one amount of work, whoever does it.
            steps = [
                self.results[k].get("state_steps") for k in self.results if k[0] == result["case"]
            ]
            result.setdefault("state_steps", next((n for n in steps if n), None))
        return sorted(self.results.values(), key=key)

    def write(self, machine, seed, all_cases):
        """Writes all files; returns the lines of the report."""
        data = {
            "machine": machine,
            "seed": seed,
            "versions": self.versions,
            "cases": [{"name": c.name, "title": c.title, "length": c.length} for c in all_cases],
            "results": self.sorted_results(all_cases),
            "compile_s": self.compile_s,
            "skipped": self.skipped,
        }
        out = self.options.out
        os.makedirs(out, exist_ok=True)
        try:
            from suite import plots

            plots.write(data, out)
        except ImportError as error:
            self.skip(f"plots: {error}")
        with open(os.path.join(out, "results.json"), "w") as file:
            json.dump(data, file, indent=1)
        return report.write(data, os.path.join(out, "results.md"))


if __name__ == "__main__":
    sys.exit(Run(parse_arguments()).main())

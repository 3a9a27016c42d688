"""Runs the programs that time things: the C++ harness and Python workers."""

import json
import os
import subprocess
import sys
import tempfile

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def cpus():
    return sorted(os.sched_getaffinity(0))


def confined(threads):
    """Arguments for subprocess that leave a program so many processors."""
    chosen = cpus()[-threads:]
    return {
        "preexec_fn": lambda: os.sched_setaffinity(0, chosen),
        "env": {**os.environ, "OMP_NUM_THREADS": str(threads)},
    }


def harness_arguments(case, libraries):
    """What kalmir-bench is told for a case."""
    arguments = []
    for name, problem in case.problems.items():
        arguments += [
            "--inputs=" + ",".join(problem.inputs),
            "--expected=" + ",".join(problem.expected),
            f"--tolerance={problem.tolerance}",
        ]
        for label, library, entry, used in case.entries:
            if used == name:
                for suffix, path in libraries[library].items():
                    arguments.append(f"--entry={label}{suffix}={path}:{entry}")
        arguments += [f"--peer={label}={peer}" for label, peer, used in case.peers if used == name]
    return arguments


def run_harness(program, arguments, threads, repetitions):
    """(label, result) of every repetition of every benchmark, in random order."""
    command = [
        program,
        *arguments,
        f"--benchmark_repetitions={repetitions}",
        "--benchmark_enable_random_interleaving=true",
        "--benchmark_min_time=0.001",
        "--benchmark_format=json",
    ]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **confined(threads)
    )
    if done.returncode:
        sys.exit(done.stderr.decode())
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        label = run["name"].removesuffix("/real_time")
        if run.get("error_occurred"):
            yield label, {"wrong": run["error_message"]}
        else:
            yield label, {
                "ms": run["real_time"],
                "cpu_ms": run["cpu_time"],
                "error": run["error"],
                "state_steps": run["state_steps"],
                "peak_bytes": run.get("peak_bytes"),
            }


class Worker:
    """A Python peer in a process of its own; see peers/worker.py."""

    def __init__(self, module, threads):
        peers = os.path.join(BENCH, "peers")
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(peers, "worker.py"), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            **confined(threads),
        )
        hello = self._answer()
        self.version, self.names = hello["version"], hello["names"]

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            last = self.log.read().strip().splitlines()[-1:]
            raise RuntimeError(last[0] if last else "ended without a word")
        return json.loads(line)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()

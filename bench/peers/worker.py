"""A process that times one Python peer: worker.py MODULE.

Reads one JSON object a line and answers with one:

  {"prepare": NAME, "calls": LABEL, "inputs": [...], "expected": [...]}
                      -> {"first_ms", "first_cpu_ms", "error", "compiles"}
  {"time": LABEL}     -> {"ms", "cpu_ms"}

"expected" names float64 results, "error" is the relative 2-norm of the worst;
"first_ms" holds the compilation where the peer "compiles".
"""

import importlib
import json
import sys
import time

import numpy as np


def measure(call):
    """Wall and processor time, in milliseconds, and what the call returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    results = call()
    times = time.perf_counter() - wall, time.process_time() - cpu
    return times[0] * 1e3, times[1] * 1e3, results


def relative_error(found, expected):
    found = np.asarray(found, dtype=np.float64)
    if found.shape != expected.shape:
        raise ValueError(f"expected shape {expected.shape}, found {found.shape}")
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def main(module):
    peer = importlib.import_module(module)
    calls = {}
    # Whatever a library prints must not end up among the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"version": peer.version(), "names": peer.NAMES}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            arrays = [np.load(path) for path in request["inputs"]]
            expected = [np.load(path) for path in request["expected"]]
            call = peer.prepare(request["prepare"], arrays, len(expected) > 1)
            first, cpu, results = measure(call)
            errors = [relative_error(x, y) for x, y in zip(results, expected)]
            calls[request["calls"]] = call
            answer = {"first_ms": first, "first_cpu_ms": cpu, "error": max(errors)}
            answer["compiles"] = peer.COMPILES
        else:
            wall, cpu, _ = measure(calls[request["time"]])
            answer = {"ms": wall, "cpu_ms": cpu}
        print(json.dumps(answer), file=answers, flush=True)


main(sys.argv[1])

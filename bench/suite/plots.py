"""Two plots: time against length, and against threads. Needs matplotlib."""

import os

import matplotlib

matplotlib.use("Agg")
# The same file for the same numbers.
matplotlib.rcParams["svg.hashsalt"] = "kalmir"

import matplotlib.pyplot as plt

from suite.report import Results, median


def _save(figure, axes, path):
    axes.set_ylabel("median time, ms")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def against_length(results, path):
    cases = [case for case in results.data["cases"] if case["length"]]
    threads = results.threads[-1]
    figure, axes = plt.subplots(figsize=(6, 4))
    for who in results.who(cases[0]["name"]):
        found = [(c["length"], results.get(c["name"], who, threads)) for c in cases]
        found = [(length, median(result)) for length, result in found if result]
        axes.loglog(*zip(*found), marker="o", label=who)
    axes.set_xlabel(f"L (B=1, M=32, S=16, {threads} threads)")
    _save(figure, axes, path)


def against_threads(results, path):
    figure, axes = plt.subplots(figsize=(6, 4))
    for who in results.who("mixer"):
        found = [(n, results.get("mixer", who, n)) for n in results.threads]
        found = [(n, median(result)) for n, result in found if result]
        if found:
            axes.semilogy(*zip(*found), marker="o", label=who)
    axes.set_xticks(results.threads)
    axes.set_xlabel("threads (mixer, B=2, L=2048, M=1024, S=16)")
    _save(figure, axes, path)


def write(data, folder):
    results = Results(data)
    names = {case["name"] for case in data["cases"]}
    if any(case["length"] for case in data["cases"]):
        against_length(results, os.path.join(folder, "time-against-length.svg"))
    if "mixer" in names:
        against_threads(results, os.path.join(folder, "time-against-threads.svg"))

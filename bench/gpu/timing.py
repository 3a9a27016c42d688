"""Checks and times calls that launch work on the GPU, side by side."""

import dataclasses
import random
import statistics
from typing import Callable

import torch

# Written before each timed call, so that the caches hold nothing of its inputs, and so
# often that the GPU comes to the call after Python has launched all of it.
FLUSH_BYTES = 1 << 30
LEAST_FLUSHES, MOST_FLUSHES = 2, 32
# Calls that take longer are in the first few rounds only.
SLOW_MS = 5
SLOW_ROUNDS = 5


@dataclasses.dataclass
class Contender:
    """`call` launches and returns results; errors[i] is that of result i, or `failed`
    says why there are none."""

    name: str
    call: Callable
    errors: list = dataclasses.field(default_factory=list)
    times: list = dataclasses.field(default_factory=list)
    flushes: int = LEAST_FLUSHES
    failed: str = ""

    @property
    def median(self):
        return statistics.median(self.times)

    def result(self):
        """Of a call whose new tensors hold NaN until they are written."""
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.utils.deterministic.fill_uninitialized_memory = True
        try:
            found = self.call()
            torch.cuda.synchronize()
            return found
        finally:
            torch.use_deterministic_algorithms(False)


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:160]


def check(contender, measure):
    """`measure` gives the errors of a list of results."""
    try:
        contender.errors = measure(contender.result())
    except Exception as error:  # whatever a package raises
        contender.failed = _first_line(error)
    torch.cuda.empty_cache()


def time_once(contender, flush):
    """Milliseconds of a call, from when the GPU comes to it."""
    while True:
        for _ in range(contender.flushes):
            flush.fill_(1.0)
        before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        before.record()
        contender.call()
        after.record()
        waited = before.query()
        after.synchronize()
        # A call that itself waits for the GPU is never launched in time.
        if not waited or contender.flushes == MOST_FLUSHES:
            return before.elapsed_time(after)
        contender.flushes *= 2


def time_all(contenders, rounds):
    """A call of each in every round, in random order, after one that is not counted."""
    flush = torch.empty(FLUSH_BYTES // 4, device="cuda")
    running = [contender for contender in contenders if not contender.failed]
    first = {contender.name: time_once(contender, flush) for contender in running}
    for index in range(rounds):
        chosen = [c for c in running if index < SLOW_ROUNDS or first[c.name] < SLOW_MS]
        for contender in random.sample(chosen, len(chosen)):
            contender.times.append(time_once(contender, flush))

"""What is measured on a GPU: problems, and who solves them."""

import dataclasses
import os
import random
import re
from typing import Callable

import torch

from gpu import peers, problems
from gpu.library import Library
from gpu.shapes import name_of
from gpu.timing import Contender, check, time_all


@dataclasses.dataclass
class Case:
    """One problem and its contenders, which `make` returns, checked."""

    kind: str
    shape: tuple
    make: Callable
    rounds: int
    contenders: list = dataclasses.field(default_factory=list)

    @property
    def name(self):
        return name_of(self.kind, self.shape)

    def run(self):
        contenders = self.make(self.shape)
        time_all(contenders, self.rounds)
        for contender in contenders:
            contender.call = None  # and the tensors with it
        self.contenders = contenders
        torch.cuda.empty_cache()


class Suite:
    def __init__(self, options, libraries):
        self.options = options
        self.seed = random.randrange(1 << 31) if options.seed is None else options.seed
        self.generator = torch.Generator("cuda").manual_seed(self.seed)
        self.libraries = libraries
        self.skipped = []
        self.packages = list(self._packages())
        try:
            self.mamba = peers.load_mamba()
        except ImportError as error:
            self.mamba = None
            self._skip(f"mamba's selective_scan_cuda: {error}")

    def _skip(self, text):
        self.skipped.append(text)
        print(f"skipped: {text}", flush=True)

    def _packages(self):
        for text in self.options.kla or ["="]:
            label, path = text.split("=", 1)
            try:
                yield peers.AuthorsPackage(label, path)
            except ImportError as error:
                self._skip(f"{label or 'kla'}, the authors' package: {error}")

    def _wants(self, peer):
        return re.search(self.options.peers, peer) is not None

    def case(self, kind, shape):
        make = {"copy": self._copy, "kla": self._kla, "selective-scan": self._selective_scan}
        return Case(kind, shape, make[kind], self.options.rounds)

    def _library(self, name):
        return Library(os.path.join(self.libraries, name + ".so"))

    def _ours(self, name, library, entry, inputs, likes):
        """Kalmir, on results that hold NaN before the first call and are shaped `likes`."""
        outputs = [torch.full_like(like, torch.nan) for like in likes]
        return Contender("Kalmir " + name, self._library(library).bind(entry, inputs, outputs))

    def _check(self, contender, exact):
        def errors(results):
            return [problems.relative_error(*pair) for pair in zip(results, exact, strict=True)]

        check(contender, errors)
        print(f"  {contender.name}: {contender.failed or contender.errors}", flush=True)

    def _copy(self, shape):
        source = torch.rand(shape[0] // 4, device="cuda", generator=self.generator)
        target = torch.full_like(source, torch.nan)

        def copy():
            target.copy_(source)
            return [target]

        contender = Contender("copy", copy)
        self._check(contender, [source.double()])
        return [contender]

    def _kla(self, shape):
        print(f"Kalman linear attention, {shape}", flush=True)
        inputs = problems.make_kla(shape, self.generator)
        narrow = [x.bfloat16() for x in inputs[:4]] + inputs[4:]
        # One walk through time for both: a batch of twice the size.
        both = [torch.cat(pair) if pair[0].ndim == 3 else pair[0] for pair in zip(inputs, narrow)]
        batch, v = shape[0], inputs[0]
        y, yvar = problems.exact_kla(both)
        exact, exact_narrow = [y[:batch], yvar[:batch]], [y[batch:]]
        ours = [
            (self._ours("y", "kla", "kla_y", inputs, [v]), exact[:1]),
            (self._ours("y, variance", "kla_variance", "kla_variance", inputs, [v, v]), exact),
            (self._ours("y, bf16", "kla_bf16", "kla_y", narrow, [narrow[0]]), exact_narrow),
        ]
        theirs = [
            (Contender(f"{package.label} {backend}", package.bind(backend, inputs)), exact)
            for package in self.packages
            for backend in package.backends()
            if self._wants(f"{package.label} {backend}")
        ]
        for contender, expected in ours + theirs:
            self._check(contender, expected)
        return [contender for contender, _ in ours + theirs]

    def _selective_scan(self, shape):
        print(f"selective scan, {shape}", flush=True)
        wide = problems.make_selective_scan(shape, self.generator)
        contenders = []
        for suffix, narrowed in ("f32", ()), ("bf16", (0, 1, 3, 4, 6)):
            inputs = [x.bfloat16() if i in narrowed else x for i, x in enumerate(wide)]
            library = "selective_scan" + "_bf16" * bool(narrowed)
            exact = problems.exact_selective_scan(inputs)
            last = [x.mT.contiguous() if x.ndim == 3 else x for x in inputs]
            found = [
                (f"[B,L,D] {suffix}", "selective_scan", inputs, exact),
                (f"[B,D,L] {suffix}", "selective_scan_bdl", last, exact.mT),
            ]
            for name, entry, arguments, expected in found:
                contender = self._ours(name, library, entry, arguments, arguments[:1])
                self._check(contender, [expected])
                contenders.append(contender)
            if self.mamba and self._wants("mamba"):
                contender = Contender(f"mamba {suffix}", peers.bind_mamba(self.mamba, last))
                self._check(contender, [exact.mT])
                contenders.append(contender)
        return contenders

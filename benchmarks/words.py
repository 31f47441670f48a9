"""What prose costs: words written a second, and a run over its bare fits and draws.

The bare cost of a step is that of the same training sets fitted anew and the same numbers of
documents written anew, each by a voice made ready from its counts, and nothing else: no sites, no
crawls, no ledger, no agents.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from agents.decoding import Decoding
from agents.learners.ngram import Ngram, NgramOptions
from agents.learners.tokens import TokenLearner
from agents.ngram_voice import NgramVoice
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, Prose, ProseSpec
from scenarios.build import build
from scenarios.scenario import Scenario

READ, WRITTEN = 600, 1000


def a_second(order: int, smoothing: Any, repeats: int = 5, top_p: float = 1.0) -> float:
    """Words (ends counted) written a second by a model of 600 documents, fit not counted."""
    domain = Prose("prose", ProseSpec())
    rng = np.random.default_rng(1)
    rows = domain.reference()[rng.integers(len(domain.reference()), size=READ)]
    options = NgramOptions(order=order, smoothing=smoothing)
    learner = Ngram(domain, options, Decoding(top_p=top_p))
    learner.fit(Rows(rows), rng)
    voice, rates = learner.voice(), []
    voice.write(1, rng)
    for _ in range(repeats):
        begun = time.perf_counter()
        written = voice.write(WRITTEN, rng).rows
        taken = time.perf_counter() - begun
        ends = (written[:, -1] == END).sum()
        rates.append(((written != END).sum() + ends) / taken)
    return float(np.median(rates))


def world(models: int = 12, meters: Any = ()) -> Scenario:
    """Bigram models that read 600 documents a step from one site, of which they write half."""
    return Scenario.parse(
        {
            "name": "words",
            "steps": 1000,
            "meters": meters if meters == "all" else list(meters),
            "domains": {"prose": {"kind": "prose"}},
            "sites": [{"name": "site", "retention": {"half_life": 2}, "start": "stationary"}],
            "humans": [{"name": "people", "volume": 600, "writes": {"site": 1}}],
            "models": [
                {
                    "name": "model",
                    "count": models,
                    "volume": 50,
                    "writes": {"site": 1},
                    "diet": {"n": READ},
                    "start": {"kind": "fitted", "documents": READ},
                    "learner": {"kind": "ngram"},
                }
            ],
        }
    )


@dataclass
class _Work:
    """What a step fitted and wrote: learners with their training sets, voices with numbers."""

    fits: list[tuple[TokenLearner, Rows]] = field(default_factory=list)
    texts: list[tuple[NgramVoice, int]] = field(default_factory=list)

    def again(self) -> float:
        """Seconds to do it again."""
        rng = np.random.default_rng(1)
        begun = time.perf_counter()
        for learner, rows in self.fits:
            fresh: Any = type(learner)(learner.domain, learner.options, learner.decoding)
            fresh.fit(rows, rng)
        made = {id(voice): replace(voice) for voice, _ in self.texts}
        for voice, n in self.texts:
            made[id(voice)].write(n, rng)
        return time.perf_counter() - begun


@contextmanager
def noted() -> Iterator[_Work]:
    """All that is fitted and written inside."""
    work, fit, write = _Work(), TokenLearner.fit, NgramVoice.write

    def noted_fit(self: Any, corpus: Rows, *given: Any, **named: Any) -> None:
        work.fits.append((self, corpus))
        fit(self, corpus, *given, **named)

    def noted_write(self: NgramVoice, n: int, rng: Any) -> Rows:
        work.texts.append((self, n))
        return write(self, n, rng)

    TokenLearner.fit, NgramVoice.write = noted_fit, noted_write  # type: ignore[method-assign]
    try:
        yield work
    finally:
        TokenLearner.fit, NgramVoice.write = fit, write  # type: ignore[method-assign]


def over_bare(steps: int = 25, meters: Any = ()) -> dict[str, float]:
    """Median seconds a step, of its bare work, and the median ratio; steps in turn with it."""
    there = build(world(meters=meters))
    run, bare = [], []
    for _ in range(steps):
        begun = time.perf_counter()
        there.step()
        run.append(time.perf_counter() - begun)
        with noted() as work:
            there.step()
        bare.append(min(work.again() for _ in range(2)))
    ratio = float(np.median(np.array(run) / np.array(bare)))
    return {"step": float(np.median(run)), "bare": float(np.median(bare)), "ratio": ratio}

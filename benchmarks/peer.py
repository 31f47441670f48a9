"""The workload of `ouroboros` as a bare numpy loop: no agents, ledger, sites or meters."""

import numpy as np
from numpy.typing import NDArray

from ecosystem.sampling import Floats
from scenarios.published.ouroboros import FRESH

ITEMS, STEPS, N = 30_000, 59, 10_000


def bare(models: int, seed: int = 1, once: bool = False) -> float:
    """Mean final entropy over models, in bits.

    Args:
        models: how many.
        seed: of the draws.
        once: mix and cut once for each share of fresh truth, not for each model as one would
            write it first.
    """
    rng = np.random.default_rng(seed)
    truth = 1.0 / np.arange(1, ITEMS + 1)
    truth /= truth.sum()
    web = truth.copy()
    known = rng.dirichlet(np.ones(ITEMS), size=models)
    for step in range(1, STEPS + 1):
        web += 0.07 * np.exp(0.015 * step) * truth
        web += 0.15 / models * np.exp(0.025 * step) * known.sum(axis=0)
        if step % 2 == 0:
            continue
        average = web / web.sum()
        ready = [_cut(fresh, truth, average) for fresh in FRESH] if once else []
        for j in range(models):
            which = j % len(FRESH)
            kept, shares = ready[which] if once else _cut(FRESH[which], truth, average)
            drawn = rng.multinomial(N, shares)
            known[j] *= 0.2
            known[j, kept] += 0.8 * drawn / N
    shares = np.where(known > 0, known, 1.0)
    return float(-(known * np.log2(shares)).sum(axis=1).mean())


def _cut(fresh: float, truth: Floats, web: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The smallest set of items with .9 of what a model reads, and their shares."""
    mixed = fresh * truth + (1 - fresh) * web
    ranked = np.sort(mixed)[::-1]
    least = ranked[np.searchsorted(np.cumsum(ranked), 0.9)]
    kept = np.flatnonzero(mixed >= least)
    return kept, mixed[kept] / mixed[kept].sum()

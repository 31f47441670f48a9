"""A-08, A-32 with the policy `archive`: a snapshot of human documents in every training set.

Option set: lineages on their own unlimited output, n documents a generation, of which f n are drawn
with replacement from one snapshot of N documents, the same for all; what follows holds given the
snapshot, whose shares and errors are looked up in the run. Formulas derived for this project.
"""

from typing import Any

import numpy as np
import pytest

from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.archive import Archive
from scenarios.execution import Execution
from scenarios.replicated import (
    DOMAIN,
    Floats,
    claims,
    equal,
    heterozygosity,
    lineages,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R, ITEMS, N = 300, 20, 40


def archived(given: Scenario, **fields: Any) -> tuple[Scenario, Floats]:
    """A scenario with an archive, and the (K, V) shares of its snapshot."""
    kept = given.with_(policies=[{"kind": "archive", **fields}])
    world = Execution(kept).world
    (policy,) = world.policies
    assert isinstance(policy, Archive)
    cells = np.asarray(policy.snapshot(world.domains[DOMAIN]).cells)
    return kept, cells / cells.sum()


def square(p: Floats) -> float:
    return float((p * p).sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_training_on_the_archive_alone_is_one_sampling_of_it_for_ever(seed: int) -> None:
    """f = 1: E|p_t - s|^2 = (1 - J_s) / N in every generation, and no generation forgets more."""
    rows = (1, 3, 20)
    given, kept = archived(
        lineages(seed, 20, R, N, equal(ITEMS)), share=1.0, documents=100, error=0.0
    )
    s = kept.sum(axis=1)
    seen = watch(given, rows, lambda world: topics(world, "m"))
    law = (1 - square(s)) / N
    away = {f"D t={t}": (np.square(seen[t] - s).sum(axis=1), law) for t in rows}
    h = {f"H t={t}": (heterozygosity(seen[t]), (1 - 1 / N) * (1 - square(s))) for t in rows}
    holds("A-08, f = 1", seed, away | h)
    closed = (1 - 1 / N) ** 20 * (1 - 1 / ITEMS)
    fails("A-01, as if there were no archive", seed, {"H t=20": (heterozygosity(seen[20]), closed)})


def drift(s: Floats, start: Floats, f: float, n: int, steps: int) -> Floats:
    """(steps + 1,) E|p_t - s|^2: (1 - f) n documents of the last self, f n of the archive."""
    d, apart = square(start - s), start - s
    found = [d]
    for _ in range(steps):
        own = 1 - (d + 2 * float(apart @ s) + square(s))  # E(1 - J) of the last self
        d = (1 - f) ** 2 * (d + own / ((1 - f) * n)) + f**2 * (1 - square(s)) / (f * n)
        apart = (1 - f) * apart
        found.append(d)
    return np.array(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("f", [0.1, 0.5])
def test_an_archive_bounds_the_drift_as_a_fixed_real_set_does(seed: int, f: float) -> None:
    rows = (1, 2, 5, 30)
    given, kept = archived(
        lineages(seed, 30, R, N, equal(ITEMS)), share=f, documents=200, error=0.0
    )
    s = kept.sum(axis=1)
    law = drift(s, np.full(ITEMS, 1 / ITEMS), f, N, 30)
    seen = watch(given, rows, lambda world: topics(world, "m"))
    away = {t: np.square(seen[t] - s).sum(axis=1) for t in rows}
    holds(f"A-08, f = {f}", seed, {f"D t={t}": (away[t], law[t]) for t in rows})
    unbounded = (1 - (1 - 1 / N) ** 30) * (1 - 1 / ITEMS)
    fails("A-01, no archive", seed, {"D t=30": (away[30], unbounded)})


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_settle_where_the_share_of_the_archive_puts_them(seed: int) -> None:
    """A-32: e* = [(1 - f) eps + f e_h] / [1 - (1 - f)(1 - eps)], .0833 at f = .2."""
    f, eps, steps, n = 0.2, 0.02, 40, 1000
    learner = {"kind": "frequencies", "hallucination": "constant", "floor": eps}
    knowledge = {"zipf": {"items": 20}, "wrong_values": 4}
    plain = lineages(seed, steps, 100, n, knowledge, learner=learner, start={"kind": "given"})
    given, kept = archived(plain, share=f, documents=1_000_000, error=0.01)
    e_h = float(kept[:, 1:].sum())  # of the snapshot, near .01
    written = [0.0]
    for _ in range(steps):
        read = (1 - f) * written[-1] + f * e_h
        written.append(read + (1 - read) * eps)
    settled = ((1 - f) * eps + f * e_h) / (1 - (1 - f) * (1 - eps))
    assert settled == pytest.approx(0.0833, abs=5e-4)

    def false(world: Ecosystem) -> Floats:
        return np.asarray(1 - claims(world, "m")[:, :, 0].sum(axis=1))

    seen = watch(given, (1, 5, steps), false)
    late = (seen[steps] - eps) / (1 - eps)
    holds(
        "A-32, archive",
        seed,
        {f"written t={t}": (seen[t], written[t]) for t in (1, 5)} | {"e*": (late, settled)},
    )
    fails("A-32, no archive", seed, {"e t=40": (seen[steps], 1 - (1 - eps) ** steps)})

"""A-25, A-26: what is seldom written is learnt last, and not at all once it is cut off.

Option set: items of weight rank^-b; models that know what they have seen (maximum likelihood).
The error is the share of true human writing on items that a model has not seen. A-25: Hutter 2021,
Dohmatob et al. 2024; A-26: Dohmatob et al. 2024 (A Tale of Tails, theorem 2.1): a teacher with
top-p, from which all others learn. Both expectations are exact sums over the items.
"""

import numpy as np
import pytest

from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, UNLIMITED, Floats, humans, scenario, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R = 12
READ = {100: 40, 1000: 20, 10_000: 20}
"""Documents, and how many models read so many: those that read few differ more."""


def zipf(items: int, exponent: float) -> tuple[dict[str, object], Floats]:
    """A domain, and the shares of its items."""
    weights = np.arange(1, items + 1, dtype=np.float64) ** -exponent
    return {"zipf": {"items": items, "exponent": exponent}}, weights / weights.sum()


def unseen(world: Ecosystem, group: str) -> Floats:
    """(R,) share of human writing on items that each member of a group has not seen."""
    topics = world.domains[DOMAIN].topics
    own = [m for m in world.models() if m.name.rpartition("-")[0] == group]
    return np.array([topics[m.learners[DOMAIN].topics == 0].sum() for m in own])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exponent", [1.5, 2.0])
def test_the_error_falls_as_a_power_of_the_documents_read(seed: int, exponent: float) -> None:
    """A-25: sum p (1 - p)^T, which falls as T^-(b-1)/b."""
    domain, p = zipf(200_000, exponent)
    groups = [
        {"name": f"read{n}", "count": count, "start": "fitted", "diet": {"n": n}}
        for n, count in READ.items()
    ]
    given = scenario(seed, 1, domain, [{"name": "page"}], groups, humans=[humans(volume=1)])
    seen = watch(given, [0], lambda world: {n: unseen(world, f"read{n}") for n in READ})[0]
    law = {n: float((p * (1 - p) ** n).sum()) for n in READ}
    holds(f"A-25 b = {exponent:g}", seed, {f"T = {n}": (seen[n], law[n]) for n in READ})
    few, many = min(READ), max(READ)
    slope = float(np.log(seen[many].mean() / seen[few].mean()) / np.log(many / few))
    print(f"A-25 b = {exponent:g}, seed {seed}: slope {slope:.4f}")
    assert slope == pytest.approx(-(exponent - 1) / exponent, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kept", [10, 100])
def test_a_tail_cut_by_the_teacher_is_an_error_that_no_reading_mends(seed: int, kept: int) -> None:
    """A-26: sum p (1 - p / P)^T over the kept, of mass P, and the mass of the tail."""
    domain, p = zipf(20_000, 1.5)
    mass = float(p[:kept].sum())
    documents = (3 * kept, 10 * kept, 1_000_000)
    teacher = {
        "name": "teacher",
        "start": "truth",
        "volume": 1,
        "writes": {"page": 1},
        "every": 10**6,
        "decoding": {"top_p": mass - 1e-9},
        "diet": {"n": 1},
    }
    pupils = [
        {"name": f"read{n}", "count": R, "start": "truth", "diet": {"n": n}} for n in documents
    ]
    sites = [{"name": "page", **UNLIMITED}]
    given = scenario(seed, 1, domain, sites, [teacher, *pupils], humans=[humans()])
    seen = watch(given, [1], lambda world: {n: unseen(world, f"read{n}") for n in documents})[1]
    law = {n: float((p[:kept] * (1 - p[:kept] / mass) ** n).sum() + 1 - mass) for n in documents}
    holds(f"A-26 k = {kept}", seed, {f"T = {n}": (seen[n], law[n]) for n in documents})
    assert seen[documents[-1]].mean() == pytest.approx(1 - mass, rel=0.01)
    uncut = float((p * (1 - p) ** documents[-1]).sum())
    fails("A-26: as if nothing were cut", seed, {"T = 10^6": (seen[documents[-1]], uncut)})

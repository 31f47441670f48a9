"""Kinship where takes weigh unequally, numbers are random, and models keep their former selves.

Webs of three models that read one another's sites in fixed, uneven shares. Unlike in
`test_kinship`, every web has a ledger of its own: how many documents were written and how many are
left may differ from web to web, and kinship is what is expected given these numbers. Compared is
the mean over webs of what is observed less what was predicted, at every model, pair and
generation: one family.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.ecosystem import Ecosystem
from ecosystem.kinship import DESCENT, TOPIC
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Plain,
    bare_scenario,
    claims,
    humans,
    topics,
    watch,
)
from tests.theory.verdict import SEEDS, holds

pytestmark = pytest.mark.theory
Floats = NDArray[np.float64]
NAMES = "abc"
STEPS, N = 5, 30
REPLICATES, TOGETHER = 150, 50
"""Webs in all, and in one run: kinship is held for every pair of authors there, across webs too."""
MIX: Mapping[str, Mapping[str, float]] = {
    "a": {"a": 0.5, "b": 0.3, "c": 0.2},
    "b": {"a": 0.1, "b": 0.3, "c": 0.6},
    "c": {"a": 0.4, "b": 0.6},
}
NEXT = dict(zip("abc", "bca", strict=True))


def shares(
    allocation: str = "quota", weights: Sequence[float] = (1, 1, 1), replace: bool = True
) -> Callable[[str], Plain]:
    """N documents in the shares of the mix, those of each take with a weight."""

    def diet(name: str) -> Plain:
        takes = [
            {"source": f"{site}-{{i}}", "share": share, "weight": weight, "replace": replace}
            for (site, share), weight in zip(MIX[name].items(), weights, strict=False)
        ]
        return {"n": N, "takes": takes, "allocation": allocation}

    return diet


def numbers(name: str) -> Plain:
    """Whole numbers of documents of unequal weights, some of the takes without replacement."""
    each = zip(MIX[name], (10, 20, 5), (9, 1, 1), (True, False, True), strict=False)
    takes = [
        {"source": f"{site}-{{i}}", "k": k, "weight": weight, "replace": replace}
        for site, k, weight, replace in each
    ]
    return {"takes": takes}


def everything(name: str) -> Plain:
    """All that stands on its own site, and some of another's."""
    own = {"source": f"{name}-{{i}}", "all": True}
    return {"takes": [own, {"source": f"{NEXT[name]}-{{i}}", "k": 20}]}


def everything_of_two(name: str) -> Plain:
    """All that stands on two sites, and some distinct documents of the third."""
    both = {"source": [f"{name}-{{i}}", f"{NEXT[name]}-{{i}}"], "all": True}
    third = {"source": f"{NEXT[NEXT[name]]}-{{i}}", "k": 10, "replace": False}
    return {"takes": [both, third]}


def own_site(name: str) -> Plain:
    return {f"{name}-{{i}}": 1}


def two_sites(name: str) -> Plain:
    return {f"{name}-{{i}}": 0.7, f"{NEXT[name]}-{{i}}": 0.3}


POISSON = {**FINITE, "volume": "poisson"}
EVERYTHING = {**FINITE, "retention": "everything"}
HALVED = {**FINITE, "retention": {"half_life": 2}}
INERT = {"kind": "frequencies", "inertia": 0.3}
INVENTIVE = {"kind": "frequencies", "hallucination": "constant", "floor": 0.2}
UNEQUAL = (1, 9, 1)
REGIMES: dict[str, dict[str, Any]] = {
    "weights 1:9, quota": {"site": UNLIMITED, "diet": shares(weights=UNEQUAL)},
    "weights 1:9, quota, finite": {"site": FINITE, "diet": shares(weights=UNEQUAL)},
    "weights 1:9, quota, without replacement": {
        "site": FINITE, "diet": shares(weights=UNEQUAL, replace=False),
    },
    "weights 9:1, numbers": {"site": FINITE, "diet": numbers},
    "weights 1:9, at random": {"site": UNLIMITED, "diet": shares("random", UNEQUAL)},
    "weights 1:9, at random, without replacement": {
        "site": FINITE, "diet": shares("random", UNEQUAL, replace=False),
    },
    "poisson": {"site": POISSON, "diet": shares("random")},
    "poisson, two authors on a site": {
        "site": POISSON, "diet": shares("random"), "writes": two_sites,
    },
    "poisson, without replacement, quota": {"site": POISSON, "diet": shares(replace=False)},
    "half-life": {"site": HALVED, "diet": shares("random")},
    "half-life, without replacement, quota": {"site": HALVED, "diet": shares(replace=False)},
    "half-life, poisson": {"site": {**HALVED, "volume": "poisson"}, "diet": shares("random")},
    "inertia": {"site": UNLIMITED, "diet": shares("random"), "learner": INERT},
    "inertia, finite, without replacement, quota": {
        "site": FINITE, "diet": shares(replace=False), "learner": INERT,
    },
    "all": {"site": FINITE, "diet": everything},
    "all of two sites": {"site": FINITE, "diet": everything_of_two, "volume": 20},
    "all, accumulate": {"site": EVERYTHING, "diet": everything, "volume": 20},
    "merged, without replacement": {"site": FINITE, "diet": shares("random", replace=False)},
    "merged, without replacement, accumulate": {
        "site": EVERYTHING, "diet": shares("random", replace=False),
    },
    "made up, quota, without replacement": {
        "site": FINITE, "diet": shares(replace=False), "learner": INVENTIVE, "wrong_values": 3,
    },
    "novelty": {"site": FINITE, "diet": shares("random"), "novelty": 0.1},
    "novelty, inertia, without replacement, quota": {
        "site": FINITE, "diet": shares(replace=False), "learner": INERT, "novelty": 0.1,
    },
    "novelty, all, accumulate": {
        "site": EVERYTHING, "diet": everything, "volume": 20, "novelty": 0.1,
    },
    "novelty, poisson, two authors on a site": {
        "site": POISSON, "diet": shares("random"), "writes": two_sites, "novelty": 0.1,
    },
}  # fmt: skip


def observed_less_predicted(
    seed: int,
    site: Plain,
    diet: Callable[[str], Plain],
    volume: int = 2 * N,
    writes: Callable[[str], Plain] = own_site,
    learner: Plain | None = None,
    wrong_values: int = 0,
    items: int = 300,
    replicates: int = REPLICATES,
    kind: int = TOPIC,
    novelty: float = 0.0,
) -> dict[int, Floats]:
    """(R, 3, 3) chance that documents of two models of a web are alike, by step.

    Alike by topic are those on one item; by descent those that say the same of one of very many
    items, of which each first document has one to itself (but for a chance that is taken off).
    """
    models = [
        {
            "name": f"m{name}",
            "count": TOGETHER,
            "start": {"kind": "fitted", "documents": N},
            "volume": volume,
            "writes": writes(name),
            "diet": diet(name),
            "learner": learner or {"kind": "frequencies"},
            "decoding": {"novelty": novelty},
        }
        for name in NAMES
    ]
    weights = (np.arange(1, items + 1) ** -float(kind == TOPIC)).tolist()
    unwritten = [0.0] * int(2 * novelty * STEPS * volume * len(NAMES) * TOGETHER)
    given = bare_scenario(
        seed,
        STEPS,
        {"weights": [*weights, *unwritten], "wrong_values": wrong_values},
        [{"name": name, "count": TOGETHER, **site} for name in NAMES],
        models,
        humans=[humans()],
        ledger=True,
        kinship=True,
    )

    def read(world: Ecosystem) -> Floats:
        stock = world.stocks[DOMAIN]
        rows = [
            stock.authors.index(f"m{name}-{web + 1}") for web in range(TOGETHER) for name in NAMES
        ]
        found = world.ledger.kinships[DOMAIN].between(stock.author_node[rows])[kind]
        webs = np.arange(len(rows)).reshape(TOGETHER, len(NAMES))
        predicted = found[webs[:, :, None], webs[:, None, :]]
        if kind == TOPIC:
            written = np.stack([topics(world, f"m{name}") for name in NAMES], axis=1)
        else:
            said = np.stack([claims(world, f"m{name}") for name in NAMES], axis=1)
            true = said[:, :, :items, 0].sum(axis=2)
            predicted = predicted + (1 - predicted) * true[:, :, None] * true[:, None, :] / items
            written = said.reshape(*said.shape[:2], -1)
        return np.asarray(written @ written.swapaxes(1, 2) - predicted)

    rows = range(STEPS + 1)
    runs = [watch(given, rows, read, replicate) for replicate in range(replicates // TOGETHER)]
    return {row: np.concatenate([run[row] for run in runs]) for row in rows}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("regime", REGIMES)
def test_kinship_predicts_diversity_given_the_numbers_of_documents(regime: str, seed: int) -> None:
    family = {
        f"{step} {one}{other}": (gap[:, i, j], 0.0)
        for step, gap in observed_less_predicted(seed, **REGIMES[regime]).items()
        for i, one in enumerate(NAMES)
        for j, other in enumerate(NAMES[: i + 1])
    }
    holds(f"kinship, {regime}", seed, family)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_models_make_up_is_kin_to_nothing_before(seed: int) -> None:
    """By descent: each of the first documents has an item of its own among very many.

    A model makes up the same on an item whenever it does. That two of its documents are such a pair
    is left out of kinship, and here a chance of .03^2 / 30, below the standard error.
    Later generations are too skew for tests of means: few of the first documents are left.
    """
    gaps = observed_less_predicted(
        seed,
        FINITE,
        shares(replace=False),
        learner={"kind": "frequencies", "hallucination": "constant", "floor": 0.03},
        wrong_values=20,
        items=1000,
        replicates=100,
        kind=DESCENT,
    )
    holds("kinship by descent, made up", seed, first(gaps))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_novel_is_kin_to_nothing_before(seed: int) -> None:
    """By descent, as above; what is not on one of the first items goes back to something novel."""
    gaps = observed_less_predicted(
        seed, FINITE, shares(replace=False), items=1000, replicates=100, kind=DESCENT, novelty=0.1
    )
    holds("kinship by descent, novelty", seed, first(gaps))


def first(gaps: Mapping[int, Floats]) -> dict[str, tuple[Floats, float]]:
    """The first steps of every pair of models, all to be 0."""
    return {
        f"{step} {one}{other}": (gap[:, i, j], 0.0)
        for step, gap in gaps.items()
        if step <= 2
        for i, one in enumerate(NAMES)
        for j, other in enumerate(NAMES[: i + 1])
    }

"""Kinship predicts how much diversity neutral copying leaves, and how alike models become.

One world of six models that read one another's sites in fixed, uneven shares, in the regimes of
the design. The prediction is the kinship by topic that the ledger of one run carries along; the
observation is the mean over many worlds that never meet. Every generation of every model is
compared, and every pair of models: one family.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.oracles import infinite_alleles
from ecosystem.ecosystem import Ecosystem
from ecosystem.kinship import TOPIC
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    bare_scenario,
    heterozygosity,
    humans,
    identity,
    lineages,
    topics,
)
from scenarios.replicated import watch as watched
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
Floats = NDArray[np.float64]
NAMES = "abcdef"
STEPS, N = 5, 30
REPLICATES = 150
HUMAN = (0.0, 0.0, 0.1, 0.1, 0.2, 0.4)
"""Human share of each training set, where there are humans: whole numbers of 30 documents."""
MIX: Floats = np.random.default_rng(5).dirichlet(np.full(6, 0.4), size=6).round(2)


def takes(model: int, human: bool, how: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fixed shares of the six sites, and of the humans' one."""
    share = HUMAN[model] if human else 0.0
    mixed = MIX[model] / MIX[model].sum() * (1 - share)
    found = [
        {"source": f"{name}-{{i}}", "share": float(part), **how}
        for name, part in zip(NAMES, mixed, strict=True)
        if part > 0
    ]
    if share:
        found.append({"source": "archive", "share": share, "replace": True})
    return found


def a_web(
    seed: int, count: int, site: Mapping[str, Any], human: bool, quota: bool, replace: bool
) -> Scenario:
    """So many webs of six models each; each has six sites and all share one human archive."""
    sites = [{"name": name, "count": count, **site} for name in NAMES]
    models = [
        {
            "name": f"m{name}",
            "count": count,
            "start": {"kind": "fitted", "documents": N},
            "volume": 2 * N,
            "writes": {f"{name}-{{i}}": 1},
            "diet": {
                "n": N,
                "takes": takes(i, human, {"replace": replace}),
                "allocation": "quota" if quota else "random",
            },
        }
        for i, name in enumerate(NAMES)
    ]
    people = humans(volume=1, writes={"archive": 1})
    archive = {"name": "archive", "documents": "unlimited", "retention": "latest", "start": 1}
    kept = count == 2
    return bare_scenario(
        seed,
        STEPS,
        {"zipf": {"items": 300, "exponent": 1}},
        [*sites, archive],
        models,
        humans=[people],
        ledger=kept,
        kinship=kept,
    )


def predicted(given: Scenario) -> dict[int, Floats]:
    """(6, 6) chance that documents of two models are on one item, by step."""

    def read(world: Ecosystem) -> Floats:
        stock = world.stocks[DOMAIN]
        rows = [stock.authors.index(f"m{name}-1") for name in NAMES]
        found = world.ledger.kinships[DOMAIN].between(stock.author_node[rows])
        return np.asarray(found[TOPIC])

    return watched(given, range(STEPS + 1), read)


def observed(given: Scenario) -> dict[int, list[Floats]]:
    """(R, items) what each of the six models writes, by step."""
    return watched(given, range(STEPS + 1), lambda w: [topics(w, f"m{name}") for name in NAMES])


UNLIMITED = {"documents": "unlimited", "retention": "latest"}
LATEST = {"documents": "finite", "volume": "exact", "retention": "latest"}
EVERYTHING = {"documents": "finite", "volume": "exact", "retention": "everything"}
REGIMES: dict[str, dict[str, Any]] = {
    "replace": {"site": UNLIMITED, "human": False, "quota": False, "replace": True},
    "replace, humans at random": {
        "site": UNLIMITED, "human": True, "quota": False, "replace": True,
    },
    "replace, human quota": {"site": UNLIMITED, "human": True, "quota": True, "replace": True},
    "finite": {"site": LATEST, "human": False, "quota": False, "replace": True},
    "finite, human quota": {"site": LATEST, "human": True, "quota": True, "replace": True},
    "finite, without replacement": {
        "site": LATEST, "human": False, "quota": False, "replace": False,
    },
    "finite, without replacement, human quota": {
        "site": LATEST, "human": True, "quota": True, "replace": False,
    },
    "accumulate": {"site": EVERYTHING, "human": False, "quota": False, "replace": True},
    "accumulate, without replacement, human quota": {
        "site": EVERYTHING, "human": True, "quota": True, "replace": False,
    },
    "accumulate, unlimited, human quota": {
        "site": {**UNLIMITED, "retention": "everything"},
        "human": True, "quota": True, "replace": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("regime", REGIMES)
def test_kinship_predicts_diversity_at_every_model_and_generation(regime: str, seed: int) -> None:
    expected = predicted(a_web(seed, 2, **REGIMES[regime]))
    found = observed(a_web(seed, REPLICATES, **REGIMES[regime]))
    family = {}
    for step in range(STEPS + 1):
        for i, one in enumerate(NAMES):
            loss = 1 - expected[step][i, i]
            family[f"{step} {one}"] = heterozygosity(found[step][i]), loss
            for j in range(i):
                both = identity(found[step][i], found[step][j])
                family[f"{step} {one}{NAMES[j]}"] = both, expected[step][i, j]
    holds(f"kinship, {regime}", seed, family)


# ---------------------------------------------------------------------- what is not neutral

LINEAGES, DRAWN = 300, 60


def expected_and_left(seed: int, **model: Any) -> tuple[Floats, Floats]:
    """Of single lineages: diversity that inbreeding leaves, and that there is, (R,) each."""
    given = lineages(
        seed, 8, LINEAGES, DRAWN, {"zipf": {"items": 50, "exponent": 1}}, **model
    ).with_(ledger=True, kinship=True, meters=["drift"])
    last = given.run().agents.query("step == 8")
    return last[f"{DOMAIN}.diversity_neutral"].to_numpy(), last[f"{DOMAIN}.diversity"].to_numpy()


@pytest.mark.parametrize("seed", SEEDS)
def test_plain_resampling_leaves_no_selection_excess(seed: int) -> None:
    expected, left = expected_and_left(seed)
    assert np.ptp(expected) == 0.0
    holds("no selection in copying", seed, {"diversity": (left, float(expected[0]))})


@pytest.mark.parametrize("temperature", [0.9, 1.1])
@pytest.mark.parametrize("seed", SEEDS)
def test_temperature_is_selection(seed: int, temperature: float) -> None:
    expected, left = expected_and_left(seed, decoding={"temperature": temperature})
    fails("no selection in a temperature", seed, {"diversity": (left, float(expected[0]))})
    assert (np.log(expected.sum() / left.sum()) > 0) == (temperature < 1)


NOVELTY = 0.1


def inventive(seed: int, count: int, steps: int) -> Scenario:
    """So many lineages that take all of their own last generation, a tenth of it on new items."""
    known, unwritten = np.arange(1, 51) ** -1.0, [0.0] * int(2 * count * steps * DRAWN * NOVELTY)
    given = lineages(
        seed,
        steps,
        count,
        DRAWN,
        {"weights": [*known.tolist(), *unwritten]},
        FINITE,
        {"all": True},
        decoding={"novelty": NOVELTY},
    )
    return given.with_(ledger=True, kinship=True, meters=["drift", "inbreeding"])


@pytest.mark.parametrize("seed", SEEDS)
def test_novelty_is_no_selection(seed: int) -> None:
    last = inventive(seed, 150, 8).run().agents.query("step == 8")
    expected = last[f"{DOMAIN}.diversity_neutral"].to_numpy()
    assert np.ptp(expected) == 0.0
    family = {"diversity": (last[f"{DOMAIN}.diversity"].to_numpy(), float(expected[0]))}
    holds("no selection in novelty", seed, family)


def test_novelty_holds_inbreeding_at_the_level_of_infinite_alleles() -> None:
    """Phi' = (1 - u)^2 (1/n + (1 - 1/n) Phi) of what a model knows and of what it adds to that."""
    kept, phi = (1 - NOVELTY) ** 2, 0.0
    run = inventive(1, 2, 80).with_(measure_every=1).run()
    table = run.agents.query("agent == 'm-1'").set_index("step")
    for step in range(1, 81):
        assert table[f"{DOMAIN}.inbreeding"][step] == pytest.approx(kept * phi)
        phi = kept * (1 / DRAWN + (1 - 1 / DRAWN) * phi)
        assert table[f"{DOMAIN}.kinship"][step] == pytest.approx(phi)
    assert phi == pytest.approx(kept * infinite_alleles(DRAWN, NOVELTY))


def test_batches_count_a_prediction_that_forgets_them_is_refuted() -> None:
    """Finite text drawn with replacement is two samplings: what one alone predicts is wrong."""
    regime, seed = REGIMES["finite"], SEEDS[0]
    one_sampling = predicted(a_web(seed, 2, **{**regime, "site": UNLIMITED}))
    found = observed(a_web(seed, REPLICATES, **regime))
    last = {
        name: (heterozygosity(found[STEPS][i]), 1 - one_sampling[STEPS][i, i])
        for i, name in enumerate(NAMES)
    }
    with pytest.raises(AssertionError):
        holds("kinship without batches", seed, last)

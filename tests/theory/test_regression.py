"""A-21, A-22, A-23, A-24: linear regression learnt from its own kind.

Option set where not said otherwise: 10 standard normal numbers in a problem, noise 1, least
squares without an intercept, T = 100 documents a generation. A model fitted to human documents is
generation 1 in row 0, so that row t is generation t + 1. One generation's error is
U = sigma^2 d / (T - d - 1), exactly.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.meters.regression import error
from analysis.row_view import view_of
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, FINITE, Floats, Plain, lineages, scenario, watch
from scenarios.target import mean_of
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
WIDTH, T = 10, 100
UNIT = WIDTH / (T - WIDTH - 1)
PROBLEMS: Plain = {"kind": "regression", "dimensions": WIDTH}
LEAST_SQUARES: Plain = {"kind": "regressor", "noise": 1}
HUMAN: Plain = {"kind": "fitted", "documents": T}

BLOCK = 25


def errors(group: str = "m") -> Callable[[Ecosystem], Floats]:
    """Reads (R,) the test error of every model of a group."""

    def read(world: Ecosystem) -> Floats:
        view: Any = view_of(world, DOMAIN, {})
        own = [m for m in world.models() if m.name.rpartition("-")[0] == group]
        return np.array([error(model.learners[DOMAIN], view) for model in own])

    return read


@pytest.mark.parametrize("seed", SEEDS)
def test_replaced_data_err_in_proportion_to_generations(seed: int) -> None:
    """A-21 (Gerstgrasser et al. 2024, Dohmatob et al. 2024): E = n U, with U = .11236."""
    rows = (0, 4, 9, 19)
    given = lineages(seed, max(rows), 150, T, PROBLEMS, learner=LEAST_SQUARES, start=HUMAN)
    seen = watch(given, rows, errors())
    assert pytest.approx(0.11236, abs=1e-5) == UNIT
    family = {f"generation {t + 1}": (seen[t], (t + 1) * UNIT) for t in rows}
    holds("A-21 replace, T = 100, d = 10", seed, family)
    fails("A-21 without a growing error", seed, {"generation 20": (seen[19], UNIT)})


def accumulated(seed: int, asks: str, rows: tuple[int, ...], replicates: int) -> Any:
    """Errors where the site keeps all documents, human ones first, and the model takes them all.

    In worlds of 25: what one costs grows with the square of the lineages in it, since every
    finite document has a column on every site.
    """
    blocks = [_accumulated(seed * 1000 + i, asks, rows) for i in range(replicates // BLOCK)]
    return {t: np.concatenate([block[t] for block in blocks]) for t in rows}


def _accumulated(seed: int, asks: str, rows: tuple[int, ...]) -> Any:
    people = {"name": "people", "count": BLOCK, "writes": {"own-{i}": 1}, "volume": 0}
    given = lineages(
        seed,
        max(rows),
        BLOCK,
        T,
        PROBLEMS,
        {**FINITE, "retention": "everything", "start": T},
        {"all": True},
        learner={**LEAST_SQUARES, "asks": asks},
        start={"kind": "fitted", "source": "diet", "rounds": 1},
    ).with_(humans=[people])
    return watch(given, rows, errors())


@pytest.mark.parametrize("seed", SEEDS)
def test_accumulated_data_err_by_a_sum_that_has_a_limit(seed: int) -> None:
    """A-22 (Gerstgrasser et al. 2024): with the same problems, E / U = sum over i <= n of 1/i^2.

    With fresh problems it is less; never is it above pi^2 / 6.
    """
    rows, replicates = (0, 1, 4), 600
    again = accumulated(seed, "again", rows, replicates)
    sums = {t: float(np.sum(1.0 / np.arange(1, t + 2) ** 2)) for t in rows}
    assert sums[4] == pytest.approx(1.4636, abs=1e-4)
    family = {f"generation {t + 1}": (again[t] / UNIT, sums[t]) for t in rows}
    holds("A-22 accumulate, the same problems", seed, family)
    fresh = accumulated(seed, "fresh", rows, replicates)
    for t in rows:
        mean, se, _ = mean_of(fresh[t] / UNIT)
        print(f"A-22 accumulate, fresh problems, generation {t + 1}: {mean:.4f} +- {se:.4f}")
        assert mean - 3 * se < sums[t]
        assert mean + 3 * se < np.pi**2 / 6
    fails("A-22 as where data are replaced", seed, {"generation 5": (again[4] / UNIT, 5.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_human_data_of_which_a_part_is_edited_err_within_a_bound(seed: int) -> None:
    """A-23 (Zhu et al. 2024, ToEdit): E <= 2 U, however many generations.

    Every generation reads the same T human documents but for a share p, drawn anew, instead of
    which it reads as many of the last model's. Documents enter least squares one by one, so
    that for d << T (ours) E / U -> (1 + 2 p (1 - p)) / (1 - p^2): the bound is that of p = 1/2,
    and half of the way to it is checked here; beyond, it does not hold in this setting, where
    edits do not get fewer from generation to generation.
    """
    within, beyond = edited(seed, 25), edited(seed, 75)
    for t, ratios in within.items():
        mean, se, _ = mean_of(ratios)
        print(f"A-23 a quarter edited, generation {t + 1}: E / U = {mean:.4f} +- {se:.4f}")
        assert mean + 3 * se < 2
    p = 0.25
    limit = (1 + 2 * p * (1 - p)) / (1 - p * p)
    assert float(np.mean(within[20])) == pytest.approx(limit, rel=0.2)
    mean, se, _ = mean_of(beyond[20])
    print(f"A-23 three quarters edited, generation 21: E / U = {mean:.4f} +- {se:.4f}")
    assert mean - 3 * se > 2


def edited(seed: int, part: int) -> dict[int, Floats]:
    """By row, E / U of models that read a human archive, but for a part of T that they wrote."""
    replicates, steps = 60, 20
    given = scenario(
        seed,
        steps,
        PROBLEMS,
        [
            {"name": "archive", "count": replicates, **FINITE, "retention": "everything"}
            | {"start": T},
            {"name": "own", "count": replicates, **FINITE},
        ],
        [
            {
                "name": "m",
                "count": replicates,
                "volume": T,
                "writes": {"own-{i}": 1},
                "learner": LEAST_SQUARES,
                "start": HUMAN,
                "diet": {
                    "takes": [
                        {"source": "archive-{i}", "k": T - part, "replace": False},
                        {"source": "own-{i}", "k": part, "replace": False},
                    ]
                },
            }
        ],
        humans=[{"name": "people", "count": replicates, "writes": {"archive-{i}": 1}}],
    )
    seen = watch(given, (1, 5, steps), errors())
    return {t: found / UNIT for t, found in seen.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fixed_synthetic_share_leaves_a_floor(seed: int) -> None:
    """A-24 (Dohmatob et al. 2024, Strong Model Collapse): E -> p^2 |delta|^2 as n grows.

    A share p of 40,000 documents is by a model that was fitted to 30 and errs by delta, another
    in every replicate; beside the floor the noise of least squares is left,
    d (sigma^2 + p (1 - p) |delta|^2) / n.
    """
    replicates, n = 30, 40_000
    family = {}
    for p in (0.1, 0.5):
        given = scenario(
            seed,
            1,
            PROBLEMS,
            [
                {"name": "press", "documents": "unlimited", "retention": "latest"},
                {"name": "farm", "count": replicates, "documents": "unlimited"},
            ],
            [
                {
                    "name": "old",
                    "count": replicates,
                    "volume": n,
                    "writes": {"farm-{i}": 1},
                    "learner": LEAST_SQUARES,
                    "start": {"kind": "fitted", "documents": 30},
                    "every": 99,
                    "diet": {"n": 30, "takes": [{"source": "press", "share": 1}]},
                },
                {
                    "name": "new",
                    "count": replicates,
                    "learner": LEAST_SQUARES,
                    "start": HUMAN,
                    "diet": {
                        "n": n,
                        "allocation": "quota",
                        "takes": [
                            {"source": "farm-{i}", "share": p},
                            {"source": "press", "share": 1 - p},
                        ],
                    },
                },
            ],
            humans=[{"name": "people", "volume": n, "writes": {"press": 1}}],
        )
        old, new = (watch(given, (1,), errors(group))[1] for group in ("old", "new"))
        noise = WIDTH * (1 + p * (1 - p) * old) / n
        family[f"p = {p}"] = ((new - noise) / (p * p * old), 1.0)
        print(f"A-24 p = {p}: error / floor without the noise {np.mean(new / (p * p * old)):.3f}")
    holds("A-24 error over p^2 |delta|^2", seed, family)
    fails("A-24 without a floor", seed, {k: (v, 0.0) for k, (v, _) in family.items()})

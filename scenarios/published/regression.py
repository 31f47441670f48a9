"""Regression that learns from its own answers: what is replaced, kept, edited, or another's.

Ten standard normal numbers in a problem, noise 1, least squares without an intercept, T = 100
documents a generation. A model fitted to human documents is generation 1 in row 0, so that row t
is generation t + 1. One generation's error is U = sigma^2 d / (T - d - 1), exactly. Gerstgrasser
et al. (2024, arXiv 2404.01413), Dohmatob et al. (2024, arXiv 2402.07712; 2024, arXiv 2410.04840),
Zhu et al. (2024, arXiv 2412.14689). A bounded error says nothing of tails: linear regression has
none to lose.
"""

from collections.abc import Callable, Sequence

import numpy as np

from analysis.meters.regression import error
from analysis.row_view import view_of
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    lineages,
    watch,
)
from scenarios.target import Number, Target, bounded, near, sampled

WIDTH, T = 10, 100
UNIT = WIDTH / (T - WIDTH - 1)
GENERATIONS = tuple(range(1, 21))
PROBLEMS: Plain = {"kind": "regression", "dimensions": WIDTH}
LEAST_SQUARES: Plain = {"kind": "regressor", "noise": 1}
HUMAN: Plain = {"kind": "fitted", "documents": T}
BLOCK = 25
"""Lineages in a world where all is kept: what one costs grows with the square of their number."""
REGRESSION = "regression"


def errors(group: str = "m") -> Callable[[Ecosystem], Floats]:
    """Reads (R,) the test error of every model of a group."""

    def read(world: Ecosystem) -> Floats:
        view = view_of(world, DOMAIN, {})
        own = [m for m in world.models() if m.name.rpartition("-")[0] == group]
        return np.array([error(model.learners[DOMAIN], view) for model in own])  # type: ignore[arg-type]

    return read


def replaced(seed: int, generations: Sequence[int], replicates: int) -> dict[int, Floats]:
    """By generation, E / U of models on nothing but what the former generation wrote."""
    last = max(generations) - 1
    given = lineages(seed, last, replicates, T, PROBLEMS, learner=LEAST_SQUARES, start=HUMAN)
    return by_generation(watch(given, [g - 1 for g in generations], errors()))


def accumulated(
    seed: int, asks: str, generations: Sequence[int], replicates: int
) -> dict[int, Floats]:
    """By generation, E / U where a site keeps all, human documents first, and all are taken."""
    people = {"name": "people", "count": BLOCK, "writes": {"own-{i}": 1}, "volume": 0}
    site: Plain = {**FINITE, "retention": "everything", "start": T}
    blocks = []
    for i in range(-(-replicates // BLOCK)):
        given = lineages(
            seed * 1000 + i,
            max(generations) - 1,
            BLOCK,
            T,
            PROBLEMS,
            site,
            {"all": True},
            learner={**LEAST_SQUARES, "asks": asks},
            start={"kind": "fitted", "source": "diet", "rounds": 1},
        ).with_(humans=[people])
        blocks.append(by_generation(watch(given, [g - 1 for g in generations], errors())))
    return {g: np.concatenate([block[g] for block in blocks]) for g in generations}


def edited(seed: int, part: int, generations: Sequence[int], replicates: int) -> dict[int, Floats]:
    """By generation, E / U of readers of a human archive, but for a part of T that they wrote."""
    archive = {"retention": "everything", "start": T}
    given = bare_scenario(
        seed,
        max(generations) - 1,
        PROBLEMS,
        [
            {"name": "archive", "count": replicates, **FINITE, **archive},
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
    return by_generation(watch(given, [g - 1 for g in generations], errors()))


def mixed(seed: int, share: float, n: int, replicates: int) -> tuple[Floats, Floats]:
    """(R,) |delta|^2 of models fitted to 30, and (R,) E of new ones, a share of whose n is theirs.

    Args:
        seed: of the scenario.
        share: of n that is by the old model, exactly; the rest is human.
        n: documents that a new model reads.
        replicates: pairs of an old and a new model.
    """
    given = bare_scenario(
        seed,
        1,
        PROBLEMS,
        [{"name": "press", **UNLIMITED}, {"name": "farm", "count": replicates, **UNLIMITED}],
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
                        {"source": "farm-{i}", "share": share},
                        {"source": "press", "share": 1 - share},
                    ],
                },
            },
        ],
        humans=[{"name": "people", "volume": n, "writes": {"press": 1}}],
    )
    old, new = errors("old"), errors("new")
    return watch(given, [1], lambda world: (old(world), new(world)))[1]


def by_generation(seen: dict[int, Floats]) -> dict[int, Floats]:
    """Errors by row as E / U by generation."""
    return {row + 1: found / UNIT for row, found in seen.items()}


class Replaced(Target):
    """E / U, of which the law is the number of generations."""

    kind = "A-21"
    claim = "Where data are replaced, a regression's test error grows in proportion to generations."
    source = "Gerstgrasser 2404.01413, Dohmatob 2402.07712 (two independent secondary sources)"
    known_as = "S n"
    family = REGRESSION
    axis = "generation"
    replicates = 800
    note = (
        "The law is exact, n U with U = .11236, and held to by standard errors; the source of the "
        "target allows 3 %."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        assert abs(UNIT - 0.11236) < 5e-6
        seen = replaced(seed, GENERATIONS, replicates)
        return [sampled("E / U, replaced", seen[g], g, at=g) for g in GENERATIONS]


class Accumulated(Target):
    """E / U, with the same problems in every generation, and with fresh ones."""

    kind = "A-22"
    claim = "Where data accumulate, a regression's error stays below pi^2/6 of one generation's."
    source = "Gerstgrasser 2404.01413 (bound); Dey & Donoho 2410.22812 (summary)"
    known_as = "S,D n"
    family = REGRESSION
    axis = "generation"
    replicates = 800
    note = (
        "This bounds the risk of a regression, which has no tails; it does not say that tails are "
        "kept. With the same problems the sum of 1/i^2 is exact and held to by standard errors, "
        "which are 1 to 2 % of it (the table allows 3 %; the worst of 20 may be 3.8 of them off); "
        "with fresh ones, of which half as many lineages are run, it is an upper bound."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        sums = dict(zip(GENERATIONS, np.cumsum(1 / np.array(GENERATIONS) ** 2.0), strict=True))
        np.testing.assert_allclose([sums[g] for g in (5, 10, 20)], [1.4636, 1.5498, 1.5962], 4e-5)
        again = accumulated(seed, "again", GENERATIONS, replicates)
        fresh = accumulated(seed, "fresh", GENERATIONS, replicates // 2)
        return (
            [sampled("E / U, the same problems", again[g], sums[g], at=g) for g in GENERATIONS]
            + [
                bounded("E / U, fresh problems, below the sum", fresh[g], high=sums[g], at=g)
                for g in GENERATIONS
            ]
            + [
                bounded(f"E / U, {which}, below pi^2 / 6", seen[g], high=np.pi**2 / 6, at=g)
                for which, seen in (("the same problems", again), ("fresh problems", fresh))
                for g in GENERATIONS
            ]
        )


class Edited(Target):
    """A quarter of 100 human documents gives way to the last model's, drawn anew each time."""

    kind = "A-23"
    claim = "Human data of which a part is edited leave an error of at most twice one generation's."
    source = "ToEdit 2412.14689"
    known_as = "S"
    family = REGRESSION
    axis = "generation"
    replicates = 100
    note = (
        "Here edits do not get fewer from generation to generation, as in the paper. Then E / U "
        "tends to (1 + 2 p (1 - p)) / (1 - p^2), derived here for d << T: the bound holds up to a "
        "share p = 1/2 of edits and not beyond; p = 1/4 is run."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        seen = edited(seed, 25, GENERATIONS, replicates)
        return [bounded("E / U, a quarter edited", seen[g], high=2.0, at=g) for g in GENERATIONS]


class Floor(Target):
    """Old models that err by delta, and new ones that read 4,000 documents or 40,000."""

    kind = "A-24"
    claim = "A fixed synthetic share leaves a floor of error that more data do not remove."
    source = "Strong Model Collapse 2410.04840 (abstract); the floor is derived here"
    known_as = "P(abs),D n"
    family = REGRESSION
    axis = "synthetic share"
    replicates = 40
    note = (
        "The floor is p^2 |delta|^2, given for |delta|^2 = .2; each old model errs by another "
        "delta, and what its reader errs is scaled to that. The table allows 10 %; with the noise "
        "of least squares, d (sigma^2 + p (1 - p) |delta|^2) / n, it is held by standard errors."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, typical, found = 40_000, 0.2, []
        for p in (0.1, 0.3, 0.5):
            floor = p * p * typical
            old, new = mixed(seed, p, n // 10, replicates)
            fewer = new * typical / old
            found.append(bounded("E of a tenth of the documents", fewer, low=floor, at=p))
            old, new = mixed(seed, p, n, replicates)
            noise = WIDTH * (1 + p * (1 - p) * old) / n
            scale = typical / old
            found.append(near("E", new * scale, floor, at=p, relative=0.1))
            found.append(sampled("E less the noise", (new - noise) * scale, floor, at=p))
        return found

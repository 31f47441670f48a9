"""What human data are worth beside a model's own: fresh ones each time, or always the same.

Seddik et al. (2024, arXiv 2404.05090), Alemohammad et al. (2023, arXiv 2307.01850). Documents are
unlimited, replaced, and taken in exact numbers; variances are unbiased.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.meters.frechet import distance
from analysis.normal_laws import fixed_loop, fresh_loop, sample_distance
from analysis.oracles import partly_synthetic
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import (
    DOMAIN,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    equal,
    heterozygosity,
    humans,
    topics,
    watch,
)
from scenarios.replicated_numbers import NUMBERS, UNBIASED, Moments, fits, points
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, bounded, near, positive, sampled

FRESH = "fresh data"
FULL: Plain = {"kind": "gaussian", "estimator": "unbiased"}
PRESS: Plain = {"name": "press", **UNLIMITED}
PEOPLE: Plain = humans(volume=1000, writes={"press": 1})


def beside_own(
    seed: int,
    steps: int,
    count: int,
    domain: Plain,
    real: Mapping[str, Any],
    made: int,
    site: Plain = PRESS,
    community: Plain = PEOPLE,
    **model: Any,
) -> Scenario:
    """So many models `m`, each on `made` documents of its own last self beside human ones.

    Args:
        seed: the scenario's.
        steps: its length.
        count: models.
        domain: what they write about.
        real: the take of human documents.
        made: documents of its own.
        site: that holds the human ones.
        community: that writes them.
        model: further fields of the models.
    """
    mind = {
        "name": "m",
        "count": count,
        "start": "truth",
        "volume": 1,
        "writes": {"own-{i}": 1},
        "diet": {"takes": [real, {"source": "own-{i}", "k": made}]},
    }
    own = {"name": "own", "count": count, **UNLIMITED}
    return bare_scenario(seed, steps, domain, [site, own], [mind | model], humans=[community])


def beside_archive(
    seed: int,
    steps: int,
    count: int,
    domain: Plain,
    real: int,
    made: int,
    take: Plain,
    **model: Any,
) -> Scenario:
    """Models with an archive each of so many human documents, of which nobody writes more.

    Nothing is published before step 2, so that row 1 is the model fitted to the archive.
    """
    return beside_own(
        seed,
        steps,
        count,
        domain,
        {"source": "archive-{i}", **take},
        made,
        {
            "name": "archive",
            "count": count,
            "start": real,
            "volume": "exact",
            "writers": ["people"],
        },
        humans(),
        volume={"kind": "table", "steps": [1, 2], "values": [0, made]},
        **model,
    )


def drifts(given: Scenario, rows: Sequence[int]) -> tuple[Floats, dict[int, Floats]]:
    """H of every replicate's generation 1, and |p_m - p_1|^2 by row."""
    seen = watch(given, [1, *rows], lambda world: topics(world, "m"))
    first = seen[1]
    return heterozygosity(first), {m: np.square(seen[m] - first).sum(axis=1) for m in rows}


def at_rest(human: float, steps: int) -> range:
    """Rows in which less than 10^-4 is left of the start, by the human share of what is learnt."""
    return range(int(np.ceil(np.log(1e-4) / np.log(1 - human) / 2)), steps + 1)


class FixedSet(Target):
    """An archive of each replicate's own, taken whole in every generation; equal words."""

    kind = "A-08"
    claim = "A fixed human set bounds how far a model drifts from the first one fitted to it."
    source = "setting: Seddik 2404.05090 (partially synthetic); formula derived here"
    known_as = "D n"
    family = FRESH
    axis = "generation"
    replicates = 1000
    note = (
        "The drift is from the first model, not from the truth: what the set has no document of "
        "is lost to every model for good."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        items, made, steps, found = 20, 50, 15, []
        rows = (2, 3, 4, 5, 7, 10, steps)
        for real in (25, 50, 100):
            h1, alpha = (1 - 1 / real) * (1 - 1 / items), made / (real + made)
            law = partly_synthetic(real, made, made, steps, h1)
            limit = h1 * (alpha**2 / made) / (1 - alpha**2 * (1 - 1 / made))
            np.testing.assert_allclose(law[-1], limit, rtol=1e-4)
            given = beside_archive(seed, steps, replicates, equal(items), real, made, {"all": True})
            first, seen = drifts(given, rows)
            found.append(sampled(f"diversity of the first, {real} human", first, h1))
            found += [sampled(f"drift, {real} human", seen[m], law[m - 1], at=m) for m in rows]
        return found


class FreshLoop(Target):
    """Every generation 100 fresh human documents and 900 of the last model, in 100 dimensions."""

    kind = "A-16"
    claim = "With fresh data a loop forgets its start, and unbiased synthetic data help it."
    source = "Alemohammad 2307.01850, sections 5.2-5.3, figures 10-12; the numbers are ours"
    known_as = "P,n"
    family = FRESH
    axis = "generation"
    replicates = 20
    quick = True
    note = (
        "The risk is the squared Wasserstein distance. The authors plot it for this setting and "
        "print no number; 12.5, the risk of 225 human documents alone, is ours, from another "
        "simulation, of three runs. The engine's twenty runs settle at 12.2."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        size, last, found = 100, 25, []
        np.testing.assert_allclose(sample_distance(225, size), 12.5, rtol=0.02)
        early, late = (1, 2, 3, 5, 8, 12, 16), (20, last)
        alone = {100: 31.9, 1000: sample_distance(1000, size)}
        for start, risk in alone.items():
            seen = self.risks(seed, last, replicates, size, start)
            name, ends = f"risk, first model on {start:,} human", sorted((risk, 12.5))
            found.append(near(name, seen[0], risk, at=0, relative=0.05))
            found += [bounded(name, seen[t], 0.95 * ends[0], 1.05 * ends[1], at=t) for t in early]
            found += [near(name, seen[t], 12.5, at=t, relative=0.05) for t in late]
            gain = alone[100] - seen[last]
            found.append(positive(f"gain over 100 human alone, first on {start:,}", gain))
        return found

    @staticmethod
    def risks(seed: int, steps: int, count: int, size: int, start: int) -> dict[int, Floats]:
        """(R,) squared distance from the truth, by row; row 0 is the first model."""
        zero, one = np.zeros(size), np.eye(size)

        def risk(world: Ecosystem) -> Floats:
            learnt = [model.learners[DOMAIN].parts().moments() for model in world.models()]
            return np.array([distance(mean, spread, zero, one, one) for mean, spread in learnt])

        given = beside_own(
            seed,
            steps,
            count,
            points(size),
            {"source": "press", "k": 100},
            900,
            volume=1000,
            learner=FULL,
            start={"kind": "fitted", "documents": start},
        )
        return watch(given, range(steps + 1), risk)


class EffectiveSize(Target):
    """The squared error of a mean in the end of the loop, over several generations."""

    kind = "A-17"
    claim = "Pooling its own with fresh human data is worth 2 - f times the human data, never more."
    source = "derived for this project"
    known_as = "D n"
    family = FRESH
    axis = "human share f"
    replicates = 8000
    whole = True
    note = (
        "The law is for a known variance. Models here learn theirs as well, which changes it by "
        "less than 1 %; they are held to the exact recursion, and where f is .5 and .8 to the "
        "law as well."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        found = []
        for f, n, runs, exact in (
            (0.2, 400, replicates // 8, False),
            (0.35, 400, replicates // 8, False),
            (0.5, 200, replicates, True),
            (0.65, 200, replicates // 8, False),
            (0.8, 100, replicates, True),
        ):
            real = round(f * n)
            drift, spread = fresh_loop(real, n - real)
            np.testing.assert_allclose(1 / (drift * real), 2 - f, rtol=0.01)
            seen = self.moments(seed, runs, real, n - real)
            error = real * np.mean([mean**2 for mean, _ in seen.values()], axis=0)
            worth = (2 - error / error.mean()) / error.mean()  # 1 / error, to first order
            name = "effective sample size by human one"
            found.append(sampled(name, worth, 1 / (drift * real), at=f))
            variance = np.mean([spread for _, spread in seen.values()], axis=0)
            found.append(sampled("variance learnt", variance, spread, at=f))
            if exact:
                found.append(near(f"{name}, f = {f}", worth, 2 - f, relative=0.01))
        return found

    @staticmethod
    def moments(seed: int, replicates: int, real: int, made: int) -> dict[int, Moments]:
        """By row, at rest."""
        take = {"source": "press", "k": real}
        models = replicates // NUMBERS
        steps, domain = 30, points(NUMBERS)
        given = beside_own(seed, steps, models, domain, take, made, learner=UNBIASED)
        return watch(given, at_rest(real / (real + made), steps), fits())


class FixedNeverHelps(Target):
    """The squared error of a mean, less what that of the real set by itself happened to be."""

    kind = "A-18"
    claim = "Beside a human set that is always the same, a model's own data only add to the error."
    source = "derived here; direction: Alemohammad 2307.01850, section 4"
    known_as = "D n"
    family = FRESH
    axis = "weight w of the human set"
    replicates = 8000
    whole = True
    note = (
        "The squared error of the human set alone is known, 1/n, and what it was by chance is "
        "taken out. The law is for a known variance; models here learn theirs as well, which "
        "changes it by less than 1 %."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, steps, found = 50, 30, []
        for weight, runs in ((0.25, replicates // 4), (1, replicates), (4, replicates // 4)):
            w = weight / (1 + weight)
            error, spread = fixed_loop(n, w)
            law = 1 + (1 - w) ** 2 / (w * (2 - w))
            np.testing.assert_allclose(error * n, law, rtol=0.01)
            given = beside_archive(
                seed,
                steps,
                max(1, runs // NUMBERS),
                points(NUMBERS),
                n,
                n,
                {"all": True, "weight": weight},
                learner=UNBIASED,
            )
            rows = at_rest(w, steps)
            seen = watch(given, [1, *rows], fits())
            alone = n * seen[1][0] ** 2
            together = n * np.mean([seen[t][0] ** 2 for t in rows], axis=0)
            inflation = 1 + together - alone
            found += [
                sampled("error of the human set alone", alone, 1, at=w),
                sampled("inflation of the error", inflation, error * n, at=w),
                sampled("variance learnt", seen[steps][1], spread, at=w),
                positive("harm", together - alone, at=w),
            ]
            if weight >= 1:
                name = f"inflation of the error, w = {w:g}"
                found.append(near(name, inflation, law, relative=0.01))
        return found

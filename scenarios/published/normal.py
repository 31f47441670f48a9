"""Normal distributions that are fitted to what they wrote themselves.

Every generation n documents are drawn and their mean and variance taken for the truth, whose mean
is 0 and variance 1. Shumailov et al. (2023, arXiv 2305.17493), Alemohammad et al. (2023, arXiv
2307.01850), Suresh et al. (2024, arXiv 2412.17646), Kazdan et al. (2024, arXiv 2410.16713). Each
number of a document is a world of its own in one dimension (`scenarios.replicated_numbers`); where
documents must have one number this is said. Generation 1 is the first that reads.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import norm

from analysis.normal_laws import (
    SpreadLaw,
    accumulated,
    cut_factor,
    log_sd_fall,
    sd_factor,
    sharing,
)
from scenarios.replicated import FINITE, UNLIMITED, Floats, bare_scenario, lineages, watch
from scenarios.replicated_numbers import BIASED, NUMBERS, UNBIASED, closed, fits, learnt, points
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, bounded, near, sampled

NORMAL = "normal"


class RiskOfReplacing(Target):
    """Samples of one size, and of sizes that grow with the generation."""

    kind = "A-10"
    claim = "Each generation adds 1.5/M to the risk: it is bounded if samples grow fast enough."
    source = "Shumailov 2305.17493, theory; superlinear growth: Xu 2505.13947 (abstract)"
    known_as = "M,D n"
    family = NORMAL
    axis = "generation"
    replicates = 2000
    note = (
        "The risk is the squared Wasserstein distance. The paper has its first order, 1.5 times "
        "the sum of 1/M; the engine is held to the exact sum, 1 % off at most for M = 100."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        steps, risks, spreads = 20, [], []
        rows = (1, 2, 5, 10, 15, 20)
        sizes = {
            "M = 100": np.full(steps, 100),
            "M = 10 t": 10 * np.arange(1, steps + 1),
            "M = 10 t^2": 10 * np.arange(1, steps + 1) ** 2,
        }
        for name, size in sizes.items():
            spent, factor = np.cumsum(1 / size), np.cumprod(sd_factor(size))
            risk = spent + 2 - 2 * factor
            if name == "M = 100":
                np.testing.assert_allclose(risk[[0, 4, 19]], [0.015, 0.075, 0.3], rtol=0.01)
            runs = replicates if name == "M = 100" else replicates // 2
            seen = closed(seed, rows, runs, **self.sized(size))
            for t in rows:
                mean, variance = seen[t]
                distance = mean**2 + (np.sqrt(variance) - 1) ** 2
                risks.append(sampled(f"risk, {name}", distance, risk[t - 1], at=t))
                written, law = mean**2 + variance, 1 + spent[t - 1]
                spreads.append(sampled(f"variance of a document, {name}", written, law, at=t))
        return risks + spreads

    @staticmethod
    def sized(size: Floats) -> dict[str, Any]:
        """Options of models that read all that their last self wrote: so many in step 1, 2, ..."""
        steps = list(range(1, len(size) + 1))
        volume = {"kind": "table", "steps": steps, "values": [int(m) for m in size]}
        return {
            "n": 0,
            "site": FINITE,
            "take": {"all": True},
            "volume": volume,
            "learner": UNBIASED,
        }


class SharpenedSampling(Target):
    """What is drawn has lambda times the variance learnt: a temperature."""

    kind = "A-11"
    claim = "Drawn at lambda times its variance, it falls as lambda^t; at 1 most worlds lose it."
    source = "Alemohammad 2307.01850, equations 1-2 and the proposition of section 3.1"
    known_as = "P n"
    family = NORMAL
    axis = "generation"
    replicates = 2000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, rows, variances, others = 50, (1, 2, 4, 7, 10), [], []
        for factor in (0.5, 0.8, 0.95, 1.0):
            decoding = {"temperature": factor}
            seen = closed(seed, rows, replicates, n, learner=UNBIASED, decoding=decoding)
            for t in rows:
                mean, variance = seen[t]
                name = f"lambda = {factor:g}"
                variances.append(sampled(f"variance, {name}", variance, factor**t, at=t))
                drift = factor / n * sum(factor**s for s in range(t))
                others.append(sampled(f"squared mean, {name}", mean**2, drift, at=t))
                law = t * (np.log(factor) + 2 * log_sd_fall(n))
                others.append(sampled(f"ln variance, {name}", np.log(variance), law, at=t))
        n, late = 10, (20, 40, 60, 80, 100, 125, 150)
        seen = closed(seed, late, replicates, n, learner=UNBIASED)
        for t in late:
            law = 1 - SpreadLaw(n, t).above(0.1)
            name = f"P(variance < .01), lambda = 1, n = {n}"
            variances.append(sampled(name, seen[t][1] < 0.01, law, at=t))
        return variances + others


class TimeScale(Target):
    """Mean and logarithm of the standard deviation (sd), and the chance that much of it is left."""

    kind = "A-12"
    claim = "The standard deviation shrinks, in a time that is in proportion to the sample size."
    source = "Suresh 2412.17646, Theorem 3; Bertrand, Proposition 1 (as the notebook quotes it)"
    known_as = "P n"
    family = NORMAL
    axis = "generation"
    replicates = 2000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        np.testing.assert_allclose(sd_factor([10, 100]), [0.972659, 0.997478], atol=1e-6)
        falls = [log_sd_fall(10), log_sd_fall(100)]
        np.testing.assert_allclose(falls, [-0.05760, -0.0050675], rtol=1e-4)
        np.testing.assert_allclose(
            np.exp(np.array([100, 500]) * falls[1]), [0.602, 0.0794], rtol=1e-3
        )
        left, found = 0.5, []
        for n, rows in ((10, (1, 5, 10, 15, 20, 40, 80)), (100, (1, 10, 25, 50, 75, 100))):
            seen = closed(seed, rows, replicates, n, learner=UNBIASED)
            for t in rows:
                sd = np.sqrt(seen[t][1])
                if t <= 2 * n:
                    found.append(sampled(f"mean sd, n = {n}", sd, float(sd_factor(n)) ** t, at=t))
                middle = float(np.exp(np.log(sd).mean()))
                around = middle * (1 + np.log(sd) - np.log(middle))  # to first order
                fallen = float(np.exp(log_sd_fall(n) * t))
                found.append(sampled(f"geometric mean sd, n = {n}", around, fallen, at=t))
                law = SpreadLaw(n, t).above(left)
                if 0.02 < law < 0.98:  # else too few are on one side for a standard error
                    found.append(sampled(f"P(sd > .5), n = {n}", sd > left, law, at=t))
                high = np.exp(-t / (4 * n - 1)) / left
                name = f"P(sd > .5), n = {n}, below the paper's bound"
                found.append(bounded(name, sd > left, high=high, at=t))
        return found


class MeanAndMedian(Target):
    """The median of a sample has its standard error from the density there, by the law."""

    kind = "A-13"
    claim = "Averages hide collapse: the mean variance stays 1 while most worlds have little left."
    source = "derived for this project"
    known_as = "D n"
    family = NORMAL
    axis = "generation"
    replicates = 2000
    note = (
        "The mean variance is not compared beyond n generations: a few worlds then carry nearly "
        "all of it, and a run of thousands may have none of them."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        assert abs(sd_factor(100) ** 500 - 0.283) < 5e-4
        variances, found = [], []
        for n, rows in ((100, (10, 50, 100, 200, 300, 400, 500)), (10, (1, 5, 10, 20, 30, 40, 50))):
            seen = closed(seed, rows, replicates, n, learner=UNBIASED)
            for t in rows:
                variance, sd, law = seen[t][1], np.sqrt(seen[t][1]), SpreadLaw(n, t)
                if t <= n:
                    variances.append(sampled(f"mean variance, n = {n}", variance, 1, at=t))
                found.append(sampled(f"mean sd, n = {n}", sd, float(sd_factor(n)) ** t, at=t))
                median = np.median(sd) + (0.5 - (sd <= np.median(sd))) / law.density(law.median)
                found.append(sampled(f"median sd, n = {n}", median, law.median, at=t))
        return variances + found


class Replace(Target):
    """Maximum likelihood, as the authors fit; up to n generations, where means can be estimated."""

    kind = "A-14"
    claim = (
        "Replaced each generation, the variance is lost as (1-1/n)^t, and the mean drifts by it."
    )
    source = "Kazdan 2410.16713, public run histories; closed form derived here"
    known_as = "P(data),D n"
    family = NORMAL
    axis = "generation"
    replicates = 4000
    quick = True
    note = (
        "The authors' raw runs, about 110 a cell, have a variance of .891 +- .039 for n = 100 "
        "after 10 generations (law .904), .309 +- .040 after 100 (.366; its tail is heavy), and "
        ".724 +- .065 for n = 32 after 10 (.728)."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        for n, t, printed in ((100, 10, 0.904), (100, 100, 0.366), (32, 10, 0.728)):
            assert abs((1 - 1 / n) ** t - printed) < 5e-4
        variances, means = [], []
        for n, rows in (
            (10, [1, 3, 5, 7, 10]),
            (32, [1, 5, 10, 20, 32]),
            (100, [1, 10, 20, 40, 60, 80, 100]),
        ):
            seen = closed(seed, rows, replicates, n, learner=BIASED)
            for t in rows:
                mean, variance = seen[t]
                left = (1 - 1 / n) ** t
                variances.append(sampled(f"variance, n = {n}", variance, left, at=t))
                means.append(sampled(f"squared mean, n = {n}", mean**2, 1 - left, at=t))
        return variances + means


class Accumulate(Target):
    """Finite documents that a site keeps; generation 1 reads n human ones, as the authors' does."""

    kind = "A-15"
    claim = "On all data so far the mean variance falls to a limit; this says nothing of the tails."
    source = "Kazdan 2410.16713, public run histories; closed form derived here"
    known_as = "P(data),D n"
    family = NORMAL
    axis = "generation"
    replicates = 1000
    note = (
        "The authors' raw runs have a variance of .873 +- .048 for n = 10 after 100 generations "
        "(law .844), .955 +- .027 for n = 32 (.950) and .997 +- .017 for n = 100 (.984). For "
        "n = 100 30 generations are run, after which .0003 are left to lose."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        for n, printed in ((10, 0.8434), (100, 0.98363)):
            x = np.pi / np.sqrt(n)
            assert abs(np.sin(x) / x - printed) < 6e-5
            assert abs(accumulated(n, 10_000)[-1] - printed) < 1e-4
        after = [accumulated(n, 100)[-1] for n in (10, 32, 100)]
        np.testing.assert_allclose(after, [0.844, 0.950, 0.984], atol=6e-4)
        variances, means = [], []
        for n, rows in ((10, self.ages(100)), (32, self.ages(100)), (100, self.ages(30))):
            given = self.accumulating(seed, max(rows) - 1, replicates, n)
            seen = watch(given, [t - 1 for t in rows], fits())
            left = accumulated(n, max(rows))
            for t in rows:
                mean, variance = seen[t - 1]
                variances.append(sampled(f"variance, n = {n}", variance, left[t - 1], at=t))
                means.append(sampled(f"squared mean, n = {n}", mean**2, 1 - left[t - 1], at=t))
        return variances + means

    @staticmethod
    def ages(last: int) -> list[int]:
        return [t for t in (1, 2, 3, 5, 10, 30, 100) if t <= last]

    @staticmethod
    def accumulating(seed: int, steps: int, replicates: int, n: int) -> Scenario:
        """In so many worlds; row 0 is the model fitted to n human documents."""
        models = max(1, replicates // NUMBERS)
        people = {"name": "people", "count": models, "writes": {"own-{i}": 1}, "volume": 0}
        return lineages(
            seed,
            steps,
            models,
            n,
            points(NUMBERS),
            {**FINITE, "retention": "everything", "start": n},
            {"all": True},
            learner=BIASED,
            start={"kind": "fitted", "source": "diet", "rounds": 1},
        ).with_(humans=[people])


class KernelsWiden(Target):
    """One number a document, since the bandwidth depends on how many there are."""

    kind = "A-19"
    claim = "A kernel density learner widens: its variance grows by (1-1/n)(1+n^(-2/5)) each time."
    source = "derived here; the phenomenon: Borji 2410.12954 (abstract)"
    known_as = "D n"
    family = NORMAL
    axis = "generation"
    replicates = 1000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        found, rows = [], range(1, 11)
        for n, runs in ((100, replicates), (2000, max(60, replicates // 10))):
            factor = (1 - 1 / n) * (1 + n ** (-2 / 5))
            seen = closed(
                seed,
                [t - 1 for t in rows],
                runs,
                n,
                numbers=1,
                learner={"kind": "kernel"},
                start={"kind": "fitted", "documents": n},
            )
            name = f"variance, n = {n:,}"
            found += [sampled(name, seen[t - 1][1], factor**t, at=t) for t in rows]
        np.testing.assert_allclose([factor, factor**10], [1.047, 1.59], rtol=2e-3)
        ten = seen[9][1]
        return [*found, near(f"{name}, after 10 generations", ten, factor**10, relative=0.02)]


class CutTails(Target):
    """One number a document: the cut of a decoder is by distance in all numbers together."""

    kind = "A-20"
    claim = "Curation that cuts at c standard deviations multiplies the variance every generation."
    source = "derived for this project"
    known_as = "D n"
    family = NORMAL
    axis = "generation"
    replicates = 1000
    whole = True

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, rows, found = 200, (1, 2, 3, 4), []
        for cut, printed in ((1.0, 0.2911), (2.0, 0.7737), (3.0, 0.9733)):
            factor, kept = cut_factor(cut), 2 * float(norm.cdf(cut)) - 1
            assert abs(factor - printed) < 6e-5
            decoding = {"top_p": kept}
            seen = closed(seed, rows, replicates, n, numbers=1, learner=UNBIASED, decoding=decoding)
            name = f"variance, cut at {cut:g}"
            found += [sampled(name, seen[t][1], factor**t, at=t) for t in rows]
            one = seen[1][1]
            found.append(near(f"{name}, after one", one, printed, relative=0.01))
        return found


class SharedPool(Target):
    """An author is drawn for a document, not for each of its numbers: a world is a web."""

    kind = "A-46"
    claim = "Models that draw from one another at random lose variance together and drift as one."
    source = "derived for this project"
    known_as = "D n"
    family = NORMAL
    axis = "generation"
    replicates = 80
    note = "A world is a web of four models; its value is the mean over the numbers of a document."

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        models, n, rows = 4, 50, (1, 5, 10, 15, 20, 25, 30)
        law = sharing(models, n, max(rows))
        np.testing.assert_allclose(law[30], [0.8474, 0.1526, 0.01297], rtol=4e-4)
        given = self.webs(seed, max(rows), replicates, models, n)
        groups = [f"m{j}" for j in range(models)]
        seen = watch(given, rows, lambda world: np.array([learnt(world, g) for g in groups]))
        names = "variance of a model", "squared mean of a model", "variance of means across models"
        found = []
        for t in rows:
            means, variances = seen[t][:, 0], seen[t][:, 1]  # each (models, webs, numbers)
            values = variances.mean(axis=0), (means**2).mean(axis=0), means.var(axis=0)
            for name, value, expected in zip(names, values, law[t], strict=True):
                found.append(sampled(name, value.mean(axis=1), expected, at=t))
        return found

    @staticmethod
    def webs(seed: int, steps: int, count: int, models: int, n: int) -> Scenario:
        """So many webs of one page each, from which so many models read what they all wrote."""

        def group(j: int) -> Mapping[str, Any]:
            return {
                "name": f"m{j}",
                "count": count,
                "start": "truth",
                "volume": n,
                "writes": {"page-{i}": 1},
                "diet": {"n": n, "takes": [{"source": "page-{i}", "share": 1}]},
                "learner": BIASED,
            }

        page = {"name": "page", "count": count, **UNLIMITED}
        return bare_scenario(
            seed, steps, points(NUMBERS), [page], [group(j) for j in range(models)]
        )

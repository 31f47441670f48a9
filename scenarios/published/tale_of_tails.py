"""What is seldom written is learnt last, and not at all once it is cut off.

Items of weight rank^-b; models that know what they have seen. The error is the share of true human
writing on items that a model has not seen. Hutter (2021, arXiv 2102.04074), Dohmatob et al. (2024,
arXiv 2402.07043, A Tale of Tails). Both expectations are exact sums over the items.
"""

import numpy as np

from analysis.oracles import unread
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, UNLIMITED, Floats, Plain, bare_scenario, humans, watch
from scenarios.target import Number, Target, near, sampled

SCALING = "scaling"


def zipf(items: int, exponent: float) -> tuple[Plain, Floats]:
    """A domain, and the (items,) true shares of its items."""
    weights = np.arange(1, items + 1, dtype=np.float64) ** -exponent
    return {"zipf": {"items": items, "exponent": exponent}}, weights / weights.sum()


def missed(world: Ecosystem, group: str = "m") -> Floats:
    """(R,) share of human writing on items that each member of a group has not seen."""
    truth = world.domains[DOMAIN].topics
    own = [m for m in world.models() if m.name.rpartition("-")[0] == group]
    return np.array([truth[m.learners[DOMAIN].topics == 0].sum() for m in own])


def readers(seed: int, domain: Plain, n: int, replicates: int) -> Floats:
    """(R,) error of models that have read n human documents."""
    pupil = {"name": "m", "count": replicates, "start": "fitted", "diet": {"n": n}}
    people = [humans(volume=1)]
    return watch(
        bare_scenario(seed, 1, domain, [{"name": "page"}], [pupil], humans=people), [0], missed
    )[0]


def pupils(seed: int, domain: Plain, mass: float, n: int, replicates: int) -> Floats:
    """(R,) error of models that have read n documents of a teacher that cuts all but a mass."""
    teacher = {
        "name": "teacher",
        "start": "truth",
        "volume": 1,
        "writes": {"page": 1},
        "every": 10**6,
        "decoding": {"top_p": mass - 1e-9},
        "diet": {"n": 1},
    }
    pupil = {"name": "m", "count": replicates, "start": "truth", "diet": {"n": n}}
    sites = [{"name": "page", **UNLIMITED}]
    given = bare_scenario(seed, 1, domain, sites, [teacher, pupil], humans=[humans()])
    return watch(given, [1], missed)[1]


class LearningCurve(Target):
    """A hundred to ten thousand documents, of exponents 1.5 and 2."""

    kind = "A-25"
    claim = "On Zipf facts the error of one who has read T falls as T to the power -(b-1)/b."
    source = "Dohmatob 2402.07043; Hutter 2102.04074"
    known_as = "S n"
    family = SCALING
    axis = "documents read"
    replicates = 40

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows, found = (100, 500, 2000, 10_000), []
        for b, items in ((1.5, 200_000), (2.0, 20_000)):
            domain, p = zipf(items, b)
            seen = {n: readers(seed + n, domain, n, replicates) for n in rows}
            found += [
                sampled(f"error, b = {b:g}", seen[n], e, at=n)
                for n, e in zip(rows, unread(p, rows), strict=True)
            ]
            few, many = seen[rows[0]], seen[rows[-1]]
            # that of the mean errors, and by how much each replicate pulls it
            pull = many / many.mean() - few / few.mean()
            slope = (np.log(many.mean() / few.mean()) + pull) / np.log(rows[-1] / rows[0])
            found.append(near(f"slope, b = {b:g}", slope, -(b - 1) / b, absolute=0.02))
        return found


class CutTail(Target):
    """A teacher that keeps the k commonest of 200,000 items, and pupils that read ever more.

    What no teacher keeps stands in the domain as rare items of equal share, which are fewer.
    """

    kind = "A-26"
    claim = "Where a teacher cuts the tail at rank k, the learning curve ends in a plateau."
    source = "Tale of Tails 2402.07043, Thm 2.1, eq. (6)"
    known_as = "S n"
    family = SCALING
    axis = "documents read"
    replicates = 100
    quick = True
    note = (
        "The plateau is the mass of the tail that was cut, to which the table allows 1 %; the "
        "curve before it is an exact sum and held to by standard errors."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows, found = (10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000), []
        _, p = zipf(200_000, 1.5)
        rest = np.full(4000, p[1000:].sum() / 4000)
        assert rest[0] < p[999]
        domain = {"weights": [*p[:1000].tolist(), *rest.tolist()]}
        for kept, printed in ((10, 0.2349), (100, 0.0748), (1000, 0.0225)):
            mass = float(p[:kept].sum())
            plateau = 1 - mass
            assert abs(plateau - printed) < 6e-5
            for n, law in zip(rows, plateau + mass * unread(p[:kept] / mass, rows), strict=True):
                seen = pupils(seed + n, domain, mass, n, replicates)
                name = f"error, cut at {kept:,}"
                if law > 1.001 * plateau:
                    found.append(sampled(name, seen, law, at=n))
                else:
                    found.append(near(name, seen, printed, at=n, relative=0.01))
        return found

"""What detectors and watermarks leave of synthetic text, by Bayes' rule.

Derived for this project (detectors); the green list is Kirchenbauer et al. (2023, arXiv
2301.10226), from memory. Documents are unlimited where not said otherwise, so that shares are
exact.
"""

import numpy as np

from analysis.oracles import detected, green_list, network
from scenarios.replicated import (
    DOMAIN,
    FINITE,
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
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, near, sampled

ITEMS = 20
DETECTION = "detection"


def webs(
    seed: int, steps: int, replicates: int, n: int, s: float, *policies: Plain, **model: Plain
) -> Scenario:
    """R webs of one site each, a share s of whose new documents is by its only model.

    Args:
        seed: of the scenario.
        steps: to run.
        replicates: webs.
        n: documents that a model reads in a generation.
        s: synthetic share.
        *policies: in force in all webs.
        **model: fields of the models.
    """
    people = humans(volume=1000 * (1 - s), writes={"page-{i}": 1}, count=replicates)
    return bare_scenario(
        seed,
        steps,
        equal(ITEMS),
        [{"name": "page", "count": replicates, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                "start": "truth",
                "volume": 1000 * s,
                "writes": {"page-{i}": 1},
                "diet": {"n": n, "takes": [{"source": "page-{i}", "share": 1}]},
                **model,
            }
        ],
        humans=[people],
        policies=list(policies),
    )


def diversity(given: Scenario) -> dict[int, Floats]:
    """By generation, (R,) H / H0 of what models would write."""
    whole = 1 - 1 / ITEMS
    return watch(
        given,
        range(1, given.steps + 1),
        lambda world: heterozygosity(topics(world, "m")) / whole,
    )


def fed(n: int, f: float, steps: int) -> Floats:
    """(steps + 1,) E H / H0 where each of n documents is human with probability f."""
    j0 = 1 / ITEMS
    law = network(np.array([[1 - f]]), np.array([f]), np.array([n]), j0, steps)
    return np.asarray((1 - law[:, 0, 0]) / (1 - j0))


def synthetic_read(given: Scenario) -> Floats:
    """(R,) synthetic share of what each model read last."""
    agents = given.with_(meters=["contamination"], measure_every=1).run().agents
    last = agents.loc[agents["step"] == given.steps, f"{DOMAIN}.synthetic_training"]
    return np.asarray(last.dropna(), dtype=np.float64)


def told_apart(
    seed: int, s: float, hit: float, false_alarm: float, n: int, site: Plain, replicates: int
) -> Floats:
    """(R,) synthetic share of n documents that each of R readers of one site draws.

    Humans write on item 1 only, a model that never learns on item 2: readers count them. A finite
    site holds a million documents, so that its own share of flagged ones is exact to .0002.
    """
    given = bare_scenario(
        seed,
        1,
        {"weights": [1, 0]},
        [{"name": "page", **site}],
        [
            {
                "name": "writer",
                "start": {"kind": "given", "topics": {DOMAIN: [0, 1]}},
                "volume": 1e6 * s,
                "writes": {"page": 1},
                "every": 1000,
                "diet": {"n": 1, "takes": [{"source": "page", "share": 1}]},
            },
            {
                "name": "reader",
                "count": replicates,
                "start": "truth",
                "diet": {"n": n, "takes": [{"source": "page", "share": 1}]},
            },
        ],
        humans=[humans(volume=1e6 * (1 - s), writes={"page": 1})],
        policies=[{"kind": "detector", "hit": hit, "false_alarm": false_alarm}],
    )
    return watch(given, [1], lambda world: topics(world, "reader"))[1][:, 1]


class Detected(Target):
    """Three operating points; what is left, what readers draw, and the diversity it keeps."""

    kind = "A-37"
    claim = "What a detector leaves synthetic of a web is what Bayes' rule says, and is read so."
    source = "Bayes' rule"
    known_as = "D n"
    family = DETECTION
    axis = "synthetic share before"
    replicates = 200
    quick = True

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        printed = {
            (0.35, 0.90, 0.0001): 0.0511,
            (0.50, 0.90, 0.01): 0.0917,
            (0.742, 0.90, 0.01): 0.2251,
            (0.35, 0.50, 0.05): 0.2208,
        }
        for setting, law in printed.items():
            assert abs(detected(*setting) - law) < 5e-5
        found = []
        for hit, false_alarm in ((0.90, 0.0001), (0.90, 0.01), (0.50, 0.05)):
            policy = {"kind": "detector", "hit": hit, "false_alarm": false_alarm}
            for s in (0.1, 0.2, 0.35, 0.5, 0.65, 0.742, 0.8, 0.9, 0.95):
                read = synthetic_read(webs(seed, 2, 2, 100, s, policy))
                law = detected(s, hit, false_alarm)
                name = f"share left, hit {hit:g}, false alarm {false_alarm:g}"
                found.append(near(name, read, law, at=s, absolute=1e-6))
        s, hit, false_alarm = 0.742, 0.90, 0.01
        for kind, site in (("unlimited", UNLIMITED), ("finite", FINITE)):
            drawn = told_apart(seed, s, hit, false_alarm, 400, site, replicates)
            law = detected(s, hit, false_alarm)
            found.append(sampled(f"share drawn, {kind} documents", drawn, law, at=s))
        s, hit, false_alarm, n, steps = 0.9, 0.50, 0.05, 20, 40
        policy = {"kind": "detector", "hit": hit, "false_alarm": false_alarm}
        seen = diversity(webs(seed, steps, replicates, n, s, policy))
        path = fed(n, 1 - detected(s, hit, false_alarm), steps)
        late = range(steps // 2, steps + 1)
        held = np.mean([seen[t] for t in late], axis=0)
        found.append(sampled("H/H0 held by its readers", held, path[late].mean(), at=s))
        return found


class GreenList(Target):
    """Half of a web is marked, the rest is human: how much is left, and so how much is found."""

    kind = "A-38"
    claim = "A green-list watermark is found as often as binomial tails of its tokens say."
    source = "Kirchenbauer 2301.10226 (scheme, from memory); the binomial is derived here"
    known_as = "M,D n"
    family = DETECTION
    axis = "tokens"
    replicates = 2

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        printed = {(25, 0.5): 0.212, (50, 0.5): 0.556, (100, 0.5): 0.933, (200, 0.5): 0.9999,
                   (200, 0.4): 0.786}  # fmt: skip
        for (tokens, rate), law in printed.items():
            assert abs(green_list(tokens, rate) - law) < 5e-4
            assert 6e-5 < green_list(tokens, 0.25) < 2.2e-4, "the table's range of false alarms"
        found = []
        for rate in (0.4, 0.5):
            for tokens in (10, 15, 25, 35, 50, 75, 100, 150, 200):
                policy = {"kind": "watermark", "tokens": tokens, "green_rate": rate}
                read = synthetic_read(webs(seed, 2, replicates, 100, 0.5, policy))
                hit, alarm = green_list(tokens, rate), green_list(tokens, 0.25)
                left = (1 - hit) / ((1 - hit) + (1 - alarm))
                found.append(
                    near(f"share left, green rate {rate:g}", read, left, tokens, absolute=1e-9)
                )
                by_read = 1 - (1 - alarm) * read / (1 - read)
                found.append(
                    near(f"share found, green rate {rate:g}", by_read, hit, tokens, absolute=1e-9)
                )
        return found

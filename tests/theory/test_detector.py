"""A-37: what a detector leaves behind, and what that does to diversity by A-40.

Option set: unlimited documents, so that shares are exact; every document judged once, flagged
ones dropped by all compliant readers (policy `detector`). A share s of synthetic text becomes
s' = s (1 - TPR) / [s (1 - TPR) + (1 - s)(1 - FPR)]; readers then train on a random human share
f' = 1 - s' (Bayes).
"""

import numpy as np
import pytest

from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Plain,
    equal,
    heterozygosity,
    humans,
    scenario,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from tests.theory.test_human_inflow import J0, limit_f, random_f
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
PRINTED = [
    (0.35, 0.90, 0.0001, 0.0511),
    (0.50, 0.90, 0.01, 0.0917),
    (0.742, 0.90, 0.01, 0.2251),
    (0.35, 0.50, 0.05, 0.2208),
]


def left(s: float, hit: float, false_alarm: float) -> float:
    kept = s * (1 - hit)
    return kept / (kept + (1 - s) * (1 - false_alarm))


def webs(seed: int, steps: int, replicates: int, n: int, s: float, **policy: float) -> Scenario:
    """R webs of one site each, a share s of whose new documents is by its only model."""
    return scenario(
        seed,
        steps,
        equal(20),
        [{"name": "page", "count": replicates, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                "start": "truth",
                "volume": 1000 * s,
                "writes": {"page-{i}": 1},
                "diet": {"n": n, "takes": [{"source": "page-{i}", "share": 1}]},
            }
        ],
        humans=[
            {
                **humans(volume=1000 * (1 - s), writes={"page-{i}": 1}),
                "name": "people",
                "count": replicates,
            }
        ],
        policies=[{"kind": "detector", **policy}] if policy else [],
    )


@pytest.mark.parametrize(("s", "hit", "false_alarm", "printed"), PRINTED)
def test_the_synthetic_share_left_is_that_of_bayes(
    s: float, hit: float, false_alarm: float, printed: float
) -> None:
    expected = left(s, hit, false_alarm)
    assert expected == pytest.approx(printed, abs=5e-5)
    run = webs(SEEDS[0], 3, 2, 100, s, hit=hit, false_alarm=false_alarm)
    table = run.with_(meters=["contamination"], measure_every=1).run().agents
    shares = table.loc[table["step"] > 0, f"{DOMAIN}.synthetic_training"]
    np.testing.assert_allclose(shares, expected, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("site", [UNLIMITED, FINITE], ids=["unlimited", "finite"])
def test_the_documents_drawn_are_those_left(seed: int, site: Plain) -> None:
    """Humans write on item 1 only, a model that never learns on item 2: readers count them.

    The finite web holds a million documents, so its own share of flagged ones is exact to
    .0002, a tenth of the standard error.
    """
    s, hit, false_alarm, replicates, n = 0.742, 0.90, 0.01, 100, 400
    run = scenario(
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
    read = watch(run, [1], lambda world: topics(world, "reader"))[1][:, 1]
    holds("A-37", seed, {"s'": (read, left(s, hit, false_alarm))})
    fails("A-37 without a detector", seed, {"s": (read, s)})


@pytest.mark.parametrize("seed", SEEDS)
def test_filtered_readers_keep_the_diversity_of_their_new_human_share(seed: int) -> None:
    """s = .9, a poor detector (.50, .05): f' = .174 in place of .1."""
    s, hit, false_alarm, n, steps, replicates = 0.9, 0.50, 0.05, 20, 50, 60
    f = 1 - left(s, hit, false_alarm)
    law = random_f(n, f, steps)
    assert law[-1] == pytest.approx(limit_f(n, f), abs=1e-3)
    run = webs(seed, steps, replicates, n, s, hit=hit, false_alarm=false_alarm)
    window = range(steps // 2, steps + 1)
    seen = watch(run, window, lambda world: heterozygosity(topics(world, "m")) / (1 - J0))
    late = np.mean(list(seen.values()), axis=0)
    holds("A-37 into A-40", seed, {"H/H0": (late, float(law[steps // 2 :].mean()))})
    unfiltered = random_f(n, 1 - s, steps)
    fails("A-40 unfiltered", seed, {"H/H0": (late, float(unfiltered[steps // 2 :].mean()))})

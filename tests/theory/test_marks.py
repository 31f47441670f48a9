"""A-38: what marks, found by a green list or by stated rates, leave of synthetic text (Bayes).

Option set: one web with unlimited documents, so that shares are exact: half of what is written is
by two models of equal volume, half by two human communities, all on one site. How often a green
list finds text is in `scenarios/published/detection.py`.
"""

from typing import Any

import numpy as np
import pytest

import ecosystem.policies
from ecosystem.actors import Actors
from ecosystem.discovery import discover
from ecosystem.draws import Draws
from ecosystem.policies.policy import Policy
from ecosystem.policies.soft_detector import SoftDetector
from scenarios.members import bound_policies
from scenarios.replicated import DOMAIN, UNLIMITED, Plain, bare_scenario, equal, humans
from scenarios.scenario import Scenario
from tests.theory.test_rations import drawn
from tests.theory.verdict import SEEDS, holds

pytestmark = pytest.mark.theory
STEPS = 2
POLICIES = discover(ecosystem.policies, Policy)


def web(*policies: Plain, seed: int = SEEDS[0], takes: list[Plain] | None = None) -> Scenario:
    """Models m-1 and m-2 and communities people-1 and people-2, 100 documents each a step."""
    diet = {"n": 100, "takes": takes or [{"source": "page", "share": 1}]}
    return bare_scenario(
        seed,
        STEPS,
        equal(20),
        [{"name": "page", **UNLIMITED}, {"name": "farm", **UNLIMITED}],
        [
            {
                "name": "m",
                "count": 2,
                "start": "truth",
                "volume": 100,
                "writes": {"page": 1} if takes is None else {"page": 1, "farm": 1},
                "diet": diet,
            }
        ],
        humans=[{**humans(volume=100, writes={"page": 1}), "count": 2}],
        policies=list(policies),
        meters=["contamination"],
        measure_every=1,
    )


def read(*policies: Plain, **fields: Any) -> list[float]:
    """Synthetic share of what each model read at the end."""
    agents = web(*policies, **fields).run().agents
    return agents[agents["step"] == STEPS][f"{DOMAIN}.synthetic_training"].dropna().tolist()


def complying(kind: str, actors: list[str], compliance: float) -> int:
    """How many of some actors comply."""
    asked = Scenario.parse(
        {**web().plain(), "policies": [{"kind": kind, "compliance": compliance}]}
    )
    bound = bound_policies(asked, Draws(SEEDS[0], 0))[0]
    return sum(bound.complies(actor) for actor in actors)


@pytest.mark.parametrize("compliance", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("removal", [0.0, 0.25])
def test_a_watermark_leaves_what_is_not_marked_not_found_or_lost(
    compliance: float, removal: float
) -> None:
    hit, alarm = 0.8, 0.05
    marked = complying("watermark", ["m-1", "m-2"], compliance) * 100.0
    found = (1 - removal) * hit + removal * alarm
    synthetic = marked * (1 - found) + (200 - marked) * (1 - alarm)
    expected = synthetic / (synthetic + 200 * (1 - alarm))
    policy = {"kind": "watermark", "compliance": compliance, "removal": removal,
              "hit": hit, "false_alarm": alarm}  # fmt: skip
    np.testing.assert_allclose(read(policy), expected, atol=1e-12)


@pytest.mark.parametrize("forgery", [0.0, 0.2])
@pytest.mark.parametrize("unsigned", [0.0, 0.3])
@pytest.mark.parametrize("compliance", [0.6, 1.0])
def test_signatures_leave_what_is_signed_forged_or_let_through(
    forgery: float, unsigned: float, compliance: float
) -> None:
    signed = complying("signature", ["people-1", "people-2"], compliance) * 100.0
    human = signed + (200 - signed) * unsigned
    synthetic = 200 * (forgery + (1 - forgery) * unsigned)
    policy = {"kind": "signature", "forgery": forgery, "unsigned": unsigned,
              "compliance": compliance}  # fmt: skip
    if human + synthetic == 0:
        pytest.skip("nothing is left to read")
    np.testing.assert_allclose(read(policy), synthetic / (synthetic + human), atol=1e-12)


def test_declared_text_counts_for_less() -> None:
    left = 1 - 0.7 * (1 - 0.4)
    policy = {"kind": "disclosure", "declared": 0.7, "kept": 0.4}
    np.testing.assert_allclose(read(policy), left / (left + 1), atol=1e-12)


@pytest.mark.parametrize("separation", [0.0, 1.0, 3.0])
def test_a_soft_detector_weighs_what_it_suspects(separation: float) -> None:
    policy = SoftDetector(separation=separation, power=5.0)
    human, synthetic, suspicion = policy._levels
    np.testing.assert_allclose((human + synthetic) / 2, 0.1, atol=1e-6)
    weight = (1 - suspicion) ** 5
    expected = synthetic @ weight / ((synthetic + human) @ weight)
    given = {"kind": "soft_detector", "separation": separation, "power": 5.0}
    np.testing.assert_allclose(read(given), expected, atol=1e-9)
    if separation == 0:
        assert expected == pytest.approx(0.5)


@pytest.mark.parametrize("minimum", [0.0, 0.5, 0.7, 0.95, 1.0])
def test_a_human_quota_is_met_exactly(minimum: float) -> None:
    expected = min(0.5, 1 - minimum)
    policy = {"kind": "human_quota", "minimum": minimum}
    np.testing.assert_allclose(read(policy), expected, atol=1e-9)


@pytest.mark.parametrize("minimum", [0.3, 0.6, 0.75, 0.9, 1.0])
def test_a_human_quota_drops_a_take_of_models_only_where_it_must(minimum: float) -> None:
    """A quarter is read on a farm of models; of the page two thirds are human.

    Up to .75 the page is made human enough; above, the farm is dropped, and the page's own
    synthetic text is let in again up to the quota.
    """
    takes = [{"source": "page", "share": 0.75}, {"source": "farm", "share": 0.25}]
    found = read({"kind": "human_quota", "minimum": minimum}, takes=takes)
    np.testing.assert_allclose(found, 1 - max(minimum, 0.75 * 2 / 3), atol=1e-9)


def test_a_source_cap_is_met_and_where_it_cannot_be_all_are_alike() -> None:
    takes = [{"source": ("page", "farm"), "share": 1}]
    for cap in (0.6, 0.5, 0.2):
        policy = {"kind": "source_cap", "cap": cap}
        share = max(cap, 0.5)  # of the page, of which a third is synthetic
        np.testing.assert_allclose(read(policy, takes=takes), share / 3 + (1 - share), atol=1e-6)


@pytest.mark.parametrize("compliance", [0.2, 0.4, 0.6, 0.8])
def test_sites_that_opt_out_are_not_read(compliance: float) -> None:
    takes = [{"source": ("page", "farm"), "share": 1}]
    page, farm = (not complying("opt_out", [site], compliance) for site in ("page", "farm"))
    found = read({"kind": "opt_out", "compliance": compliance}, takes=takes)
    # 300 documents on the page, a third of them by models, 100 on the farm, all by models
    if page or farm:
        synthetic, everything = 100 * page + 100 * farm, 300 * page + 100 * farm
        np.testing.assert_allclose(found, synthetic / everything, atol=1e-9)
    else:
        assert found == [], "nothing is read at all"


def test_a_detector_whose_power_is_nothing_changes_nothing() -> None:
    np.testing.assert_allclose(read({"kind": "soft_detector", "power": 0}), 0.5, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_finite_documents_are_marked_and_drawn_as_their_shares_say(seed: int) -> None:
    """A web of 300 documents by humans and 700 by a model; s(1 - h) and the like, of what is drawn.

    Each document is marked by lot once for all readers, so that worlds are replicates, not readers:
    what is compared is the mean of each world's readers.
    """
    page = [{"source": "page", "share": 1}]
    laws: dict[str, tuple[Plain, float, float]] = {  # what is left of synthetic and human text
        "watermark": ({"hit": 0.8, "false_alarm": 0.1}, 0.2, 0.9),
        "disclosure": ({"declared": 0.7, "kept": 0.5}, 0.65, 1.0),
        "signature": ({"forgery": 0.2, "unsigned": 0.25}, 0.2 + 0.8 * 0.25, 1.0),
        "detector": ({"hit": 0.6, "false_alarm": 0.2}, 0.4, 0.8),
    }
    family = {}
    for kind, (settings, synthetic, human) in laws.items():
        worlds = [
            drawn(seed * 1000 + i, {"kind": kind, **settings}, takes=page, readers=20).mean()
            for i in range(12)
        ]
        left = 0.7 * synthetic
        family[kind] = np.array(worlds), left / (left + 0.3 * human)
    holds("A-38 and others, finite", seed, family)


@pytest.mark.parametrize("kind", ["watermark", "disclosure", "signature"])
def test_who_marks_and_who_heeds_are_two_lots(kind: str) -> None:
    """Of 8, half heed: of those who mark on average half; never the same lot (but by chance)."""
    names = tuple(f"m-{i}" for i in range(1, 9))
    everyone = Actors(names, names, ())
    policy = POLICIES[kind](compliance=0.5, readers=0.5)
    both = []
    for replicate in range(1000):
        bound = policy.bind(Draws(SEEDS[0], replicate), everyone)
        marks, heeds = ({n for n in names if does(n)} for does in (bound.complies, bound.heeds))
        assert len(marks) == len(heeds) == 4
        both.append(len(marks & heeds))
    holds(f"{kind}: marks and heeds", SEEDS[0], {"both": (np.array(both), 2.0)})


def test_models_that_do_not_respect_an_opt_out_read_on() -> None:
    """Half of them: the page is a third synthetic, the farm wholly; both opt out."""
    takes = [{"source": ("page", "farm"), "share": 1}]
    policy = {"kind": "opt_out", "compliance": 1.0, "respect": 0.5}
    found = read(policy, takes=takes)
    assert len(found) == 1, "one of two reads, the other finds nothing"
    np.testing.assert_allclose(found, 200 / 400, atol=1e-9)

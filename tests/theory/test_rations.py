"""Quotas and caps: whatever a model would read, a ration leaves what it says it leaves.

Mixes are drawn at random; what can be reached at all is found by a linear program, an oracle that
knows nothing of rations. Through the engine, the same on diets of one take and of several.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ecosystem.corpus import Batch
from ecosystem.policies.human_quota import HumanQuota
from ecosystem.policies.policy import Mix
from ecosystem.policies.source_cap import SourceCap
from scenarios.replicated import DOMAIN, FINITE, Floats, bare_scenario, humans, topics, watch
from tests.ecosystem.small import human, shares, speaker, world
from tests.theory.verdict import SEEDS, holds

pytestmark = pytest.mark.theory
WEIGHT = st.sampled_from([0.0, 0.0, 0.01, 0.2, 1.0, 5.0])


def mix_of(takes: Any, sites: list[int], synthetic: list[bool]) -> Mix:
    shelves = [
        Batch("d", f"site-{site}", 1, made) for site, made in zip(sites, synthetic, strict=True)
    ]
    return Mix(shelves, np.array(takes, dtype=np.float64))


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    """One to three takes of three to six shelves, on up to six sites."""
    size, rows = draw(st.integers(3, 6)), draw(st.integers(1, 3))
    takes = np.array([[draw(WEIGHT) for _ in range(size)] for _ in range(rows)])
    assume(takes.any())
    sites = [draw(st.integers(0, size - 1)) for _ in range(size)]
    return mix_of(takes / takes.sum(), sites, [draw(st.booleans()) for _ in range(size)])


def human_share(mix: Mix, kept: Floats) -> float:
    human = [not shelf.synthetic for shelf in mix.shelves]
    return float(mix.after(kept)[:, human].sum())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(mixes(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
@example(mix_of([[0.5, 0.25, 0.0], [0.0, 0.0, 0.25]], [0, 0, 1], [False, True, True]), 0.9)
def test_a_human_quota_is_met_and_no_more_than_met(mix: Mix, minimum: float) -> None:
    kept = HumanQuota(minimum=minimum).ration(mix)
    human = np.array([not shelf.synthetic for shelf in mix.shelves])
    before, after = human_share(mix, np.ones(human.size)), human_share(mix, kept)
    assert (kept[human] == 1).all()
    assert ((kept >= 0) & (kept <= 1)).all()
    if before >= minimum or before == 0:
        assert (kept == 1).all(), "enough, or none at all: nothing changes"
        return
    assert after >= minimum - 1e-12
    finds = mix.takes[:, human].any(axis=1)
    if minimum <= mix.takes[finds].sum() - 1e-9:
        assert after == pytest.approx(minimum, abs=1e-9)
        return
    # takes that find no human text are dropped: what is left must meet it, and no more
    dropped = ~human & mix.takes[~finds].any(axis=0)
    assert after == pytest.approx(max(minimum, human_share(mix, np.where(dropped, 0.0, 1.0))))


def least_of_the_largest(mix: Mix) -> float:
    """The smallest possible share of the largest site, takes keeping their shares and sites."""
    names = sorted({shelf.site for shelf in mix.shelves})
    site = np.array([names.index(shelf.site) for shelf in mix.shelves])
    cells = [(k, h) for k, h in np.argwhere(mix.takes > 0).tolist()]
    goal = np.append(np.zeros(len(cells)), 1.0)
    rows = np.zeros((len(mix.takes), len(cells) + 1))
    tops = np.zeros((len(names), len(cells) + 1))
    tops[:, -1] = -1.0
    for at, (k, h) in enumerate(cells):
        rows[k, at], tops[site[h], at] = 1.0, 1.0
    found = linprog(goal, tops, np.zeros(len(names)), rows, mix.takes.sum(axis=1))
    return float(found.fun)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(mixes(), st.sampled_from([0.05, 0.3, 0.5, 0.8]))
@example(mix_of([[0.95, 0.0, 0.0], [0.02, 0.02, 0.01]], [0, 1, 2], [False] * 3), 0.01)
@example(mix_of([[0.97, 0.02, 0.01]], [0, 1, 2], [False] * 3), 0.05)
def test_no_site_is_above_a_cap_that_can_be_met(mix: Mix, cap: float) -> None:
    kept = SourceCap(cap=cap).ration(mix)
    names, site = np.unique([shelf.site for shelf in mix.shelves], return_inverse=True)
    shares = np.bincount(site, mix.after(kept).sum(axis=0), names.size)
    assert ((kept >= 0) & (kept <= 1)).all()
    assert shares.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(mix.after(kept).sum(axis=1), mix.takes.sum(axis=1), atol=1e-12)
    reached = max(cap, least_of_the_largest(mix))
    one = np.count_nonzero(mix.takes.any(axis=1)) == 1
    # several takes are balanced in rounds: the worst of 3,000 random mixes was .2 % above
    assert shares.max() <= reached * (1 + (1e-9 if one else 1e-2))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.floats(1e-6, 1), min_size=2, max_size=40), st.floats(0.01, 1))
def test_one_take_is_cut_at_the_cap_and_keeps_its_proportions_below(
    weights: list[float], cap: float
) -> None:
    size = len(weights)
    mix = mix_of([np.array(weights) / sum(weights)], list(range(size)), [False] * size)
    before, after = mix.takes[0], mix.after(SourceCap(cap=cap).ration(mix))[0]
    reached = max(cap, 1 / size)
    assert after.max() <= reached * (1 + 1e-9)
    free = after < reached * (1 - 1e-9)
    lift = (after / before)[free]
    np.testing.assert_allclose(lift, lift.max(initial=0.0), rtol=1e-9)
    if before.max() <= cap:
        np.testing.assert_allclose(after, before, rtol=1e-12)


READERS, N = 80, 400


def drawn(seed: int, *policies: Any, takes: list[Any], readers: int = READERS) -> Floats:
    """(R,) share of what a reader drew that is by a model: it writes item 2, humans item 1.

    A page of 1,000 documents, .3 human; a farm of 1,000 documents by models only.
    """
    given = bare_scenario(
        seed,
        1,
        {"weights": [1, 0]},
        [{"name": "page", **FINITE}, {"name": "farm", **FINITE}],
        [
            {
                "name": "writer",
                "start": {"kind": "given", "topics": {DOMAIN: [0, 1]}},
                "volume": 1700,
                "writes": {"page": 7, "farm": 10},
                "every": 1000,
                "diet": {"n": 1, "takes": [{"source": "page", "share": 1}]},
            },
            {
                "name": "reader",
                "count": readers,
                "start": "truth",
                "diet": {"n": N, "takes": takes},
            },
        ],
        humans=[humans(volume=300, writes={"page": 1})],
        policies=list(policies),
    )
    return watch(given, [1], lambda world: topics(world, "reader"))[1][:, 1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_documents_drawn_under_a_quota_are_human_in_that_share(seed: int) -> None:
    page, farm = {"source": "page", "share": 0.8}, {"source": "farm", "share": 0.2}
    family = {
        "as it is": (drawn(seed, takes=[page, farm]), 0.8 * 0.7 + 0.2),
        "quota .6": (
            drawn(seed, {"kind": "human_quota", "minimum": 0.6}, takes=[page, farm]),
            0.4,
        ),
        "quota .9, farm dropped": (
            drawn(seed, {"kind": "human_quota", "minimum": 0.9}, takes=[page, farm]),
            0.1,
        ),
        "cap .7": (
            drawn(
                seed,
                {"kind": "source_cap", "cap": 0.7},
                takes=[
                    {"source": ["page", "farm"], "share": 1.0, "affinity": {"page": 1, "farm": 9}}
                ],
            ),
            0.3 * 0.7 + 0.7,
        ),
    }
    holds("rations", seed, family)


@pytest.mark.parametrize("take", [{"all": True}, {"share": 1, "replace": False}, {"share": 1}])
def test_a_quota_holds_however_a_take_draws(take: Any) -> None:
    told = world(
        steps=1,
        sites=[{"name": "page"}, {"name": "farm"}],
        humans=[human(volume=300, writes={"page": 1})],
        models=[
            {**speaker("voice", 0), "volume": 1000, "writes": {"page": 7, "farm": 3}},
            {
                "name": "m",
                "start": "truth",
                "diet": {
                    "n": 0 if "all" in take else 200,
                    "takes": [{"source": ["page", "farm"], **take}],
                },
            },
        ],
        policies=[{"kind": "human_quota", "minimum": 0.7}],
    )
    read = shares(told, "m")
    assert read["page/human"] == pytest.approx(0.7)
    assert min(read["page/model"], read["farm/model"]) > 0

"""A-34: what is chosen among K candidates by a reward, and what that does round after round.

Bradley & Terry's choice with weights e^r. No real data: every model reads its own output only.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.policies.reward import chosen
from scenarios.replicated import claims, equal, lineages, topics, watch
from tests.theory.verdict import SEEDS, holds

pytestmark = pytest.mark.theory
REWARDS = np.linspace(0, 1, 5)


def brute(weight: np.ndarray, share: np.ndarray, k: int) -> np.ndarray:
    """Share of each kind among the chosen, by all K-tuples."""
    found = np.zeros(weight.size)
    for drawn in product(range(weight.size), repeat=k):
        at = list(drawn)
        chance = share[at].prod()
        np.add.at(found, at, chance * weight[at] / weight[at].sum())
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-4, 4), st.floats(0.01, 1)), min_size=1, max_size=4),
    st.integers(1, 4),
)
def test_the_chance_of_being_chosen_is_that_of_all_tuples(
    kinds: list[tuple[float, float]], k: int
) -> None:
    reward, amount = np.array(kinds).T
    share = amount / amount.sum()
    np.testing.assert_allclose(
        share * chosen(np.exp(reward - reward.max()), amount, k),
        brute(np.exp(reward), share, k),
        rtol=1e-7,
    )


@pytest.mark.parametrize(
    ("k", "printed"), [(1, 1.75361), (2, 1.85548), (4, 1.9118), (10**6, 1.96598)]
)
def test_the_mean_reward_after_one_round_is_as_printed(k: int, printed: float) -> None:
    weight = np.exp(REWARDS)
    pull = chosen(weight / weight[-1], np.ones(5), k)
    assert pull.mean() == pytest.approx(1.0, rel=1e-6)
    mean = pull @ weight / 5
    if k <= 4:
        assert mean == pytest.approx(brute(weight, np.full(5, 0.2), k) @ weight, rel=1e-9)
    assert mean == pytest.approx(printed, rel=3e-3)  # as exact as the table says it is


@pytest.mark.parametrize("seed", SEEDS)
def test_popularity_concentrates_as_its_own_law_says(seed: int) -> None:
    """One round through the engine: of n draws p, what is drawn again in proportion to the pull."""
    given = lineages(seed, 1, 300, 60, equal(4)).with_(
        policies=[{"kind": "reward", "reward": "popularity", "candidates": 2}]
    )
    before = watch(given.with_(policies=[]), [1], lambda w: topics(w, "m"))[1]
    after = watch(given, [1], lambda w: topics(w, "m"))[1]
    # the same crawl is drawn in both; given it, the expected purity follows
    expected = []
    for own in before:
        there = own > 0
        p = own[there]
        q = p * chosen(p / p.max(), p, 2)
        expected.append((q @ q) * (1 - 1 / 60) + 1 / 60)
    purity = (after**2).sum(axis=1)
    holds("A-34, popularity", seed, {"purity": (purity - np.array(expected), 0.0)})
    assert purity.mean() > (before**2).sum(axis=1).mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_checker_makes_more_right_as_its_law_says(seed: int) -> None:
    """Share right a becomes a K E[w / (w + others)]: two kinds, weights e^s and 1."""
    start = {"kind": "given", "false": 0.4}
    given = lineages(seed, 1, 300, 50, {"weights": [1.0], "wrong_values": 1}, start=start).with_(
        policies=[{"kind": "reward", "candidates": 3, "strength": 1.5}]
    )
    before = watch(given.with_(policies=[]), [1], lambda w: claims(w, "m"))[1][:, 0, 0]
    after = watch(given, [1], lambda w: claims(w, "m"))[1][:, 0, 0]
    expected = [brute(np.exp([1.5, 0.0]), np.array([right, 1 - right]), 3)[0] for right in before]
    holds("A-34, checker", seed, {"right": (after - np.array(expected), 0.0)})

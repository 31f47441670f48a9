"""People who choose how to learn: the gain by its definition, the choice at its edges, the loop."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from agents.shortcut import Shortcut, gain
from ecosystem.sampling import Floats
from tests.ecosystem.small import DOMAIN, agent, human, world

TRUTH = np.array([0.5, 0.3, 0.2, 0.0])
SHARES = st.lists(st.floats(0.05, 1), min_size=4, max_size=4).map(lambda w: np.array(w) / sum(w))


def affinity(truth: Floats, public: Floats) -> float:
    """Bhattacharyya coefficient."""
    return float(np.sqrt(truth * public).sum())


@given(public=SHARES, voice=SHARES)
def test_the_gain_is_the_derivative_of_the_likeness_to_the_truth(
    public: Floats, voice: Floats
) -> None:
    step = 1e-6
    moved = affinity(TRUTH, (1 - step) * public + step * voice) - affinity(TRUTH, public)
    assert gain(TRUTH, 1e12 * public, voice) == pytest.approx(moved / step, abs=1e-4)


def test_nothing_is_gained_where_the_public_knows_the_truth() -> None:
    assert gain(TRUTH, 1e12 * TRUTH, TRUTH) == pytest.approx(0, abs=1e-9)
    assert gain(TRUTH, 1e12 * TRUTH, np.array([1.0, 0, 0, 0])) == pytest.approx(0, abs=1e-9)
    assert gain(TRUTH, 1e12 * TRUTH, np.array([0, 0, 0, 1.0])) == pytest.approx(-0.5)
    narrow = np.array([1.0, 0, 0, 0])
    assert gain(TRUTH, 1e12 * narrow, TRUTH) > gain(TRUTH, 1e12 * narrow, narrow)
    assert np.isfinite(gain(TRUTH, np.zeros(4), TRUTH)), "an empty web"


@pytest.mark.parametrize(
    ("settings", "full", "short", "expected"),
    [
        ({"discount": 0}, 0.0, 5.0, 0.0),
        ({"discount": 0.5}, 0.1, 0.1, 1.0),
        ({"discount": 0.5}, 0.1, 0.2, 1.0),
        ({"discount": 0.5, "cost": 0.2, "spread": 0.7}, 0.3, 0.2, 0.5),
        ({"discount": 0.5, "cost": 0.2, "spread": 0.7}, 0.4, 0.2, norm.cdf(-np.log(2) / 0.7)),
        ({"discount": 0.5, "cost": 0.2, "spread": 0}, 0.4, 0.2, 0.0),
        ({"discount": 0.5, "cost": 0.2, "spread": 0}, 0.29, 0.2, 1.0),
    ],
)
def test_members_choose_by_what_they_gain_and_save(
    settings: dict[str, float], full: float, short: float, expected: float
) -> None:
    assert Shortcut(**settings).through_models(full, short) == pytest.approx(expected)


def test_estimates_follow_what_was_gained() -> None:
    start = np.full(2, np.nan)
    first = Shortcut(rate=0.25).estimate(start, np.array([1.0, 2.0]))
    assert first.tolist() == [1, 2]
    assert Shortcut(rate=0.25).estimate(first, np.array([2.0, 0.0])).tolist() == [1.25, 1.5]


def people(discount: float, steps: int = 12, **fields: Any) -> Any:
    """Humans who may ask a model that leaves the rarest of three items out."""
    return world(
        steps=steps,
        sites=[{"name": "s", "documents": "unlimited", "retention": "latest", "start": 1000}],
        humans=[
            human(
                volume=1000,
                writes={"s": 1},
                shortcut={"discount": discount, "cost": 1, "spread": 0.5},
            )
        ],
        models=[
            {
                "name": "m",
                "start": "truth",
                "diet": {"n": 10**6},
                "decoding": {"top_p": 0.75},
                **fields,
            }
        ],
    )


def test_with_a_discount_people_write_less_of_what_models_leave_out() -> None:
    voices = []
    for discount in (0.0, 0.01, 0.1, 1.0):
        there = people(discount)
        people_ = agent(there, "people")
        voice = there.stocks[DOMAIN].voices[people_.row].copy()
        assert voice.sum() == pytest.approx(1)
        assert voice.reshape(3, -1)[2].sum() == pytest.approx(0.2 * (1 - people_.relies[DOMAIN]))
        voices.append(float(voice.reshape(3, -1)[2].sum()))
    assert voices[0] == pytest.approx(0.2)
    assert voices == sorted(voices, reverse=True)
    assert voices[-1] < 0.1


def test_people_without_a_model_to_ask_learn_from_the_world() -> None:
    there = people(0.5, join=5, steps=4)
    assert agent(there, "people").relies[DOMAIN] == 0


def test_people_go_back_to_the_world_when_the_last_model_is_gone() -> None:
    there = people(0.5, steps=3)
    asking = agent(there, "people")
    assert asking.relies[DOMAIN] > 0
    there = people(0.5, steps=7, leave=4)
    left = agent(there, "people")
    assert left.relies[DOMAIN] == 0
    assert there.stocks[DOMAIN].voices[left.row].reshape(3, -1)[2].sum() == pytest.approx(0.2)
    assert there.stocks[DOMAIN].author_depth[left.row] == 0


def test_what_people_believe_has_models_among_its_origins() -> None:
    there = people(0.5, steps=6)
    assert 0 < there.stocks[DOMAIN].author_depth[agent(there, "people").row] < 6
    kept = world(
        steps=4,
        ledger=True,
        sites=[{"name": "s", "documents": "unlimited", "start": 1000}],
        humans=[human(volume=100, writes={"s": 1}, shortcut={"discount": 0.5, "cost": 1})],
        models=[{"name": "m", "start": "truth", "diet": {"n": 500}, "decoding": {"top_p": 0.75}}],
    )
    nodes, edges = (table.to_pandas() for table in kept.ledger.tables())
    learnt = nodes[nodes["kind"] == "learning"]
    assert learnt["step"].tolist() == [1, 2, 3, 4]
    shares = edges[edges["child"] == learnt["node"].iloc[-1]].set_index("parent")["share"]
    assert shares.sum() == pytest.approx(1)
    relied = agent(kept, "people").relies[DOMAIN]
    by_kind = shares.rename(nodes.set_index("node")["kind"]).to_dict()
    assert by_kind == pytest.approx({"founder": 1 - relied, "training": relied})

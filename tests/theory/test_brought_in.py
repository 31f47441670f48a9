"""What policies bring in from outside the web: experts' and sensors' documents, paid writing."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.policies.curation import lifted
from scenarios.build import build
from scenarios.replicated import lineages, topics, watch
from tests.ecosystem.small import DOMAIN, WORDS, human, read, scenario, speaker, world
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
PRESS = {"name": "press", "documents": "unlimited", "retention": "latest"}


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


# ---------------------------------------------------------------------- curation


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.integers(0, 200),
    st.integers(0, 99),
)
def test_experts_lift_the_least_read_to_one_level(
    read: list[int], among: list[bool], budget: int, seed: int
) -> None:
    have, eligible = np.array(read, dtype=np.float64), np.array(among[: len(read)])
    if not eligible.any():
        return
    found = lifted(have, eligible, budget, rng(seed))
    assert found.sum() == budget
    assert (found >= 0).all()
    assert (found == np.round(found)).all()
    assert not found[~eligible].any()
    after = (have + found)[eligible]
    touched = found[eligible] > 0
    if touched.any():  # nobody who got any is more than one above anybody, and nobody is below
        assert after[touched].max() - after.min() <= 1


def test_ties_go_by_lot() -> None:
    lots = np.array([lifted(np.zeros(4), np.ones(4, bool), 2, rng(seed)) for seed in range(2000)])
    holds("curation, ties", 0, {f"item {i}": (lots[:, i], 0.5) for i in range(3)})


def test_every_training_set_is_lifted_to_the_level_of_its_budget() -> None:
    """Models that read ten documents on item 1: 20 more make ten each of the other two."""
    told = world(
        steps=1,
        sites=[PRESS],
        models=[
            {**speaker("voice", 0), "volume": 9, "writes": {"press": 1}},
            {"name": "m", "count": 3, "start": "truth", "diet": {"n": 10}},
        ],
        policies=[{"kind": "curation", "budget": 20}],
    )
    assert read(told, "m")[:, :, 0].tolist() == [[10, 10, 10]] * 3


def test_experts_write_on_nothing_that_nobody_writes_about() -> None:
    told = world(
        steps=1,
        domains={DOMAIN: {"kind": "encyclopedia", "weights": [0.5, 0.0, 0.5]}},
        sites=[PRESS],
        models=[
            {**speaker("voice", 0), "volume": 9, "writes": {"press": 1}},
            {"name": "m", "count": 2, "start": "truth", "diet": {"n": 10}},
        ],
        policies=[{"kind": "curation", "budget": 20}],
    )
    assert read(told, "m")[0, :, 0].tolist() == [15, 0, 15]


# ---------------------------------------------------------------------- sensors


@pytest.mark.parametrize("seed", SEEDS)
def test_what_sensors_see_stays_known_and_what_they_do_not_see_goes(seed: int) -> None:
    """Share x of what is covered: x' = (n x + R) / (n + R), as in A-40 with R of n + R fresh."""
    n, readings, steps, replicates = 40, 10, 40, 300
    plain = lineages(seed, steps, replicates, n, {"zipf": {"items": 20, "exponent": 0}})
    given_ = plain.with_(
        policies=[{"kind": "sensors", "coverage": 0.2, "readings": readings, "noise": 0}]
    )
    seen = watch(given_, (1, 5, steps), lambda w: topics(w, "m"))
    covered = np.sort(np.argsort(seen[steps].mean(axis=0))[-4:])  # the same for all models
    law = {t: 1 - 0.8 * (n / (n + readings)) ** t for t in seen}
    family: dict[str, Any] = {
        f"covered t={t}": (seen[t][:, covered].sum(axis=1), law[t]) for t in seen
    }
    holds("sensors", seed, family)
    late = seen[steps]
    assert (late[:, covered] > 0).mean() > 0.9
    assert (np.delete(late, covered, axis=1) > 0).mean() < 0.01
    without = watch(plain, (steps,), lambda w: topics(w, "m"))[steps][:, covered].sum(axis=1)
    fails("sensors, none", seed, {"covered": (without, law[steps])})


@pytest.mark.parametrize("seed", SEEDS)
def test_every_training_set_has_readings_of_its_own(seed: int) -> None:
    """R readings even over c items: a count has mean R/c, and variance R/c (1 - 1/c)."""
    readings, noise = 30, 0.1
    found: list[Any] = []
    steps = 2
    for at in range(1, steps + 1):
        told = world(
            steps=at,
            seed=seed,
            sites=[PRESS],
            models=[
                {**speaker("voice", 0), "volume": 9, "writes": {"press": 1}},
                {"name": "m", "count": 300, "start": "truth", "diet": {"n": 7}},
            ],
            policies=[
                {"kind": "sensors", "coverage": 1, "readings": readings, "noise": noise},
            ],
        )
        cells = read(told, "m")
        cells[:, 0, 0] -= 7
        found.append(cells)
    one, two = found
    assert (one.sum(axis=(1, 2)) == readings).all()
    assert not np.array_equal(one, two), "another step, other readings"
    even = readings / 3
    family: dict[str, Any] = {"wrong": (one[:, :, 1:].sum(axis=(1, 2)), noise * readings)}
    for item in range(3):
        count = one.sum(axis=2)[:, item]
        family[f"item {item}"] = count, even
        family[f"item {item}, square"] = (count - even) ** 2, even * (1 - 1 / 3)
    apart = one.sum(axis=2)[:, 0] - two.sum(axis=2)[:, 0]
    family["two steps apart, square"] = apart**2, 2 * even * (1 - 1 / 3)
    holds("readings", seed, family)


# ---------------------------------------------------------------------- paid writing


def paid(returns: float, compliance: float = 1.0) -> tuple[dict[str, float], dict[str, float]]:
    """What communities write on one domain, unpaid and paid 600 at 2 a document."""
    told = scenario(
        domains={"d": WORDS, "e": WORDS},
        sites=[PRESS],
        humans=[
            human("few", volume=30, writes={"press": 1}),
            human("many", volume=70, writes={"press": 1}),
        ],
        models=[{"name": "m", "start": "truth", "diet": {"n": 1}, "volume": 5}],
    )
    policy = {"kind": "paid_writing", "spending": 600, "price": 2, "returns": returns}
    volumes = []
    for policies in ([], [{**policy, "compliance": compliance}]):
        made = build(told.with_(policies=policies))
        made.step()
        volumes.append({a.name: a.volume("d", 1) for a in made.agents})
        standing = sum(made.stocks[d].published[0] for d in made.stocks)
        assert standing == pytest.approx(2 * sum(v for k, v in volumes[-1].items() if k != "m"))
    return volumes[0], volumes[1]


@pytest.mark.parametrize("returns", [0.0, 0.5, 1.0])
def test_money_buys_documents_at_its_price_and_returns(returns: float) -> None:
    """V = 200 over two domains become 200 (1 + 600 / (2 x 200))^returns."""
    before, after = paid(returns)
    lift = 2.5**returns
    assert after == pytest.approx({"few": 30 * lift, "many": 70 * lift, "m": before["m"]})
    if returns == 1:
        assert 2 * (after["few"] + after["many"] - 100) == pytest.approx(600 / 2)


def test_only_those_who_comply_are_paid_and_share_all_of_it() -> None:
    shares = [paid(1.0, compliance=c)[1] for c in (0.1, 0.3, 0.5, 0.7, 0.9)]
    found = {(round(s["few"]), round(s["many"])) for s in shares}
    assert found <= {(30, 70), (180, 70), (30, 220), (75, 175)}
    assert len(found) > 1


def test_money_buys_nothing_of_communities_that_write_nothing() -> None:
    told = world(
        steps=1,
        sites=[PRESS],
        humans=[human(volume=0, writes={"press": 1})],
        policies=[{"kind": "paid_writing"}],
    )
    assert told.stocks["d"].published[0] == 0

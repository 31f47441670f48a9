"""From what a model knows to what it writes: temperatures, then top-p."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from agents.decoding import Decoding, decode
from ecosystem.sampling import Floats

TOPICS = np.array([0.5, 0.25, 0.125, 0.125])
BELIEFS = np.array([[0.6, 0.3, 0.1], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.2, 0.6]])


def alone(topics: Floats, beliefs: Floats, **decoding: float) -> Floats:
    return decode(topics[None].copy(), beliefs[None].copy(), [Decoding(**decoding)])[0]


def powered(row: list[float], temperature: float) -> list[float]:
    """p^(1/T), normalised, by its definition."""
    powers = [p ** (1 / temperature) if p > 0 else 0.0 for p in row]
    return [power / math.fsum(powers) for power in powers]


def cut(row: list[float], top_p: float) -> list[float]:
    """The smallest set of likeliest entries that holds top_p, normalised."""
    if top_p == 1:
        return row
    kept: list[int] = []
    for i in sorted(range(len(row)), key=lambda i: (-row[i], i)):
        if math.fsum(row[k] for k in kept) >= top_p * math.fsum(row) - 1e-12:
            break
        kept.append(i)
    held = math.fsum(row[i] for i in kept)
    return [row[i] / held if i in kept else 0.0 for i in range(len(row))]


def by_definition(
    topics: Floats,
    beliefs: Floats,
    temperature: float = 1,
    claim_temperature: float = 1,
    top_p: float = 1,
    claim_top_p: float = 1,
) -> Floats:
    """The order of operations of the design, in scalars."""
    chosen = cut(powered(topics.tolist(), temperature), top_p)
    said = [cut(powered(row.tolist(), claim_temperature), claim_top_p) for row in beliefs]
    return np.array([[t * p for p in row] for t, row in zip(chosen, said, strict=True)])


numbers = st.sampled_from([0.0, 1e-9, 0.01, 0.3, 0.5, 1.0])
shape = st.tuples(st.integers(1, 6), st.integers(1, 4))


@st.composite
def knowledge(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Topics (K,) and beliefs (K, V), rows summing to 1."""
    items, values = draw(shape)
    topics = draw(hnp.arrays(np.float64, items, elements=numbers).filter(np.any))
    beliefs = draw(hnp.arrays(np.float64, (items, values), elements=numbers))
    beliefs[:, 0] += beliefs.sum(axis=1) == 0
    return topics / topics.sum(), beliefs / beliefs.sum(axis=1, keepdims=True)


temperatures = st.sampled_from([0.05, 0.3, 0.9, 1.0, 2.0, 20.0])
top_ps = st.sampled_from([0.05, 0.42, 0.9, 1.0])
decodings = st.builds(
    Decoding,
    temperature=temperatures,
    claim_temperature=temperatures,
    top_p=top_ps,
    claim_top_p=top_ps,
)


@given(known=knowledge(), decoding=decodings)
@settings(max_examples=50)
def test_any_decoding_writes_what_its_definition_says(
    known: tuple[Floats, Floats], decoding: Decoding
) -> None:
    topics, beliefs = known
    voice = decode(topics[None].copy(), beliefs[None].copy(), [decoding])[0]
    assert voice.shape == beliefs.shape
    assert voice.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(
        voice,
        by_definition(topics, beliefs, **decoding.model_dump(exclude={"novelty"})),
        rtol=1e-9,
        atol=1e-12,
    )


def test_topic_temperature_sharpens_topics_and_leaves_claims() -> None:
    voice = alone(TOPICS, BELIEFS, temperature=0.5)
    np.testing.assert_allclose(voice.sum(axis=1), [16 / 22, 4 / 22, 1 / 22, 1 / 22])
    np.testing.assert_allclose(voice / voice.sum(axis=1, keepdims=True), BELIEFS)


def test_claim_temperature_sharpens_claims_and_leaves_topics() -> None:
    voice = alone(TOPICS, BELIEFS, claim_temperature=0.5)
    np.testing.assert_allclose(voice.sum(axis=1), TOPICS)
    np.testing.assert_allclose(voice[0] / voice[0].sum(), [36 / 46, 9 / 46, 1 / 46])


def test_top_p_acts_after_temperature() -> None:
    """Of .5 .25 .125 .125 three hold 4/5; squared, two hold 10/11."""
    assert np.count_nonzero(alone(TOPICS, BELIEFS, top_p=0.8).sum(axis=1)) == 3
    assert np.count_nonzero(alone(TOPICS, BELIEFS, top_p=0.8, temperature=0.5).sum(axis=1)) == 2


def test_claims_are_cut_within_each_item() -> None:
    voice = alone(TOPICS, BELIEFS, claim_top_p=0.6)
    assert (voice > 0).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, False, False],
        [False, False, True],
    ]
    np.testing.assert_allclose(voice.sum(axis=1), TOPICS)


@pytest.mark.parametrize("items", [10, 10_000])
def test_the_lowest_temperature_does_not_underflow(items: int) -> None:
    topics = np.linspace(1, 1.001, items) / np.linspace(1, 1.001, items).sum()
    beliefs = np.full((items, 3), 1 / 3)
    voice = alone(topics, beliefs, temperature=0.05, claim_temperature=0.05)
    assert voice.sum() == pytest.approx(1)
    assert (voice > 0).all()


def test_tiny_shares_do_not_underflow_where_no_larger_one_is() -> None:
    topics = np.array([1.0, 0.0])
    beliefs = np.array([[1e-200, 1e-200, 0.0], [1.0, 0.0, 0.0]])
    voice = alone(topics, beliefs / beliefs.sum(axis=1, keepdims=True), claim_temperature=0.05)
    np.testing.assert_allclose(voice, [[0.5, 0.5, 0], [0, 0, 0]])


def test_what_is_impossible_stays_impossible_at_any_temperature() -> None:
    topics = np.array([0.5, 0.5, 0.0, 0.0])
    voice = alone(topics, BELIEFS, temperature=20, claim_temperature=20)
    assert voice[2:].sum() == 0
    assert voice[1, 2] == 0


@given(counts=hnp.arrays(np.float64, (5, 4), elements=st.integers(0, 7).map(float)).filter(np.any))
def test_decoding_switched_off_keeps_the_very_bits(counts: Floats) -> None:
    total = counts.sum(axis=1)
    topics = total / 2.0 ** np.ceil(np.log2(total.sum()))
    topics[0] += 1 - topics.sum()  # exact: sums of sixteenths and the like
    beliefs = np.where(total[:, None] > 0, counts / np.maximum(total, 1)[:, None], [1, 0, 0, 0])
    assert topics.sum() == 1
    voice = alone(topics, beliefs)
    assert voice.tobytes() == (beliefs * topics[:, None]).tobytes()


@given(known=knowledge(), chosen=st.lists(decodings, min_size=1, max_size=5))
@settings(max_examples=50)
def test_a_model_in_a_stack_has_the_bits_it_has_alone(
    known: tuple[Floats, Floats], chosen: list[Decoding]
) -> None:
    topics, beliefs = known
    shifted = [np.roll(topics, k) for k in range(len(chosen))]
    together = decode(np.array(shifted), np.array([beliefs] * len(chosen)), chosen)
    for mine, decoding, own in zip(shifted, chosen, together, strict=True):
        single = decode(mine[None].copy(), beliefs[None].copy(), [decoding])[0]
        assert own.tobytes() == single.tobytes()


@given(known=knowledge(), chosen=st.lists(decodings, min_size=1, max_size=3))
@settings(max_examples=20)
def test_decoding_leaves_what_the_model_knows_untouched(
    known: tuple[Floats, Floats], chosen: list[Decoding]
) -> None:
    topics = np.array([known[0]] * len(chosen))
    beliefs = np.array([known[1]] * len(chosen))
    before = topics.copy(), beliefs.copy()
    decode(topics, beliefs, chosen)
    np.testing.assert_array_equal(topics, before[0])
    np.testing.assert_array_equal(beliefs, before[1])


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": 0.04},
        {"temperature": 21},
        {"temperature": math.nan},
        {"claim_temperature": 0},
        {"top_p": 0},
        {"top_p": 1.01},
        {"claim_top_p": -1},
        {"temprature": 1},
    ],
    ids=str,
)
def test_what_is_no_decoding_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Decoding(**bad)

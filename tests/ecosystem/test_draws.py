"""Random streams: keyed by what is decided, when, by whom and about what, and by nothing else."""

from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ecosystem.draws import Draws, key_of

Key = tuple[str, int, str, str]
names = st.text(max_size=12)
keys = st.tuples(names, st.integers(-1000, 10**6), names, names)
seeds = st.integers(0, 2**63 - 1)


def bits(draws: Draws, key: Key, number: int = 6) -> list[int]:
    decision, step, agent, domain = key
    return draws.stream(decision, step, agent, domain).integers(2**63, size=number).tolist()


def small_and_large(draws: Draws, key: Key) -> list[int]:
    """Half words first, which a generator buffers."""
    generator = draws.stream(*key)
    half: list[int] = generator.integers(2**32, size=3, dtype=np.uint32).tolist()
    return half + generator.integers(2**63, size=6).tolist()


def consume(generator: np.random.Generator, how: int) -> None:
    """Leave a generator in the middle of a block, with buffered half words and all."""
    generator.random(how)
    generator.integers(7, size=how, dtype=np.uint32)
    generator.standard_normal(how)
    generator.multinomial(50, [0.2, 0.8])


@given(seed=seeds, key=keys, other=keys, how=st.integers(0, 9))
@settings(max_examples=40)
def test_a_stream_does_not_depend_on_what_others_consumed(
    seed: int, key: Key, other: Key, how: int
) -> None:
    fresh = small_and_large(Draws(seed), key)
    draws = Draws(seed)
    consume(draws.stream(*other), how)
    assert small_and_large(draws, key) == fresh
    consume(draws.stream(*key), how)
    assert small_and_large(draws, key) == fresh


def test_the_order_of_streams_does_not_matter() -> None:
    wanted: list[Key] = [("crawl", 1, "a", "d"), ("crawl", 1, "b", "d"), ("guess", 2, "a", "")]
    seen = set()
    for order in permutations(wanted):
        draws = Draws(3)
        found = {key: tuple(bits(draws, key)) for key in order}
        seen.add(tuple(found[key] for key in wanted))
    assert len(seen) == 1


@given(seed=seeds, replicate=st.integers(0, 2**32 - 1), key=keys)
def test_the_same_key_gives_the_same_bits_in_another_run(
    seed: int, replicate: int, key: Key
) -> None:
    assert bits(Draws(seed, replicate), key) == bits(Draws(seed, replicate), key)


@given(
    one=st.tuples(seeds, st.integers(0, 2**32 - 1), keys),
    other=st.tuples(seeds, st.integers(0, 2**32 - 1), keys),
)
def test_different_keys_give_different_bits(
    one: tuple[int, int, Key], other: tuple[int, int, Key]
) -> None:
    if one != other:
        assert bits(Draws(*one[:2]), one[2]) != bits(Draws(*other[:2]), other[2])


BASE: dict[str, Any] = {
    "seed": 1, "replicate": 0, "decision": "crawl", "step": 5, "agent": "a", "domain": "d",
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"seed": 2**62},
        {"replicate": 1},
        {"replicate": 2**32 - 1},
        {"decision": "guess"},
        {"step": 6},
        {"step": -5},
        {"agent": "b"},
        {"agent": ""},
        {"domain": "e"},
        {"agent": "d", "domain": "a"},
        {"agent": "crawl", "decision": "a"},
    ],
    ids=str,
)
def test_every_part_of_the_key_counts(change: dict[str, Any]) -> None:
    def of(seed: int, replicate: int, **key: Any) -> list[int]:
        return Draws(seed, replicate).stream(**key).integers(2**63, size=200).tolist()

    one, other = of(**BASE), of(**(BASE | change))
    assert not set(one) & set(other)


@pytest.mark.parametrize(
    ("seed", "replicate", "key", "golden"),
    [
        (
            1,
            0,
            ("crawl", 1, "model-A", "birds"),
            [8488060480213711154, 3659970930960006102, 1786365844093158923],
        ),
        (
            2**63 - 1,
            7,
            ("publish", -3, "", ""),
            [395703952709923574, 5462890528037676608, 1926885746830842243],
        ),
    ],
    ids=["plain", "extreme"],
)
def test_golden_bits_so_that_a_change_of_the_key_scheme_is_noticed(
    seed: int, replicate: int, key: Key, golden: list[int]
) -> None:
    assert bits(Draws(seed, replicate), key, 3) == golden


def test_golden_key_of_a_name() -> None:
    assert key_of("model-A") == 1390643558965585209
    assert 0 <= key_of("") < 2**64


@pytest.mark.parametrize("seed", [-1, 2**63, 2**70])
def test_a_bad_seed_is_refused_in_one_sentence(seed: int) -> None:
    with pytest.raises(ValueError, match=rf"^seed: given {seed}, allowed 0 to 2\^63 - 1$"):
        Draws(seed)


@pytest.mark.parametrize("replicate", [-1, 2**32])
def test_a_bad_replicate_is_refused_in_one_sentence(replicate: int) -> None:
    with pytest.raises(ValueError, match=rf"^replicate: given {replicate}, allowed 0 to 2\^32 - 1"):
        Draws(1, replicate)


def test_draws_are_uniform_within_a_stream() -> None:
    p = stats.kstest(Draws(1).stream("x").random(20_000), "uniform").pvalue
    assert p > 0.0027, f"Kolmogorov-Smirnov of 20,000 draws of one stream: p = {p:.2g}"


@pytest.mark.parametrize("axis", ["seed", "replicate", "step", "agent", "decision", "domain"])
def test_first_draws_are_uniform_and_uncorrelated_over_neighbouring_keys(axis: str) -> None:
    first = []
    draws = Draws(1)
    for i in range(2000):
        key: dict[str, Any] = {"decision": "x", "step": 1, "agent": "a", "domain": "d"}
        if axis in ("seed", "replicate"):
            draws = Draws(**{"seed": 1, axis: i})
        else:
            key[axis] = i if axis == "step" else f"{axis}-{i}"
        first.append(draws.stream(**key).random())
    p = stats.kstest(first, "uniform").pvalue
    assert p > 0.0027 / 6, f"first draws over {axis}: Kolmogorov-Smirnov p = {p:.2g}"
    lag = np.mean([(a - 0.5) * (b - 0.5) for a, b in pairwise(first)]) * 12 * np.sqrt(len(first))
    assert abs(lag) < 3.5, f"first draws over {axis}: R=2000 lag-1 correlation z = {lag:.2f}"

"""The n-gram learner by hand: what it counts, how it smooths, what it forgets."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decoding import Decoding
from agents.learners.ngram import Ngram, NgramOptions
from agents.ngram_chances import chances
from agents.ngram_nucleus import Nucleus
from agents.ngram_tables import counted
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, UNKNOWN
from ecosystem.sampling import nucleus
from tests.contract.token_contract import short_prose
from tests.properties.worlds import profile

A, B, C = 2, 3, 4


def documents(*texts: tuple[int, ...]) -> Any:
    rows = np.zeros((len(texts), 5), dtype=np.int32)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = text
    return rows


def fitted(*texts: tuple[int, ...], decoding: Decoding | None = None, **options: Any) -> Ngram:
    learner = Ngram(short_prose(), NgramOptions(**options), decoding or Decoding())
    learner.fit(Rows(documents(*texts)), np.random.default_rng(0))
    return learner


def test_ngrams_are_counted_from_the_beginning_to_the_first_end() -> None:
    codes, counts = counted(documents((A, B, A), (A,)), np.array([1.0, 2.5]), 2, 10)
    expected = {(END, A): 3.5, (A, B): 1.0, (B, A): 1.0, (A, END): 3.5}
    assert {divmod(int(c), 10): n for c, n in zip(codes, counts, strict=True)} == expected


def test_a_document_that_fills_the_row_says_nothing_of_its_end() -> None:
    codes, _ = counted(documents((A, B, C, A, B)), np.ones(1), 2, 10)
    assert (codes % 10 != END).all()


@pytest.mark.parametrize(
    ("smoothing", "share", "left"),
    [
        ("maximum_likelihood", 2 / 3, 0.0),
        ("jelinek_mercer", 0.8 * 2 / 3, 0.2),
        ("witten_bell", 2 / (3 + 2), 2 / (3 + 2)),
        ("absolute_discount", (2 - 0.8) / 3, 1.6 / 3),
    ],
)
def test_every_smoothing_is_its_formula(smoothing: str, share: float, left: float) -> None:
    """After A: B, B, C; words: A 2, B 2, C 1, and three ends, of 8 tokens and 8 in all."""
    learner = fitted((A, B), (A, B), (A, C), smoothing=smoothing)
    tokens = short_prose().tokens
    alone = {
        "maximum_likelihood": 2 / 9,
        "jelinek_mercer": 0.8 * 2 / 9 + 0.2 / tokens,
        "witten_bell": 2 / 13 + 4 / 13 / tokens,
        "absolute_discount": (2 - 0.8) / 9 + 4 * 0.8 / 9 / tokens,
    }[smoothing]
    found = learner.plain().chances(documents((A, B)))[0, 1]
    assert found == pytest.approx(share + left * alone)


def test_a_word_that_no_document_went_on_from_is_followed_by_words_alone() -> None:
    learner = fitted((A, B, A, B, C))  # nothing was met after C
    found = learner.plain().chances(documents((C, A), (B, C, A)))
    assert found[1, 2] == pytest.approx(2 / 5)


def test_a_document_never_begins_with_its_end() -> None:
    learner = fitted((A,), (B,), order=1, smoothing="witten_bell")
    first = learner.plain().chances(documents((A,), (B,)))[:, 0]
    tokens = short_prose().tokens
    alone, end = 1 / 7 + 3 / 7 / tokens, 2 / 7 + 3 / 7 / tokens
    np.testing.assert_allclose(first, alone / (1 - end))


# ---------------------------------------------------------------------- vocabulary


def test_a_closed_vocabulary_never_hears_again_a_word_that_it_did_not_read_once() -> None:
    for vocabulary, again in (("open", B), ("closed", UNKNOWN)):
        learner = fitted((A, B), (B, A), vocabulary=vocabulary)
        learner.fit(Rows(documents((A, A), (A,))), np.random.default_rng(0))
        assert not learner.known()[B]
        learner.fit(Rows(documents((A, B), (B, A))), np.random.default_rng(0))
        assert learner.known()[again]
        assert learner.known()[B] == (vocabulary == "open")


def test_a_closed_vocabulary_that_is_re_opened_perceives_once_all_that_it_reads() -> None:
    learner = fitted((A,), vocabulary="closed")
    learner.reopen()
    learner.fit(Rows(documents((B,), (B, C))), np.random.default_rng(0))
    assert learner.known()[[B, C]].all()
    learner.reopened = False  # as its model does at the end of a step
    learner.fit(Rows(documents((A,), (B,))), np.random.default_rng(0))
    assert learner.known()[[UNKNOWN, B]].all()
    assert not learner.known()[A]


def test_a_first_training_is_never_closed() -> None:
    learner = fitted((A, B, C), vocabulary="closed")
    assert learner.known()[[A, B, C]].all()
    assert not learner.known()[UNKNOWN]


def test_smoothing_gives_words_not_read_a_share_only_where_the_vocabulary_is_open() -> None:
    one = fitted((A, B), smoothing="witten_bell", vocabulary="open")
    other = fitted((A, B), smoothing="witten_bell", vocabulary="closed")
    unread = documents((A, C))
    assert one.plain().chances(unread)[0, 1] > 0
    assert other.plain().chances(unread)[0, 1] == 0


# ---------------------------------------------------------------------- inertia


def test_inertia_mixes_counts_by_their_share_of_words() -> None:
    learner = fitted((A, B), (A, B), (A, C), inertia=0.25)
    former = dict(zip(learner.codes.tolist(), learner.counts, strict=True))  # type: ignore[union-attr]
    learner.fit(Rows(documents((A, A), (A, B))), np.random.default_rng(0))
    codes, counts = counted(documents((A, A), (A, B)), np.ones(2), 2, short_prose().tokens)
    fresh = dict(zip(codes.tolist(), counts, strict=True))
    scale = sum(fresh.values()) / sum(former.values())
    for code, count in zip(learner.codes, learner.counts, strict=True):  # type: ignore[arg-type]
        wanted = 0.75 * fresh.get(int(code), 0) + 0.25 * scale * former.get(int(code), 0)
        assert count == pytest.approx(wanted)


# ---------------------------------------------------------------------- decoding


@profile(60)
@given(
    seed=st.integers(0, 2**32),
    order=st.integers(1, 4),
    smoothing=st.sampled_from(
        ["maximum_likelihood", "jelinek_mercer", "witten_bell", "absolute_discount"]
    ),
    temperature=st.sampled_from([0.3, 1.0, 2.0]),
    top_p=st.sampled_from([0.2, 0.5, 0.9, 0.99]),
    weight=st.sampled_from([0.0, 0.3, 0.8, 1.0]),
)
def test_decoding_is_that_of_a_plain_table_of_all_chances(
    seed: int, order: int, smoothing: Any, temperature: float, top_p: float, weight: float
) -> None:
    """Powers and top-p as on the (histories, V) table that is never made."""
    rng = np.random.default_rng(seed)
    tokens = 9
    rows = rng.choice(tokens, p=rng.dirichlet(np.ones(tokens)), size=(12, 5))
    rows[rows[:, 0] == END, 0] = 5
    codes, counts = counted(rows, rng.choice([1.0, 1.0, 0.3, 2.5], size=12), order, tokens)
    base = np.ones(tokens, dtype=bool)
    history = np.unique(rng.integers(tokens ** (order - 1), size=20))
    pairs = np.repeat(history, tokens), np.tile(np.arange(tokens), history.size)

    def table(at: float) -> Any:
        made = chances(codes, counts, base, order, smoothing, weight, at)
        return made, made.given(*pairs).reshape(-1, tokens)

    _, plain = table(1.0)
    np.testing.assert_allclose(plain.sum(axis=1), 1, atol=1e-12)
    made, warm = table(temperature)
    powered = plain ** (1 / temperature)
    np.testing.assert_allclose(warm, powered / powered.sum(axis=1, keepdims=True), atol=1e-9)
    found = Nucleus(made, top_p)
    least, whole = found.kept(history)
    cut = nucleus(np.round(warm, 12), top_p)  # of words alike, it keeps the first only
    smallest = np.where(cut > 0, cut, 2).min(axis=1)
    inside = warm >= smallest[:, None] - 1e-9
    np.testing.assert_allclose(whole, (warm * inside).sum(axis=1), atol=1e-6)
    outside = found.outside(*pairs).reshape(-1, tokens)
    sure = np.abs(warm - smallest[:, None]) > 1e-9  # elsewhere rounding decides
    met = warm > 0
    np.testing.assert_array_equal(~outside[sure & met], inside[sure & met])
    assert np.all(least <= smallest + 1e-9)


@pytest.mark.parametrize("weight", [1e-6, 1e6])
def test_with_inertia_only_relative_weights_matter(weight: float) -> None:
    plain, scaled = (fitted((A, B), (C,), inertia=0.3) for _ in range(2))
    for scale, learner in ((1.0, plain), (weight, scaled)):
        for _ in range(3):
            rows = documents((A, C, B), (B, A))
            learner.fit(Rows(rows, np.full(2, scale)), np.random.default_rng(0))
    every = documents((A, B), (B, C), (C, A))
    np.testing.assert_allclose(plain.plain().chances(every), scaled.plain().chances(every))


def test_a_word_outside_of_a_closed_vocabulary_surprises_as_the_unknown_word() -> None:
    closed = fitted((A, B), (A, UNKNOWN), (B,), vocabulary="closed", smoothing="witten_bell")
    as_read, as_unknown = (closed.surprise(Rows(documents((A, word)))) for word in (C, UNKNOWN))
    assert as_read == as_unknown
    assert np.isfinite(as_read)

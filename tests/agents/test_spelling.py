"""Spelling: what is written can be read back, and nothing but words can be written."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.spelling import BEGIN, Pieces, Spelling, Unspellable
from ecosystem.domains.prose import END

LETTERS = "abc"
END_TOKEN = 90
WIDTH = 3


def spelled(words: Sequence[str], first: int, rest: int) -> Spelling:
    """Words by their letters: a first letter is another token than one inside a word."""
    tokens = [
        [first + LETTERS.index(word[0]), *(rest + LETTERS.index(each) for each in word[1:])]
        for word in words
    ]
    known = np.ones(len(words) + 1, dtype=bool)

    def spell(numbers: Sequence[int]) -> list[Pieces]:
        return [tokens[number - 1] for number in numbers]

    return Spelling(known, spell, END_TOKEN, WIDTH)


WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=8, unique=True)


def documents(words: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """All documents there can be, but the empty one."""
    every = np.indices((words + 1,) * WIDTH).reshape(WIDTH, -1).T
    ended = np.cumsum(every == END, axis=1) > 0
    return every[(every[:, 0] != END) & ~((every != END) & ended).any(axis=1)]


def read_back(spelling: Spelling, pieces: Sequence[int]) -> list[int]:
    """The words of a document from its pieces, as a voice puts them together."""
    state, found = np.array([BEGIN]), []
    for piece in pieces:
        assert spelling.allowed(state)[0, piece]
        whole = int(spelling.words[state[0]])
        if whole >= 0 and spelling.ends[piece]:
            found.append(whole)
            if piece == spelling.end or len(found) == WIDTH:
                return found
        state = spelling.after(state, np.array([piece]))
    if spelling.words[state[0]] >= 0:
        found.append(int(spelling.words[state[0]]))
    return found


@given(WORDS)
def test_documents_in_pieces_are_read_back_as_they_were(words: list[str]) -> None:
    spelling = spelled(words, 0, 10)
    rows = documents(len(words))[:200]
    encoded = spelling.encoded(rows)
    for i, row in enumerate(rows):
        pieces = encoded.pieces[i][encoded.word[i] < WIDTH]
        assert read_back(spelling, pieces) == row[row != END].tolist()
        assert pieces.size <= spelling.longest


@given(WORDS)
def test_states_are_those_that_pieces_lead_to(words: list[str]) -> None:
    spelling = spelled(words, 0, 10)
    rows = documents(len(words))[:100]
    encoded = spelling.encoded(rows)
    for i in range(len(rows)):
        state = np.array([BEGIN])
        live = np.flatnonzero(encoded.word[i] < WIDTH)
        for place in live:
            assert encoded.states[i, place] == state[0]
            if encoded.pieces[i, place] != spelling.end:
                state = spelling.after(state, encoded.pieces[i, place : place + 1])
        full = (rows[i] != END).all()
        assert encoded.last[i] == (state[0] if full else -1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=4, unique=True))
def test_chances_of_pieces_make_chances_of_documents_that_sum_to_1(words: list[str]) -> None:
    """Each state has chances of its own: no two documents share more than they must."""
    spelling = spelled(words, 0, 10)
    weight = np.random.default_rng(1).random((spelling.words.size, spelling.alphabet.size))
    chance = np.where(spelling.allowed(np.arange(spelling.words.size)), weight, 0)
    chance /= chance.sum(axis=1, keepdims=True)
    total = 0.0
    encoded = spelling.encoded(rows := documents(len(words)))
    for i in range(len(rows)):
        live = encoded.word[i] < WIDTH
        product = chance[encoded.states[i][live], encoded.pieces[i][live]].prod()
        if (last := encoded.last[i]) >= 0:
            product *= spelling.ended(chance[[last]], np.array([last]))[0]
        total += product
    assert total == pytest.approx(1, abs=1e-12)


def test_a_word_that_begins_another_is_whole_only_once_the_next_begins() -> None:
    spelling = spelled(["a", "ab", "b"], 0, 10)
    state = spelling.after(np.array([BEGIN]), np.searchsorted(spelling.alphabet, [0]))
    allowed = spelling.alphabet[spelling.allowed(state)[0]].tolist()
    assert allowed == [0, 1, 11, END_TOKEN]  # a, b, -b, the end
    assert spelling.alphabet[spelling.allowed(np.array([BEGIN]))[0]].tolist() == [0, 1]


def test_only_known_words_are_spelled() -> None:
    known = np.array([True, True, False, True])
    spelling = Spelling(known, lambda words: [[word] for word in words], END_TOKEN, WIDTH)
    assert spelling.alphabet.tolist() == [1, 3, END_TOKEN]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ([[1], []], "no spelling of its own"),
        ([[1], [1]], "no spelling of its own"),
        ([[1], [END_TOKEN]], "no spelling of its own"),
        ([[1], [1, 2], [2]], "where a word of the text ends"),
    ],
)
def test_a_tokenizer_that_cannot_tell_words_apart_is_refused(
    tokens: list[Pieces], said: str
) -> None:
    known = np.ones(len(tokens) + 1, dtype=bool)
    with pytest.raises(Unspellable, match=said):
        Spelling(known, lambda words: [tokens[word - 1] for word in words], END_TOKEN, WIDTH)

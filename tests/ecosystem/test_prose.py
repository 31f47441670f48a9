"""Texts: how they are read, cut, numbered and shown, and what is refused in one sentence."""

import gzip
import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ecosystem.domains.prose import END, HELD_OUT, UNKNOWN, Prose, ProseSpec
from ecosystem.domains.texts import (
    MOST_BYTES,
    SHIPPED,
    BadText,
    as_written,
    find_text,
    in_words,
    parsed,
    pieces,
    read_text,
)

TEXT = "9d9726a1bd091c3d0ddfbcef6a711ec2091ce87381ee2eebc973104e9725edcf"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "own.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(count: int) -> str:
    return "\n\n".join(f"word{i} and word{i + 1}." for i in range(count))


def test_words_keep_what_stands_inside_them_and_marks_are_words() -> None:
    assert in_words("'Tis well-known: the king’s men—LOVERS' eyes, Zoë!") == [
        *("'tis", "well-known", ":", "the", "king's", "men"),
        *("--", "lovers", "eyes", ",", "zoë", "!"),
    ]


def test_words_are_shown_as_people_write_them() -> None:
    said = "i know, i'll go -- in time! what? [?] it is."
    words = [*in_words(said.replace("[?]", "unknown"))]
    words[words.index("unknown")] = "[?]"
    assert as_written(words) == "I know, I'll go – in time! What? [?] it is."


def test_a_long_document_is_cut_after_a_sentence_else_a_mark_else_where_it_is_full() -> None:
    words = ("a", "b", ".", "c", "d", ",", "e", "f", "g", "h", "i", "j")
    assert pieces(words, 5) == [("a", "b", "."), ("c", "d", ","), tuple("efghi"), ("j",)]
    assert pieces(words[:5], 5) == [words[:5]]
    for width in (2, 3, 7, 50):
        assert tuple(word for piece in pieces(words, width) for word in piece) == words


def test_headings_say_of_which_work_documents_are() -> None:
    found = parsed("one.\n\n# old: B\ntwo.\nstill two.\n\nthree\n# C\nfour\n# new: B\nfive", "t")
    assert found.works == ("all", "B", "C", "B (new)")
    assert found.groups == ("all", "old", "C", "new")
    assert [len(documents) for documents in found.documents] == [1, 2, 1, 1]
    assert found.documents[1][0] == ("two", ".", "still", "two", ".")


def test_the_shipped_text_is_nine_plays_and_nothing_but_what_is_spoken() -> None:
    text = gzip.decompress(SHIPPED["shakespeare"].read_bytes()).decode("utf-8")
    found = read_text(SHIPPED["shakespeare"])
    assert len(found.works) == 9
    assert sorted(set(found.groups)) == ["comedy", "history", "tragedy"]
    assert "To be, or not to be: that is the question:" in text
    for direction in ("Exeunt", "SCENE", "**", "_", "[", "\\"):
        assert direction not in text
    assert hashlib.sha256(text.encode()).hexdigest() == TEXT


def test_verse_and_prose_are_what_make_verse_makes_of_the_plays_byte_for_byte() -> None:
    made = SHIPPED["verse_and_prose"].parent / "make_verse.py"
    spec = importlib.util.spec_from_file_location("make_verse", made)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plays = gzip.decompress(SHIPPED["shakespeare"].read_bytes()).decode("utf-8")
    text = gzip.decompress(SHIPPED["verse_and_prose"].read_bytes()).decode("utf-8")
    assert module.text(plays) == text
    assert module.kind("Now, fair Hippolyta\nDraws on apace\nAnother moon") == "verse"
    assert module.kind("What a piece of work is a man! how\nnoble in reason! how\ninf") == "prose"
    assert module.kind("Ready. Name what part I am for") is None
    found = read_text(SHIPPED["verse_and_prose"])
    assert set(found.groups) == {"verse", "prose"}


def test_one_document_in_ten_is_held_out_and_humans_never_write_it() -> None:
    domain = Prose("p", ProseSpec(width=16))
    every = len(domain.reference()) + len(domain.held_out)
    assert len(domain.held_out) == every // HELD_OUT
    rng = np.random.default_rng(0)
    written = np.concatenate([domain.human(cell, 3000, rng) for cell in range(9)])
    assert written.dtype == domain.dtype == np.int32
    known = {row.tobytes() for row in domain.reference()}
    assert {row.tobytes() for row in written} <= known
    long = domain.held_out[(domain.held_out != END).all(axis=1)]
    assert sum(row.tobytes() in known for row in long) < 0.01 * len(long)  # a refrain or two
    assert (domain.held_out == UNKNOWN).any()
    assert not (domain.reference() == UNKNOWN).any()  # every word that it kept is known


def test_humans_write_each_work_from_its_own_documents() -> None:
    domain = Prose("p", ProseSpec())
    rng = np.random.default_rng(0)
    hamlet = domain.items.index("Hamlet")
    name = domain._words.index("hamlet")
    assert (domain.human(hamlet, 2000, rng) == name).any()
    assert not (domain.human(0, 2000, rng) == name).any()
    np.testing.assert_allclose(domain.topics.sum(), 1)


def test_the_vocabulary_is_the_most_frequent_words() -> None:
    small, whole = Prose("p", ProseSpec(vocabulary=50)), Prose("p", ProseSpec())
    assert small.tokens == 52
    assert small._words == whole._words[:52]
    assert (np.diff(whole.counts[2:]) <= 0).all()
    assert small.counts[UNKNOWN] == whole.counts[52:].sum()
    assert small.digest != whole.digest


def test_a_text_of_ones_own_is_read(tmp_path: Path) -> None:
    write(tmp_path, "\ufeff" + "# mine: A\n" + lines(30) + "\n# B\n" + lines(10))
    domain = Prose("p", ProseSpec(text="own.txt", width=4), tmp_path)
    assert domain.items == ("A", "B")
    assert domain.groups == ("mine", "B")
    assert domain.words(domain.reference()[0]) == "Word0 and word1."
    assert domain.topics[0] == pytest.approx(27 / 36)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", r"own.txt has no words; at least one document is needed"),
        ("...,,,\n\n??", r"own.txt has 2 documents; at least 20 are needed, a blank line"),
        (lines(5), r"own.txt has 5 documents; at least 20"),
        ("a\n\n#\nb", r"own.txt, line 3 is '#'; a heading must be '# title' or '# group: title'"),
        ("a\n\n# : x\nb", r"own.txt, line 3 is '# : x'; a heading"),
        (b"good\n\xff\xfe", r"own.txt, line 2 is not UTF-8 text \(byte 0xff\)"),
        ("a\n\0", r"own.txt, line 2 has a NUL byte"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    write(tmp_path, content)
    with pytest.raises(BadText, match=sentence):
        Prose("p", ProseSpec(text="own.txt"), tmp_path)


def test_a_text_that_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(BadText, match=r"large\.txt has 64 MiB; at most 64 are allowed"):
        read_text(tmp_path / "large.txt")
    for wrong in ("nope.txt", ".", "\0", "x" * 5000):
        with pytest.raises(BadText, match=r"must be shakespeare or verse_and_prose, or the"):
            find_text(wrong, tmp_path)

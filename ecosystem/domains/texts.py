"""Texts to write like: reading a file into documents of words, or one plain sentence why not.

A text is UTF-8. A blank line ends a document; a line "# group: title" or "# title" (a work of its
own group) says of which work the documents that follow are. What a text means to a simulation is
left to the domain that reads it.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ecosystem.domains.files import decoded, find, short

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = {"shakespeare": DATA / "plays.txt.gz", "verse_and_prose": DATA / "verse.txt.gz"}
MOST_BYTES = 2**26
MOST_WORKS = 10_000
WORDS = re.compile(r"'?[^\W_]+(?:['-][^\W_]+)*|--+|[.,;:?!]")
"""Words with the apostrophes and hyphens inside them and one before; marks; dashes."""
SENTENCE = frozenset(".?!")
MARKS = SENTENCE | frozenset(",;:")


class BadText(ValueError):
    """A text that cannot be used: one sentence with the file, what was given, what is allowed."""


@dataclass(frozen=True, eq=False)
class Text:
    """A text in words.

    Attributes:
        source: the name of its file.
        works: names of the works, in their order.
        groups: the group of each work.
        documents: of each work, its documents, each a list of words in lower case and marks.
    """

    source: str
    works: tuple[str, ...]
    groups: tuple[str, ...]
    documents: tuple[tuple[tuple[str, ...], ...], ...]


def find_text(text: str, folder: Path | None = None) -> Path:
    """The file of a shipped name or a path; a relative path starts at `folder`, else at the cwd.

    Raises `BadText` if there is no such file.
    """
    return find("text", text, SHIPPED, folder, "a text file", BadText)


def read_text(path: Path) -> Text:
    """Read a text, words in lower case; raises `BadText` for anything that is not one."""
    return (
        _shipped(path)
        if path in SHIPPED.values()
        else parsed(decoded(path, MOST_BYTES, "a text file", BadText), path.name)
    )


def parsed(content: str, source: str) -> Text:
    """The works and documents of a text.

    Raises:
        BadText: no document has a word, or a heading is empty.
    """
    works: dict[str, tuple[str, list[tuple[str, ...]]]] = {}
    title = group = "all"
    lines: list[str] = []

    def close() -> None:
        words = tuple(in_words(" ".join(lines)))
        lines.clear()
        if words:
            works.setdefault(title, (group, []))[1].append(words)

    for number, line in enumerate([*content.splitlines(), ""], start=1):
        said = line.strip()
        if said.startswith("# ") or said == "#":
            close()
            head, _, rest = said[1:].partition(":")
            group, title = head.strip(), (rest or head).strip()
            if not group or not title:
                raise BadText(
                    f"{source}, line {number} is {short(said)}; a heading must be "
                    "'# title' or '# group: title'."
                )
            title = title if works.get(title, (group,))[0] == group else f"{title} ({group})"
            if len(works) > MOST_WORKS:
                raise BadText(f"{source} has over {MOST_WORKS:,} works; no more are allowed.")
        elif said:
            lines.append(said)
        else:
            close()
    if not works:
        raise BadText(f"{source} has no words; at least one document is needed.")
    return Text(
        source,
        tuple(works),
        tuple(group for group, _ in works.values()),
        tuple(tuple(documents) for _, documents in works.values()),
    )


def in_words(content: str) -> list[str]:
    """The words of a text in lower case, and its marks; a dash of any length is one mark."""
    plain = content.lower().replace("’", "'").replace("—", "--")
    return ["--" if word.startswith("--") else word for word in WORDS.findall(plain)]


def as_written(words: list[str]) -> str:
    """Words and marks as a text for people: sentences begin with a capital letter."""
    text, capital = "", True
    for word in words:
        mark = word in MARKS
        shown = word.capitalize() if capital else word
        shown = "–" if word == "--" else "I" + word[1:] if re.match(r"i\b", word) else shown
        text += shown if mark or not text else f" {shown}"
        capital = word in SENTENCE or (capital and mark)
    return text


def pieces(words: tuple[str, ...], width: int) -> list[tuple[str, ...]]:
    """A document in pieces of at most `width` words, cut after a sentence, else after a mark."""
    found = []
    while len(words) > width:
        marks = [at + 1 for at in range(width) if words[at] in MARKS]
        ends = [at for at in marks if words[at - 1] in SENTENCE]
        cut = (ends or marks or [width])[-1]
        found.append(words[:cut])
        words = words[cut:]
    return [*found, words] if words else found


@cache
def _shipped(path: Path) -> Text:
    return parsed(gzip.decompress(path.read_bytes()).decode("utf-8"), path.name)

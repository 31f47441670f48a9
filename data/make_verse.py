"""Makes the shipped text `verse.txt.gz`: the speeches of `plays.txt.gz` in verse, and in prose.

    python data/make_verse.py

The plays are printed line by line: every line of verse begins with a capital letter, a line of
prose only where a sentence does. A speech of three lines or more is prose where more than half of
its lines after the first begin with a small letter, and verse where at most a tenth do; all others
are left out. Only the standard library is used.
"""

import gzip
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from make_plays import packed  # noqa: E402

LINES = 3
PROSE, VERSE = 0.5, 0.1
"""Shares of lines that begin with a small letter: above is prose, up to is verse."""


def kind(speech: str) -> str | None:
    """Whether a speech is "verse" or "prose"; None where it cannot be told."""
    lines = speech.splitlines()
    if len(lines) < LINES:
        return None
    small = sum(line[0].islower() for line in lines[1:]) / (len(lines) - 1)
    return "prose" if small > PROSE else "verse" if small <= VERSE else None


def text(plays: str) -> str:
    """The whole text: of every play, its verse and its prose as works of these two groups."""
    parts: list[str] = []
    for play in plays.split("# ")[1:]:
        head, *speeches = play.strip().split("\n\n")
        title = head.partition(": ")[2]
        for group in ("verse", "prose"):
            own = [speech for speech in speeches if kind(speech) == group]
            parts.append(f"# {group}: {title}\n\n" + "\n\n".join(own))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    made = packed(text(gzip.decompress((HERE / "plays.txt.gz").read_bytes()).decode("utf-8")))
    (HERE / "verse.txt.gz").write_bytes(made)
    print(f"verse.txt.gz: {len(made):,} bytes")

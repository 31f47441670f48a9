"""Files that domains are made from: finding one by name or path, decoding it, or one sentence."""

from collections.abc import Mapping
from pathlib import Path


def find(
    what: str,
    given: str,
    shipped: Mapping[str, Path],
    folder: Path | None,
    kind: str,
    error: type[ValueError],
) -> Path:
    """The file of a shipped name or a path; a relative path starts at `folder`, else at the cwd.

    Args:
        what: "table" or "text", for the message.
        given: the name or path.
        shipped: files by name.
        folder: where relative paths start.
        kind: what such a file is, such as "a CSV file".
        error: what is raised if there is no such file.
    """
    path = shipped.get(given) or (folder or Path()) / given
    allowed = f"it must be {' or '.join(shipped)}, or the path of {kind}"
    try:
        if path.is_file():
            return path
        found = "is a directory" if path.is_dir() else "is not a file"
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        found = "is not a file name"
    raise error(f"{what} {short(given)} {found if given.strip() else 'is empty'}; {allowed}.")


def decoded(path: Path, most: int, kind: str, error: type[ValueError]) -> str:
    """A file of at most so many bytes as UTF-8, with or without a byte order mark.

    Raises `error` for what is too long, cannot be read, or is no text.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise error(f"{path.name} has {size >> 20:,} MiB; at most {most >> 20:,} are allowed.")
        content = path.read_bytes()
    except OSError as failed:
        reason = failed.strerror or type(failed).__name__
        raise error(f"{path.name} cannot be read ({reason}); it must be {kind}.") from failed
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        line = content.count(b"\n", 0, failed.start) + 1
        raise error(
            f"{path.name}, line {line} is not UTF-8 text (byte {content[failed.start]:#04x}); "
            f"it must be {kind} in UTF-8."
        ) from failed
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise error(f"{path.name}, line {line} has a NUL byte; it must be {kind} in UTF-8.")
    return text


def short(cell: str) -> str:
    """What was given, cut to a readable length."""
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")

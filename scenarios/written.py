"""Files on disk: whole or not there at all, whenever the process is killed or the power lost."""

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

LEFT = 3600.0
"""Seconds after which what was written aside belongs to nobody any more."""


def written(place: Path, content: bytes) -> None:
    """Write a file: aside, brought to the disk, then renamed; one that is there is replaced."""
    aside = _aside(place)
    _fill(aside, content)
    aside.replace(place)
    _settle(place.parent)


def written_together(place: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files in the same way.

    Raises:
        OSError: it is there already, or cannot be written; nothing is left of it.
    """
    aside = _aside(place)
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        for name, content in files.items():
            _fill(aside / name, content)
        _settle(aside)
        aside.rename(place)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _settle(place.parent)


def sweep(folder: Path) -> None:
    """Remove what was being written aside in a folder when its process was killed."""
    for aside in folder.glob(".*.new"):
        if time.time() - aside.stat().st_mtime > LEFT:
            if aside.is_dir():
                shutil.rmtree(aside, ignore_errors=True)
            else:
                aside.unlink(missing_ok=True)


def is_aside(path: Path) -> bool:
    """Whether something was being written there."""
    return path.name.startswith(".") and path.suffix == ".new"


def _aside(place: Path) -> Path:
    """A place of this process's own: others may be writing the same."""
    return place.with_name(f".{place.name}.{os.getpid()}.new")


def _fill(place: Path, content: bytes) -> None:
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Bring to the disk what a folder holds: names are not in its files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

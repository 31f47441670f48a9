"""Large arrays of checkpoints: each stored once, by the hash of its content."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.complaints import ScenarioError

LARGE = 2**20
"""Bytes from which an array is stored by itself."""


class Arrays:
    """A folder of arrays, `HASH.npy` each, that checkpoints name by their hash.

    The same array of several checkpoints, or of a learner and its voice, is written once. What is
    in the folder is whole: a file gets its name when it is written.

    Args:
        folder: is made when the first array comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, checkpoint: Path) -> "Arrays":
        """The arrays of a checkpoint, which stand beside its folder."""
        return cls(checkpoint.parent / "arrays")

    def apart(
        self, arrays: Mapping[str, NDArray[Any]]
    ) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
        """Store the large ones of some arrays; the others, and the hashes of these, by name."""
        large = {name: each for name, each in arrays.items() if np.asarray(each).nbytes >= LARGE}
        small = {name: each for name, each in arrays.items() if name not in large}
        return small, {name: self.put(each) for name, each in large.items()}

    def put(self, array: NDArray[Any]) -> str:
        """Store an array, where it is not there yet; its hash."""
        key = _hash(array)
        place = self.folder / f"{key}.npy"
        if not place.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = place.with_suffix(".new")
            with fresh.open("wb") as file:
                np.save(file, array, allow_pickle=False)
            fresh.rename(place)
        return key

    def get(self, key: str) -> NDArray[Any]:
        """The array of a hash, a new one each time.

        Raises:
            ScenarioError: it is not there, or not what was stored.
        """
        place = self.folder / f"{key}.npy"
        try:
            array: NDArray[Any] = np.load(place, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise _damaged(place) from error
        if _hash(array) != key:
            raise _damaged(place)
        return array

    def keep(self, keys: Iterable[str]) -> None:
        """Drop all arrays but these."""
        wanted = {f"{key}.npy" for key in keys}
        for path in self.folder.glob("*.*"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)


def _hash(array: NDArray[Any]) -> str:
    """The sha256 of type, shape and content, in hexadecimal."""
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _damaged(place: Path) -> ScenarioError:
    return ScenarioError(
        f"resume: given {place.parent.parent}, in which {place.name} is damaged; allowed a run "
        "from the beginning, with --force and without --resume"
    )

"""What nobody has written about so far, and the share of their documents that models give it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.sampling import Floats


class Novelty:
    """Models that write a share u of their documents on new items (infinite alleles).

    A model's voice is (1 - u) x what it learnt and u x uniform over the U items that are new: no
    document on them ever stood, and no community or model, silent ones too, would write of them
    out of what it knows. Of a new item it says what is true; what others make of it is as of every
    item. Which items are new is decided once a step, when all who retrain have done so, for every
    model, so that no order of models matters and what is novel is never on an item that was
    written about in an earlier step. Where no item is new, models write as without novelty. A
    site's topic profile tilts new items like all others; a closed vocabulary never perceives them.

    Approximate: two documents of one step can be on the same new item. Of n documents a model
    has (n u)^2 / (2 U) such pairs, which is little where U is large; and where new items run
    out between two retrainings of a model, the ledger learns of it with the second.

    Attributes:
        share: (authors,) u of each.
        taken: (items,) whether anybody ever wrote of an item, or would have.
        learnt: (authors, cells) what each of those with novelty writes of what it learnt.
        left: U, as of the latest renewal.

    Args:
        share: (authors,) u of each, 0 to 1.
        shape: (items, values) of the domain.
    """

    def __init__(self, share: Floats, shape: tuple[int, int]) -> None:
        self.share = share
        self.shape = shape
        self._rows = np.flatnonzero(share > 0)
        self._place = {row: at for at, row in enumerate(self._rows.tolist())}
        self.taken = np.zeros(shape[0], dtype=bool)
        self.learnt = np.zeros((self._rows.size, shape[0] * shape[1]))
        self.left = 0

    def learn(self, row: int, voice: Floats) -> None:
        """What an author writes from now on of what it knows, (cells,)."""
        if row in self._place:
            self.learnt[self._place[row]] = voice

    def renew(self, voices: Floats, cells: Floats) -> None:
        """See what is new, and put it into the voices of those that write of it.

        Args:
            voices: (authors, cells) what authors write; rows of those with novelty are written to.
            cells: (shelves, cells) documents that stand.
        """
        voices[self._rows] = self.learnt
        self.taken |= self._of_items(voices) | self._of_items(cells)
        new = np.flatnonzero(~self.taken)
        self.left = new.size
        speaking = np.flatnonzero(self.learnt.any(axis=1))
        if not new.size or not speaking.size:
            return
        rows = self._rows[speaking]
        voices[rows] *= (1.0 - self.share[rows])[:, None]
        voices[np.ix_(rows, new * self.shape[1])] = (self.share[rows] / new.size)[:, None]

    def now(self, rows: NDArray[np.int64]) -> Floats:
        """(rows,) share of what authors write now that is on new items."""
        return np.where(self.left > 0, self.share[rows], 0.0)

    def state(self) -> dict[str, Any]:
        """What an interrupted run needs, as arrays."""
        return {"taken": self.taken, "learnt": self.learnt, "left": np.array(self.left)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Restore what `state` gave."""
        self.taken, self.learnt = state["taken"], state["learnt"]
        self.left = int(state["left"])

    def _of_items(self, cells: Floats) -> NDArray[np.bool_]:
        """(items,) whether any row has anything on an item."""
        found = np.asarray(cells.any(axis=0)).reshape(self.shape)
        return np.asarray(found.any(axis=1))

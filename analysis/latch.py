"""Lines that are crossed, each with a second one on the way back, so that nothing flickers."""

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]


class Latch:
    """Which of so many things are past a line.

    Args:
        size: number of things.
    """

    def __init__(self, size: int) -> None:
        self._past = np.zeros(size, dtype=bool)
        self._met = np.zeros(size, dtype=bool)

    def read(self, past: Bools, back: Bools, known: Bools | bool = True) -> tuple[Places, Places]:
        """Places of those that crossed the line, and of those that came back, since the last time.

        Args:
            past: (size,) whether each is past the line.
            back: (size,) whether it is back beyond the second line. Neither: it stays as it was.
            known: (size,) of which there is anything to say; when one is known for the first time
                it only takes its side.
        """
        crossed = known & self._met & past & ~self._past
        returned = known & back & self._past
        self._past = (self._past | crossed | (known & ~self._met & past)) & ~returned
        self._met = self._met | known
        return np.flatnonzero(crossed), np.flatnonzero(returned)

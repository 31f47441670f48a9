"""Figures without axes, drawn in inches from their upper left corner."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.collections import EllipseCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike

from analysis.layers import Floats
from analysis.pictures import style

HEAD, BELOW_HEAD = 0.27, 0.5
"""Inches from the upper edge to the title, and to what stands below it."""
MARGIN = 0.1
"""Inches at the left."""


class Sheet:
    """A figure of so many inches; also much quicker to draw than axes that are not seen.

    Attributes:
        figure: what is drawn.
    """

    def __init__(self, width: float, height: float, title: str, below: str = "") -> None:
        self.figure: Figure = style.figure(width, height)
        self._inches = Affine2D().scale(1, -1).translate(0, height) + self.figure.dpi_scale_trans
        self.text(MARGIN, HEAD, title, 11, fontweight="bold")
        if below:
            self.text(MARGIN, BELOW_HEAD, below, colour=style.WEB)

    def text(
        self, x: float, y: float, said: str, size: float = 9, colour: str = style.INK, **look: Any
    ) -> None:
        """A text, to the right of its place and above it where not said otherwise."""
        self.figure.text(x, y, said, fontsize=size, color=colour, transform=self._inches, **look)

    def boxes(self, places: ArrayLike, colours: Any, **look: Any) -> None:
        """Boxes: (k, 4) left, top, width and height of each; one colour, or one for each."""
        left, top, wide, high = np.asarray(places, dtype=np.float64).reshape(-1, 4).T
        across = np.stack([left, left + wide, left + wide, left], axis=1)
        down = np.stack([top, top, top + high, top + high], axis=1)
        look = {"linewidths": 0, "facecolors": colours, **look}
        corners = np.stack([across, down], axis=2)
        self.figure.add_artist(PolyCollection(list(corners), transform=self._inches, **look))

    def curves(
        self,
        ends: Sequence[Sequence[float]],
        widths: Floats,
        sideways: bool = False,
        **look: Any,
    ) -> None:
        """Lines that leave and arrive upright, or sideways.

        Args:
            ends: x and y of where each leaves, and of where it arrives.
            widths: inches.
            sideways: whether they leave and arrive sideways.
            look: of the collection.
        """
        paths = []
        for x0, y0, x1, y1 in ends:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            bends = [(x, y0), (x, y1)] if sideways else [(x0, y), (x1, y)]
            codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
            paths.append(Path([(x0, y0), *bends, (x1, y1)], codes))
        look = {"facecolors": "none", "linewidths": 72 * widths, **look}
        self.figure.add_artist(PathCollection(paths, transform=self._inches, **look))

    def dots(self, x: Floats, y: Floats, size: Floats, **look: Any) -> None:
        """Round dots of these diameters."""
        look = {"linewidths": 0, **look}
        drawn = EllipseCollection(
            size,
            size,
            np.zeros(x.size),
            units="inches",
            offsets=np.column_stack([x, y]),
            offset_transform=self._inches,
            **look,
        )
        self.figure.add_artist(drawn)

    def image(self, colours: Floats, left: float, top: float, side: float) -> None:
        """A square of (m, m, 4) colours, for so many that boxes would be slow."""
        wide, high = self.figure.get_size_inches()
        place = (left / wide, 1 - (top + side) / high, side / wide, side / high)
        axes = self.figure.add_axes(place)
        axes.imshow(colours, interpolation="nearest")
        axes.set_axis_off()

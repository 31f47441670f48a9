"""The picture of the web as matplotlib draws it: made once, then shown step by step."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from numpy.typing import NDArray

from analysis.pictures import style
from analysis.scene import ENDS, Scene
from analysis.stage import HEIGHT, LANES, WIDTH, Spot, Stage

MARKERS = {"square": "s", "diamond": "D", "circle": "o"}
OUTLINE = "#4a525c"
POINTS = np.linspace(0.0, 1.0, 25)[:, None]
OPAQUE = 0.62
NAMES = {"left": ("right", "center"), "right": ("left", "center"), "below": ("center", "top")}
Floats = NDArray[np.float64]


class Web:
    """The artists of one picture.

    Attributes:
        moving: those that change, or that lie above what does, in the order of drawing.

    Args:
        axes: to draw on; takes the shape of the stage.
        stage: who stands where.
        letters: points of a name.
    """

    def __init__(self, axes: Axes, stage: Stage, letters: float = 7.0) -> None:
        self.stage = stage
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(HEIGHT, 0)
        axes.set_axis_off()
        made = axes.get_figure(root=True)
        assert made is not None
        across = made.get_size_inches()[0] * axes.get_position().width
        self._points = 72 * across / WIDTH
        self._path: dict[str, Floats] = {}
        self._lines: dict[str, LineCollection] = {}
        for kind, dashes in zip(ENDS, ("-", (0, (3.0, 2.0)), "-"), strict=True):
            self._lines[kind] = LineCollection([], alpha=OPAQUE, linestyles=[dashes])
            axes.add_collection(self._lines[kind], autolim=False)
        self._lanes: dict[str, PathCollection] = {}
        above: list[Artist] = []
        for lane in LANES:
            spots = [spot for spot in stage.spots.values() if spot.kind == lane.kind]
            self._lanes[lane.mark] = axes.scatter(
                [spot.x for spot in spots],
                [spot.y for spot in spots],
                marker=MARKERS[lane.shape],
                linewidths=0.8,
                edgecolors=OUTLINE,
                zorder=3,
            )
            middle = float(np.mean([spot.x for spot in spots])) if spots else lane.middle
            axes.text(middle, 26, lane.heading, ha="center", fontsize=10, color=style.WEB)
            for spot in spots:
                if spot.labelled:
                    name = _name(axes, spot, lane.names, letters)
                    above += [name] if lane.names == "below" else []
        self.moving: list[Artist] = [*self._lines.values(), *self._lanes.values(), *above]

    def show(self, scene: Scene) -> None:
        """Draw one step instead of the last."""
        for kind, (source, target) in ENDS.items():
            own = {k: m for k, m in scene.lines.items() if k[0] == source and f">{target}" in k}
            lines = self._lines[kind]
            lines.set_segments([self._curve(key) for key in own])
            lines.set_linewidth([self._points * mark.size for mark in own.values()])
            lines.set_color([style.origin(mark.synthetic) for mark in own.values()])
        for letter, marks in self._lanes.items():
            shown = [mark for key, mark in scene.members.items() if key[0] == letter]
            marks.set_sizes([_area(letter, self._points * mark.size) for mark in shown])
            marks.set_facecolor([style.origin(mark.synthetic) for mark in shown])

    def _curve(self, key: str) -> Sequence[tuple[float, float]] | Floats:
        if key not in self._path:
            a, b, c, d = map(np.array, self.stage.curve(*key.split(">")))
            t = POINTS
            self._path[key] = (
                (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            )
        return self._path[key]


def _name(axes: Axes, spot: Spot, side: str, letters: float) -> Text:
    """The name of a member, with a light edge where lines pass beneath it."""
    across, up = NAMES[side]
    away = spot.room + 4
    right, down = {"left": (-away, 0.0), "right": (away, 0.0), "below": (0.0, away - 3)}[side]
    name = axes.text(spot.x + right, spot.y + down, style.plain(spot.label), ha=across, va=up)
    name.set(fontsize=letters, color=style.INK)
    if side == "below":
        name.set_path_effects([withStroke(linewidth=2.0, foreground=style.PAPER)])
    return name


def _area(letter: str, radius: float) -> float:
    """Size of a marker in matplotlib's terms: square points of its box."""
    side = {"h": 1.7, "s": 1.5, "m": 2.0}[letter]
    return (side * radius) ** 2

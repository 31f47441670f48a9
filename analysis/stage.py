"""Where everybody stands in the picture of the web: three lanes, fixed before anything moves.

Human communities (squares) stand at the left, sites (diamonds) in the middle, models (circles) at
the right: who writes, where it stands, who reads. Nothing moves later, so that eyes can follow
colours and lines. Of many members a lane has several columns, and names only where there is room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from analysis.traffic import Cast, cast, groups

WIDTH, HEIGHT = 900.0, 640.0
TOP, BOTTOM = 64.0, 618.0
MOST_LETTERS = 18
"""Letters of a name in the picture."""


@dataclass(frozen=True)
class Lane:
    """How one kind of members stands.

    Attributes:
        kind: community, site or model.
        mark: first letter of the ids of its members.
        heading: what stands above it.
        shape: square, diamond or circle.
        middle: its middle, where names are drawn.
        bare: its middle, where there is no room for them.
        names: where a name stands, seen from its mark: left, below or right.
        columns: most columns that still have names.
        rows: most members of a column that still have names.
    """

    kind: str
    mark: str
    heading: str
    shape: str
    middle: float
    bare: float
    names: str
    columns: int
    rows: int


LANES = (
    Lane("community", "h", "who writes", "square", 150.0, 80.0, "left", 1, 30),
    Lane("site", "s", "where it stands", "diamond", 450.0, 450.0, "below", 3, 16),
    Lane("model", "m", "who reads", "circle", 752.0, 820.0, "right", 1, 30),
)
MOST_ROWS, LEAST_ROWS = 36, 8
"""Members of a column without names; fewer than so many rows are not spread further apart."""
APART, CLOSE = 118.0, 30.0
"""Between columns with names, and without."""


@dataclass(frozen=True)
class Spot:
    """Where one member stands.

    Attributes:
        id: "h0", "s0", "m0", ...: its lane and its place among the members of its kind.
        kind: community, site or model.
        name: in full.
        label: as it is drawn, shortened.
        x, y: its middle, in a box of `WIDTH` x `HEIGHT`, y downwards.
        room: its largest radius.
        labelled: whether there is room for its name.
    """

    id: str
    kind: str
    name: str
    label: str
    x: float
    y: float
    room: float
    labelled: bool


@dataclass(frozen=True)
class Stage:
    """All spots of a scenario.

    Attributes:
        cast: who there is.
        spots: by id, lane by lane.
        passed_off: by id of a community that does so, share of its posts that models wrote.
    """

    cast: Cast
    spots: dict[str, Spot]
    passed_off: dict[str, float]

    @classmethod
    def of(cls, scenario: Mapping[str, Any]) -> Self:
        """The stage of a scenario as plain data."""
        who = cast(scenario)
        spots = [spot for lane, names in zip(LANES, who, strict=True) for spot in _row(lane, names)]
        shares = {
            name: float(group.get("passed_off", 0.0))
            for group in scenario.get("humans", ())
            for name in groups([group])
        }
        passed = {f"h{at}": shares[name] for at, name in enumerate(who.communities)}
        return cls(
            who, {s.id: s for s in spots}, {k: share for k, share in passed.items() if share}
        )

    def curve(self, source: str, target: str) -> tuple[tuple[float, float], ...]:
        """The four points of the Bézier curve of a line; what models publish bows downwards."""
        one, other = self.spots[source], self.spots[target]
        bow = 16.0 if one.kind == "model" else 0.0
        middle = (one.x + other.x) / 2
        return (one.x, one.y), (middle, one.y + bow), (middle, other.y + bow), (other.x, other.y)

    def plain(self) -> dict[str, Any]:
        """The same as JSON knows it."""
        return {
            "width": WIDTH,
            "height": HEIGHT,
            "lanes": [{"kind": n.kind, "heading": n.heading} for n in LANES],
            "spots": [vars(spot) for spot in self.spots.values()],
        }


def _row(lane: Lane, names: Sequence[str]) -> list[Spot]:
    """The members of a lane, column by column."""
    columns = ceil(len(names) / lane.rows)
    labelled = columns <= lane.columns
    if not labelled:
        columns = ceil(len(names) / MOST_ROWS)
    rows = ceil(len(names) / max(1, columns))
    apart = (BOTTOM - TOP) / max(rows + (0.5 if columns > 1 else 0), LEAST_ROWS)
    between = APART if labelled else CLOSE
    below = 11.0 if labelled and lane.names == "below" else 0.0
    room = round(min(17.0, 0.46 * (apart - below), 0.46 * between), 1)
    found = []
    for at, name in enumerate(names):
        column, row = divmod(at, rows)
        x = (lane.middle if labelled else lane.bare) + between * (column - (columns - 1) / 2)
        filled = (rows - 1 + 0.5 * (columns > 1)) * apart
        y = (TOP + BOTTOM - filled) / 2 + apart * (row + 0.5 * (column % 2)) - below / 2
        label = name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"
        spot = f"{lane.mark}{at}", lane.kind, name, label, round(x, 1), round(y, 1)
        found.append(Spot(*spot, room, labelled))
    return found

"""The picture of the web in one step as plain data: how much moves where, and who wrote it.

Drawn by the browser's page and by `analysis.animation` alike, on the spots of `analysis.stage`.
Of the many lines the largest of each kind are drawn; a line that was drawn stays until it is
clearly smaller than others, so that lines do not flicker.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.stage import Stage
from analysis.traffic import Floats, Traffic

MOST_LINES = 200
PARTS = {"writes": 1, "publishes": 1, "crawls": 2}
"""How the kinds of lines share them."""
STAYS = 1.5
"""A line that is drawn counts for so much more than one that is not."""
CARRIES = 0.05
"""Lines of a kind that carry less are not drawn: which are the largest is then an accident."""
LEAST_RADIUS, LEAST_WIDTH, MOST_WIDTH = 2.5, 0.4, 5.0
WIDEST = 0.1
"""Share of all documents of a kind that the widest line carries, where no line carries more."""
ENDS = {"writes": ("h", "s"), "publishes": ("m", "s"), "crawls": ("s", "m")}
"""Kinds of lines and the lanes they lead from and to; what models publish is dashed."""


class Mark(NamedTuple):
    """How a member or a line looks.

    Attributes:
        synthetic: share of text by models, two decimals; None where nothing moves. Communities:
            of what they post; sites: of what is read there, else of what is published there;
            models: of what they read; lines: of what flows.
        size: on the stage: the radius of a member, whose square grows with its documents, against
            the largest of its lane; or the width of a line, which grows with its documents,
            against the largest of its kind or a tenth of all of them, whichever is more.
        documents: two digits.
    """

    synthetic: float | None
    size: float
    documents: float


@dataclass(frozen=True)
class Scene:
    """One step.

    Attributes:
        step: the step.
        members: by id of the stage.
        lines: by "source>target", ids of the stage.
        carried: by kind of line, share of its documents that the lines drawn carry: 0 where they
            are spread too evenly to be drawn; without kinds of which there is none.
    """

    step: int
    members: dict[str, Mark]
    lines: dict[str, Mark]
    carried: dict[str, float]


class Scenes:
    """Makes the scenes of one run, step after step.

    Sizes are told against the largest number of documents of their kind so far, or of all
    traffic given beforehand.

    Args:
        stage: where they play.
        ahead: traffic known beforehand.
    """

    def __init__(self, stage: Stage, ahead: Iterable[Traffic] = ()) -> None:
        self.stage = stage
        self._largest: dict[str, float] = {}
        self._drawn: dict[str, NDArray[np.bool_]] = {}
        self._share = np.array(
            [1 - stage.passed_off.get(f"h{at}", 0.0) for at in range(len(stage.cast.communities))]
        )
        for traffic in ahead:
            for lane, (documents, _) in self._members(traffic).items():
                self._measure(lane, documents)
            for kind, (documents, _) in self._lines(traffic).items():
                self._measure(kind, np.append(documents, WIDEST * documents.sum()))

    def of(self, traffic: Traffic) -> Scene:
        """The scene of the step that follows."""
        members: dict[str, Mark] = {}
        for mark, (documents, synthetic) in self._members(traffic).items():
            largest = self._measure(mark, documents)
            each = zip(documents.tolist(), synthetic.tolist(), strict=True)
            for at, (n, share) in enumerate(each):
                radius = self.stage.spots[f"{mark}{at}"].room * sqrt(n / largest)
                members[f"{mark}{at}"] = _mark(share, max(LEAST_RADIUS, radius), n)
        lines, carried = self._chosen(self._lines(traffic))
        return Scene(traffic.step, members, lines, carried)

    def _members(self, traffic: Traffic) -> dict[str, tuple[Floats, Floats]]:
        """By lane (members,) documents and share of them by models, NaN of none."""
        people, (published, read) = len(self._share), (traffic.published, traffic.read)
        written = published[:people].sum(axis=1)
        models_write = published[people:].any()
        kept = self._share if models_write else np.ones(people)
        posted = np.divide(written, kept, out=np.zeros(people), where=kept > 0)
        on_site = read.sum(axis=0)
        arrived = np.column_stack([published[:people].sum(axis=0), published[people:].sum(axis=0)])
        seen = np.where(on_site.sum(axis=1, keepdims=True) > 0, on_site, arrived)
        own = read.sum(axis=1)
        return {
            "h": (posted, np.where((written > 0) | (kept < 1), 1 - kept, np.nan)),
            "s": (seen.sum(axis=1), _ratio(seen[:, 1], seen.sum(axis=1))),
            "m": (own.sum(axis=1), _ratio(own[:, 1], own.sum(axis=1))),
        }

    def _lines(self, traffic: Traffic) -> dict[str, tuple[Floats, Floats]]:
        """By kind (sources, targets) documents and share of them by models."""
        people = len(self._share)
        by_humans, by_models = traffic.published[:people], traffic.published[people:]
        drawn = traffic.read.sum(axis=2).T
        return {
            "writes": (by_humans, np.zeros_like(by_humans)),
            "publishes": (by_models, np.ones_like(by_models)),
            "crawls": (drawn, _ratio(traffic.read[:, :, 1].T, drawn)),
        }

    def _chosen(
        self, lines: dict[str, tuple[Floats, Floats]]
    ) -> tuple[dict[str, Mark], dict[str, float]]:
        """The largest lines; what one kind leaves of its part of them goes to the others."""
        found: dict[str, dict[str, Mark]] = {}
        uneven = [kind for kind in lines if self._uneven(kind, lines[kind][0])]
        carried: dict[str, float] = {kind: 0.0 for kind in lines if lines[kind][0].any()}
        left, parts = MOST_LINES, sum(PARTS[kind] for kind in uneven)
        for kind in sorted(uneven, key=lambda kind: np.count_nonzero(lines[kind][0]) / PARTS[kind]):
            documents, synthetic = lines[kind]
            total = float(documents.sum())
            largest = self._measure(kind, np.append(documents, WIDEST * total))
            before = self._before(kind, documents)
            rank = np.where(before, STAYS * documents, documents).ravel()
            most = np.argsort(-rank, kind="stable")[: left * PARTS[kind] // parts]
            chosen = most[rank[most] > 0]
            left, parts = left - chosen.size, parts - PARTS[kind]
            drawn = np.zeros(documents.shape, dtype=bool)
            drawn.flat[chosen] = True
            self._drawn[kind] = drawn
            carried[kind] = round(float(documents[drawn].sum() / total), 2)
            source, target = ENDS[kind]
            one, other = np.nonzero(drawn)
            width = LEAST_WIDTH + (MOST_WIDTH - LEAST_WIDTH) * documents[drawn] / largest
            values = (one, other, synthetic[drawn], width, documents[drawn])
            found[kind] = {
                f"{source}{i}>{target}{j}": _mark(share, size, n)
                for i, j, share, size, n in zip(*(v.tolist() for v in values), strict=True)
            }
        for kind in set(lines) - set(uneven):
            self._drawn.pop(kind, None)
        every = {key: mark for kind in ENDS for key, mark in found.get(kind, {}).items()}
        return every, {kind: carried[kind] for kind in ENDS if kind in carried}

    def _uneven(self, kind: str, documents: Floats) -> bool:
        """Whether the largest lines of a kind carry enough to stand for it."""
        many = MOST_LINES * PARTS[kind] // sum(PARTS.values())
        largest = np.sort(documents, axis=None)[-many:]
        enough = CARRIES / STAYS if self._before(kind, documents).any() else CARRIES
        return bool(largest.sum() > enough * documents.sum())

    def _before(self, kind: str, documents: Floats) -> NDArray[np.bool_]:
        """Which lines of a kind are drawn."""
        return self._drawn.get(kind, np.zeros(documents.shape, dtype=bool))

    def _measure(self, kind: str, documents: Floats) -> float:
        """The largest number of documents of a kind so far."""
        most = max(self._largest.get(kind, 0.0), float(documents.max(initial=0.0)))
        self._largest[kind] = most
        return most or 1.0


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _mark(synthetic: float, size: float, documents: float) -> Mark:
    share = round(synthetic, 2) if isfinite(synthetic) else None
    return Mark(share, round(size, 1), float(f"{documents:.2g}"))

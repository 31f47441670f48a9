"""Figures of a domain whose fall since the start is news, and how it is told."""

import numpy as np

from analysis.exercise_view import ExerciseView
from analysis.latch import Places
from analysis.meters.divergence import jensen_shannon
from analysis.prose_view import ProseView
from analysis.row_view import VectorView
from analysis.view import DomainView, View, entropies

LEVELS = (
    (3 / 4, "three quarters", "a quarter"),
    (1 / 2, "half", "half"),
    (1 / 4, "a quarter", "three quarters"),
)
"""Of what a figure was at the start: what is left of it, in words, and what is lost."""

Figure = tuple[float, str, str]


def figures(view: DomainView, rare: Places | None = None) -> dict[str, Figure]:
    """Figures of a view that are defined, each with what is said when it falls, and when it rises.

    Words hold the places `{left}` and `{lost}`. What takes asking models for many documents is
    left out where no meter has asked for them in this step.

    Args:
        view: of a domain after a step.
        rare: in a domain of counts, the rare items that models knew at the start.
    """
    name = view.domain.name
    found: dict[str, Figure] = {}
    if isinstance(view, View) and view.models:
        if rare is not None and rare.size:
            found["rare"] = (
                float(view.producible[:, rare].any(axis=0).mean()),
                f"{{lost}} of the rare {name} known at the start are known to no model",
                f"more than {{left}} of the rare {name} known at the start are known again",
            )
        found["divergence"] = (
            _divergence(view),
            f"on {name} models write only {{left}} as differently from each other as at the start",
            f"on {name} models again write more than {{left}} as differently as at the start",
        )
    if isinstance(view, VectorView):
        spreads = [np.trace(each[1]) for each in view.moments if each is not None]
        found["variance"] = (
            float(np.mean(spreads)) if spreads else np.nan,
            f"the variance of {name} by models is down to {{left}} of what it was at the start",
            f"the variance of {name} by models is above {{left}} of what it was at the start again",
        )
    if isinstance(view, ExerciseView) and view.has("accuracy"):
        edge = view.accuracy[:, view.domain.edge]
        edge = edge[~np.isnan(edge).any(axis=1)]
        found["edge"] = (
            float(edge.mean()) if edge.size else np.nan,
            f"of the edge cases of {name} models solve only {{left}} of what they did",
            f"of the edge cases of {name} models solve more than {{left}} again",
        )
    if isinstance(view, ProseView) and view.has("samples"):
        used = [view.vocabulary(sample) for sample in view.samples if len(sample)]
        found["vocabulary"] = (
            float(np.mean(used)) if used else np.nan,
            f"models use only {{left}} as many different words in {name} as at the start",
            f"models again use more than {{left}} as many different words in {name} as at first",
        )
    return {what: figure for what, figure in found.items() if np.isfinite(figure[0])}


def _divergence(view: View) -> float:
    """Between models over groups of items, in which hardly any is noise; NaN where there is none.

    Where all items are of one group, over items.
    """
    if len(view.models) < 2:
        return np.nan
    if len(view.domain.groups) < 2:
        return jensen_shannon(view.pooled, view.entropy)
    groups = view.group_topics
    return jensen_shannon(groups.mean(axis=0), entropies(groups))

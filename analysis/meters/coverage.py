"""What is still spoken of: tails and groups."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import ONE_DOCUMENT, View
from ecosystem.sampling import Floats


class Coverage(Meter):
    """Shares of rare items, and of groups, that are still producible.

    The rarest tenth and half are taken of the items (not of the documents), by their true
    weight, among those humans write about.
    """

    kind: ClassVar[str] = "coverage"
    columns: ClassVar[Mapping[str, Column]] = {
        "tail_coverage": Column(
            "Share of the rarest half of items that a model still speaks of.", "model"
        ),
        "tail10_coverage": Column(
            "Share of the rarest tenth of items that a model still speaks of.", "model"
        ),
        "group_coverage": Column(
            "Share of a group's items that a model still speaks of, mean over groups.", "model"
        ),
        "groups_lost": Column("Groups of which a model knows no item any more.", "model", "groups"),
        "pooled_tail_coverage": Column(
            "Share of the rarest half of items that at least one model still speaks of."
        ),
        "web_tail_coverage": Column(
            "Share of the rarest half of items with at least one document on the web."
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        tenth = view.domain.rarest(0.1)
        size = view.by_group(np.ones(len(view.domain.items)))
        known = view.by_group(view.producible.astype(np.float64))
        return {
            "tail_coverage": view.tail_coverage,
            "tail10_coverage": view.producible[:, tenth].mean(axis=1),
            "group_coverage": (known / size).mean(axis=1),
            "groups_lost": (known == 0).sum(axis=1).astype(np.float64),
            "pooled_tail_coverage": float(view.producible[:, view.rare_half].any(axis=0).mean()),
            "web_tail_coverage": float((view.web_topics[view.rare_half] >= ONE_DOCUMENT).mean()),
        }

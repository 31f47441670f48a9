"""How much of a domain's documents, new, standing, read and trained on, is synthetic."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import DomainView, share
from ecosystem.sampling import Floats


class Contamination(Meter):
    """Synthetic shares by true origin, and depth: model passages since a human.

    A human document has depth 0; one of a model whose training set has mean depth d has depth
    1 + d (law A-44); inertia mixes in the depth of the former self. A start at a given
    distribution has depth 0. Shares of training sets are by the probabilities of the draw, in
    which weights count, not by the documents that came out of it.
    """

    kind: ClassVar[str] = "contamination"
    sees = DomainView
    columns: ClassVar[Mapping[str, Column]] = {
        "synthetic_share": Column("Share of the documents on the web that models wrote."),
        "synthetic_new": Column("Share of this step's new documents that models wrote."),
        "synthetic_read": Column(
            "Share of what models last crawled that models wrote, weighted by documents read."
        ),
        "synthetic_training": Column("Share of a model's training set that models wrote.", "model"),
        "depth": Column(
            "Mean model passages since a human of what stands on the web.", unit="passages"
        ),
        "depth_training": Column(
            "Mean model passages since a human of a model's training set.", "model", "passages"
        ),
    }

    def measure(self, view: DomainView) -> dict[str, Floats | float]:
        stock, name = view.stock, view.domain.name
        standing = len(stock.shelves)
        size = stock.size[:standing]
        written = np.array([shelf.synthetic for shelf in stock.shelves], dtype=np.float64)
        read = view.world.read_synthetic[name][view.rows]
        known = ~np.isnan(read)
        return {
            "synthetic_share": float(share(size @ written, size.sum())),
            "synthetic_new": float(share(stock.published[1], stock.published.sum())),
            "synthetic_read": float(
                share(read[known] @ view.documents[known], view.documents[known].sum())
            ),
            "synthetic_training": read,
            "depth": float(share(size @ stock.depth[:standing], size.sum())),
            "depth_training": view.world.read_depth[name][view.rows],
        }

"""Which kinds of document models still write."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.row_view import VectorView
from analysis.view import entropies
from ecosystem.sampling import Floats

STILL = 0.1
"""Of its human share: an item written less often counts as gone."""


class Modes(Meter):
    """Mode coverage: which items appear, judged by a classifier trained once on human documents.

    The classifier is scikit-learn's `LogisticRegression`, and knows nothing else than the items:
    a blurred picture counts for the item it is most like. An item still appears where its share
    is at least a tenth of its share of human documents (judged by the same classifier). The
    effective number is exp of the Shannon entropy of the shares (Hill 1).
    """

    kind: ClassVar[str] = "modes"
    sees = VectorView
    columns: ClassVar[Mapping[str, Column]] = {
        "modes": Column("Items that a model still writes.", "model", "items"),
        "modes_effective": Column("Effective number of items it writes.", "model", "items"),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        shares = np.array([self.shares(view, sample) for sample in view.samples])
        shares = shares.reshape(len(view.samples), len(view.domain.items))
        known = shares.any(axis=1)
        human = self.shares(view, view.human)
        still = (shares >= STILL * human) & (human > 0)
        return {
            "modes": np.where(known, still.sum(axis=1), np.nan),
            "modes_effective": np.where(known, np.exp(entropies(shares)), np.nan),
        }

    def shares(self, view: VectorView, documents: Any) -> Floats:
        """(items,) of documents that the judge takes for each; 0 where there are none."""
        items = len(view.domain.items)
        if not len(documents):
            return np.zeros(items)
        if items == 1:
            return np.ones(1)
        found = np.bincount(self._judge(view).predict(documents), minlength=items)
        return np.asarray(found / len(documents))

    def _judge(self, view: VectorView) -> Any:
        key = f"{view.domain.kind} {view.domain.digest}"
        if key not in _JUDGES:
            from sklearn.linear_model import LogisticRegression  # takes long to load

            domain: Any = view.domain
            _JUDGES[key] = LogisticRegression(max_iter=1000).fit(view.human, domain.labels())
        return _JUDGES[key]


_JUDGES: dict[str, Any] = {}
"""By domain, trained once a process."""

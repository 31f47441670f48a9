"""Falsehoods that have become accepted facts among the models."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import ONE_DOCUMENT, View, share
from ecosystem.sampling import Floats


class Established(Meter):
    """Established falsehoods: more than half of the models present lead with the same wrong value.

    "No human wrote" one where fewer than one human document (expected, on unlimited sites)
    ever asserted it, the start of the web included.
    """

    kind: ClassVar[str] = "established"
    columns: ClassVar[Mapping[str, Column]] = {
        "established": Column(
            "Items on which more than half of the models agree on the same wrong value.",
            unit="items",
        ),
        "established_invented": Column(
            "Established falsehoods that no human ever wrote.", unit="items"
        ),
        "established_invented_share": Column(
            "Share of the established falsehoods that no human ever wrote."
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        votes = view.votes.ravel()
        agreed = np.flatnonzero(votes > len(view.models) / 2) if view.models else np.empty(0, int)
        invented = int((view.stock.human_record[agreed] < ONE_DOCUMENT).sum())
        return {
            "established": float(agreed.size),
            "established_invented": float(invented),
            "established_invented_share": float(share(invented, agreed.size)),
        }

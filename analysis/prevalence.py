"""How widespread watched claims are, step by step: on the web and among the models."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.view import ONE_DOCUMENT, View
from ecosystem.claim_watch import ClaimWatch
from ecosystem.descent import typed
from ecosystem.ecosystem import Ecosystem

PREVALENCE = {
    "step": "int64",
    "domain": "str",
    "item": "str",
    "value": "str",
    "documents": "float64",
    "on_item": "float64",
    "share": "float64",
    "asserting": "int64",
    "present": "int64",
    "origins": "int64",
}
"""Columns of the table of prevalence, a row a step and watched claim.

documents: that assert it and stand on the web. on_item: that stand there on its item; share: the
part of these that asserts it, NaN where there are none.
asserting: models that still speak of the item and assert the claim most of all its values;
present: models present that learn the domain.
origins: origins (see `ecosystem.descent`) of whose line at least one document stands. Documents
by independent origin, `documents / origins`, is the echo factor.
"""


class PrevalenceCollector:
    """Takes the place of the meters in a world whose claims are watched."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in PREVALENCE}

    def collect(self, world: Ecosystem) -> None:
        """Note how widespread every watched claim is after a step."""
        for name, stock in world.stocks.items():
            if stock.watch is not None:
                self._note(View(world, name, {}), stock.watch)

    def prevalence(self) -> pd.DataFrame:
        """All rows so far; columns as in `PREVALENCE`."""
        return typed(PREVALENCE, self._columns)

    def _note(self, view: View, watch: ClaimWatch) -> None:
        items, slots = watch.items, watch.slots
        held = view.web_topics[items]
        documents = view.web[items, slots]
        leads = view.cells[:, items].argmax(axis=2) == slots
        lines = [each.by_origin().values() for each in watch.descents]
        found: dict[str, Any] = {
            "step": [view.step] * items.size,
            "domain": [view.domain.name] * items.size,
            "item": [view.domain.items[item] for item in items.tolist()],
            "value": [view.domain.label(*each) for each in zip(items, slots, strict=True)],
            "documents": documents.tolist(),
            "on_item": held.tolist(),
            "share": np.divide(
                documents, held, out=np.full(held.size, np.nan), where=held > 0
            ).tolist(),
            "asserting": (leads & view.producible[:, items]).sum(axis=0).tolist(),
            "present": [len(view.models)] * items.size,
            "origins": [sum(amount >= ONE_DOCUMENT for amount in line) for line in lines],
        }
        for column, values in found.items():
            self._columns[column].extend(values)

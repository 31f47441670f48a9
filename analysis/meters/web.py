"""The whole web over all domains: volumes and synthetic shares by documents."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import share
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats


class Web(Meter):
    """Documents of all domains together."""

    kind: ClassVar[str] = "web"
    of = "web"
    columns: ClassVar[Mapping[str, Column]] = {
        "documents": Column("Documents standing on the web.", unit="documents"),
        "new_human": Column("Documents humans published in this step.", unit="documents"),
        "new_synthetic": Column("Documents models published in this step.", unit="documents"),
        "synthetic_share": Column("Share of the documents on the web that models wrote."),
        "synthetic_new": Column("Share of this step's new documents that models wrote."),
        "synthetic_read": Column("Share of what models last crawled that models wrote."),
        "models": Column("Models present.", unit="models"),
    }

    def measure(self, view: Ecosystem) -> dict[str, Floats | float]:
        standing = np.zeros(2)
        new = np.zeros(2)
        read = np.zeros(2)
        present = view.present()
        rows = [model.row for model in present]
        for name, stock in view.stocks.items():
            for shelf, size in zip(stock.shelves, stock.size, strict=False):
                standing[int(shelf.synthetic)] += size
            new += stock.published
            shares = view.read_synthetic[name][rows]
            documents = np.where(np.isnan(shares), 0.0, view.read_documents[name][rows])
            read += documents.sum(), float(documents @ np.nan_to_num(shares))
        return {
            "documents": float(standing.sum()),
            "new_human": float(new[0]),
            "new_synthetic": float(new[1]),
            "synthetic_share": float(share(standing[1], standing.sum())),
            "synthetic_new": float(share(new[1], new.sum())),
            "synthetic_read": float(share(read[1], read[0])),
            "models": float(len(present)),
        }

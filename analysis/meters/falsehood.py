"""How much of what is written is false."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import View, share
from ecosystem.sampling import Floats


class Falsehood(Meter):
    """False shares by document and by item, for the web and for each model.

    Amplification is the false share of the web over the humans' error rate (of the human
    documents of the current step, weighted by volume; of row 0 where humans write no more). It
    can fall below 1, since confident models repeat common truths, and is undefined (NaN) where
    humans make no errors.
    """

    kind: ClassVar[str] = "falsehood"
    columns: ClassVar[Mapping[str, Column]] = {
        "false_share": Column("Share of a model's documents that are false.", "model"),
        "false_share_items": Column(
            "False share of an item's documents, mean over the items a model speaks of.", "model"
        ),
        "false_share_rare": Column(
            "Share of a model's documents on the rarest half of items that are false.", "model"
        ),
        "leading_false": Column(
            "Share of the items a model speaks of on which a wrong value is its likeliest.",
            "model",
        ),
        "web_false_share": Column("Share of the documents on the web that are false."),
        "web_false_share_items": Column(
            "False share of an item's documents on the web, mean over items standing there."
        ),
        "web_false_share_rare": Column(
            "Share of the web's documents on the rarest half of items that are false."
        ),
        "web_leading_false": Column(
            "Share of the items on the web on which a wrong value stands in most documents."
        ),
        "web_leading_false_items": Column(
            "Number of items on the web on which a wrong value leads.", unit="items"
        ),
        "amplification": Column(
            "False share of the web over the humans' error rate; undefined where that is 0.",
            unit="ratio",
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        rare = view.rare_half
        marked = np.zeros(view.domain.shape[0])
        marked[rare] = 1.0
        spoken_of = np.count_nonzero(view.producible, axis=1)
        false = false_items = false_rare = np.zeros(len(view.models))
        if view.domain.fallible.any():
            false = view.false.sum(axis=1)
            shares = view.false / np.where(view.topics > 0, view.topics, 1.0)
            false_items = np.einsum("ij,ij->i", shares, view.producible)
            false_rare = np.einsum("ij,j->i", view.false, marked)
        web_false = view.web_topics - view.web[:, 0]
        spoken = view.web_leading >= 0
        per_item = share(web_false[spoken], view.web_topics[spoken])
        web_share = float(share(web_false.sum(), view.web_topics.sum()))
        error = self._human_error(view)
        return {
            "false_share": false,
            "false_share_items": share(false_items, spoken_of),
            "false_share_rare": share(false_rare, np.einsum("ij,j->i", view.topics, marked)),
            "leading_false": share(np.count_nonzero(view.wrong, axis=1), spoken_of),
            "web_false_share": web_share,
            "web_false_share_items": float(per_item.mean()) if per_item.size else float("nan"),
            "web_false_share_rare": float(
                share(web_false[rare].sum(), view.web_topics[rare].sum())
            ),
            "web_leading_false": float(share((view.web_leading > 0).sum(), spoken.sum())),
            "web_leading_false_items": float((view.web_leading > 0).sum()),
            "amplification": web_share / error if error > 0 else float("nan"),
        }

    @staticmethod
    def _human_error(view: View) -> float:
        """Share of false documents in what humans write at this step (row 0: at the start)."""
        humans = [author for author in view.world.agents if not author.synthetic]
        volumes = np.array([human.volume(view.domain.name, view.step) for human in humans])
        if volumes.sum() == 0:
            volumes = np.array([human.volume(view.domain.name, 0) for human in humans])
        if volumes.sum() == 0:
            return 0.0
        voices = view.stock.voices[[human.row for human in humans]]
        voices = voices.reshape(len(humans), *view.domain.shape)
        return float(volumes @ (1.0 - voices[:, :, 0].sum(axis=1)) / volumes.sum())

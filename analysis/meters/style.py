"""Do all models write in one style? Differences between what models write, word by word."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.meters.distinct import ngrams
from analysis.meters.divergence import jensen_shannon
from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from analysis.view import entropies
from ecosystem.sampling import Floats

Tokens = NDArray[Any]


class Style(Meter):
    """Jensen-Shannon divergence (Lin 1991) between the words, and pairs of words, of models.

    Of 300 documents of each model, equally weighted. A sample of few words is unlike another even
    where models are alike: that much is estimated by dealing the same documents round to as many
    hands, one of every model to each in turn, and taken off; what is left is not below 0. It is
    0 on average where models are alike, and a little low where they are not, by what mixing
    unlike models adds to the noise.
    """

    kind: ClassVar[str] = "style"
    sees = ProseView
    columns: ClassVar[Mapping[str, Column]] = {
        "style_divergence": Column(
            "Divergence between the models' words, sampling noise taken off.", unit="nats"
        ),
        "style_divergence_pairs": Column(
            "Divergence between the models' pairs of words, sampling noise taken off.",
            unit="nats",
        ),
    }

    def measure(self, view: ProseView) -> dict[str, Floats | float]:
        named = zip((model.name for model in view.models), view.samples, strict=True)
        in_order = sorted(named, key=lambda each: each[0])  # dealing must not know another order
        known = [sample for _, sample in in_order if len(sample)]
        if len(known) < 2:
            return dict.fromkeys(self.columns, float("nan"))
        dealt = deal(known)
        return {
            name: max(0.0, divergence(known, n) - divergence(dealt, n))
            for n, name in enumerate(self.columns, start=1)
        }


def deal(texts: Sequence[Tokens]) -> list[Tokens]:
    """The same documents dealt round: each hand gets the next document of the next text.

    A hand gets its documents from all texts alike, and as many as each text has.
    """
    stacked = np.stack(texts)
    hands, documents = stacked.shape[:2]
    turn = (np.arange(hands)[:, None] + np.arange(documents)) % hands
    return list(stacked[turn, np.arange(documents)])


def divergence(texts: Sequence[Tokens], n: int) -> float:
    """Jensen-Shannon divergence between the n-grams of texts, in nats."""
    top = max(int(text.max()) for text in texts) + 1
    parts = [ngrams(text, n, top) for text in texts]
    kinds, place = np.unique(np.concatenate(parts), return_inverse=True)
    who = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    if not kinds.size:
        return float("nan")
    counts = np.bincount(who * kinds.size + place, minlength=len(parts) * kinds.size)
    table = counts.reshape(len(parts), kinds.size).astype(np.float64)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1.0)
    return jensen_shannon(shares.mean(axis=0), entropies(shares))

"""Do all models write in one style? Differences between what models write, word by word."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from analysis.meters.distinct import numbered
from analysis.meters.divergence import jensen_shannon
from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from ecosystem.domains.prose import END
from ecosystem.sampling import Floats

Tokens = NDArray[Any]
Ints = NDArray[np.int64]


class Style(Meter):
    """Jensen-Shannon divergence (Lin 1991) between the words, and pairs of words, of models.

    Of 300 documents of each model, equally weighted. A sample of few words is unlike another even
    where models are alike: that much is estimated by dealing the same documents round to as many
    hands, one of every model to each in turn, and taken off; what is left is not below 0. Where
    models are alike it is therefore a little above 0 (some .001), and where they are not a little
    low, by what mixing unlike models adds to the noise.
    """

    kind: ClassVar[str] = "style"
    sees = ProseView
    costly = True
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
        texts = np.stack(known)
        return {
            name: float(np.maximum(0.0, np.subtract(*divergences(texts, n))))
            for n, name in enumerate(self.columns, start=1)
        }


def divergences(texts: Tokens, n: int) -> tuple[float, float]:
    """Jensen-Shannon divergence between the n-grams of texts, in nats, and that of chance.

    Args:
        texts: (texts, documents, width) tokens.
        n: words in an n-gram.

    Returns:
        Between the texts, and between as many hands to which their documents are dealt round,
        each getting the next document of the next text: all hands get as much of every text.
    """
    hands, documents, width = texts.shape
    numbers = numbered(texts.reshape(-1, width), n)
    met = texts[:, :, n - 1 :].reshape(numbers.shape) != END
    _, place = np.unique(numbers[met], return_inverse=True)
    of = np.repeat(np.arange(hands * documents), met.sum(axis=1))
    own = of // documents
    if not np.bincount(own, minlength=hands).all():  # somebody's documents are too short
        return float("nan"), float("nan")
    return _between(own, place, hands), _between((own + of) % hands, place, hands)


def _between(who: Ints, place: Ints, hands: int) -> float:
    """Divergence between hands of words: whose each is, and which word it is."""
    size = int(place.max()) + 1
    table = np.bincount(who * size + place, minlength=hands * size)
    met = np.flatnonzero(table)
    whose, each = met // size, table[met].astype(np.float64)
    shares = each / np.bincount(whose, each, hands)[whose]
    entropy = np.bincount(whose, entr(shares), hands)
    pooled = np.bincount(met % size, shares, size).astype(np.float64) / hands
    return jensen_shannon(pooled, entropy.astype(np.float64))

"""How predictable what models write is, and how well they still know human text."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView, words_of
from ecosystem.sampling import Floats

FLOOR = 1e-3
"""Share of a uniform choice that is mixed in, so that no word is impossible."""
HELD = 500


class Surprise(Meter):
    """Cross-entropies per word, the end of a document counted as one.

    A text's cross-entropy under a model is the mean of -ln P(word | words before it). The entropy
    rate is that of what a model writes under the model itself as it writes, after decoding: of
    300 documents, so an estimate. Held-out human documents (500) are read by the model before
    decoding, mixed with a uniform choice among all words at 0.001: a word that it holds to be
    impossible costs ln(1000 V) nats, and without smoothing many are. What models write is also
    read by a bigram model (Witten-Bell smoothing) of all human documents but the held-out ones.
    """

    kind: ClassVar[str] = "surprise"
    sees = ProseView
    costly = True
    columns: ClassVar[Mapping[str, Column]] = {
        "entropy_rate": Column(
            "Entropy of the next word of what a model writes.", "model", "nats per word"
        ),
        "cross_entropy": Column(
            "Cross-entropy of held-out human text under a model.", "model", "nats per word"
        ),
        "human_surprise": Column(
            "Cross-entropy of what a model writes under a model of human text.",
            "model",
            "nats per word",
        ),
    }

    def measure(self, view: ProseView) -> dict[str, Floats | float]:
        held = view.domain.held_out[:HELD]
        found = np.full((len(view.models), len(self.columns)), np.nan)
        for row, model, sample in zip(found, view.models, view.samples, strict=True):
            if len(sample):
                learner = model.learners[view.domain.name]
                plain = learner.plain().chances(held)
                row[:] = (
                    cross_entropy(learner.voice().chances(sample), sample),
                    cross_entropy((1 - FLOOR) * plain + FLOOR / view.domain.tokens, held),
                    cross_entropy(view.human_model.chances(sample), sample),
                )
        return dict(zip(self.columns, found.T, strict=True))


def cross_entropy(chances: Floats, documents: NDArray[Any]) -> float:
    """Mean of -ln of the chances of the words of documents; NaN where there are none."""
    chosen = words_of(documents)
    return float(-np.log(chances[chosen]).mean()) if chosen.any() else float("nan")

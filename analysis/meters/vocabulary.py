"""Loss of vocabulary: which words are still written?"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from analysis.view import share
from ecosystem.domains.prose import UNKNOWN
from ecosystem.sampling import Floats


class Vocabulary(Meter):
    """How many different words are in use, and how often the rare ones are.

    Of 300 documents of each model, of the web and of humans (the same every time). Rare words
    are the least frequent ones that together make a tenth of human writing; the unknown word,
    which stands for all outside of the vocabulary, is neither rare nor counted as a word in use.
    """

    kind: ClassVar[str] = "vocabulary"
    sees = ProseView
    columns: ClassVar[Mapping[str, Column]] = {
        "vocabulary": Column(
            "Different words in 300 documents of a model, over those in 300 of humans.",
            "model",
            "ratio",
        ),
        "rare_words": Column(
            "Share of a model's words that are rare ones; 10 % of human words are.", "model"
        ),
        "unknown_words": Column(
            "Share of a model's words that are the unknown one, for which it has no word.", "model"
        ),
        "words_lost": Column("Share of the words in 300 human documents that no model wrote."),
        "vocabulary_all": Column(
            "Different words in 300 documents of each model together, over those in as many of "
            "humans (all there are, where fewer).",
            unit="ratio",
        ),
        "web_vocabulary": Column(
            "Different words in 300 documents of the web, over those in 300 of humans.",
            unit="ratio",
        ),
    }

    def measure(self, view: ProseView) -> dict[str, Floats | float]:
        whole = view.counts.sum(axis=1)
        known = view.counts.copy()
        known[:, UNKNOWN] = 0.0
        human = view.counted(view.human_sample)
        human[UNKNOWN] = 0.0
        size = np.count_nonzero(human)
        used = np.where(view.written, np.count_nonzero(known, axis=1), np.nan)
        together = known.any(axis=0)
        nobody = not view.written.any()
        reference = view.vocabulary(view.humans(len(view.pooled)))
        web = view.vocabulary(view.web) / size if len(view.web) else np.nan
        return {
            "vocabulary": used / size,
            "rare_words": share(view.counts[:, view.domain.rare].sum(axis=1), whole),
            "unknown_words": share(view.counts[:, UNKNOWN], whole),
            "words_lost": np.nan if nobody else float((human > 0)[~together].sum() / size),
            "vocabulary_all": np.nan if nobody else together.sum() / reference,
            "web_vocabulary": web,
        }

"""Surprise-weighted selection: models prefer to read what they do not expect."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.parameter import about
from ecosystem.policies.policy import Lesson, Policy


class Surprise(Policy):
    """Compliant models train on as many documents, resampled in proportion to their surprise.

    A document's pull is s^strength, with s its surprise: -log of the probability (or density)
    that the model gave it before this training, over the least surprise of the crawl and one nat
    more (so that s is at least 1), and at most the log of twice the documents crawled more than
    that, where a document was impossible. Gambetta et al. 2024 (arXiv 2410.12341) train on the
    documents of highest surprise; strength infinite would be their rule. It cannot tell what is
    rare from what is wrong: falsehoods surprise as well. A model that knows nothing yet takes all.
    """

    kind: ClassVar[str] = "surprise"
    outside: ClassVar[bool] = False

    strength: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)] = Field(
        default=1.0,
        description="power of the surprise that a document is drawn by; 0 is off",
        json_schema_extra=about("none", "Gambetta et al. 2024 (selection by surprise)"),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        if lesson.learner.blank or self.strength == 0:
            return corpus
        found = lesson.learner.surprise(corpus)
        least = found[np.isfinite(found) & (corpus.amounts > 0)].min(initial=np.inf)
        if not np.isfinite(least):
            return corpus
        above = np.minimum(np.maximum(found - least, 0.0), np.log(2 * corpus.size))
        return corpus.select((1.0 + above) ** self.strength, lesson.rng)

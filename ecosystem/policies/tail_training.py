"""Training that keeps tails: rare items are drawn more often than they were read."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus, Counts
from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Lesson, Policy


class TailTraining(Policy):
    """Compliant models resample what they crawled so that rare items count for more.

    As many documents are drawn with replacement, those on an item that was read e times in
    proportion to (e + smoothing)^(1 / temperature): a temperature above 1 flattens, smoothing adds
    as many documents to each item that was read at all. What was not read at all cannot be drawn.
    In domains whose documents are rows, where nobody knows what a document is about, nothing
    changes.

    Expected: rare items last longer; it weighs up falsehoods about them as well, and invents
    nothing that is gone. Where no human writes it keeps variety, by writing on all that is left
    alike: as far from the truth as a collapse.
    """

    kind: ClassVar[str] = "tail_training"
    outside: ClassVar[bool] = False

    temperature: Annotated[float, Field(ge=0.1, le=100)] = Field(
        default=1.5,
        description="of the items' shares in training; 1 is off",
        json_schema_extra=about("none", FREE),
    )
    smoothing: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=0.0,
        description="added to the documents read on each item that was read",
        json_schema_extra=about("documents", FREE),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        if not isinstance(corpus, Counts) or (self.temperature == 1 and self.smoothing == 0):
            return corpus
        read = corpus.read
        wanted = np.where(read > 0, read + self.smoothing, 0.0) ** (1 / self.temperature)
        pull = np.divide(wanted, read, out=np.zeros_like(read), where=read > 0)
        return corpus.select(np.broadcast_to(pull[:, None], corpus.cells.shape), lesson.rng)

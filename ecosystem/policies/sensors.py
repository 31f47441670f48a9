"""Sensors: ground truth on some items, which no model can fake."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.sampling import multinomial


class Sensors(Policy):
    """Compliant models add readings of instruments to every training set.

    Sensors cover a share of the items that humans write about, drawn once and the same for all;
    each training set gets so many readings, spread evenly over what is covered. A reading is wrong
    with probability `noise`, as a human would be wrong. Nobody but the world writes them, so they
    stay as good as they are however much of the web is synthetic.

    Expected: what is covered stays known, and right, whatever happens; what is not covered gains
    nothing.
    """

    kind: ClassVar[str] = "sensors"
    outside: ClassVar[bool] = True

    coverage: Share = Field(
        default=0.2,
        description="share of items that sensors see",
        json_schema_extra=about("share", FREE),
    )
    readings: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=500,
        description="readings in each training set",
        json_schema_extra=about("documents per step and model", FREE),
    )
    noise: Share = Field(
        default=0.01,
        description="share of readings that are wrong",
        json_schema_extra=about("share", FREE),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        domain, covered = lesson.domain, np.zeros(lesson.domain.shape[0])
        there = self.draws.stream(f"sensors:{self.kind}", 0, "", domain.name).permutation(
            np.flatnonzero(domain.topics)
        )
        covered[there[: round(self.coverage * there.size)]] = 1.0
        if not covered.any() or self.readings == 0:
            return corpus
        said = domain.truth(self.noise, covered / covered.sum())
        drawn = multinomial(lesson.rng, self.readings, said)
        read = domain.documents(drawn, lesson.rng)
        return type(read).joined([(corpus, 1.0), (read, 1.0)])  # type: ignore[list-item]

"""Verification: what models read is checked first."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.parameter import Share, about
from ecosystem.policies.policy import Lesson, Policy


class Verification(Policy):
    """Compliant models check every document that they crawled, and train on what passes.

    A right document passes with probability `true_pass`, a wrong one with `false_pass`: a claim
    of the encyclopedia against its truth, a worked exercise by executing it. In a domain where
    nothing can be wrong everything passes. Humans' documents are checked like those of models.
    What fails is not replaced, so that a model trains on fewer documents.
    """

    kind: ClassVar[str] = "verification"
    outside: ClassVar[bool] = True

    true_pass: Share = Field(
        default=1.0,
        description="share of right documents that pass",
        json_schema_extra=about("share", "Feng et al. 2024 (phi); law A-31"),
    )
    false_pass: Share = Field(
        default=0.0,
        description="share of wrong documents that pass",
        json_schema_extra=about("share", "Feng et al. 2024 (psi); law A-31"),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        right = lesson.domain.correct(corpus)
        if right is None:
            return corpus
        return corpus.thin(np.where(right, self.true_pass, self.false_pass), lesson.rng)

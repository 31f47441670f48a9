"""Vocabularies re-opened: models made to perceive again what they no longer knew."""

from typing import ClassVar

from ecosystem.corpus import Corpus
from ecosystem.policies.policy import Lesson, Policy


class Reopening(Policy):
    """Compliant models perceive everything that they read, whatever their vocabulary is closed to.

    As building a new vocabulary does, at its `cost`. Nothing changes for models with an open one.
    """

    kind: ClassVar[str] = "reopening"
    outside: ClassVar[bool] = False

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        lesson.learner.reopen()
        return corpus

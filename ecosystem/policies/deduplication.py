"""Deduplication: of documents that say the same, only so many are read."""

from typing import Annotated, ClassVar

from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Lesson, Policy


class Deduplication(Policy):
    """Compliant models keep at most so many documents that say the same thing.

    In domains of counts these are documents that assert the same value of the same item, in others
    rows alike to the last bit. What is left out is not replaced, so that a model trains on fewer
    documents.

    Expected: common items and often repeated claims, right or wrong, lose weight; the tail gains,
    and claims that are repeated because they are true lose their lead over rare wrong ones: where
    no human writes variety stays, and a third of it becomes false.
    """

    kind: ClassVar[str] = "deduplication"
    outside: ClassVar[bool] = False

    most: Annotated[int, Field(ge=1)] = Field(
        default=5,
        description="documents that may say the same",
        json_schema_extra=about("documents", FREE),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        return corpus.capped(self.most, lesson.rng)

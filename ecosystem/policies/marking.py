"""Policies that mark what is published: who marks is one question, who heeds the marks another."""

from abc import abstractmethod
from collections.abc import Mapping

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.policy import Policy


class Marking(Policy):
    """A policy whose `compliance` is the share of those who mark, and `readers` of those who heed.

    Who marks and who heeds is decided by separate lots: a model may mark and not heed (it gives
    and does not gain), or heed and not mark (it rides free).
    """

    readers: Share = Field(
        default=1.0,
        description="share of models that heed the marks when they read; more adds models",
        json_schema_extra=about("share", FREE),
    )

    def heeds(self, model: str) -> bool:
        return self.heeded_by(model, self.readers)

    @abstractmethod
    def mark(self, batch: Batch) -> Mapping[str, float]:
        """Marks, each with the probability that a document of this batch gets it."""

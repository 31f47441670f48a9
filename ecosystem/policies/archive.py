"""A human archive: a snapshot from before the models, kept and mixed in."""

from typing import Annotated, ClassVar

from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.domains.domain import Domain
from ecosystem.parameter import CONVENTION, FREE, Share, about
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.sampling import multinomial

MOST_ROWS = 20_000
"""Documents of a snapshot in domains where each is kept by itself."""


class Archive(Policy):
    """Compliant models take a share of every training set from a snapshot of human documents.

    The snapshot holds so many documents of each domain, drawn once from what humans write in all
    (the truth, with a share of errors) and the same for all models and steps; a training set
    keeps its size, and takes the share from the snapshot with replacement. It grows stale: what
    humans write later is not in it, and what it lacks it never gets.

    Expected (A-08, A-32): a fixed real set bounds the loss, the sooner the larger it and its share
    are; it holds what it holds, and rarer things than its size can carry are lost all the same.
    """

    kind: ClassVar[str] = "archive"
    outside: ClassVar[bool] = True

    share: Share = Field(
        default=0.1,
        description="share of every training set",
        json_schema_extra=about("share", FREE),
    )
    documents: Annotated[int, Field(ge=1, le=1_000_000_000)] = Field(
        default=20_000,
        description="size of the snapshot, in each domain",
        json_schema_extra=about("documents", FREE),
    )
    error: Share = Field(
        default=0.02,
        description="share of its documents that are wrong",
        json_schema_extra=about("share", CONVENTION),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        everything = round(corpus.size)
        n = round(self.share * everything)
        if n == 0:
            return corpus
        kept = self.snapshot(lesson.domain).draw(n, lesson.rng)
        rest = corpus.draw(everything - n, lesson.rng, replace=False)
        return type(kept).joined([(rest, 1.0), (kept, 1.0)])  # type: ignore[list-item]

    def snapshot(self, domain: Domain) -> Corpus:
        """What is kept of a domain."""
        if domain.name not in self._drawn:
            rng = self.draws.stream(f"archive:{self.kind}", 0, "", domain.name)
            size = self.documents if domain.form == "counts" else min(self.documents, MOST_ROWS)
            drawn = multinomial(rng, size, domain.truth(self.error))
            self._drawn[domain.name] = domain.documents(drawn, rng)
        kept: Corpus = self._drawn[domain.name]
        return kept

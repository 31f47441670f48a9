"""A perplexity filter: models read only what sounds like what they know."""

from typing import Annotated, ClassVar

from pydantic import Field

from ecosystem.corpus import Corpus
from ecosystem.parameter import about
from ecosystem.policies.policy import Lesson, Policy


class LikelihoodFilter(Policy):
    """Compliant models drop the documents that they find least probable before they train.

    Of what it crawled a model drops a share, by -log of the probability (or density) that it gave
    each document before this training; ties go by lot. Meant to keep noise out, as perplexity
    filters of text crawls do; it keeps out as well whatever a model has forgotten, so that it
    cannot be learnt again. A model that knows nothing yet drops nothing.
    """

    kind: ClassVar[str] = "likelihood_filter"
    outside: ClassVar[bool] = False

    share: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.1,
        description="share of the crawl that is dropped",
        json_schema_extra=about("share", "convention: filters of crawls by perplexity drop a tail"),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        if lesson.learner.blank:
            return corpus
        return corpus.without_highest(lesson.learner.surprise(corpus), self.share, lesson.rng)

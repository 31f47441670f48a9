"""Watermarks: models mark what they write, readers that look for the mark leave it out."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field
from scipy.stats import binom

from ecosystem.corpus import Batch
from ecosystem.parameter import CONVENTION, Share, about
from ecosystem.policies.marking import Marking

KIRCHENBAUER = "Kirchenbauer et al. 2023 (arXiv 2301.10226), from memory; law A-38"


class Watermark(Marking):
    """Compliant models watermark their text; models that heed it read no text found to be marked.

    A document that bears the mark is found with probability `hit`, any other with `false_alarm`:
    text by humans, by models that do not comply, and what stood on the web before. From a share
    `removal` of marked documents the mark is lost (rewriting, translation).

    With `tokens` the two rates are not free but those of a green-list scheme: a share `green` of
    the vocabulary is favoured, marked text takes a share `green_rate` of its tokens from it, and
    text is found where z = (G - green T) / sqrt(T green (1 - green)) is above `threshold`, G of T
    tokens being green: exact binomial tails, of which short documents are the weak spot (A-38).

    Expected: less synthetic text in what is read, at most by the share that compliant models write.
    It brings in no text of its own: where no human writes it cannot stop a collapse.
    """

    kind: ClassVar[str] = "watermark"
    outside: ClassVar[bool] = False
    judges_standing: ClassVar[bool] = True

    hit: Share = Field(
        default=0.95,
        description="share of marked documents that are found",
        json_schema_extra=about("share", CONVENTION),
    )
    false_alarm: Share = Field(
        default=0.001,
        description="share of documents without a mark that are taken to have one",
        json_schema_extra=about("share", CONVENTION),
    )
    removal: Share = Field(
        default=0.0,
        description="share of marked documents from which the mark is removed",
        json_schema_extra=about("share", "free: swept in studies"),
    )
    tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None,
        description="length of documents; then hit and false_alarm are those of a green list",
        json_schema_extra=about("tokens", KIRCHENBAUER),
    )
    green: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.25,
        description="share of the vocabulary that is green (gamma)",
        json_schema_extra=about("share", KIRCHENBAUER),
    )
    green_rate: Share = Field(
        default=0.5,
        description="share of green tokens in marked text",
        json_schema_extra=about("share", KIRCHENBAUER),
    )
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=4.0,
        description="z above which text counts as marked",
        json_schema_extra=about("standard deviations", KIRCHENBAUER),
    )

    def rates(self) -> tuple[float, float]:
        """How often marked text is found, and other text taken for it."""
        if self.tokens is None:
            return self.hit, self.false_alarm
        return tuple(
            found_in(self.tokens, rate, self.green, self.threshold)
            for rate in (self.green_rate, self.green)
        )  # type: ignore[return-value]

    def mark(self, batch: Batch) -> Mapping[str, float]:
        hit, false_alarm = self.rates()
        # what stands on the web already has no author here, and no mark
        if batch.synthetic and batch.author and self.complies(batch.author):
            return {self.own("watermarked"): (1 - self.removal) * hit + self.removal * false_alarm}
        return {self.own("watermarked"): false_alarm}

    def keep(self, batch: Batch) -> float:
        return 0.0 if self.own("watermarked") in batch.marks else 1.0


def found_in(tokens: int, rate: float, green: float, threshold: float) -> float:
    """P(z > threshold) of a text of so many tokens, each green with probability `rate`."""
    spread = math.sqrt(tokens * green * (1 - green))
    return float(binom.sf(math.floor(green * tokens + threshold * spread), tokens, rate))

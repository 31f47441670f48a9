"""Disclosure: models say that they wrote it, readers count what is declared for less."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.marking import Marking


class Disclosure(Marking):
    """Compliant models declare a share of what they write; models that heed it read less of that.

    Unlike a watermark a declaration is plain to see and never wrong of a human, and whoever copies
    the text can leave it out: a share `declared` of a compliant model's documents keeps it. Of
    declared documents a share `kept` is read.

    Expected: as a watermark that is found as often as text is declared, without false alarms.
    """

    kind: ClassVar[str] = "disclosure"
    outside: ClassVar[bool] = False

    declared: Share = Field(
        default=0.8,
        description="share of a compliant model's documents that say so",
        json_schema_extra=about("share", FREE),
    )
    kept: Share = Field(
        default=0.0,
        description="share of declared documents that are read nevertheless",
        json_schema_extra=about("share", FREE),
    )

    def mark(self, batch: Batch) -> Mapping[str, float]:
        by_model = batch.synthetic and batch.author and self.complies(batch.author)
        return {self.own("declared"): self.declared} if by_model else {}

    def keep(self, batch: Batch) -> float:
        return self.kept if self.own("declared") in batch.marks else 1.0

"""A detector of synthetic text, used as a hard filter."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import Share, about
from ecosystem.policies.policy import Policy

MIDDLING = "convention: between .90, .0001 (Hans et al. 2024) and a poor .50, .05; law A-37"


class Detector(Policy):
    """Compliant models do not train on documents that a public detector flags.

    Every document gets one verdict, the same for all readers: flagged with probability `hit`
    if a model wrote it, `false_alarm` if a human did. A share s of synthetic text becomes
    s(1 - hit) / (s(1 - hit) + (1 - s)(1 - false_alarm)) of what compliant models read (A-37).
    Defaults: the mid operating point of the calibrations.
    """

    kind: ClassVar[str] = "detector"
    outside: ClassVar[bool] = False
    judges_standing: ClassVar[bool] = True

    hit: Share = Field(
        default=0.90,
        description="true-positive rate",
        json_schema_extra=about("share", MIDDLING),
    )
    false_alarm: Share = Field(
        default=0.01,
        description="false-positive rate",
        json_schema_extra=about("share", MIDDLING),
    )

    def mark(self, batch: Batch) -> Mapping[str, float]:
        return {self.own("flagged"): self.hit if batch.synthetic else self.false_alarm}

    def keep(self, batch: Batch) -> float:
        return 0.0 if self.own("flagged") in batch.marks else 1.0

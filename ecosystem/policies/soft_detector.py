"""A detector's confidence as a weight: what is surely synthetic is drawn rarely."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from scipy.stats import norm

from ecosystem.corpus import Batch
from ecosystem.parameter import CONVENTION, about
from ecosystem.policies.policy import Policy
from ecosystem.sampling import Floats

LEVELS = 10
DRAYSON = "Drayson, Yilmaz & Lampos 2025 (arXiv 2502.15654)"


class SoftDetector(Policy):
    """Compliant models draw what they train on in proportion to (1 - P)^power.

    P is a detector's probability that a document is by a model. Its scores of human and of
    synthetic text are normal with the same spread and means `separation` standard deviations
    apart (signal detection), and P is Bayes' rule on them with even odds. Every document gets one
    of ten levels of P, the same for all readers, equally frequent where half of text is synthetic.
    Unlike a hard filter it discards nothing for good, and as many documents are drawn.

    Expected (A-39): better than no filter once enough human text is there; alone it brings no
    text in, and where no human writes it cannot stop a collapse.
    """

    kind: ClassVar[str] = "soft_detector"
    outside: ClassVar[bool] = False
    judges_standing: ClassVar[bool] = True
    exclusive: ClassVar[bool] = True

    separation: Annotated[float, Field(ge=0, le=20)] = Field(
        default=2.0,
        description="distance of the scores of human and synthetic text (2: AUC .92)",
        json_schema_extra=about("standard deviations", CONVENTION),
    )
    power: Annotated[float, Field(ge=0, le=100)] = Field(
        default=10.0,
        description="power of the probability that a document is human; 0 is off",
        json_schema_extra=about("none", DRAYSON),
    )

    @cached_property
    def _levels(self) -> tuple[Floats, Floats, Floats]:
        """Share of human, and of synthetic, documents at each level; and P in its middle."""
        half = self.separation / 2
        grid = np.linspace(-half - 8, half + 8, 20_001)
        mixed = (norm.cdf(grid, -half) + norm.cdf(grid, half)) / 2
        cuts = np.interp(np.arange(1, LEVELS) / LEVELS, mixed, grid)
        human, synthetic = (
            np.diff(np.concatenate([[0.0], norm.cdf(cuts, mean), [1.0]])) for mean in (-half, half)
        )
        return human, synthetic, synthetic / (human + synthetic)

    def mark(self, batch: Batch) -> Mapping[str, float]:
        shares: Any = self._levels[1 if batch.synthetic else 0]
        return {self.own(f"suspect-{level}"): float(share) for level, share in enumerate(shares)}

    def keep(self, batch: Batch) -> float:
        suspicion = self._levels[2]
        for level in range(LEVELS):
            if self.own(f"suspect-{level}") in batch.marks:
                clear = (1 - suspicion[level]) / (1 - suspicion[0])
                return float(clear**self.power)
        return 1.0

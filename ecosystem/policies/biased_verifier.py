"""A biased verifier: answers are checked against what an expert takes for right."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus, Rows
from ecosystem.domains.domain import Domain
from ecosystem.domains.regression import Regression
from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.sampling import Floats

YI = "Yi et al. 2025 (arXiv 2510.16657), setting from the abstract; law A-36"


class BiasedVerifier(Policy):
    """Compliant models keep worked problems whose answer is within a tolerance of a verifier's.

    The verifier has coefficients of its own, at a distance `bias` from the true ones in a direction
    that is drawn once for the run. In domains of linear regression; others are left alone. What
    fails is not replaced.

    Expected (A-36): an early gain, since answers far off are left out; then models that read their
    own kind converge to what the verifier takes for right, bias and all, not to the truth. With
    answers of normal noise s and a tolerance a s, what a model's coefficients are off the
    verifier's shrinks in each generation by the factor 1 - 2 a phi(a) / (2 Phi(a) - 1) while small.
    """

    kind: ClassVar[str] = "biased_verifier"
    outside: ClassVar[bool] = True

    bias: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = Field(
        default=0.2,
        description="distance of the verifier's coefficients from the true ones",
        json_schema_extra=about("none", FREE),
    )
    tolerance: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = Field(
        default=1.0,
        description="how far an answer may be from the verifier's",
        json_schema_extra=about("units of the answer", YI),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        if not isinstance(corpus, Rows) or not isinstance(lesson.domain, Regression):
            return corpus
        apart = np.abs(corpus.rows[:, -1] - corpus.rows[:, :-1] @ self.centre(lesson.domain))
        return corpus.thin((apart <= self.tolerance).astype(np.float64), lesson.rng)

    def centre(self, domain: Domain) -> Floats:
        """(dimensions,) the coefficients that the verifier takes for right."""
        assert isinstance(domain, Regression)
        rng = self.draws.stream(f"verifier:{self.kind}", 0, "", domain.name)
        way = rng.standard_normal(domain.coefficients.size)
        return np.asarray(domain.coefficients + self.bias * way / np.linalg.norm(way))

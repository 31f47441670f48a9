"""The Gaussian learner: a mean and a covariance."""

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.learners.vectors import VectorLearner, VectorOptions
from agents.normal_parts import NormalParts
from ecosystem.parameter import CONVENTION, about
from ecosystem.sampling import Floats, Generator


class GaussianOptions(VectorOptions):
    """Options of `Gaussian`."""

    kind: Literal["gaussian"] = "gaussian"
    estimator: Literal["maximum_likelihood", "unbiased"] = Field(
        default="maximum_likelihood",
        description="of the covariance: divided by the documents, or by one less",
        json_schema_extra=about("none", "laws A-14 (maximum likelihood), A-10 (unbiased)"),
    )
    covariance: Literal["full", "diagonal"] = Field(
        default="full",
        description="full: how numbers vary together; diagonal: each by itself",
        json_schema_extra=about("none", CONVENTION),
    )


class Gaussian(VectorLearner):
    """Fits one normal distribution, by moments.

    With weights w the mean is sum w x / sum w and the covariance S = sum w (x - mean)(x - mean)'
    / sum w; unbiased: S / (1 - sum w^2 / (sum w)^2), which for equal weights is n / (n - 1) (one
    document: S = 0). With inertia: the moments of the mixture of both selves.
    """

    kind: ClassVar[str] = "gaussian"
    from_truth: ClassVar[bool] = True
    Options = GaussianOptions

    def begin(self, voice: Floats) -> None:
        mean, covariance = self.domain.moments(voice.ravel())
        self._parts = _one(mean, self._kept_shape(covariance))
        self.invented = 0.0

    def fitted(self, rows: Floats, weights: Floats, rng: Generator) -> NormalParts:
        shares = weights / weights.sum()
        mean = shares @ rows
        apart = rows - mean
        if self.options.covariance == "diagonal":
            covariance = np.diag(shares @ (apart * apart))
        else:
            apart *= np.sqrt(shares)[:, None]
            covariance = apart.T @ apart
        if self.options.estimator == "unbiased":
            left = 1.0 - float(shares @ shares)
            covariance = covariance / left if left > 1e-12 else np.zeros_like(covariance)
        return _one(mean, covariance)

    def mixed(
        self, former: NormalParts, rows: Floats, weights: Floats, rng: Generator
    ) -> NormalParts:
        """One normal distribution with the moments of the mixture of both selves."""
        share, fresh = self._kept, self.fitted(rows, weights, rng)
        (old, old_spread), (new, new_spread) = former.moments(), fresh.moments()
        apart = new - old
        between = share * (1 - share) * np.outer(apart, apart)
        covariance = (1 - share) * new_spread + share * old_spread + between
        return _one((1 - share) * new + share * old, self._kept_shape(covariance))

    def densities(self, rows: Floats) -> Floats:
        from scipy import stats  # takes long to load

        mean, covariance = self.parts().moments()
        if not covariance.any():  # a single point has no density
            return np.full(len(rows), -np.inf)
        # not of full rank: the density on the directions in which it varies, none off them
        found = stats.multivariate_normal(mean, covariance, allow_singular=True).logpdf(rows)
        return np.atleast_1d(np.asarray(found, dtype=np.float64))

    def _kept_shape(self, covariance: Floats) -> Floats:
        if self.options.covariance == "diagonal":
            return np.diag(np.diag(covariance))
        return covariance


def _one(mean: Floats, covariance: Any) -> NormalParts:
    return NormalParts.of(np.ones(1), mean[None], np.asarray(covariance)[None])

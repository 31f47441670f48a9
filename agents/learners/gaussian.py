"""The Gaussian learner: a mean and a covariance."""

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.learners.vectors import VectorLearner, VectorOptions
from agents.normal_parts import NormalParts
from ecosystem.parameter import CONVENTION, about
from ecosystem.sampling import Floats, Generator

FLAT, OFF = 1e-5, 1e-4
"""Of the greatest standard deviation: less in a direction is none; what is off by more is off."""


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
        """(documents,) log densities before decoding, on the directions in which it varies.

        Those in which its spread is below 1e-5 of the greatest count as none; a document has no
        density where it is off by more than 1e-4 of the greatest spread in one of them.
        """
        mean, covariance = self.parts().moments()
        variances, directions = np.linalg.eigh(covariance)
        if variances[-1] <= 0:  # a single point has no density
            return np.full(len(rows), -np.inf)
        varies = variances > FLAT**2 * variances[-1]
        apart = (rows - mean) @ directions
        scaled = apart[:, varies] ** 2 / variances[varies]
        found = -0.5 * (scaled + np.log(2 * np.pi * variances[varies])).sum(axis=1)
        off = np.abs(apart[:, ~varies]) > OFF * np.sqrt(variances[-1])
        return np.where(off.any(axis=1), -np.inf, found)

    def _kept_shape(self, covariance: Floats) -> Floats:
        if self.options.covariance == "diagonal":
            return np.diag(np.diag(covariance))
        return covariance


def _one(mean: Floats, covariance: Any) -> NormalParts:
    return NormalParts.of(np.ones(1), mean[None], np.asarray(covariance)[None])

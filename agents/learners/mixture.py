"""The mixture learner: a few normal distributions, by scikit-learn."""

import warnings
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.learners.vectors import VectorLearner, VectorOptions
from agents.normal_parts import NormalParts
from ecosystem.parameter import CONVENTION, FREE, about
from ecosystem.sampling import Floats, Generator


class MixtureOptions(VectorOptions):
    """Options of `Mixture`."""

    kind: Literal["mixture"] = "mixture"
    components: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="normal distributions in the mixture; never more than documents",
        json_schema_extra=about("components", FREE),
    )
    covariance: Literal["full", "tied", "diagonal", "spherical"] = Field(
        default="diagonal",
        description="each component's own, one for all, each number by itself, or one number",
        json_schema_extra=about("none", CONVENTION),
    )
    floor: float = Field(
        default=1e-3,
        ge=1e-12,
        le=1e6,
        description="added to every variance",
        json_schema_extra=about("squared units", "convention: scikit-learn's reg_covar"),
    )
    iterations: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="most steps of expectation maximisation",
        json_schema_extra=about("iterations", "convention: scikit-learn's max_iter"),
    )


class Mixture(VectorLearner):
    """Fits scikit-learn's `GaussianMixture`.

    Where documents have weights, as many are drawn with replacement in proportion to them.
    Where there are fewer distinct documents than components, there are as many components.
    """

    kind: ClassVar[str] = "mixture"
    Options = MixtureOptions

    def fitted(self, rows: Floats, weights: Floats, rng: Generator) -> NormalParts:
        from sklearn.exceptions import ConvergenceWarning  # takes long to load

        if np.ptp(weights) > 0:
            rows = rows[rng.choice(len(rows), size=len(rows), p=weights / weights.sum())]
        distinct = len(np.unique(rows, axis=0))
        model = self._model(min(self.options.components, distinct), int(rng.integers(2**31)))
        if len(rows) == 1:
            rows = np.repeat(rows, 2, axis=0)  # it refuses a single document
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is as good as it got
            model.fit(rows)
        width = rows.shape[1]
        kind, found = self.options.covariance, model.covariances_
        if kind == "full":
            covariances = found
        elif kind == "tied":
            covariances = found[None]
        else:
            spreads = found if kind == "diagonal" else np.repeat(found[:, None], width, axis=1)
            covariances = spreads[:, None, :] * np.eye(width)
        return NormalParts.of(model.weights_, model.means_, covariances)

    def densities(self, rows: Floats) -> Floats:
        parts = self.parts()
        model = self._model(len(parts.weights), 0)
        model.covariance_type = "full"
        model.weights_, model.means_ = parts.weights, parts.means
        each = parts.roots @ parts.roots.transpose(0, 2, 1)
        each = np.broadcast_to(each, (len(parts.weights), *each.shape[1:]))
        try:
            inverse = np.linalg.inv(np.linalg.cholesky(each))
        except np.linalg.LinAlgError:  # not of full rank: no density
            return np.full(len(rows), -np.inf)
        model.precisions_cholesky_ = inverse.transpose(0, 2, 1)
        return np.asarray(model.score_samples(rows))

    def _model(self, components: int, seed: int) -> Any:
        from sklearn.mixture import GaussianMixture  # takes long to load

        options = self.options
        kind = "diag" if options.covariance == "diagonal" else options.covariance
        return GaussianMixture(
            components,
            covariance_type=kind,
            reg_covar=options.floor,
            max_iter=options.iterations,
            random_state=seed,
        )

"""The kernel learner: every document it read, blurred."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.learners.vectors import VectorLearner, VectorOptions
from agents.normal_parts import NormalParts
from ecosystem.parameter import about
from ecosystem.sampling import Floats, Generator


class KernelOptions(VectorOptions):
    """Options of `Kernel`."""

    kind: Literal["kernel"] = "kernel"
    bandwidth: (
        Literal["scott", "silverman"] | Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
    ) = Field(
        default="scott",
        description="standard deviation of the blur: scott n^(-1/(d+4)), silverman "
        "(n (d + 2) / 4)^(-1/(d+4)), times the documents' own; or that number itself",
        json_schema_extra=about("units of the vectors", "Scott 1992; Silverman 1986; law A-19"),
    )


class Kernel(VectorLearner):
    """Fits scikit-learn's `KernelDensity` with a Gaussian kernel.

    The bandwidth rules multiply the root of the mean variance over the d numbers of a document
    (divided by n); with weights, n is the effective number (sum w)^2 / sum w^2.
    """

    kind: ClassVar[str] = "kernel"
    Options = KernelOptions

    def fitted(self, rows: Floats, weights: Floats, rng: Generator) -> NormalParts:
        shares = weights / weights.sum()
        width, rule = rows.shape[1], self.options.bandwidth
        if isinstance(rule, str):
            apart = rows - shares @ rows
            n = 1.0 / float(shares @ shares)
            scale = n if rule == "scott" else n * (width + 2) / 4
            bandwidth = scale ** (-1 / (width + 4)) * np.sqrt((shares @ (apart * apart)).mean())
        else:
            bandwidth = rule
        return NormalParts(shares, rows, np.full((1, 1, 1), bandwidth))

    def densities(self, rows: Floats) -> Floats:
        from sklearn.neighbors import KernelDensity  # takes long to load

        parts = self.parts()
        bandwidth = float(parts.roots[0, 0, 0])
        if bandwidth == 0:
            return np.full(len(rows), -np.inf)
        model = KernelDensity(bandwidth=bandwidth).fit(parts.means, sample_weight=parts.weights)
        return np.asarray(model.score_samples(rows))

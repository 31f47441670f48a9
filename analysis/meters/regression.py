"""How far what models learnt by regression is from the truth."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.row_view import RowView
from ecosystem.sampling import Floats


class Regression(Meter):
    """Test error: mean squared error on right answers to fresh problems, without their noise.

    Problems are independent standard normal, so that for a linear model it is exactly
    |w_hat - w|^2 + intercept^2 (Gerstgrasser et al. 2024, arXiv 2404.01413); for any other it is
    the mean over 1,000 problems, the same every time. The web's is that of its documents (a
    sample of 500), noise included.
    """

    kind: ClassVar[str] = "regression"
    sees = RowView
    domains: ClassVar[tuple[str, ...]] = ("regression",)
    columns: ClassVar[Mapping[str, Column]] = {
        "test_error": Column(
            "Mean squared error of a model on fresh problems, against right answers.",
            "model",
            "squared units",
        ),
        "noise": Column(
            "Standard deviation of a model's answers around what it learnt.", "model", "units"
        ),
        "web_error": Column(
            "Mean squared error of the documents on the web, against right answers.",
            unit="squared units",
        ),
    }

    def measure(self, view: RowView) -> dict[str, Floats | float]:
        domain: Any = view.domain
        learners = [model.learners[domain.name] for model in view.models]
        known = [None if learner.blank else learner for learner in learners]
        apart = view.web[:, -1] - view.web[:, :-1] @ domain.coefficients
        return {
            "test_error": np.array([np.nan if m is None else error(m, view) for m in known]),
            "noise": np.array([np.nan if m is None else m.noise for m in known]),
            "web_error": float(np.square(apart).mean()) if apart.size else float("nan"),
        }


def error(learner: Any, view: RowView) -> float:
    """Test error of one model."""
    domain: Any = view.domain
    found = learner.coefficients()
    if found is not None:
        return float(np.square(found - np.append(domain.coefficients, 0.0)).sum())
    return float(np.square(learner.answers(view.human) - view.human[:, -1]).mean())

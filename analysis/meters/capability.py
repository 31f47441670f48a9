"""What models can still work out: common cases, edge cases, cases that nobody gets right."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.exercise_view import ExerciseView
from analysis.meters.meter import Column, Meter
from analysis.view import share
from ecosystem.sampling import Floats


class Capability(Meter):
    """Accuracy of models on a fixed test, by branch, and of the web, exactly.

    40 test problems of every branch, the same for all models and steps, as often as they are
    asked; a model answers what it holds likeliest, whatever its decoding. Accuracies are means
    over the branches of a family, then over families. An edge branch holds less than a tenth of
    its family's problems. A branch is known to a model that gets at least half of its test
    problems right. What stands on the web is checked by executing it.
    """

    kind: ClassVar[str] = "capability"
    sees = ExerciseView
    columns: ClassVar[Mapping[str, Column]] = {
        "accuracy_common": Column(
            "Share of test problems of common branches that a model gets right.", "model"
        ),
        "accuracy_edge": Column(
            "Share of test problems of edge branches that a model gets right.", "model"
        ),
        "branches_unknown": Column(
            "Branches of which a model gets less than half right.", "model", "branches"
        ),
        "branches_lost": Column(
            "Branches of which no model gets half right any more, though one once did.",
            unit="branches",
        ),
        "branches_nobody": Column(
            "Branches of which no model present gets half right.", unit="branches"
        ),
        "written_wrong": Column(
            "Share of a model's worked examples that are wrong, by executing them.", "model"
        ),
        "web_wrong": Column("Share of the worked examples on the web that are wrong."),
        "web_wrong_edge": Column(
            "Wrong share of the web's worked examples of an edge branch, mean over families."
        ),
    }

    def measure(self, view: ExerciseView) -> dict[str, Floats | float]:
        edge, accuracy = view.domain.edge, view.accuracy
        blank = np.isnan(accuracy).any(axis=1)
        known = view.known.any(axis=0)
        once = view.memory.get("known", np.zeros(known.size)).astype(bool) | known
        view.memory["known"] = once.astype(np.float64)
        someone = not blank.all()
        wrong = view.web_cells[:, 1]
        standing = view.web_cells.sum(axis=1)
        return {
            "accuracy_common": view.by_branch(accuracy, ~edge),
            "accuracy_edge": view.by_branch(accuracy, edge),
            "branches_unknown": np.where(blank, np.nan, (~view.known).sum(axis=1)),
            "branches_lost": float((once & ~known).sum()) if someone else float("nan"),
            "branches_nobody": float((~known).sum()) if someone else float("nan"),
            "written_wrong": view.written[:, :, 1].sum(axis=1),
            "web_wrong": float(share(wrong.sum(), standing.sum())),
            "web_wrong_edge": float(view.by_branch(share(wrong, standing), edge & (standing > 0))),
        }

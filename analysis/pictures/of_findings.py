"""The picture of everything that a study finds, by the kind of the finding."""

from matplotlib.figure import Figure

from analysis.pictures import front, late, regret, screening, tipping_curve, tornado
from analysis.pictures.study_axes import Found


def _sensitivity(found: Found) -> Figure:
    return tornado.draw(found) if found["plan"] == "sobol" else screening.draw(found)


DRAW = {
    "sensitivity": _sensitivity,
    "robust": regret.draw,
    "pareto": front.draw,
    "too_late": late.draw,
    "tipping": tipping_curve.draw,
}
"""By the key of `scenarios.findings_of.findings`: from one of its findings to a figure."""

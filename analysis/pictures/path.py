"""There and back: a meter against how much of what models read is human, step by step."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analysis.pictures import style
from analysis.pictures.curves import statistics
from analysis.pictures.subjects import subject
from analysis.run import Run
from analysis.wording import moment

Floats = NDArray[np.float64]
MEASURES = ("tail_coverage", "vocabulary", "accuracy_edge", "recall", "variance")
"""Of which the first that a domain has is drawn."""
TURN = 0.15
"""Share of human text that must go and come again for a picture to be of use."""


def column(run: Run, domain: str) -> str | None:
    """What is drawn of a domain; None where human text did not go and come again."""
    found = [c for c in MEASURES if f"{domain}.{c}" in run.metrics]
    if not found or "web.synthetic_read" not in run.metrics:
        return None
    human = 1.0 - run.metrics["web.synthetic_read"].dropna().to_numpy(dtype=np.float64)
    if human.size < 3:
        return None
    low = int(human.argmin())
    there, back = human[: low + 1].max() - human[low], human[low:].max() - human[low]
    return found[0] if min(there, back) >= TURN else None


def draw(
    axes: Axes, runs: Sequence[Run], baseline: Mapping[str, Sequence[Run]], domain: str
) -> None:
    """The path of one meter, of this run and of its controls, with moments written beside it."""
    what = subject(column(runs[0], domain) or MEASURES[0])
    full, seen = f"{domain}.{what.column}", []
    for several, colour, width in [
        *((others, style.WEB, 1.2) for others in baseline.values()),
        (runs, what.colour, 2.0),
    ]:
        if not several or full not in several[0].metrics:
            continue
        human = 1.0 - statistics(several, "web.synthetic_read")[0]
        value = statistics(several, full)[0]
        known = np.isfinite(human) & np.isfinite(value)
        human, value = human[known], value[known]
        dash = "-" if several is runs else "--"
        axes.plot(human, value, color=colour, linewidth=width, linestyle=dash)
        _arrows(axes, human, value, colour)
        seen.append(value)
        if several is runs:
            steps = several[0].metrics["step"].to_numpy()[known]
            for at in sorted({0, int(human.argmin()), len(steps) - 1}):
                axes.plot(human[at], value[at], "o", color=colour, markersize=5)
                axes.annotate(
                    moment(several[0], steps[at]),
                    (human[at], value[at]),
                    textcoords="offset points",
                    xytext=(5, 6),
                    fontsize=8.5,
                    color=style.LETTERS.get(colour, colour),
                )
    style.dress(axes, "There and back", what.ylabel, what.unit)
    style.from_zero(axes, np.concatenate(seen))
    axes.set_xlim(0, 1.05)
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f} %")
    axes.set_xlabel("human share of what models read", fontsize=9.5, color=style.INK)


def _arrows(axes: Axes, human: Floats, value: Floats, colour: str) -> None:
    """Two heads on the way, which say where it goes."""
    low = int(human.argmin())
    for first, last in ((0, low), (low, len(human) - 1)):
        at = (first + last) // 2
        if last - first >= 2:
            axes.annotate(
                "",
                (human[at + 1], value[at + 1]),
                (human[at], value[at]),
                arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.2},
            )

"""Cheap learners beside neural ones on the same networks: a table, what they disagree on, curves.

`docs/make_neural.py` makes the results: by "scenario/learner/rule", the mean over models of each
meter in every step of every run. What is compared is the change of a run from its first row (the
models of human text) to its last; intervals are 95 % by Student's t over runs, and a direction is
claimed only where the interval leaves out 0. Two rules of what is read are compared by the paired
differences of their runs, which have the same seeds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.comparison import interval
from analysis.pictures.style import HUMAN, INK, MACHINE, WEB, dress, figure
from analysis.wording import MINUS
from ecosystem.sampling import Floats

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "neural.json"
BEGIN, END = "<!-- neural -->", "<!-- end of neural -->"
"""Between which the comparison stands in the page of validation."""
MEASURES = {
    "cross_entropy": "cross-entropy of held-out human text, nats a word",
    "human_surprise": "surprise of a model of human text at what is written, nats a word",
    "entropy_rate": "entropy of the next word, nats",
    "vocabulary": "vocabulary, over that of humans",
    "distinct_2": "distinct pairs of words",
    "style_divergence": "divergence between the models' words, nats",
}
DRAWN = ("cross_entropy", "vocabulary", "style_divergence")
COLOURS = {
    "replaced": MACHINE,
    "nine tenths from the commons": MACHINE,
    "a tenth human": HUMAN,
    "own library only": HUMAN,
    "accumulated": "#009e73",
}


@dataclass(frozen=True)
class Change:
    """How far a number moved, over runs.

    Attributes:
        mean: of the runs.
        low, high: ends of its interval; NaN for one run.
    """

    mean: float
    low: float = float("nan")
    high: float = float("nan")

    @classmethod
    def of(cls, values: Floats) -> "Change":
        """The change of values, one a run."""
        ends = interval(values) if values.size > 1 else ()
        return cls(float(values.mean()), *ends)

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 where that is not known; of one run, its sign."""
        return 0 if self.low <= 0 <= self.high else int(np.sign(self.mean))

    def __str__(self) -> str:
        told = f"{self.mean:+.3g}"
        if np.isfinite(self.low):
            told += f" [{self.low:.3g}, {self.high:.3g}]"
        return told.replace("-", MINUS)


class Results:
    """What `docs/make_neural.py` stored.

    Args:
        stored: by "scenario/learner/rule".
    """

    def __init__(self, stored: Mapping[str, Mapping[str, Any]]) -> None:
        self.stored = stored
        self._cells = [tuple(key.split("/")) for key in stored]

    def networks(self) -> list[str]:
        """The one with more models first."""
        return sorted({network for network, _, _ in self._cells}, reverse=True)

    def learners(self, network: str) -> list[str]:
        """Cheap ones first."""
        found = dict.fromkeys(learner for n, learner, _ in self._cells if n == network)
        known = ("n-gram", "tiny transformer", "SmolLM2")
        return sorted(found, key=lambda each: known.index(each))

    def rules(self, network: str) -> list[str]:
        return sorted({rule for n, _, rule in self._cells if n == network}, reverse=True)

    def title(self, network: str) -> str:
        return next(str(v["title"]) for k, v in self.stored.items() if k.startswith(network))

    def curves(self, network: str, learner: str, rule: str, measure: str) -> Floats | None:
        """(runs, steps + 1); None where it was not run."""
        found = self.stored.get(f"{network}/{learner}/{rule}")
        return None if found is None else np.array(found["curves"][measure], dtype=np.float64)

    def moved(self, network: str, learner: str, rule: str, measure: str) -> Floats | None:
        """(runs,) the last row less the first."""
        found = self.curves(network, learner, rule, measure)
        return None if found is None else found[:, -1] - found[:, 0]

    def seeds(self, network: str, learner: str) -> int:
        return max(
            len(v["curves"]["vocabulary"])
            for k, v in self.stored.items()
            if k.startswith(f"{network}/{learner}/")
        )


def results() -> dict[str, Any]:
    """What `docs/make_neural.py` stored last; nothing where it was never run."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}


def section(stored: Mapping[str, Mapping[str, Any]]) -> str:
    """The comparison as Markdown: a table for each network, then what agrees and what does not."""
    found = Results(stored)
    parts = []
    for network in found.networks():
        learners = found.learners(network)
        heads = [f"{each} ({_runs(found.seeds(network, each))})" for each in learners]
        lines = [
            f"**`{network}`**: {found.title(network)}. Change from generation 1 to the last:",
            "",
            "| measure | what is read | " + " | ".join(heads) + " |",
            "|---|---|" + "---|" * len(learners),
        ]
        for measure, name in MEASURES.items():
            for i, rule in enumerate(found.rules(network)):
                cells = [found.moved(network, each, rule, measure) for each in learners]
                told = ["not run" if c is None else str(Change.of(c)) for c in cells]
                lines.append(f"| {name if not i else ''} | {rule} | " + " | ".join(told) + " |")
        lines += ["", *_published(found, network), *_agreement(found, network)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _runs(number: int) -> str:
    return "one run" if number == 1 else f"{number} runs"


def _published(results: Results, network: str) -> list[str]:
    """A-50 and A-51 of the list of targets, in direction, for each learner."""
    rules = ("replaced", "a tenth human", "accumulated")
    if set(results.rules(network)) != set(rules):
        return []
    claims = {
        "A-50 (Shumailov: own text degrades, less with a tenth of human text)": ("replaced", 1),
        "A-51 (Gerstgrasser: replaced data degrade, accumulated ones less)": ("replaced", 2),
    }
    found = []
    for claim, (worst, other) in claims.items():
        told = []
        for learner in results.learners(network):
            moved = results.moved(network, learner, worst, "cross_entropy")
            helped = results.moved(network, learner, rules[other], "cross_entropy")
            if moved is None or helped is None or moved.size != helped.size:
                continue
            loss, saved = Change.of(moved), Change.of(moved - helped)
            word = "as claimed" if loss.direction == saved.direction == 1 else "not as claimed"
            told.append(f"{learner}: {word} (loss {loss}, of which {rules[other]} saves {saved})")
        found.append(f"- **{claim}**, cross-entropy of held-out text: {'; '.join(told)}.")
    return found


def _agreement(results: Results, network: str) -> list[str]:
    """Whether each dearer learner moves as the n-gram says, and orders the rules as it does."""
    cheap, *others = results.learners(network)
    found = []
    for other in others:
        same, apart, open_ = _compared(_directions(results, network, cheap, other))
        found.append(
            f"- **{other}, direction**: of {same + len(apart)} changes that both learners show "
            f"clearly, {same} go the same way" + _listed(apart) + f" ({open_} are not clear in "
            "one of them)."
        )
        same, apart, open_ = _compared(_orders(results, network, cheap, other))
        found.append(
            f"- **{other}, order**: of {same + len(apart)} pairs of rules that both put in order "
            f"clearly, {same} are in the same" + _listed(apart) + f" ({open_} not clear)."
        )
    return found


def _listed(apart: Sequence[str]) -> str:
    return f"; they disagree on: {'; '.join(apart)}" if apart else ""


def _compared(pairs: Sequence[tuple[str, int, int]]) -> tuple[int, list[str], int]:
    """How many agree, the names of those that do not, how many are not clear."""
    clear = [(name, one, other) for name, one, other in pairs if one and other]
    apart = [name for name, one, other in clear if one != other]
    return len(clear) - len(apart), apart, len(pairs) - len(clear)


def _directions(results: Results, network: str, one: str, other: str) -> list[tuple[str, int, int]]:
    found = []
    for measure, name in MEASURES.items():
        for rule in results.rules(network):
            moved = [results.moved(network, each, rule, measure) for each in (one, other)]
            if moved[0] is not None and moved[1] is not None:
                a, b = (Change.of(m).direction for m in moved if m is not None)
                found.append((f"{name.partition(',')[0]}, {rule}", a, b))
    return found


def _orders(results: Results, network: str, one: str, other: str) -> list[tuple[str, int, int]]:
    found = []
    rules = results.rules(network)
    for measure, name in MEASURES.items():
        for i, first in enumerate(rules):
            for second in rules[i + 1 :]:
                signs = [_order(results, network, e, first, second, measure) for e in (one, other)]
                if None not in signs:
                    told = f"{name.partition(',')[0]}, {first} against {second}"
                    found.append((told, int(signs[0] or 0), int(signs[1] or 0)))
    return found


def _order(
    results: Results, network: str, learner: str, first: str, second: str, measure: str
) -> int | None:
    """1 where the first rule raises a measure by more than the second; 0 where that is open."""
    moved = [results.moved(network, learner, rule, measure) for rule in (first, second)]
    if moved[0] is None or moved[1] is None or moved[0].size != moved[1].size:
        return None
    return Change.of(moved[0] - moved[1]).direction


def picture(stored: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Curves by generation: a row a measure, a column a network and learner, a colour a rule."""
    results = Results(stored)
    columns = [(n, learner) for n in results.networks() for learner in results.learners(n)]
    made = figure(3.2 * len(columns), 2.8 * len(DRAWN))
    plots = made.subplots(len(DRAWN), len(columns), squeeze=False)
    for row, measure in zip(plots, DRAWN, strict=True):
        for axes, (network, learner) in zip(row, columns, strict=True):
            for rule in results.rules(network):
                colour = COLOURS.get(rule, WEB)
                found = results.curves(network, learner, rule, measure)
                if found is None:
                    continue
                generations = np.arange(1, found.shape[1] + 1)
                axes.plot(generations, found.mean(axis=0), color=colour, label=rule, lw=1.6)
                low, high = found.min(axis=0), found.max(axis=0)
                axes.fill_between(generations, low, high, color=colour, alpha=0.18, lw=0)
            title = f"{learner}\non {network}" if measure == DRAWN[0] else ""
            label = "\n".join(MEASURES[measure].rsplit(", ", 1)) if axes is row[0] else ""
            dress(axes, title, label, "nats")
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            axes.set_xlabel("generation", fontsize=9.5, color=INK)
        _alike(row, [network for network, _ in columns])
    for axes in plots[1]:
        axes.legend(fontsize=8, frameon=False)
    made.tight_layout()
    return made


def _alike(row: Sequence[Axes], networks: Sequence[str]) -> None:
    """The same heights in all plots of one measure and network."""
    for network in dict.fromkeys(networks):
        own = [axes for axes, each in zip(row, networks, strict=True) if each == network]
        ends = np.array([axes.get_ylim() for axes in own])
        for axes in own:
            axes.set_ylim(ends[:, 0].min(), ends[:, 1].max())

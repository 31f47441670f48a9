"""Levers: every policy of the project as sliders, found by its folder.

A lever at 0 is a policy that nobody complies with; moved, it acts from the next step on. What is
moved on the way becomes policies with a start and a stop (`scenarios.view.course`), so that a run
made by hand can be run again.
"""

import math
from dataclasses import dataclass
from functools import cache

from pydantic.fields import FieldInfo

import ecosystem.policies
from ecosystem.discovery import discover
from ecosystem.policies.policy import Policy

UNSEEN = ("start", "stop", "cost", "compliance")
"""Fields of every policy that are set elsewhere."""
STEPS = 100
"""Places of a slider's knob."""
NOT_LEVERS = ("nothing", "blocklist")
"""The control that does nothing, and the list that is kept by clicking on nodes."""


@dataclass(frozen=True)
class Knob:
    """One number of a policy as a slider.

    Attributes:
        name: of the policy's field.
        text: what it is.
        low, high, step: of the slider, all multiples of `step` from `low`.
        default: of the field, brought onto the slider's grid.
        whole: whether it takes whole numbers only.
        unit: of the value.
    """

    name: str
    text: str
    low: float
    high: float
    step: float
    default: float
    whole: bool = False
    unit: str = ""

    def value(self, place: float) -> float:
        """A number of the slider as the field takes it."""
        return round(place) if self.whole else round(place, 10)


@dataclass(frozen=True)
class Lever:
    """One policy as people move it.

    Attributes:
        kind: of the policy.
        text: what it does, in a sentence.
        who: whose share complies.
        knobs: its other numbers.
    """

    kind: str
    text: str
    who: str
    knobs: tuple[Knob, ...]

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.kind.replace("_", " ").capitalize()

    def default(self) -> dict[str, float]:
        """Its knobs as they stand at first, and nobody complying."""
        return {"compliance": 0.0} | {knob.name: knob.default for knob in self.knobs}


@cache
def levers() -> dict[str, Lever]:
    """Every policy that needs nothing but numbers, by kind; one more file is one more lever."""
    found = {}
    for kind, policy in sorted(discover(ecosystem.policies, Policy).items()):
        if kind in NOT_LEVERS or any(field.is_required() for field in policy.model_fields.values()):
            continue
        knobs = [
            knob
            for name, field in policy.model_fields.items()
            if name not in UNSEEN and (knob := _knob(name, field)) is not None
        ]
        text = (policy.__doc__ or kind).strip().splitlines()[0]
        found[kind] = Lever(kind, text, policy.complied_by, tuple(knobs))
    return found


def _knob(name: str, field: FieldInfo) -> Knob | None:
    """A slider for a number; None where a field is anything else."""
    default = field.default
    if isinstance(default, bool) or not isinstance(default, int | float):
        return None
    whole = isinstance(default, int)
    low, high = _bound(field, "ge", "gt"), _bound(field, "le", "lt")
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    top = high if high is not None and high <= 1 else _room(default, high)
    step = 1 if whole and top <= STEPS else top / STEPS
    if whole:
        step = max(1, round(step))
    least = step if _open(field, "gt") else max(low or 0.0, 0.0)
    most = top - step if _open(field, "lt") and top == high else top
    least = math.ceil(least / step - 1e-9) * step
    if default and default < least + step:  # finer where its place is near the end
        step = least = default
        most = default * STEPS if high is None or default * STEPS <= high else high
        most = math.floor(most / step + 1e-9) * step
    place = least + round((default - least) / step) * step
    return Knob(name, field.description or name, least, most, step, round(place, 10), whole, unit)


def _room(default: float, high: float | None) -> float:
    """The top of a slider of a number without a bound near by: some times its default."""
    top = 5 * 10 ** math.ceil(math.log10(max(abs(default), 0.2)))
    return float(top if high is None else min(top, high))


def _bound(field: FieldInfo, *names: str) -> float | None:
    for mark in field.metadata:
        for name in names:
            if (value := getattr(mark, name, None)) is not None:
                return float(value)
    return None


def _open(field: FieldInfo, name: str) -> bool:
    return any(getattr(mark, name, None) is not None for mark in field.metadata)

"""Numbers, moments and values in words, for the report."""

import math
from collections.abc import Iterable
from datetime import date

import pandas as pd

from analysis.run import Run

MINUS = "\u2212"
PER_CENT = ("share", "ratio")
"""Units of what is written in per cent."""
RAISED = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)


def number(value: float, unit: str = "") -> str:
    """A number as people read it: 3 significant digits, whole ones in full, shares in per cent."""
    if value is None or not math.isfinite(value):
        return "not defined"
    if unit in PER_CENT:
        return f"{_digits(100 * value)} %"
    return _digits(value)


def _digits(value: float) -> str:
    if abs(value) < 1e-12:
        return "0"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", MINUS)
    if abs(value) < 1e-6 or abs(value) >= 1e15:
        size, power = f"{value:.2e}".split("e")
        return f"{size} × 10{str(int(power)).translate(RAISED)}".replace("-", MINUS)
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    text = f"{rounded:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def signed(value: float, unit: str = "") -> str:
    """A difference, with its sign."""
    text = number(abs(value), unit)
    if not math.isfinite(value) or value == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def places(values: Iterable[float], unit: str = "") -> int:
    """Decimals at which the largest of some numbers has 3 significant digits; for counts 0 or 1."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    most = 1 if unit == "items" else 9
    return min(most, max(0, 2 - math.floor(math.log10(largest)))) if largest else 0


def aligned(value: float, decimals: int) -> str:
    """A difference with its sign, to as many decimals as the others in its column."""
    if not math.isfinite(value):
        return "not defined"
    text = f"{abs(value):,.{decimals}f}"
    return text if float(text.replace(",", "")) == 0 else f"{'+' if value > 0 else MINUS}{text}"


def counted(count: float, one: str, many: str = "") -> str:
    """'1 item', '2 items', '2.5 items'."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def change(start: float, end: float) -> str:
    """'fell by 25 %', 'rose by ...', 'hardly moved'; relative to the start."""
    if not (math.isfinite(start) and math.isfinite(end)) or start == 0:
        return ""
    relative = end / start - 1
    if abs(relative) < 0.01:
        return "hardly moved"
    if relative >= 2:
        return f"grew {number(end / start)}-fold"
    return f"{'rose' if relative > 0 else 'fell'} by {abs(relative):.0%}".replace("%", " %")


def moment(run: Run, step: float) -> str:
    """The date of a step where the run has dates, else the step."""
    if step is None or not math.isfinite(step):
        return "never"
    rows = run.metrics[run.metrics["step"] == int(step)]
    if "date" in rows and len(rows):
        try:
            day = date.fromisoformat(str(rows["date"].iloc[0]))
        except ValueError:
            return f"step {int(step)}"
        unit = run.scenario.get("calendar", {}).get("unit", "quarter")
        exact = unit in ("day", "week")
        return f"{day.day} {day:%B %Y}" if exact else f"{day:%B %Y}"
    return f"step {int(step)}"


def kind_of_value(truths: pd.Series) -> str:
    """What the values of a domain are called: date, number or value, as they look."""
    whole = truths.astype(str).str.fullmatch(r"-?\d{1,15}")
    if not len(truths) or not whole.all():
        return "value"
    years = truths.astype(int)
    return (
        "date" if years.between(-4000, 2200).all() and (years.abs() > 31).mean() > 0.9 else "number"
    )

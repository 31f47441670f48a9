"""Which other runs have pictures, cases or texts that can stand beside those of a run.

What is drawn and written of them is left to `analysis.pictures` and `analysis.quotes`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis import worked
from analysis.pictures import strips
from analysis.quotes import quotes
from analysis.run import Run

Others = Mapping[str, Sequence[Run]]


def that_draw(run: Run, others: Others, domain: str) -> dict[str, Run]:
    """The first replicate of each that kept pictures of a domain; none where the run did not."""
    if strips.shown(run, domain).empty:
        return {}
    return {
        name: several[0]
        for name, several in others.items()
        if not strips.shown(several[0], domain).empty
    }


def that_solve(run: Run, others: Others, domain: str) -> dict[str, Sequence[Run]]:
    """Those that kept what became of the same branches of exercises; none where the run did not."""
    if worked.table(run, domain).empty:
        return {}
    asked = worked.exercises(run, domain)
    found = {}
    for name, several in others.items():
        field = worked.exercises(several[0], domain)
        if asked is None or field is None or field.items != asked.items:
            continue
        if all(not worked.table(one, domain).empty for one in several):
            found[name] = several
    return found


def texts(run: Run, other: Run, domain: str) -> list[dict[str, Any]]:
    """Rows of documents in words of two runs at the same moments.

    Returns:
        The rows of `quotes`, with the texts and the generation of the other run in `beside`;
        empty where one of them has no texts, or none by models at a moment of the other's.
    """
    found = {(row["who"], row["when"]): row for row in quotes(other, domain)}
    rows = [(row, found.get((row["who"], row["when"]))) for row in quotes(run, domain)]
    both = [{**row, "beside": theirs} for row, theirs in rows if theirs is not None]
    return both if any(not row["who"] for row in both) else []

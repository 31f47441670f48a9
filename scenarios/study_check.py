"""What pydantic cannot see: whether the parts of a study fit together."""

from typing import TYPE_CHECKING

from ecosystem.discovery import nearest
from scenarios.arm import BASELINE
from scenarios.designs import Design
from scenarios.outcome import COLUMNS

if TYPE_CHECKING:
    from scenarios.study import Study


def consistent(study: "Study") -> None:
    """Raise one sentence for the first part that does not fit.

    Raises:
        ValueError: nothing is asked, or a name means two things.
    """
    if not study.arms and study.design is None and not study.tipping:
        raise ValueError(
            "given neither arms nor a design nor tipping points, allowed a study of something"
        )
    if BASELINE in study.arms:
        raise ValueError(f"arms: given {BASELINE!r}, which is what arms are compared with")
    for name, arm in study.arms.items():
        if not arm.policies and not arm.set:
            raise ValueError(f"arms.{name}: given nothing to do, allowed policies or settings")
    known = [outcome.key for outcome in study.outcomes]
    if len(set(known)) < len(known):
        raise ValueError("outcomes: given one twice, allowed each once")
    for asked in study.tipping:
        if asked.outcome not in known:
            raise ValueError(f"tipping: given {asked.outcome!r}; {nearest(asked.outcome, known)}")
    _levers(study)


def _levers(study: "Study") -> None:
    """Raise where the name of a lever means something else in the tables."""
    own = [] if study.design is None else list(study.design.levers)
    theirs = list(study.worlds.levers) if isinstance(study.worlds, Design) else []
    for name in (*own, *theirs):
        if name in COLUMNS:
            raise ValueError(
                f"levers: given {name!r}, which is a column of the tables; allowed another name"
            )
        if name in own and name in theirs:
            raise ValueError(
                f"levers: given {name!r} in the design and in the worlds, allowed once"
            )

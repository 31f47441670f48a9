"""What pydantic cannot see: whether the parts of a study fit together."""

from typing import TYPE_CHECKING

from ecosystem.discovery import nearest
from scenarios.arm import BASELINE, Arm
from scenarios.complaints import ScenarioError
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


def design_reaches_its_ends(study: "Study") -> None:
    """Raise where a sampled lever cannot take its least or its greatest value.

    Raises:
        ScenarioError: one cannot, named.
    """
    if study.design is None or study.design.plan == "grid":
        return
    base, levers = next(study.baselines()), study.design.levers
    least = {k: v for lever in levers.values() for k, v in lever.at(lever.low).items()}
    for name, lever in levers.items():
        for end, value in (("low", lever.low), ("high", lever.high)):
            arm = Arm(policies=study.design.policies, set=least | lever.at(value))
            try:
                arm.applied(base.scenario)
            except ValueError as error:
                raise ScenarioError(f"design.levers.{name}.{end}: {error}") from error


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

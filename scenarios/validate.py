"""Holding the engine to published results and exact laws: all targets, or some."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed

import scenarios.published
from ecosystem.discovery import discover, nearest
from scenarios.complaints import ScenarioError
from scenarios.processes import processes
from scenarios.target import Outcome, Target


def targets() -> dict[str, type[Target]]:
    """All targets by their identifier."""
    return discover(scenarios.published, Target)


def chosen(ids: Sequence[str], quick: bool = False) -> list[type[Target]]:
    """The targets of some identifiers, all where none is given; of these the quick ones if wanted.

    Raises:
        ScenarioError: an identifier that there is not, or none left.
    """
    every, ids = targets(), [name.upper() for name in ids]
    for name in ids:
        if name not in every:
            raise ScenarioError(f"validate: given {name!r}; {nearest(name, every)}")
    found = [every[name] for name in dict.fromkeys(ids)] if ids else list(every.values())
    if quick:
        found = [target for target in found if target.quick]
        if not found:
            raise ScenarioError(
                "validate: given --quick and no quick target; allowed the targets named, without it"
            )
    return found


def validate(
    wanted: Sequence[type[Target]], workers: int, told: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run targets, in processes side by side; what each came to does not depend on how many.

    Args:
        wanted: the targets.
        workers: processes side by side.
        told: called with each outcome as it comes.

    Returns:
        The outcomes in the order of the targets.
    """
    found: dict[str, Outcome] = {}
    for outcome in _outcomes(wanted, min(workers, len(wanted))):
        found[outcome.target.kind] = outcome
        told(outcome)
    return [found[target.kind] for target in wanted]


def _outcomes(wanted: Sequence[type[Target]], workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from (target.check() for target in wanted)
        return
    with processes(workers) as pool:
        running = [pool.submit(_check, target.kind) for target in wanted]
        yield from (future.result() for future in as_completed(running))


def _check(kind: str) -> Outcome:
    """In a process of its own."""
    return targets()[kind].check()


def cores() -> int:
    """Processes that this machine can run side by side."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

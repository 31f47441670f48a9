"""Ablation: the scenario of a run directory again, without each of its mechanisms in turn.

Every one is an ordinary run directory, `DIR/ablation/NAME`, with the replicates of DIR and the
same random draws. What is there already, for the same scenario and tables and by the same program,
is not run again, and what was interrupted continues.

Runs of different programs would blame the edit on the mechanisms. So before any is made, the run
itself is repeated, and `DIR/ablation/program.sha256` says which program it was that did.
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.ablation import TOGETHER, Ablation
from analysis.run import Run
from scenarios.build import make_domains
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.job import Interrupted, Job, execute, in_processes
from scenarios.mechanisms import without_each
from scenarios.program import program
from scenarios.progress import Progress, tell
from scenarios.scenario import Scenario
from scenarios.store import ABLATION, is_run, loaded, parts, same_table, scenario_of

PROGRAM = "program.sha256"


def ablate(
    folder: Path, runs: Sequence[Run], workers: int = 1, progress: Progress | None = None
) -> Ablation:
    """Run what is missing of the ablation of a run directory; all of it.

    Args:
        folder: the run directory, or one of replicates.
        runs: what is in it.
        workers: processes; the result is the same whatever their number.
        progress: called with the steps done and those to do, among them those of the first
            replicate, which is run again to see that this program still makes it.

    Raises:
        ScenarioError: the replicates are not 0, 1, 2, ... of one scenario, its tables of
            facts are no longer those it was made from, or it comes out otherwise than it was.
        Interrupted: stopped by hand; what is done is kept.
    """
    scenario = _scenario(folder, runs)
    here = program()
    kept = _made_by(folder) == here
    todo = {
        name: other
        for name, other in without_each(scenario).items()
        if not (kept and _there(folder, name, other, runs))
    }
    given = []
    for name, other in todo.items():
        job = Job(place(folder, name), len(runs), force=True, resume=True, report=False)
        given.append((name, other.plain(), other._folder, job))
    first, length = scenario.steps, scenario.steps * len(runs)
    everything = first + length * len(given)
    try:
        if given:
            if progress is not None:
                said = f"the run itself comes first, once more: {first} of {everything} steps"
                print(f"habsburg: {said}", file=sys.stderr)
            _repeat(scenario, folder, runs[0], lambda done, _: tell(progress, done, everything))
            if not kept:
                _begin(folder, here)
        if min(workers, len(given)) > 1:
            for done in in_processes(_without, given, workers):
                tell(progress, first + done * length, everything)
        else:
            for i, arguments in enumerate(given):

                def step(done: int, _: int, before: int = first + i * length) -> None:
                    tell(progress, before + done, everything)

                _without(*arguments, step)
    except (KeyboardInterrupt, Interrupted):
        raise Interrupted(
            "interrupted; the same command continues from the last checkpoint"
        ) from None
    return stored(folder, runs)


def stored(folder: Path, runs: Sequence[Run]) -> Ablation:
    """What there is of the ablation of a run directory, read from disk.

    Where the scenario can no longer be read, there is none; and none counts of which it is not
    known that the program that made it repeated the run. Which program that was does not matter:
    what is subtracted was made by one.
    """
    try:
        wanted = without_each(_scenario(folder, runs))
    except ValueError:  # BadTable too
        return Ablation(runs)
    known = _made_by(folder) is not None
    there = {
        name: _there(folder, name, other, runs) if known else [] for name, other in wanted.items()
    }
    together = there.pop(TOGETHER, [])
    return Ablation(
        runs,
        {name: found for name, found in there.items() if found},
        tuple(name for name, found in there.items() if not found),
        together,
    )


def place(folder: Path, name: str) -> Path:
    """The run directory of the scenario without a mechanism."""
    return folder / ABLATION / name.replace(" ", "-")


def _made_by(folder: Path) -> str | None:
    """The program that made the ablation of a run directory; None where that is not known."""
    note = folder / ABLATION / PROGRAM
    return note.read_text(encoding="utf-8").strip() if note.is_file() else None


def _begin(folder: Path, here: str) -> None:
    """Drop what another program made, half-done runs too, and note which one goes on."""
    shutil.rmtree(folder / ABLATION, ignore_errors=True)
    (folder / ABLATION).mkdir()
    (folder / ABLATION / PROGRAM).write_text(here + "\n", encoding="utf-8")


def _repeat(scenario: Scenario, folder: Path, stored: Run, progress: Progress) -> None:
    """Run the first replicate again; refuse it where its metrics come out otherwise."""
    again = Execution(scenario).finish(progress)
    if not same_table(stored.metrics, again.metrics):
        raise ScenarioError(
            f"{folder}: given a run that this program no longer repeats (its metrics differ), "
            "allowed one that `run.py replay` finds equal: run it again"
        )


def _without(
    name: str,
    plain: dict[str, Any],
    tables: Path | None,
    job: Job,
    progress: Progress | None = None,
) -> None:
    try:
        execute(Scenario.parse(plain, tables), job, progress)
    except ValueError as error:
        raise ScenarioError(f"ablate, without {name}: {error}") from error


def _scenario(folder: Path, runs: Sequence[Run]) -> Scenario:
    """The scenario that all replicates of a run directory have, its tables as they were."""
    numbers = [run.manifest.get("replicate") for run in runs]
    if numbers != list(range(len(runs))):
        raise ScenarioError(
            f"ablate: given a run of the replicates {numbers}, allowed one of 0, 1, 2, ... (the "
            "folder of all replicates)"
        )
    if any(run.scenario != runs[0].scenario for run in runs):
        raise ScenarioError("ablate: given replicates of different scenarios, allowed of one")
    first = parts(folder)[0]
    scenario = scenario_of(runs[0], first).with_(lineage=0)
    for name, domain in make_domains(scenario).items():
        if runs[0].manifest.get("data", {}).get(name) != domain.digest:
            raise ScenarioError(
                f"ablate: the table of domain {name!r} is not the one this run was made from"
            )
    return scenario


def _there(folder: Path, name: str, wanted: Scenario, runs: Sequence[Run]) -> list[Run]:
    """The runs without a mechanism, where they are there, whole, and of this very scenario."""
    at = place(folder, name)
    if not is_run(at):
        return []
    try:
        found = [loaded(part, ("metrics",)) for part in parts(at)]
    except ScenarioError:
        return []
    keys = [(run.manifest.get("replicate"), run.manifest.get("data")) for run in found]
    same = all(run.scenario == wanted.plain() for run in found)
    asked = [(run.manifest.get("replicate"), run.manifest.get("data")) for run in runs]
    return found if same and keys == asked else []

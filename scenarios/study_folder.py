"""The folder of a study: what says which it is, its runs (`scenarios.shards`), its comparison."""

import json
import re
from pathlib import Path

import pandas as pd

from scenarios import shards
from scenarios.complaints import ScenarioError
from scenarios.study import Study
from scenarios.written import is_aside, sweep, written

NOTE, COMPARISON = "study.json", "comparison.parquet"
OURS = {
    *(NOTE, COMPARISON, shards.RUNS, shards.FAILED),
    *("report.html", "figures", "experiments.csv", "outcomes.csv"),
}


def open_folder(study: Study, out: Path) -> None:
    """Make the folder of a study, or see that it is this one's.

    Runs are known by their content. One that was being made when its process was killed, or
    whose `study.json` the loss of power left empty, is therefore taken as this study's.

    Raises:
        ScenarioError: it is that of something else; nothing in it is changed.
    """
    if out.exists() and not out.is_dir():
        raise ScenarioError(f"out: given {out}, which is a file; allowed a folder")
    note = out / NOTE
    said = note.read_bytes().strip(b"\0 \n") if note.is_file() else b""
    if said:
        _check_same(study, out, said)
    elif out.is_dir() and not _begun(out):
        raise ScenarioError(f"out: given {out}, which exists and is not a study; allowed a new one")
    (out / shards.RUNS).mkdir(parents=True, exist_ok=True)
    for folder in (out, out / shards.RUNS):
        sweep(folder)
    asked = {"digest": study.digest, "study": study.model_dump(mode="json")}
    written(note, json.dumps(asked, indent=1).encode())


def store_comparison(table: pd.DataFrame, out: Path) -> None:
    """The comparison as Parquet, complete or not at all."""
    written(out / COMPARISON, shards.as_parquet(table))


def _check_same(study: Study, out: Path, said: bytes) -> None:
    """Raise where what is known of a folder is another study."""
    try:
        known = json.loads(said)["study"]
        name = str(known["name"])
    except (ValueError, KeyError, TypeError) as error:
        raise ScenarioError(
            f"out: given {out}, whose {NOTE} cannot be read; allowed a new folder, or this one "
            f"without {NOTE}, where the runs that are there are used"
        ) from error
    try:
        same = Study.parse(known).digest == study.digest
    except ScenarioError:  # asked of another version of the program
        same = False
    if not same:
        raise ScenarioError(
            f"out: given {out}, which holds another study ({name!r} as it was asked then); "
            "allowed a new folder, or the same study"
        )


def _begun(out: Path) -> bool:
    """Whether all that a folder holds is what a study writes: its runs, and what follows them."""
    names = {path.name for path in out.iterdir() if not is_aside(path)}
    runs = out / shards.RUNS
    return not names or (
        names <= OURS
        and runs.is_dir()
        and all(is_aside(run) or re.fullmatch("[0-9a-f]{32}", run.name) for run in runs.iterdir())
    )

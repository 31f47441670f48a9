"""Runs of a study on disk: each under the hash of its content, whole or not there at all.

`DIR/runs/HASH/` holds `metrics.parquet` (a row a step), `agents.parquet` (a row a step and agent)
and `manifest.json`; a run that failed leaves `DIR/failed/HASH.json`, with its cause. What a run
is, its hash says: scenario, replicate, tables of facts, and the program that makes it.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.execution import Execution
from scenarios.scenario import Scenario

RUNS, FAILED = "runs", "failed"
Files = dict[str, bytes]
UNNAMED = ("name", "title", "question", "notes", "control")
"""Fields of a scenario that no number of a run depends on."""


def content(
    scenario: Scenario, replicate: int, digests: Mapping[str, str], made_by: str = ""
) -> str:
    """The hash of a run, 32 hexadecimal digits.

    Args:
        scenario: what is run.
        replicate: which replicate of it.
        digests: of what its domains are made from, by name.
        made_by: the program (`scenarios.program`).
    """
    plain = {key: value for key, value in scenario.plain().items() if key not in UNNAMED}
    said = json.dumps([plain, replicate, dict(digests), made_by], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def made(plain: Mapping[str, Any], folder: str | None, replicate: int) -> Files:
    """Run one replicate of a scenario; the files of its shard. Called in workers.

    Args:
        plain: the scenario as plain data.
        folder: where its files are.
        replicate: which one.
    """
    scenario = Scenario.parse(plain, None if folder is None else Path(folder))
    execution = Execution(scenario, replicate)
    execution.advance()
    run = execution.result()
    known = json.dumps(run.manifest, indent=1, sort_keys=True)
    return {
        "metrics.parquet": _parquet(run.metrics),
        "agents.parquet": _parquet(run.agents),
        "manifest.json": known.encode(),
    }


def put(study: Path, key: str, files: Files) -> None:
    """Store a run as it ends: written aside, brought to the disk, then renamed."""
    place = study / RUNS / key
    aside = study / RUNS / f".{key}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, given in files.items():
        with (aside / name).open("wb") as file:
            file.write(given)
            file.flush()
            os.fsync(file.fileno())
    aside.rename(place)
    (study / FAILED / f"{key}.json").unlink(missing_ok=True)


def there(study: Path, key: str) -> bool:
    """Whether a run is stored."""
    return (study / RUNS / key / "manifest.json").is_file()


def read(study: Path, key: str, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of a table of a stored run.

    Raises:
        ValueError: it is damaged.
    """
    place = study / RUNS / key / f"{table}.parquet"
    try:
        return pq.read_table(place, columns=list(columns)).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise ValueError(
            f"{place}: given a run that cannot be read ({type(error).__name__}), allowed what the "
            "study wrote: remove its folder to have it run again"
        ) from error


def fail(study: Path, key: str, about: Mapping[str, Any], cause: str) -> None:
    """Note that a run failed, and why."""
    place = study / FAILED / f"{key}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(".new")
    aside.write_text(json.dumps({**about, "cause": cause}, indent=1), encoding="utf-8")
    aside.rename(place)


def failures(study: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """What is known of those that failed, in the order of the keys."""
    found = []
    for key in keys:
        place = study / FAILED / f"{key}.json"
        if place.is_file() and not there(study, key):
            found.append(json.loads(place.read_text(encoding="utf-8")))
    return found


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return sink.getvalue()

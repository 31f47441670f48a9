"""Runs of a study on disk: each under the hash of its content, whole or not there at all.

`DIR/runs/HASH/` holds `metrics.parquet` (a row a step), `agents.parquet` (a row a step and agent)
and `manifest.json`; a run that failed leaves `DIR/failed/HASH.json`, with its cause. What a run
is, its hash says: scenario, replicate, tables of facts, and the program that makes it.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.written import written, written_together

RUNS, FAILED = "runs", "failed"
TABLES = ("metrics", "agents")
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
        **{f"{table}.parquet": as_parquet(getattr(run, table)) for table in TABLES},
        "manifest.json": known.encode(),
    }


def put(study: Path, key: str, files: Files) -> None:
    """Store a run as it ends, in place of a damaged one; what another process stored stays."""
    place = study / RUNS / key
    try:
        written_together(place, files)
    except OSError:
        if not place.is_dir():
            raise
        if not sound(study, key):
            shutil.rmtree(place)
            written_together(place, files)
    (study / FAILED / f"{key}.json").unlink(missing_ok=True)


def there(study: Path, key: str) -> bool:
    """Whether a run is stored."""
    return (study / RUNS / key / "manifest.json").is_file()


def sound(study: Path, key: str) -> bool:
    """Whether a run is stored and can be read: not damaged by a disk or by hand."""
    place = study / RUNS / key
    try:
        for table in TABLES:
            pq.read_table(place / f"{table}.parquet", use_threads=False)
    except (OSError, pa.ArrowException):
        return False
    return there(study, key)


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
            "study wrote: the same command makes it again"
        ) from error


def fail(study: Path, key: str, about: Mapping[str, Any], cause: str) -> None:
    """Note that a run failed, and why; of one that was damaged nothing is left."""
    shutil.rmtree(study / RUNS / key, ignore_errors=True)
    place = study / FAILED / f"{key}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    written(place, json.dumps({**about, "cause": cause}, indent=1).encode())


def failures(study: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """What is known of those that failed, in the order of the keys."""
    found = []
    for key in keys:
        place = study / FAILED / f"{key}.json"
        if place.is_file():
            found.append(json.loads(place.read_text(encoding="utf-8")))
    return found


def as_parquet(frame: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return sink.getvalue()

"""The folder of a study: what says which it is, its runs (`scenarios.shards`), its comparison."""

import json
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios import shards
from scenarios.complaints import ScenarioError
from scenarios.study import Study

COMPARISON = "comparison.parquet"


def open_folder(study: Study, out: Path) -> None:
    """Make the folder of a study, or see that it is this one's.

    Raises:
        ScenarioError: it is that of something else.
    """
    note = out / "study.json"
    if out.exists() and not out.is_dir():
        raise ScenarioError(f"out: given {out}, which is a file; allowed a folder")
    if note.is_file():
        try:
            known = json.loads(note.read_text(encoding="utf-8"))
            same = known["digest"] == study.digest
            name = str(known["study"]["name"])
        except (ValueError, KeyError, TypeError) as error:
            raise ScenarioError(f"out: given {out}, whose study.json cannot be read") from error
        if not same:
            raise ScenarioError(
                f"out: given {out}, which holds another study ({name!r} as it was asked then); "
                "allowed a new folder, or the same study"
            )
    elif out.is_dir() and any(out.iterdir()):
        raise ScenarioError(f"out: given {out}, which exists and is not a study; allowed a new one")
    out.mkdir(parents=True, exist_ok=True)
    (out / shards.RUNS).mkdir(exist_ok=True)
    aside = out / "study.new"
    said = {"digest": study.digest, "study": study.model_dump(mode="json")}
    aside.write_text(json.dumps(said, indent=1), encoding="utf-8")
    aside.rename(note)


def store_comparison(table: pd.DataFrame, out: Path) -> None:
    """The comparison as Parquet, complete or not at all."""
    place = out / COMPARISON
    aside = place.with_suffix(".new")
    with aside.open("wb") as file:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), file)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(place)

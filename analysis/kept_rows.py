"""The rows of one table while a run goes on: the latest in memory, older ones on disk."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

HELD = 2**24
"""Bytes of one table held in memory: with four tables 64 MiB, which ordinary runs never reach."""
OBJECT = 112
"""Bytes of a column beside its numbers, or of a number by itself."""

Part = Mapping[str, Any]


class KeptRows:
    """One table, to which rows are added and from which none goes.

    Args:
        join: a table from its parts, in order; each a mapping from column to value or values.
        limit: bytes held in memory, about, before what is held is written to a temporary file.
    """

    def __init__(
        self, join: Callable[[list[Part]], pd.DataFrame] | None = None, limit: int = HELD
    ) -> None:
        self.limit = limit
        self._join = join or joined
        self._parts: list[Part] = []
        self._bytes = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: list[Path] = []

    def append(self, part: Part) -> None:
        """Add rows, the columns as in all others."""
        self._parts.append(part)
        self._bytes += sum(OBJECT + 8 * np.size(column) for column in part.values())
        if self._bytes > self.limit:
            self._spill()

    def table(self) -> pd.DataFrame:
        """All rows, in order, the same whether they were held or written; empty without any."""
        held = self._join(self._parts)
        if not self._files:
            return held
        written = [pa.ipc.open_file(pa.memory_map(str(file))).read_all() for file in self._files]
        if self._parts:
            written.append(pa.Table.from_pandas(held, preserve_index=False))
        whole = pa.concat_tables(written, promote_options="permissive")
        frame: pd.DataFrame = whole.combine_chunks().to_pandas()
        return frame

    def latest(self, most: int) -> list[Part]:
        """The last parts held, `most` at most; those on disk are not read."""
        return self._parts[-most:]

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="rows-")
        table = pa.Table.from_pandas(self._join(self._parts), preserve_index=False)
        file = Path(self._folder.name) / f"{len(self._files):05d}.arrow"
        with pa.ipc.new_file(file, table.schema) as part:
            part.write_table(table)
        self._files.append(file)
        self._parts, self._bytes = [], 0


def joined(parts: list[Part]) -> pd.DataFrame:
    """One table of the rows of several parts, given as columns of the same names."""
    if not parts:
        return pd.DataFrame()
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame(columns)


def parted(table: pd.DataFrame) -> list[Part]:
    """The only part of a table that was stored whole."""
    return [{str(name): table[name].to_numpy() for name in table}] if len(table.columns) else []

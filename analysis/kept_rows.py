"""The rows of one table while a run goes on: the latest in memory, older ones on disk."""

import tempfile
from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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
        self._bytes += _size(part)
        if self._bytes > self.limit:
            self._spill()

    def table(self) -> pd.DataFrame:
        """All rows, in order, the same whether they were held or written; empty without any."""
        held = self._join(self._parts)
        if not self._files:
            return held
        written = self.written()
        if self._parts:
            written.append(pa.Table.from_pandas(held, preserve_index=False))
        whole = pa.concat_tables(written, promote_options="permissive")
        frame: pd.DataFrame = whole.to_pandas()
        return frame

    def held(self) -> list[Part]:
        """The parts in memory, in order; those before them are `written`."""
        return self._parts

    def written(self) -> list[pa.Table]:
        """The rows on disk, in order, mapped into memory, not read."""
        return [_mapped(file) for file in self._files]

    def found(
        self,
        most: int,
        latest: bool = True,
        wanted: Mapping[str, str] | None = None,
        **equal: str,
    ) -> list[Part]:
        """The latest or the first parts, at most so many, with these words in these columns.

        A part on disk is the rows of one step, of which only the `wanted` ones are read, with these
        words in these columns. What is on disk is looked through only where what is in memory
        does not do.
        """
        found: list[Part] = []
        sources: list[Path | None] = [*self._files, None]
        for source in reversed(sources) if latest else sources:
            parts = self._parts if source is None else _steps(source, {**equal, **(wanted or {})})
            fit = [p for p in parts if all(p[name][0] == word for name, word in equal.items())]
            found += reversed(fit) if latest else fit
            if len(found) >= most:
                break
        return found[:most][::-1] if latest else found[:most]

    def _spill(self) -> None:
        """Write the older half of the parts in memory."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="rows-")
        old = self._parts[: -(len(self._parts) // 2) or None]
        table = pa.Table.from_pandas(self._join(old), preserve_index=False)
        file = Path(self._folder.name) / f"{len(self._files):05d}.arrow"
        with pa.ipc.new_file(file, table.schema) as part:
            part.write_table(table)
        self._files.append(file)
        self._parts = self._parts[len(old) :]
        self._bytes = sum(map(_size, self._parts))


def _steps(file: Path, equal: Mapping[str, str]) -> list[Part]:
    """Rows on disk with these words in these columns, those of a step together."""
    table = _mapped(file)
    fits = [pc.equal(table[column], word) for column, word in equal.items()]
    rows = table.filter(reduce(pc.and_, fits))
    columns = {name: rows[name].to_numpy() for name in rows.column_names}
    ends = np.flatnonzero(np.diff(columns["step"], append=-1))
    starts = [0, *(ends[:-1] + 1).tolist()]
    return [
        {name: column[start : end + 1] for name, column in columns.items()}
        for start, end in zip(starts, ends.tolist(), strict=False)
    ]


def _mapped(file: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(file))).read_all()


def _size(part: Part) -> int:
    """Bytes of a part, about."""
    return sum(OBJECT + 8 * np.size(column) for column in part.values())


def joined(parts: list[Part]) -> pd.DataFrame:
    """One table of the rows of several parts, given as columns of the same names."""
    if not parts:
        return pd.DataFrame()
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame(columns)


def parted(table: pd.DataFrame) -> list[Part]:
    """The only part of a table that was stored whole."""
    return [{str(name): table[name].to_numpy() for name in table}] if len(table.columns) else []

"""Tables of things to know: reading a CSV file into a `Table`, or one plain sentence why not.

A table has the columns `name`, `weight`, `value` and, if wished, `group`; other columns are
ignored. What a table means to a simulation is left to the domains that read it.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ecosystem.domains.files import decoded, find, short

SHIPPED = {
    name: Path(__file__).resolve().parents[2] / "data" / f"{name}.csv"
    for name in ("birds", "history")
}
MOST_ROWS = 2_000_000
MOST_BYTES = 2**28
REQUIRED = ("name", "weight", "value")


class BadTable(ValueError):
    """A table that cannot be used: one sentence with the file, line, column and what is allowed."""


@dataclass(frozen=True, slots=True)
class Table:
    """K rows as columns, each a tuple of length K.

    `weights` are document weights, finite, >= 0 and not all zero, on any scale; `lines` are the
    rows' 1-based lines in `source`, for messages.
    """

    source: str
    names: tuple[str, ...]
    weights: tuple[float, ...]
    values: tuple[str, ...]
    groups: tuple[str, ...]
    lines: tuple[int, ...]

    @property
    def digest(self) -> str:
        """sha256 of what the table says, whatever the file's name, layout or extra columns."""
        digest = sha256()
        for row in zip(self.names, self.weights, self.values, self.groups, strict=True):
            digest.update(json.dumps(row).encode() + b"\n")
        return digest.hexdigest()


def find_table(table: str, folder: Path | None = None) -> Path:
    """The file of a shipped name or a path; a relative path starts at `folder`, else at the cwd.

    Raises `BadTable` if there is no such file.
    """
    return find("table", table, SHIPPED, folder, "a CSV file", BadTable)


def read_table(path: Path) -> Table:
    """Read a UTF-8 CSV file (with or without a byte order mark; blank lines are skipped).

    Cells are stripped of surrounding blanks. Without a `group` column all rows are in the group
    "all". Raises `BadTable` for anything that is not such a table.
    """
    rows = _rows(decoded(path, MOST_BYTES, "a CSV file", BadTable), path.name)
    line, header = next(rows, (1, []))
    column = _columns(header, f"{path.name}, line {line}")
    lines: list[int] = []
    weights: list[float] = []
    cells: dict[str, list[str]] = {name: [] for name in column}
    seen: dict[str, int] = {}
    for line, row in rows:
        where = f"{path.name}, line {line}"
        if len(lines) == MOST_ROWS:
            raise BadTable(f"{where} is row {MOST_ROWS + 1:,}; at most {MOST_ROWS:,} are allowed.")
        if len(row) != len(header):
            raise BadTable(
                f"{where} has {len(row)} cells; it must have {len(header)}, as the header."
            )
        for name, place in column.items():
            cell = row[place]
            if not cell:
                raise BadTable(f"{where}, column {name} is empty; {_EMPTY[name]}.")
            cells[name].append(cell)
        first = seen.setdefault(cells["name"][-1], line)
        if first != line:
            raise BadTable(
                f"{where}, column name is {short(cells['name'][-1])}, which line {first} "
                "has already; names must be different."
            )
        weights.append(_weight(cells["weight"][-1], where))
        lines.append(line)
    if not lines:
        raise BadTable(f"{path.name} has no rows; at least one is needed below the header.")
    if not any(weights):
        raise BadTable(f"{path.name}, column weight is 0 in every row; one must be above 0.")
    return Table(
        source=path.name,
        names=tuple(cells["name"]),
        weights=tuple(weights),
        values=tuple(cells["value"]),
        groups=tuple(cells.get("group", ["all"] * len(lines))),
        lines=tuple(lines),
    )


def numbered_table(source: str, weights: Sequence[float]) -> Table:
    """Items "item 1", "item 2", ... of these weights, of which nothing is known but "true"."""
    count = len(weights)
    return Table(
        source=source,
        names=tuple(f"item {place}" for place in range(1, count + 1)),
        weights=tuple(weights),
        values=("true",) * count,
        groups=("all",) * count,
        lines=tuple(range(1, count + 1)),
    )


def natural_order(text: str) -> tuple[list[str | tuple[int, str]], str]:
    """Sort key under which the numbers in a text count as numbers, however long they are."""
    parts: list[str | tuple[int, str]] = []
    for place, part in enumerate(re.split(r"([0-9]+)", text)):
        digits = part.lstrip("0")
        parts.append((len(digits), digits) if place % 2 else part)
    return parts, text


_EMPTY = {
    "name": "every row needs a name of its own",
    "weight": "it must be a number, 0 or more",
    "value": "an unknown value is not allowed, since it is what the simulation holds to be true",
    "group": "every row needs a group, or leave the column out",
}


def _rows(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTable(
                f"{source}, line {line} is not CSV ({error}); quote cells that hold commas, "
                "quotes or line breaks."
            ) from error
        if row:
            yield line, [cell.strip() for cell in row]


def _columns(header: list[str], where: str) -> dict[str, int]:
    """Where in a row each column of ours is."""
    names = [name.lower() for name in header]
    allowed = f"a header must have {', '.join(REQUIRED)} and may have group, split by commas"
    for name in REQUIRED:
        if name not in names:
            given = ", ".join(short(cell) for cell in header[:6]) or "nothing"
            raise BadTable(f"{where} has no column {name}, but {given}; {allowed}.")
    columns = {name: names.index(name) for name in (*REQUIRED, "group") if name in names}
    for name in columns:
        if names.count(name) > 1:
            raise BadTable(f"{where} has the column {name} {names.count(name)} times; {allowed}.")
    return columns


def _weight(cell: str, where: str) -> float:
    try:
        weight = float(cell) if "_" not in cell else math.nan
    except ValueError:
        weight = math.nan
    if not 0 <= weight < math.inf:
        raise BadTable(f"{where}, column weight is {short(cell)}; {_EMPTY['weight']}.")
    return weight

"""Publishing in one domain of rows: the same counts, of voices and documents instead of cells."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ecosystem.blend import padded
from ecosystem.contents import Contents, Voice, roomy
from ecosystem.corpus import Rows
from ecosystem.domains.domain import RowsDomain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger
from ecosystem.sampling import Floats, Generator, Urn
from ecosystem.shelves import Ints, Marking
from ecosystem.stock import Stock
from ecosystem.web import Site

NEGLIGIBLE = 1e-15
"""Of all documents of a shelf: a former voice that has faded to less on every one is dropped."""
MOST_DOCUMENTS = 200_000
"""Finite documents that may stand in a domain of rows, where each is kept by itself."""


class RowStock(Stock):
    """A stock whose columns are what its `contents` say, and come and go.

    What authors can write is counted by human cells and by author (a model writes from its
    voice). On an unlimited shelf that becomes so many documents of a human cell or of a voice,
    as it was when it was published; on a finite one the documents themselves, each a column.
    All laws of drawing, ageing and marking are those of counts.

    Attributes:
        contents: what stands behind the columns of `cells`.
    """

    dense: ClassVar[bool] = False
    domain: RowsDomain

    def __init__(
        self,
        domain: RowsDomain,
        sites: list[Site],
        authors: list[str],
        draws: Draws,
        ledger: Ledger,
    ) -> None:
        self.contents = Contents(domain)
        super().__init__(domain, sites, authors, draws, ledger)
        self.shape = (self.cells.shape[1], 1)
        self._voice: dict[int, Voice] = {}
        self._column: dict[int, int] = {}
        self._waiting: list[tuple[str, int, Floats]] = []
        self._documents = 0.0  # of all that waits

    def human_voices(self) -> Floats:
        return self.voices[:, : self.contents.human]

    def speak(self, row: int, voice: Voice | None) -> None:
        """What a model writes from now on."""
        self._column.pop(row, None)
        self.voices[row] = 0.0
        if voice is not None:
            self._voice[row] = voice
            self.voices[row, self.contents.human + row] = 1.0

    def corpus(self, drawn: Floats, rng: Generator) -> Rows:
        return Rows(self.contents.written(*_some(drawn.ravel()), rng))

    def drawn(self, urn: Urn, n: int, rng: Generator, out: Floats | None = None) -> Rows:
        return Rows(self.contents.written(*urn.some(rng, n), rng))

    def nothing(self) -> Rows:
        return Rows(np.zeros((0, self.domain.width), dtype=self.domain.dtype))

    def put_right(self, step: int, policy: str, correct: Any) -> None:
        """Nothing: of a document that is kept as it is nobody knows how to mend it."""

    def settle(self, step: int, marking: Marking | None = None) -> None:
        """End the publishing phase; every author writes its finite documents in one go."""
        super().settle(step, marking)
        human = self.contents.human
        waiting = sorted(self._waiting, key=lambda each: each[0])
        self._waiting, self._documents = [], 0.0
        if not waiting:
            return
        counts = np.array([new[human:] for _, _, new in waiting]).astype(np.int64)
        told: dict[int, list[Any]] = {}
        for author in np.flatnonzero(counts.any(axis=0)).tolist():
            rng = self.draws.stream("content", step, self.authors[author], self.domain.name)
            ends = np.cumsum(counts[:, author])
            written = self._voice[author].write(int(ends[-1]), rng).rows
            told[author] = np.split(written, ends[:-1])
        for i, (key, row, new) in enumerate(waiting):
            rng = self.draws.stream("content", step, f">{key}", self.domain.name)
            parts = [self.contents.written(*_some(new[:human]), rng)]
            parts += [told[author][i] for author in np.flatnonzero(counts[i]).tolist()]
            columns = self.contents.add_documents(np.concatenate(parts)).tolist()
            self._widen()
            self.cells[row, columns] = 1.0

    def age(self, step: int) -> None:
        """What is left of everything; what stands nowhere any more, or next to it, is dropped."""
        super().age(step)
        standing: Any = self.cells[:, : len(self.contents)]
        live = (standing > NEGLIGIBLE * self.size[:, None]).any(axis=0)
        stay = self.contents.keep(live)
        place = np.full(live.size, -1)
        place[stay] = np.arange(stay.size)
        columns = {row: int(place[old]) for row, old in self._column.items()}
        self._column = {row: column for row, column in columns.items() if column >= 0}
        self.cells = np.ascontiguousarray(self.cells[:, stay])
        self.shape = (self.cells.shape[1], 1)

    def state(self) -> dict[str, Any]:
        """What an interrupted run needs beside the arrays of every stock."""
        said = self.contents.by_author()
        found: dict[str, Any] = {
            "rows": self.contents.rows,
            "columns": np.array([column for column, _, _ in said], dtype=np.int64),
            "authors": np.array([author for _, author, _ in said], dtype=np.int64),
            "current": np.array([self._column.get(a) == c for c, a, _ in said], dtype=bool),
        }
        for column, _, voice in said:
            found |= {f"voice/{column}/{key}": value for key, value in voice.state().items()}
        return found

    def load(self, state: Mapping[str, Any], learners: Mapping[int, Any]) -> None:
        """Restore what `state` gave.

        Args:
            state: arrays by name.
            learners: by author, who knows what it writes now and can bring back a former voice.
        """
        self.contents.rows = state["rows"]
        self.contents.voices, self._column = {}, {}
        speaking = {row: learner for row, learner in learners.items() if not _silent(learner)}
        self._voice = {row: learner.voice() for row, learner in speaking.items()}
        given = zip(*(state[k].tolist() for k in ("columns", "authors", "current")), strict=True)
        for column, author, current in given:
            prefix = f"voice/{column}/"
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            voice = self._voice[author] if current else learners[author].voice_of(own)
            self.contents.voices[column] = author, voice
            if current:
                self._column[author] = column
        self.shape = (self.cells.shape[1], 1)

    # ------------------------------------------------------------------ as every stock

    @property
    def _voice_shape(self) -> tuple[int, int]:
        return self.contents.human + len(self.authors), 1

    def _silence(self) -> Floats:
        return np.zeros((padded(len(self.authors)), self._voice_shape[0]))

    def _number(self, cells: Floats) -> float:
        return float(cells[cells > 0].sum())  # no bit depends on columns that are not in use

    def _pour_plain(self, units: Any, mixed: Any, added: Floats) -> None:
        for u, new in zip(units.tolist(), mixed.take(units), strict=True):
            self._shelve(self._units[u], new, added, 0, "")

    def _put(self, row: int, new: Floats, step: int, key: str) -> None:
        human = self.contents.human
        if self._endless[self.site_of[row]]:
            columns = [self._own(author) for author in np.flatnonzero(new[human:]).tolist()]
            self._widen()
            self.cells[row, :human] += new[:human]
            self.cells[row, columns] += new[human:][new[human:] > 0]
            return
        self._documents += float(new.sum())
        if len(self.contents) + self._documents > MOST_DOCUMENTS:
            raise ValueError(
                f"domains.{self.domain.name}: given {new.sum():,.0f} documents more on "
                f"{self.key(row)} in step {step}, with which "
                f"{len(self.contents) + self._documents:,.0f} would stand, each kept by itself; "
                f"allowed at most {MOST_DOCUMENTS:,}: lower volumes (volume.by_domain) or sites "
                'whose documents are "unlimited"'
            )
        self._waiting.append((f"{key}>{self.key(row)}", row, new))

    def _own(self, author: int) -> int:
        """The column of an author's voice of now."""
        if author not in self._column:
            self._column[author] = self.contents.add_voice(author, self._voice[author])
        return self._column[author]

    def _widen(self) -> None:
        """A column in `cells` for all contents."""
        there, needed = self.cells.shape[1], len(self.contents)
        if needed > there:
            self.cells = np.pad(self.cells, ((0, 0), (0, roomy(needed) - there)))
            self.shape = (self.cells.shape[1], 1)


def _some(counts: Floats) -> tuple[Ints, Ints]:
    """The columns of which anything was drawn, and how much."""
    columns = np.flatnonzero(counts)
    return columns, counts[columns].astype(np.int64)


def _silent(learner: Any) -> bool:
    return learner is None or learner.blank

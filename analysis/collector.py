"""Rows of results: every meter read after every step, kept as columns; Mesa's data collector."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy, deepcopy
from functools import cache
from typing import Any

import mesa
import numpy as np
import pandas as pd

import analysis.meters
from analysis.exercise_view import ExerciseView
from analysis.kept_rows import KeptRows, parted
from analysis.meters.meter import Column, Meter
from analysis.prose_view import ProseView
from analysis.row_view import RowView, view_of
from analysis.view import DomainView, View
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain
from ecosystem.ecosystem import Ecosystem


@cache
def meter_classes() -> dict[str, type[Meter]]:
    """Every meter, found by its folder."""
    return discover(analysis.meters, Meter)


def costly(column: str) -> bool:
    """Whether a column, named without its domain, is measured in some rows only."""
    return any(meter.costly and column in meter.columns for meter in meter_classes().values())


def definitions(kinds: Any = "all") -> dict[str, Column]:
    """The definition of every column, by its name without the domain (`web.` kept)."""
    found: dict[str, Column] = {}
    for kind, meter in meter_classes().items():
        if kinds == "all" or kind in kinds:
            prefix = "web." if meter.of == "web" else ""
            found |= {f"{prefix}{name}": column for name, column in meter.columns.items()}
    return found


class Collector(mesa.DataCollector):
    """Mesa's data collector over the project's meters.

    Columns are named `domain.meter` or `web.meter`. In the table of steps a column measured on
    each model holds the mean over the models present; `.median`, `.min` and `.max` follow it.

    Args:
        scenario: what to read and how often (its fields meters, measure_every, costly_every,
            items, calendar, steps).

    Attributes:
        views: by domain what the latest row was read from, whose figures others may use again.
        memory: by domain what meters keep from row to row.
        row: the latest row of the table of steps.
        held: the rows of each table (`metrics`, `agents`, `items`, `samples`).
    """

    def __init__(self, scenario: Any) -> None:
        super().__init__()
        self.every = scenario.measure_every
        self.costly = scenario.measure_every * scenario.costly_every
        self.last = scenario.steps
        self.calendar = scenario.calendar
        self.keep_items = scenario.items
        chosen = meter_classes()
        if scenario.meters != "all":
            chosen = {kind: chosen[kind] for kind in scenario.meters}
        self.meters: list[Meter] = [meter() for meter in chosen.values()]
        self.memory: dict[str, dict[str, Any]] = {}
        self.views: dict[str, DomainView] = {}
        self.row: dict[str, Any] = {}
        self.held = _nothing()
        self._before: dict[str, dict[str, Any]] = {}
        self._labels: dict[str, Any] = {}

    def collect(self, world: Ecosystem) -> None:
        """Read every meter, on the steps that are measured."""
        step = world.steps
        if step % self.every and step != self.last:
            return
        row: dict[str, Any] = {"step": step, "date": self.calendar.at(step).isoformat()}
        self.row, self.views, self._before = row, {}, _copied(self.memory)
        present = world.present()
        columns: dict[str, Any] = {
            "step": np.full(len(present), step),
            "date": _text([row["date"]] * len(present)),
            "agent": _text([model.name for model in present]),
            "generation": np.array([model.generation for model in present], dtype=np.int64),
        }
        for meter in self.meters:
            if meter.of == "web":
                row |= {f"web.{name}": value for name, value in meter.measure(world).items()}
        for domain in world.domains:
            view = view_of(world, domain, self.memory.setdefault(domain, {}))
            self.views[domain] = view
            place = np.isin([model.row for model in present], view.rows)
            columns[f"{domain}.documents"] = _placed(view.documents, place)
            whole = step % self.costly == 0 or step == self.last
            for meter in self.meters:
                if meter.measures(view):
                    due = whole or not meter.costly
                    values = meter.measure(view) if due else _unknown(meter, view)
                    self._read(meter, values, view, row, columns, place)
            if self.keep_items and isinstance(view, View):
                self.held["items"].append(self._item_rows(view))
            if self.keep_items and isinstance(view, ExerciseView):
                self.held["items"].append(view.fates())
            if self.keep_items and whole and isinstance(view, RowView):
                for shown in view.shown():
                    self.held["samples"].append(_sample_rows(view, *shown))
        self.held["metrics"].append(row)
        self.held["agents"].append(columns)

    def _read(
        self,
        meter: Meter,
        values: Mapping[str, Any],
        view: DomainView,
        row: dict[str, Any],
        columns: dict[str, Any],
        place: Any,
    ) -> None:
        for name, column in meter.columns.items():
            key = f"{view.domain.name}.{name}"
            if column.each == "world":
                row[key] = float(values[name])
                continue
            columns[key] = _placed(values[name], place)
            known = np.asarray(values[name])[~np.isnan(values[name])]
            for suffix, statistic in _STATISTICS.items():
                row[f"{key}{suffix}"] = float(statistic(known)) if known.size else float("nan")

    def _item_rows(self, view: View) -> dict[str, Any]:
        """What became of every item: on the web, and among the models."""
        domain = view.domain
        items, votes = len(domain.items), view.votes
        favourite = votes.argmax(axis=1)
        labels = self._label_array(domain)
        each = np.arange(items)
        lead = view.web_leading
        return {
            "step": np.full(items, view.step),
            "domain": _text([domain.name] * items),
            "item": _text(domain.items),
            "group": _text(domain.groups)[domain.group_of],
            "truth": labels[:, 0],
            "web_documents": view.web_topics,
            "web_false": view.web_topics - view.web[:, 0],
            "web_says": np.where(lead >= 0, labels[each, np.maximum(lead, 0)], ""),
            "models_knowing": view.producible.sum(axis=0),
            "models_wrong": view.wrong.sum(axis=0),
            "models_say": np.where(votes.max(axis=1) > 0, labels[each, favourite], ""),
            "models_agreeing": votes.max(axis=1),
        }

    def _label_array(self, domain: Domain) -> Any:
        if domain.name not in self._labels:
            items, values = domain.shape
            labels = np.full((items, values), "", dtype=object)
            possible = domain.confusion > 0
            possible[:, 0] = True
            for item, slot in zip(*np.nonzero(possible), strict=True):
                labels[item, slot] = domain.label(int(item), int(slot))
            self._labels[domain.name] = labels
        return self._labels[domain.name]

    # ------------------------------------------------------------------ tables

    def metrics(self) -> pd.DataFrame:
        """A row a step measured."""
        return self.held["metrics"].table()

    def agents(self) -> pd.DataFrame:
        """A row a step measured and model present."""
        return self.held["agents"].table()

    def items(self) -> pd.DataFrame:
        """A row a step measured, domain and item; empty where items are not kept."""
        return self.held["items"].table()

    def samples(self) -> pd.DataFrame:
        """A row a number of a document that was kept; empty where no domain is of rows."""
        return self.held["samples"].table()

    def ended(self, world: Ecosystem) -> dict[str, pd.DataFrame]:
        """The four tables as they would be, had the run ended here: the last row is whole.

        The run goes on as if nobody had asked.
        """
        step, tables = world.steps, {name: getattr(self, name)() for name in self.held}
        measured = self.row.get("step") == step
        if measured and (step % self.costly == 0 or step == self.last):
            return tables
        end = copy(self)
        end.last, end.memory = step, _copied(self._before if measured else self.memory)
        end.held = _nothing()
        end.collect(world)
        if measured:
            tables = {k: t[t["step"] != step] if len(t) else t for k, t in tables.items()}
        rows = {name: getattr(end, name)() for name in tables}
        return {
            name: pd.concat([t for t in (table, rows[name]) if len(t)] or [table]).reset_index(
                drop=True
            )
            for name, table in tables.items()
        }

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """Mesa's view of `metrics`: indexed by step."""
        return self.metrics().set_index("step")

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Mesa's view of `agents`: indexed by step and agent."""
        table = self.agents().rename(columns={"step": "Step", "agent": "AgentID"})
        return table.set_index(["Step", "AgentID"])

    def restore(
        self,
        metrics: pd.DataFrame,
        agents: pd.DataFrame,
        items: pd.DataFrame,
        samples: pd.DataFrame,
        memory: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Continue from the tables of an interrupted run."""
        self.held = _nothing()
        for row in metrics.to_dict("records"):
            self.held["metrics"].append({str(name): value for name, value in row.items()})
        for name, table in (("agents", agents), ("items", items), ("samples", samples)):
            for part in parted(table):
                self.held[name].append(part)
        self.memory = {domain: dict(kept) for domain, kept in memory.items()}


def current_views(world: Ecosystem) -> dict[str, DomainView]:
    """By domain what a world looks like now: from its latest row if that is of now, else anew."""
    views: dict[str, DomainView] = getattr(world.datacollector, "views", {})
    if views and all(view.step == world.steps for view in views.values()):
        return views
    return {domain: view_of(world, domain, {}) for domain in world.domains}


def _copied(memory: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What meters keep, to be changed without changing it."""
    return {domain: deepcopy(dict(kept)) for domain, kept in memory.items()}


def _nothing() -> dict[str, KeptRows]:
    """Tables without rows."""
    tables = {name: KeptRows() for name in ("agents", "items", "samples")}
    return {"metrics": KeptRows(pd.DataFrame), **tables}


_STATISTICS: dict[str, Callable[[Any], Any]] = {
    "": np.mean,
    ".median": np.median,
    ".min": np.min,
    ".max": np.max,
}


def _unknown(meter: Meter, view: DomainView) -> dict[str, Any]:
    """The columns of a meter that is not read at a step."""
    models = np.full(len(view.models), np.nan)
    columns = meter.columns.items()
    return {name: models if one.each == "model" else np.nan for name, one in columns}


def _sample_rows(view: RowView, who: str, documents: Any) -> dict[str, Any]:
    """Documents, and as number -1 their average, a row a number; texts: a row a document."""
    if isinstance(view, ProseView):
        return _sample_texts(view, who, documents)
    shown = documents[: RowView.SHOWN]
    every = np.concatenate([documents.mean(axis=0, keepdims=True), shown])
    size, width = every.shape
    return {
        "step": np.full(every.size, view.step),
        "domain": _text([view.domain.name] * every.size),
        "who": _text([who] * every.size),
        "place": np.repeat(np.arange(size) - 1, width),
        "cell": np.tile(np.arange(width), size),
        "value": every.ravel(),
        "text": _text([""] * every.size),
    }


def _sample_texts(view: ProseView, who: str, documents: Any) -> dict[str, Any]:
    """Documents as people write them, a row a document; a number they have not."""
    texts = [view.domain.words(document) for document in documents[: RowView.SHOWN]]
    return {
        "step": np.full(len(texts), view.step),
        "domain": _text([view.domain.name] * len(texts)),
        "who": _text([who] * len(texts)),
        "place": np.arange(len(texts)),
        "cell": np.zeros(len(texts), dtype=np.int64),
        "value": np.full(len(texts), np.nan),
        "text": _text(texts),
    }


def _placed(values: Any, place: Any) -> Any:
    """Values of the models that learn a domain, among all present; NaN for the others."""
    spread = np.full(place.size, np.nan)
    spread[place] = values
    return spread


def _text(words: Sequence[str]) -> Any:
    return np.array(words, dtype=object)

"""The engine behind one page: a run that is stepped, changed on the way, asked and saved.

It lives in a process of its own (`scenarios.view.worker`) and speaks in plain data. Its answer to a
step is a frame: all that the page draws of that step.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analysis.card import card, falsehoods
from analysis.chronicle import Chronicle
from analysis.collector import current_views
from analysis.family_tree import family_tree
from analysis.item_story import generations, item_story
from analysis.panels import PANEL_METERS, Panel, panels
from analysis.pictures.style import FALSE, HUMAN, INK, MACHINE
from analysis.scene import Scene, Scenes
from analysis.stage import Stage
from analysis.traffic import traffic
from ecosystem.claim import Claim
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.lineage import bare, trace, watch_list
from scenarios.members import bound_policies
from scenarios.one_blas_thread import one_blas_thread
from scenarios.scenario import Scenario
from scenarios.store import write
from scenarios.view.course import Course
from scenarios.view.levers import levers
from scenarios.view.limits import MOST_STEPS

TOLD_FORMS = ("counts", "exercises")
"""Of domains whose items have a story."""
TREE_STEPS = 16
"""Steps of the family tree, the latest."""
INKS = {
    INK: "var(--hb-ink)",
    FALSE: "var(--hb-false)",
    HUMAN: "var(--hb-accent)",
    MACHINE: "var(--hb-machine)",
}
LETTERS = {MACHINE: "var(--hb-machine-ink)"}
"""Colours of lines and of numbers as the page calls them, which is light or dark."""
Plain = dict[str, Any]
Progress = Callable[[int, int], None]


class Engine:
    """The run that is seen.

    Args:
        scenario: as it begins; it may go on for `MOST_STEPS`.
        tell: called with the progress of long work, done and to do.
    """

    def __init__(self, scenario: Scenario, tell: Progress | None = None) -> None:
        self.course = Course(scenario)
        self._tell = tell or (lambda done, total: None)
        self.execution = Execution(scenario.with_(steps=MOST_STEPS))
        self.world = self.execution.world
        self.panels = panels(measured(self.world), list(scenario.domains))
        self.stage = Stage.of(scenario.plain())
        self._scenes = Scenes(self.stage)
        self._chronicle = Chronicle()

    def about(self) -> Plain:
        """What does not change while it runs."""
        scenario = self.course.base
        return {
            "name": scenario.name,
            "question": scenario.question,
            "seed": scenario.seed,
            "stage": self.stage.plain(),
            "panels": [about(panel) for panel in self.panels],
            "items": {
                name: list(domain.items) if domain.form in TOLD_FORMS else []
                for name, domain in self.world.domains.items()
            },
            "settings": self.settings(),
            "most_steps": MOST_STEPS,
        }

    def settings(self) -> Plain:
        """Where all levers stand."""
        return {
            "levers": {kind: self.course.settings(kind) for kind in levers()},
            "blocked": self.course.blocked(),
        }

    def frame(self, asked: Mapping[str, Any]) -> Plain:
        """All that the page draws of the latest step.

        Args:
            asked: what is open on the page: `card` (a node), `item` (domain and item), `tree`,
                `digits`.
        """
        views = current_views(self.world)
        scene: Scene = self._scenes.of(traffic(self.world))
        found: Plain = {
            "step": self.world.steps,
            "date": self.course.base.calendar.at(self.world.steps).isoformat(),
            "scene": {"members": scene.members, "lines": scene.lines, "carried": scene.carried},
            "values": values(self.panels, latest(self.world)),
            "events": [event.plain() for event in self._chronicle.read(self.world, views)],
        }
        return found | self.also(asked)

    def also(self, asked: Mapping[str, Any]) -> Plain:
        """What is open on the page beside what it always shows."""
        views, found = current_views(self.world), Plain()
        if asked.get("card"):
            found["card"] = card(self.world, views, asked["card"], self._chronicle.once)
        if asked.get("item"):
            found["item"] = item_story(self.world, views, *asked["item"])
        if asked.get("digits"):
            found["digits"] = {
                name: generations(self.world, name)
                for name, domain in self.world.domains.items()
                if domain.form != "counts"
            }
        if asked.get("tree"):
            tables = self.world.ledger.tables()
            found["tree"] = family_tree(*tables, asked["tree"], TREE_STEPS).plain()
        if asked.get("falsehoods"):
            found["falsehoods"] = falsehoods(self.world, views)
        return found

    def step(self, asked: Mapping[str, Any]) -> Plain:
        """One step of the loop."""
        with one_blas_thread():
            self.world.step()
            return self.frame(asked)

    def move(self, kind: str, changes: Mapping[str, float]) -> Plain:
        """Move a lever: it acts from the next step on.

        Raises:
            ScenarioError: the scenario does not allow it; nothing is changed.
        """
        return self._changed(self.course.move(kind, changes, self.world.steps))

    def block(self, name: str) -> Plain:
        """Put an author or a site on the list of those that nobody reads, or take it off."""
        site = name in self.stage.cast.sites
        return self._changed(self.course.block(name, site, self.world.steps))

    def scenario(self) -> Scenario:
        """The scenario that makes this run, as long as it has run."""
        return self.course.scenario(self.world.steps)

    def toml(self) -> str:
        """The scenario that makes this run as TOML; levers moved on the way are its policies."""
        return self.scenario().to_toml()

    def so_far(self) -> Plain:
        """The same for a follower."""
        scenario = self.scenario()
        folder = str(scenario._folder) if scenario._folder else None
        return {"plain": scenario.plain(), "folder": folder, "step": self.world.steps}

    def save(self) -> bytes:
        """The run so far as a run directory, zipped.

        Raises:
            ScenarioError: nothing has run yet.
        """
        if self.world.steps == 0:
            raise ScenarioError("download: nothing has run yet; allowed after the first step")
        scenario = self.scenario()
        execution = self.execution
        before, execution.scenario = execution.scenario, scenario
        try:
            run = execution.result()
        finally:
            execution.scenario = before
        with one_blas_thread():
            ended = self.world.datacollector.ended(self.world)
        for name, table in ended.items():
            setattr(run, name, table)
        if scenario.passes > 1:
            run.claims, run.prevalence = trace(scenario, 0, watch_list(run), self._tell)
        with tempfile.TemporaryDirectory(prefix="habsburg-save-") as folder:
            target = Path(folder) / scenario.name
            write(run, scenario, target)
            return zipped(target)

    def _changed(self, course: Course) -> Plain:
        scenario = course.scenario(self.world.steps + 1)
        kinship = any(policy.needs_kinship for policy in scenario.policies)
        if kinship and not self.world.ledger.kinships:
            raise ScenarioError(
                "policies: given one that asks for kinship, which a world of so many authors and "
                "sites does not keep on the page; allowed in smaller ones"
            )
        self.world.policies = bound_policies(scenario, self.world.draws)
        self.course = course
        return self.settings()


class Reference:
    """The same world on the same random draws, without any policy; only its curves are read.

    Args:
        scenario: as the run that is seen began.
    """

    def __init__(self, scenario: Scenario) -> None:
        kinds = [k for k in PANEL_METERS if scenario.meters == "all" or k in scenario.meters]
        changes = {"ledger": False, "kinship": False, "items": False, "lineage": 0, "control": {}}
        changes |= {"policies": [], "meters": kinds, "steps": MOST_STEPS}
        self.world = Execution(scenario.with_(changes)).world
        self.panels = panels(measured(self.world), list(scenario.domains))

    def frame(self) -> Plain:
        """The values of the panels after the latest step."""
        return {"step": self.world.steps, "values": values(self.panels, latest(self.world))}

    def step(self) -> Plain:
        """One step of the loop."""
        with one_blas_thread():
            self.world.step()
            return self.frame()


class Follower:
    """The run again with one falsehood watched from its first document on, then beside it.

    Args:
        scenario: the run so far.
        claim: the falsehood.
    """

    def __init__(self, scenario: Scenario, claim: Claim) -> None:
        self.scenario = bare(scenario, [claim.domain]).with_(steps=MOST_STEPS)
        self.claim = claim
        self.world = Execution(self.scenario, claims=[claim]).world

    def catch_up(self, step: int, progress: Progress) -> Plain:
        """Go as far as the run has come; its events until then."""
        with one_blas_thread():
            while self.world.steps < step:
                self.world.step()
                progress(self.world.steps, step)
        return self.events()

    def step(self) -> Plain:
        """One step of the loop."""
        return self.catch_up(self.world.steps + 1, lambda done, total: None)

    def change(self, plain: Plain, folder: str | None, step: int) -> Plain:
        """Take on the levers that were moved; its events so far."""
        scenario = Scenario.parse(plain, Path(folder) if folder else None)
        self.scenario = bare(scenario, [self.claim.domain]).with_(steps=MOST_STEPS)
        self.world.policies = bound_policies(self.scenario, self.world.draws)
        return self.events()

    def events(self) -> Plain:
        """Who came to assert it, and from whom it was taken, so far."""
        watch = self.world.stocks[self.claim.domain].watch
        assert watch is not None
        events = watch.events()
        prevalence = self.world.datacollector.prevalence()
        return {
            "claim": [self.claim.domain, self.claim.item, self.claim.value],
            "step": self.world.steps,
            "events": events.to_dict("records"),
            "prevalence": prevalence.to_dict("records"),
        }


def measured(world: Any) -> list[str]:
    """Columns of the table of steps that say something; nothing differs over a single group."""
    alone = {
        f"{name}.divergence_groups"
        for name, domain in world.domains.items()
        if len(getattr(domain, "groups", ())) < 2
    }
    return [column for column in world.datacollector.row if column not in alone]


def latest(world: Any) -> Mapping[str, Any]:
    """The row of the latest step, empty where that one is not measured."""
    row: Mapping[str, Any] = world.datacollector.row
    return row if row["step"] == world.steps else {}


def about(panel: Panel) -> Plain:
    """A panel as JSON knows it."""
    return {
        "title": panel.title,
        "domain": panel.domain,
        "unit": panel.unit,
        "better": panel.better,
        "lines": [
            vars(line)
            | {"colour": INKS.get(line.colour, line.colour)}
            | {"letters": LETTERS.get(line.colour, INKS.get(line.colour, line.colour))}
            for line in panel.lines
        ],
    }


def values(wanted: list[Panel], row: Mapping[str, Any]) -> list[list[float | None]]:
    """By line, panel after panel: mean, median, least and greatest over models, or one value."""
    found = []
    for panel in wanted:
        for line in panel.lines:
            ends = ("", ".median", ".min", ".max") if line.of_models else ("",)
            found.append([_number(row.get(line.column + end)) for end in ends])
    return found


def _number(value: Any) -> float | None:
    """Four digits; None where nothing is known."""
    return None if value is None or value != value else float(f"{value:.4g}")


def zipped(folder: Path) -> bytes:
    """A folder as a zip file, its name the first part of every name in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return made.getvalue()

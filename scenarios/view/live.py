"""The run of one visitor as Mesa's visualiser knows it: a model that can be stepped and reset."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import mesa

from scenarios.complaints import ScenarioError
from scenarios.view.settings import AS_GIVEN
from scenarios.view.worker import Worker, WorkerDied

Plain = dict[str, Any]
MOST_POINTS = 400
"""Points of a curve that are kept beside the latest; in longer runs every second one goes."""
MOST_EVENTS = 200
MOST_IN_VAIN = 100
"""Steps asked for after the last one before that is an error; Mesa's slider asks for no more."""
PACE = 0.15
"""Least seconds from the beginning of a step to that of the next, so that eyes can follow."""


class Live(mesa.Model):
    """A run and its paired reference, each in a process of its own, stepped side by side.

    Nothing of the engine lives here: what pages draw are the frames that the processes answer
    with, exchanged whole, so that no page reads what is being changed.

    Args:
        source: a shipped name, the path of a file of the user's own, or an upload's bytes.
        models, writing, temperature, floor, retention, seed: see `scenarios.view.settings`.

    Attributes:
        problem: why there is no run (any more), one sentence; "" while there is one.
        notice: what was refused last.
        refused: how often a lever was.
        about: what does not change while it runs (`Engine.about`), empty before it is open.
        frame: the latest step (`Engine.frame`).
        curves: steps, values of the run, values of the reference.
        events: what happened, the latest first.
        marks: steps after which a lever was moved.
        working: long work going on: what, done, to do.
    """

    def __init__(
        self,
        source: str | bytes = "habsburg",
        models: int | None = None,
        writing: float = 1.0,
        temperature: float = 1.0,
        floor: float | None = None,
        retention: str = AS_GIVEN,
        seed: int | str | None = None,
    ) -> None:
        super().__init__(rng=0)
        self.running = True
        self.source = source
        self.set = {
            "models": models,
            "writing": writing,
            "temperature": temperature,
            "floor": floor,
            "retention": retention,
            "seed": seed,
        }
        self.problem = self.notice = ""
        self.refused = 0
        self.about: Plain = {}
        self.frame: Plain = {}
        self.settings: Plain = {}
        self.curves: tuple[list[int], list[Any], list[Any]] = [], [], []
        self.events: list[Plain] = []
        self.marks: list[int] = []
        self.following: Plain = {}
        self.working: tuple[str, int, int] | None = None
        self.asked: Plain = {}
        self.engine_seconds = 0.0
        self._began = -PACE
        self._every = 1
        self._in_vain = 0
        self._lock = threading.RLock()
        self._changed: Callable[[], None] = lambda: None
        self._run: Worker | None = None
        self._reference: Worker | None = None
        self._follower: Worker | None = None
        self._closed = False

    @property
    def tick(self) -> int:
        """Steps done."""
        return int(self.frame.get("step", 0))

    def listen(self, changed: Callable[[], None]) -> None:
        """Say who is to be told that there is something new to draw."""
        self._changed = changed

    def open(self) -> None:
        """Build the worlds; takes some seconds. Where that fails `problem` says why."""
        with self._lock:
            if self.about or self.problem or self._closed:
                return
            given = {"source": self.source, "settings": self.set}
            try:
                self._run = Worker()
                self._reference = Worker()
                if self._closed:  # the page went while they were made
                    self._end()
                    return
                one = self._run.later("begin", role="engine", **given)
                other = self._reference.later("begin", role="reference", **given)
                begun, beside = one(), other()
            except (ScenarioError, WorkerDied) as error:
                self._fail(str(error))
                return
            self.settings = begun["about"].pop("settings")
            self._take(begun["frame"], beside)
            self.about = begun["about"]
        self._changed()

    def step(self) -> None:
        """One step of the run and of its reference; none where there is no run, or no more steps.

        Raises:
            RuntimeError: so many were asked for in vain that no page of this server asks for them.
        """
        self.open()
        time.sleep(max(0.0, self._began + PACE - time.perf_counter()))
        with self._lock:
            self.steps = self.tick  # Mesa counts what it asks for
            if self._run is None or self._reference is None or not self.running:
                self.running = False
                self._in_vain += 1
                if self._in_vain > MOST_IN_VAIN:
                    raise RuntimeError(f"{self._in_vain} steps asked for after the last one")
                return
            self._began = time.perf_counter()
            try:
                answers = self._run.later("step", asked=self.asked), self._reference.later("step")
                followed = self._follower.later("step") if self._follower else None
                frame, beside = (answer() for answer in answers)
            except (ScenarioError, WorkerDied) as error:
                self._fail(str(error))
                return
            self.engine_seconds = time.perf_counter() - self._began
            self._take(frame, beside)
            if followed:
                self._followed(followed)
            self.steps = self.tick
            if self.tick >= self.about["most_steps"]:
                self.running = False
                self.notice = (
                    f"steps: {self.tick} are done, the most the page does; `run.py run` goes on "
                    "with the settings that you can download"
                )

    def move(self, kind: str, name: str, value: float) -> None:
        """Move a lever."""
        if self.settings.get("levers", {}).get(kind, {}).get(name) == value:
            return
        label = f"{kind.replace('_', ' ')}: {name.replace('_', ' ')} {value:g}"
        self._change("move", label, kind=kind, changes={name: value})

    def block(self, name: str) -> None:
        """Put a member on the list of those that nobody reads, or take it off."""
        off = name in self.settings.get("blocked", ())
        self._change(
            "block", f"{name} is {'read again' if off else 'not read any more'}", name=name
        )

    def ask(self, **wanted: Any) -> None:
        """Say what is open on the page beside what it always shows, and fetch it at once."""
        with self._lock:
            self.asked = {k: v for k, v in {**self.asked, **wanted}.items() if v}
            fresh = {key: value for key, value in wanted.items() if value}
            if self._run is None or self.problem or not self.about:
                return
            gone = [key for key, value in wanted.items() if not value]
            frame = {key: value for key, value in self.frame.items() if key not in gone}
            if fresh:
                try:
                    frame |= self._run.ask("also", asked=fresh)
                except ScenarioError as error:  # nor is it asked for with the next step
                    self.asked = {k: v for k, v in self.asked.items() if k not in fresh}
                    self.notice = str(error)
                except WorkerDied as error:
                    self._fail(str(error))
            self.frame = frame

    def follow(self, claim: tuple[str, str, str] | None) -> None:
        """Follow a falsehood from its first document on; None: no longer."""
        with self._lock:
            self._unfollow()
            if claim is None or self._run is None or self.problem:
                return
            try:
                given = {"role": "follower", "claim": claim, **self._run.ask("so_far")}
            except WorkerDied as error:
                self._fail(str(error))
                return

            def begun() -> Any:
                self._follower = Worker(self._told_of("tracing it back to its first document"))
                if self._closed:  # the page went while it was made
                    self._follower.close()
                return self._follower.ask("begin", **given)

            self._followed(begun)
            self.working = None

    def toml(self) -> str:
        """The scenario that makes this run, with the levers moved on the way; "" if it is lost."""
        return str(self._fetched("toml") or "")

    def save(self) -> bytes:
        """The run so far as a zipped run directory; b"" if there is none, or it is lost."""
        return bytes(self._fetched("save") or b"")

    def close(self) -> None:
        """End the processes; safe to call twice."""
        self._closed = True
        self.running = False
        self._end()

    def _end(self) -> None:
        for worker in (self._run, self._reference, self._follower):
            if worker is not None:
                worker.close()

    def _fetched(self, task: str) -> Any:
        """What the run answers; None where it cannot, and `problem` or `notice` says why."""
        with self._lock:
            if self._run is None:
                return None
            self._run.told = self._told_of("tracing falsehoods for the download")
            try:
                return self._run.ask(task)
            except ScenarioError as error:
                self.notice = str(error)
            except WorkerDied as error:
                self._fail(str(error))
            finally:
                self.working = None
            return None

    def _followed(self, answer: Callable[[], Any]) -> None:
        """Take what the follower answers; where it cannot, nothing is followed any more."""
        try:
            self.following = answer()
        except (ScenarioError, WorkerDied) as error:
            self._unfollow()
            self.notice = str(error)

    def _unfollow(self) -> None:
        if self._follower is not None:
            self._follower.close()
        self._follower, self.following = None, {}

    def _change(self, task: str, label: str, **given: Any) -> None:
        with self._lock:
            if self._run is None or self.problem or not self.about:
                return
            self.notice = ""
            try:
                self.settings = self._run.ask(task, **given)
                if self._follower is not None:
                    self._followed(self._follower.later("change", **self._run.ask("so_far")))
            except ScenarioError as error:
                self.notice = str(error)
                self.refused += 1
                return
            except WorkerDied as error:
                self._fail(str(error))
                return
            if self.tick not in self.marks:
                self.marks = [*self.marks, self.tick]
            subject = label.rpartition(" ")[0]
            head = self.events[0] if self.events else {}
            if (head.get("step"), head.get("subject")) == (self.tick, subject):
                self.events = self.events[1:]  # one line for a drag
            self._happened({"step": self.tick, "kind": "lever", "text": label, "subject": subject})

    def _happened(self, event: Plain) -> None:
        self.events = [event, *self.events][:MOST_EVENTS]

    def _take(self, frame: Plain, beside: Mapping[str, Any]) -> None:
        """A new step to be drawn."""
        for event in reversed(frame.pop("events")):
            self._happened(event)
        self.frame = frame
        steps, own, others = self.curves
        keep = [i for i, step in enumerate(steps) if step % self._every == 0]
        if len(keep) >= MOST_POINTS:
            self._every *= 2
            keep = [i for i in keep if steps[i] % self._every == 0]
        self.curves = (
            [*(steps[i] for i in keep), frame["step"]],
            [*(own[i] for i in keep), frame["values"]],
            [*(others[i] for i in keep), beside["values"]],
        )

    def _fail(self, why: str) -> None:
        if self._closed:  # ended on purpose, while it was being asked
            return
        self.problem = why
        self.running = False
        self._end()
        self._changed()

    def _told_of(self, what: str) -> Callable[[int, int], None]:
        def told(done: int, total: int) -> None:
            self.working = what, done, total
            self._changed()

        return told

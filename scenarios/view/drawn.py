"""What the browser has drawn already, so that it is sent only what changed."""

from collections.abc import Mapping
from itertools import pairwise, takewhile
from typing import Any

Plain = dict[str, Any]


class Drawn:
    """One page's picture and curves as the browser has them.

    A step is sent only once the last one was painted, so that a slow browser skips steps instead of
    falling behind.
    """

    def __init__(self) -> None:
        self.scene: Plain = {}
        self.points: Plain = {}
        self.sent = -1
        self._run: Any = None
        self._waiting = False
        self._members: Plain = {}
        self._lines: Plain = {}
        self._steps: list[int] = []
        self._marks: list[int] = []

    def update(self, model: Any) -> None:
        """Make `scene` and `points` what is to be sent of a run now; unchanged where it waits."""
        if model is not self._run:
            self._run = model
            self.anew()
        frame = model.frame
        if frame and frame["step"] != self.sent and not self._waiting:
            self._send(frame, model)
        elif self._steps and model.marks != self._marks:
            self._curves(model)

    def anew(self) -> None:
        """The browser is to be sent all of the picture again."""
        self.sent, self._waiting = -1, False
        self._members, self._lines, self._steps = {}, {}, []

    def painted(self, step: int) -> bool:
        """The browser has drawn a step; whether there is a newer one for it."""
        if step == self.sent:
            self._waiting = False
        return bool(self._run is not None and self._run.tick != step)

    def _send(self, frame: Plain, model: Any) -> None:
        whole = self.sent < 0
        members, lines = frame["scene"]["members"], frame["scene"]["lines"]
        self.scene = {
            "step": frame["step"],
            "whole": whole,
            "members": _changed(self._members, members),
            "lines": _changed(self._lines, lines),
            "gone": [key for key in self._lines if key not in lines],
            "carried": frame["scene"]["carried"],
        }
        self._members, self._lines = members, lines
        self.sent, self._waiting = frame["step"], not whole
        self._curves(model)

    def _curves(self, model: Any) -> None:
        steps, own, others = model.curves
        pairs = zip(self._steps, steps, strict=False)
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        self._steps, self._marks = steps, model.marks
        self.points = {
            "kept": kept,
            "steps": steps[kept:],
            "own": own[kept:],
            "other": others[kept:],
            "marks": model.marks,
        }


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> Plain:
    return {key: list(mark) for key, mark in now.items() if before.get(key) != mark}


def spread(following: Mapping[str, Any], stage: Mapping[str, Any]) -> Plain:
    """Who asserts a followed falsehood now, and from whom each has it, on the stage.

    Args:
        following: the answer of a follower (`scenarios.view.engine`), empty where nothing is.
        stage: the plain stage.
    """
    if not following:
        return {"on": False, "holders": {}, "paths": []}
    spots = stage["spots"]
    authors = {spot["name"]: spot["id"] for spot in spots if spot["kind"] != "site"}
    sites = {spot["name"]: spot["id"] for spot in spots if spot["kind"] == "site"}
    now = {e["author"]: e for e in following["events"] if e["until"] == -1 and e["share"] >= 0.01}
    paths = {}
    for author, event in now.items():
        way = authors.get(event["source"]), sites.get(event["site"]), authors.get(author)
        read = f", read on {event['site']}" if event["site"] else ""
        text = f"{author} has it from {event['source']}{read}"
        for one, other in pairwise(end for end in way if end):
            key = f"{one}>{other}"
            paths[key] = {"key": key, "from": one, "to": other, "text": text}
    holders = {authors[a]: round(float(e["share"]), 2) for a, e in now.items() if a in authors}
    return {"on": True, "holders": holders, "paths": list(paths.values())}

"""What was changed by hand while a scenario ran, as policies that can be run again."""

import math
from collections.abc import Mapping
from typing import Any

from scenarios.complaints import ScenarioError
from scenarios.scenario import Scenario
from scenarios.view.levers import Lever, levers

Plain = dict[str, Any]
BLOCK = "blocklist"


class Course:
    """A scenario and the levers moved on the way.

    A lever moved after step t acts from step t + 1 on: what acted until then gets a stop, and the
    same policy with its new settings a start; what the scenario has it do later, it does not. Of
    several that act without an end the lever is the last. What acted before never changes, so that
    the whole course, run from its beginning, is the run that was seen.

    Args:
        base: the scenario as it began.

    Attributes:
        policies: all so far, as plain data, in the order in which they act.
    """

    def __init__(self, base: Scenario) -> None:
        self.base = base
        self.policies: list[Plain] = list(base.plain().get("policies", []))
        self._settings: dict[str, Plain] = {
            kind: lever.default() | self._numbers(kind, lever) for kind, lever in levers().items()
        }

    def settings(self, kind: str) -> Plain:
        """Where a lever's sliders stand: its compliance and its other numbers."""
        return dict(self._settings[kind])

    def blocked(self) -> list[str]:
        """Authors and sites that are on the list of those not to read."""
        at = self._open(BLOCK)
        if at is None:
            return []
        policy = self.policies[at]
        return [*policy.get("authors", ()), *policy.get("sites", ())]

    def move(self, kind: str, changes: Mapping[str, float], step: int) -> "Course":
        """The course with a lever moved after so many steps.

        Raises:
            ScenarioError: the scenario does not allow it; one plain sentence.
        """
        known = self._settings.get(kind, {})
        for name, value in changes.items():
            if name not in known or not math.isfinite(value):
                raise ScenarioError(
                    f"lever: given {kind[:40]}.{name[:40]} = {value}, "
                    "allowed a number of a policy, finite"
                )
        settings = known | dict(changes)
        at = self._open(kind)
        new = dict(self.policies[at]) if at is not None else {"kind": kind}
        new |= {name: _whole(kind, name, value) for name, value in settings.items()}
        moved = self._with(kind, new if settings["compliance"] > 0 else None, step)
        moved._settings = self._settings | {kind: settings}
        return moved

    def block(self, name: str, site: bool, step: int) -> "Course":
        """The course with an author or a site put on the list of those not to read, or off it."""
        at = self._open(BLOCK)
        before = self.policies[at] if at is not None else {}
        names = {key: list(before.get(key, ())) for key in ("authors", "sites")}
        listed = [own for own in names.values() if name in own]  # groups are listed as well
        for own in listed:
            own.remove(name)
        if not listed:
            names["sites" if site else "authors"].append(name)
        wanted = names["authors"] or names["sites"]
        return self._with(BLOCK, before | {"kind": BLOCK} | names if wanted else None, step)

    def scenario(self, steps: int) -> Scenario:
        """The scenario of the whole course, so many steps long."""
        return self.base.with_(policies=self.policies, steps=max(1, steps))

    def _with(self, kind: str, new: Plain | None, step: int) -> "Course":
        moved = Course.__new__(Course)
        moved.base, moved._settings = self.base, self._settings
        moved.policies, last, start = [], self._open(kind), step + 1
        for at, policy in enumerate(self.policies):
            over = policy["kind"] != kind or (policy.get("stop") or math.inf) <= start
            if over or (policy.get("stop") is None and at != last):
                moved.policies.append(policy)
            elif policy["start"] < start:  # otherwise it has not acted yet
                moved.policies.append(policy | {"stop": start})
        if new is not None:
            new = {key: value for key, value in new.items() if key != "stop"}
            moved.policies.append(new | {"start": start})
        moved.scenario(step + 1)  # is refused where it cannot be
        return moved

    def _open(self, kind: str) -> int | None:
        """Where the policy of a kind stands that has no end."""
        for at in reversed(range(len(self.policies))):
            if self.policies[at]["kind"] == kind and self.policies[at].get("stop") is None:
                return at
        return None

    def _numbers(self, kind: str, lever: Lever) -> Plain:
        at = self._open(kind)
        if at is None:
            return {}
        known = {"compliance", *(knob.name for knob in lever.knobs)}
        return {key: value for key, value in self.policies[at].items() if key in known}


def _whole(kind: str, name: str, value: float) -> float:
    """A number as its field takes it."""
    if name == "compliance":
        return round(float(value), 10)
    return next(knob.value(value) for knob in levers()[kind].knobs if knob.name == name)

"""The settings of a world that need a new start: how many models, how much humans write, ..."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecosystem.sampling import whole_parts
from scenarios.complaints import ScenarioError
from scenarios.fields import in_domain
from scenarios.scenario import Scenario

Plain = dict[str, Any]
AS_GIVEN = "as in the scenario"
HALF_LIVES = (1, 2, 4, 8, 16)
RETENTIONS: dict[str, Any] = {
    AS_GIVEN: None,
    "the latest only": "latest",
    **{f"half is gone after {n} step{'s' if n > 1 else ''}": {"half_life": n} for n in HALF_LIVES},
    "everything": "everything",
}
"""What sites keep, in words, and as the field `retention` takes it."""
INVENTING = ("evidence", "calibrated", "constant")
"""Rules of hallucination that have a floor."""
VOLUMES = ("value", "slope", "ceiling", "values")
"""Fields of schedules that are in documents."""


@dataclass(frozen=True)
class Settings:
    """What is set before a run; factors are of what the scenario says, 1 leaves it as it is.

    Attributes:
        models: how many models; groups keep their proportions.
        writing: factor of the documents that humans write.
        temperature: factor of the temperature at which models choose what to write about.
        floor: least share of what models invent on items they know well; None: as given.
        retention: what sites keep, one of `RETENTIONS`.
        seed: of all random streams.
    """

    models: int | None = None
    writing: float = 1.0
    temperature: float = 1.0
    floor: float | None = None
    retention: str = AS_GIVEN
    seed: int | str | None = None

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario under these settings.

        Raises:
            ScenarioError: they do not go together; one plain sentence.
        """
        given, before = scenario.plain(), scenario.plain()
        known = floor_of(scenario)
        if self.models is not None and self.models != count_models(scenario):
            given["models"] = _as_many(given["models"], self.models)
        if self.writing != 1.0:
            for human in given["humans"]:
                human["volume"] = _each(human["volume"], self._more)
        for model in given["models"]:
            if self.temperature != 1.0:
                model["decoding"] = _each(model["decoding"], self._warmer)
            if self.floor is not None and known is not None and self.floor != round(known, 3):
                model["learner"] = _each(model["learner"], self._floored)
        kept = RETENTIONS.get(self.retention)
        if kept is not None:
            for site in given["sites"]:
                site["retention"] = kept
        if given != before:
            given["control"] = {}  # its settings by path may not fit any more
        if self.seed is not None:
            given["seed"] = seed_of(self.seed)
        return type(scenario).parse(given, scenario._folder)

    def _more(self, volume: Any) -> Any:
        if not isinstance(volume, Mapping):
            return volume * self.writing
        return {
            key: (
                [v * self.writing for v in value]
                if isinstance(value, list)
                else value * self.writing
            )
            if key in VOLUMES
            else value
            for key, value in volume.items()
        }

    def _warmer(self, decoding: Plain) -> Plain:
        return decoding | {"temperature": round(decoding["temperature"] * self.temperature, 6)}

    def _floored(self, learner: Plain) -> Plain:
        invents = learner.get("hallucination") in INVENTING
        return learner | {"floor": self.floor} if invents else learner


def count_models(scenario: Scenario) -> int:
    """How many models a scenario has."""
    return sum(group.count for group in scenario.models)


def floor_of(scenario: Scenario) -> float | None:
    """The greatest hallucination floor of its models; None where none invents anything."""
    found = [
        learner.floor
        for model in scenario.models
        for domain in scenario.domains
        if (learner := in_domain(model.learner, domain)) is not None
        and getattr(learner, "hallucination", None) in INVENTING
    ]
    return max(found, default=None)


def seed_of(given: int | str) -> int:
    """A seed as typed.

    Raises:
        ScenarioError: it is none.
    """
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise ScenarioError(f"seed: given {text[:40]!r}, allowed a whole number from 0 to 2^63 - 1")
    return int(text)


def _as_many(groups: list[Plain], models: int) -> list[Plain]:
    """Groups with so many members together, in the proportions they have."""
    counts = whole_parts(models, np.array([group.get("count", 1) for group in groups], dtype=float))
    return [
        group | {"count": int(count)} for group, count in zip(groups, counts, strict=True) if count
    ]


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """A setting changed, in each domain where it is given by domain."""
    if isinstance(value, Mapping) and value.keys() == {"by_domain"}:
        return {"by_domain": {domain: change(own) for domain, own in value["by_domain"].items()}}
    return change(value)

"""What a page may ask of the machine it runs on: sizes, and what a stranger's file may not say.

Counts are looked at as plain data, before anything is made of them. What slips through is held by
the memory and the time that a visitor's process has (`scenarios.view.worker`).
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from ecosystem.domains import tables, texts
from scenarios.complaints import ScenarioError
from scenarios.fields import in_domain
from scenarios.scenario import Scenario

MOST_BYTES = 256 * 1024
"""Of an uploaded file."""
MOST = {"models": 200, "sites": 400, "humans": 400, "policies": 100, "domains": 8}
MOST_ITEMS = 50_000
"""Of one domain."""
MOST_CELLS = 40_000_000
"""Numbers held at once in one domain of counts: authors and shelves, times items, times values."""
MOST_ROWS = 100_000
"""Documents of a step, of the start, or read by a model, where each is kept by itself."""
MOST_OF_A_PARAMETER = 1_000
"""Of a whole number among the parameters of a scikit-learn class: trees, iterations, neurons."""
MOST_STEPS = 5_000
"""After so many the page stops."""
ELSEWHERE = "`run.py run` takes more"


def uploaded(content: bytes) -> Scenario:
    """A scenario from the bytes of a stranger's TOML file.

    Raises:
        ScenarioError: one plain sentence.
    """
    if len(content) > MOST_BYTES:
        raise ScenarioError(
            f"upload: given {len(content):,} bytes, allowed at most {MOST_BYTES:,} for a scenario"
        )
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ScenarioError("upload: not UTF-8 text, so not TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"upload: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ScenarioError("upload: nested too deeply") from error
    _counts(given)
    scenario = Scenario.parse(given)
    _no_files(scenario)
    return checked(scenario)


def checked(scenario: Scenario) -> Scenario:
    """The scenario, if it is one for the page.

    Raises:
        ScenarioError: one plain sentence.
    """
    _counts(scenario.plain())
    authors = sum(group.count for group in (*scenario.humans, *scenario.models))
    held = authors + 2 * sum(site.count for site in scenario.sites)
    for name, spec in scenario.domains.items():
        if spec.kind == "encyclopedia":
            items = _items(spec)
            if items > MOST_ITEMS:
                raise ScenarioError(
                    f"domains.{name}: given {items:,} items, allowed at most {MOST_ITEMS:,} on the "
                    f"page; {ELSEWHERE}"
                )
            cells = held * items * (spec.most_wrong + 1)
            if cells > MOST_CELLS:
                raise ScenarioError(
                    f"domains.{name}: given {held} authors and shelves on {items:,} items of "
                    f"{spec.most_wrong + 1} values, {cells:,} numbers at once; allowed at most "
                    f"{MOST_CELLS:,} on the page; {ELSEWHERE}"
                )
        else:
            _rows(scenario, name)
            _parameters(scenario, name)
    return scenario


def _counts(given: Mapping[str, Any]) -> None:
    for key, most in MOST.items():
        groups = given.get(key, ())
        listed: Iterable[Any] = groups if isinstance(groups, list | Mapping) else ()
        count = sum(
            group["count"]
            if isinstance(group, Mapping) and isinstance(group.get("count"), int)
            else 1
            for group in listed
        )
        if count > most:
            what = "communities" if key == "humans" else key
            raise ScenarioError(
                f"{key}: given {count:,} {what}, allowed at most {most} on the page; {ELSEWHERE}"
            )


def _no_files(scenario: Scenario) -> None:
    """What is uploaded names nothing on this machine's disk."""
    for name, spec in scenario.domains.items():
        for field, shipped in (("table", tables.SHIPPED), ("text", texts.SHIPPED)):
            value = getattr(spec, field, None)
            if value is not None and value not in shipped:
                raise ScenarioError(
                    f"domains.{name}.{field}: given a file, {str(value)[:60]!r}, which an upload "
                    f"cannot bring along; allowed {', '.join(shipped)}"
                )
    if scenario.web.links.file is not None:
        raise ScenarioError(
            "web.links.file: given a file, which an upload cannot bring along; allowed none"
        )


def _items(spec: Any) -> int:
    if spec.zipf is not None:
        return int(spec.zipf.items)
    if spec.weights is not None:
        return len(spec.weights)
    return 0 if spec.table not in tables.SHIPPED else 2_000  # the user's own: as large as it is


def _rows(scenario: Scenario, name: str) -> None:
    """Documents kept by themselves are few enough."""
    writing = [
        (group.count, volume)
        for group in (*scenario.humans, *scenario.models)
        if (volume := in_domain(group.volume, name)) is not None
    ]
    given = {step for _, volume in writing for step in getattr(volume, "steps", ())}
    written = max(
        sum(count * volume.at(step) for count, volume in writing)
        for step in {0, 1, 10, 100, 1_000, MOST_STEPS} | given
    )
    standing = sum(site.count * site.start for site in scenario.sites if site.start != "stationary")
    read = max(
        (
            in_domain(model.diet, name).documents
            for model in scenario.models
            if in_domain(model.diet, name) is not None
        ),
        default=0,
    )
    for what, documents in (
        ("documents written in a step", written),
        ("documents standing at the start", standing),
        ("documents read by a model", read),
    ):
        if documents > MOST_ROWS:
            raise ScenarioError(
                f"domains.{name}: given {documents:,.0f} {what}, each kept by itself; allowed at "
                f"most {MOST_ROWS:,} on the page; {ELSEWHERE}"
            )


def _parameters(scenario: Scenario, name: str) -> None:
    """What learners are told to do takes no longer than a visitor waits."""
    for model in scenario.models:
        learner = in_domain(model.learner, name)
        parameters = getattr(learner, "parameters", None) or {}
        for key, value in parameters.items():
            for number in value if isinstance(value, list | tuple) else (value,):
                if isinstance(number, int) and number > MOST_OF_A_PARAMETER:
                    raise ScenarioError(
                        f"models.{model.name}.learner.parameters.{key}: given {number:,}, allowed "
                        f"at most {MOST_OF_A_PARAMETER:,} on the page; {ELSEWHERE}"
                    )

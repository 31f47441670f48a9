"""What there is to choose from, with a line on each, and the schema of a scenario."""

import pkgutil
from pathlib import Path
from typing import Any

import agents.learners
import ecosystem.domains
import ecosystem.policies
import scenarios.studies
from agents.estimators import ALLOWED
from agents.learners.learner import Learner
from analysis.collector import meter_classes
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain
from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.policy import Policy
from scenarios.scenario import Scenario, shipped

LISTS = (
    *("scenarios", "studies", "domains", "learners"),
    *("estimators", "policies", "meters", "phases"),
)


def inventory(what: str) -> dict[str, str]:
    """Names with a line on each; for meters every column with its definition."""
    if what == "scenarios":
        return shipped()
    if what == "studies":
        return shipped_studies()
    if what == "meters":
        return {
            f"{'web' if meter.of == 'web' else 'DOMAIN'}.{name}": f"{column.text} [{column.unit}]"
            for meter in meter_classes().values()
            for name, column in meter.columns.items()
        }
    if what == "estimators":
        named = ((task, name) for task, names in ALLOWED.items() for name in names)
        return {name: f"scikit-learn's, as a {task}" for task, name in named}
    if what == "phases":
        return {name: _line(getattr(Ecosystem, name)) for name in Ecosystem.PHASES}
    package, base = {
        "domains": (ecosystem.domains, Domain),
        "learners": (agents.learners, Learner),
        "policies": (ecosystem.policies, Policy),
    }[what]
    return {kind: _line(found) for kind, found in discover(package, base).items()}


def shipped_studies() -> dict[str, str]:
    """Shipped studies: name and first line of the script's docstring."""
    found = {}
    for module in pkgutil.iter_modules(scenarios.studies.__path__):
        path = Path(scenarios.studies.__path__[0]) / f"{module.name}.py"
        text = path.read_text(encoding="utf-8")
        if "\ndef study(" in text:
            found[module.name] = text.split('"""')[1].strip().splitlines()[0]
    return found


def schema() -> dict[str, Any]:
    """The JSON schema of a scenario file."""
    return Scenario.model_json_schema()


def study_schema() -> dict[str, Any]:
    """The JSON schema of a study file."""
    from scenarios.study import Study

    return Study.model_json_schema()


def _line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]

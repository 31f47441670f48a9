"""Writes `docs/ODD.md` from `docs/ODD.template.md` and what the code says of itself: `make docs`.

The prose stands in the template. Its tables are made here: parameters from the JSON schema of a
scenario (`run.py list schema`), state variables and submodels from docstrings, the main
scenario's values from the scenario with the reasons it gives.
"""

import ast
import pkgutil
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import agents.learners  # noqa: E402
import analysis.meters  # noqa: E402
import ecosystem.domains  # noqa: E402
import ecosystem.policies  # noqa: E402
from agents.learners.learner import Learner  # noqa: E402
from analysis.meters.meter import Meter  # noqa: E402
from docs import docstrings, values  # noqa: E402
from docs.schema import Part, allowed, default, parts  # noqa: E402
from ecosystem.discovery import discover  # noqa: E402
from ecosystem.domains.domain import Domain  # noqa: E402
from ecosystem.ecosystem import Ecosystem  # noqa: E402
from ecosystem.policies.policy import Policy  # noqa: E402
from scenarios.inventory import schema  # noqa: E402
from scenarios.validate import targets  # noqa: E402

HOOKS = ("steer", "mark", "keep", "teach")
NOTE = "<!-- Made by docs/make_odd.py from docs/ODD.template.md: edit that, then `make docs`. -->\n"


def odd() -> str:
    """The whole of `docs/ODD.md`.

    Raises:
        ValueError: a parameter without description, unit or source, a state variable that no
            docstring describes, a name in the template that is not in the code.
    """
    found = parts(schema(), Policy.model_json_schema())
    if silent := unstated(found):
        raise ValueError("\n".join(silent))
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "docs"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        keep_trailing_newline=True,
    )
    folders = {
        "policies": (ecosystem.policies, Policy),
        "learners": (agents.learners, Learner),
        "domains": (ecosystem.domains, Domain),
        "meters": (analysis.meters, Meter),
    }
    text = templates.get_template("ODD.template.md").render(
        {name: discover(*folder) for name, folder in folders.items()},
        state=state,
        says=says,
        functions=functions,
        first=lambda name: docstrings.summary(thing(name)),
        parts=[(part, parameters(part)) for part in found],
        phases=Ecosystem.PHASES,
        hooks=HOOKS,
        used=table(("setting", "value", "reason"), values.used()),
        meter_rows=meter_rows,
        policy_rows=policy_rows,
        draw_rows=draw_rows,
        law_rows=law_rows,
    )
    return NOTE + re.sub(r"\n{3,}", "\n\n", text)


def thing(name: Any) -> Any:
    """A module, class, method or function by its full name, such as `ecosystem.web.Site`."""
    try:
        return pkgutil.resolve_name(name) if isinstance(name, str) else name
    except (AttributeError, ImportError) as error:
        raise ValueError(f"ODD.template.md names {name}, which is not in the code") from error


def functions(module: str) -> dict[str, Any]:
    """The public functions of a module, in its order."""
    found = vars(thing(module)).items()
    return {k: v for k, v in found if getattr(v, "__module__", "") == module and k[0].islower()}


def says(name: Any) -> str:
    """What a docstring says, without its sections."""
    return docstrings.sections(thing(name))[""]


def state(*names: Any) -> str:
    """The table of the state variables of some classes."""
    rows = []
    for cls in map(thing, names):
        for variable in docstrings.variables(cls):
            kind = "given" if variable.given else "state"
            rows.append((f"`{cls.__name__}.{variable.name}`", kind, variable.text))
    return table(("variable", "kind", "meaning"), rows)


def parameters(part: Part) -> str:
    """The table of one class of settings."""
    rows = [
        (
            f"`{name}`",
            "**required**" if name in part.required else default(field, part.definitions),
            field["unit"],
            allowed(field, part.definitions),
            field["description"],
            field["source"],
        )
        for name, field in part.fields.items()
    ]
    return table(("parameter", "default", "unit", "range", "meaning", "source"), rows)


def unstated(found: Iterable[Part]) -> list[str]:
    """A sentence for every parameter that does not say what it is, in what unit, from where."""
    return [
        f"{part.paths[0]}.{name}: says no {what} (see ecosystem/parameter.py)".lstrip(".")
        for part in found
        for name, field in part.fields.items()
        for what in ("description", "unit", "source")
        if not field.get(what)
    ]


def meter_rows(meters: dict[str, type[Meter]]) -> str:
    """The table of every measured column."""
    rows = [
        (
            f"`{'web' if meter.of == 'web' else 'DOMAIN'}.{name}`",
            kind,
            "each model" if column.each == "model" else "world",
            column.unit,
            column.text,
        )
        for kind, meter in meters.items()
        for name, column in meter.columns.items()
    ]
    return table(("column", "meter", "of", "unit", "definition"), rows)


def policy_rows(policies: dict[str, type[Policy]]) -> str:
    """The table of the policies and the hooks each has."""
    rows = [
        (
            f"`{kind}`",
            ", ".join(hook for hook in HOOKS if policy.overrides(hook)) or "none",
            docstrings.summary(policy),
        )
        for kind, policy in policies.items()
    ]
    return table(("policy", "hooks", "what it does"), rows)


def draw_rows(decided: Mapping[str, str]) -> str:
    """The table of everything that is decided at random.

    Args:
        decided: a sentence for every decision that has a random stream in the code.

    Raises:
        ValueError: a decision without a sentence, or a sentence on what is not decided.
    """
    places: dict[str, list[str]] = {}
    packages = [ROOT / name for name in ("ecosystem", "agents", "analysis", "scenarios")]
    for decision, file in docstrings.draws(packages):
        places[decision] = sorted({*places.get(decision, []), f"`{file}`"})
    wrong = [f"{word}: decided at random without a sentence" for word in places.keys() - decided]
    wrong += [f"{word}: a sentence on what is not decided" for word in decided.keys() - places]
    if wrong:
        raise ValueError("ODD.template.md: " + "; ".join(sorted(wrong)))
    rows = [(f"`{word}`", text, ", ".join(places[word])) for word, text in decided.items()]
    return table(("decision", "what is decided", "where"), rows)


def law_rows() -> str:
    """The table of the laws that targets and `tests/theory` hold the engine to."""
    rows = []
    for kind, target in targets().items():
        name = target.__module__.rpartition(".")[2] + ".py"
        rows.append((kind, target.claim, f"[`{name}`](../scenarios/published/{name})"))
    for path in sorted((ROOT / "tests" / "theory").glob("test_*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        head, _, claim = said.partition("\n")[0].partition(": ")
        if head.startswith("A-"):
            rows.append((head, claim, f"[`{path.name}`](../tests/theory/{path.name})"))
    return table(("law", "claim", "test"), sorted(rows))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


if __name__ == "__main__":
    (ROOT / "docs" / "ODD.md").write_text(odd(), encoding="utf-8")

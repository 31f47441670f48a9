"""`docs/ODD.md` says what the code says, and the code says enough."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecosystem.policies
from docs import docstrings, make_odd, values
from docs.schema import Part, allowed, default, parts
from ecosystem.parameter import CONVENTION, FREE
from ecosystem.policies.policy import Policy
from scenarios import habsburg
from scenarios.inventory import schema

ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"([A-Z]\w+)(?: et al\.?| & [A-Z]\w+)? (\d{4})")
LAW = re.compile(r"A-\d\d")


@pytest.fixture(scope="module")
def found() -> list[Part]:
    return parts(schema(), Policy.model_json_schema())


def sources(found: list[Part]) -> Iterator[tuple[str, str]]:
    for part in found:
        for name, field in part.fields.items():
            yield f"{part.title}.{name}", field["source"]


def test_the_committed_page_is_what_the_code_says_now() -> None:
    committed = (ROOT / "docs" / "ODD.md").read_text(encoding="utf-8")
    assert committed == make_odd.odd(), "docs/ODD.md is not up to date: run `make docs`"


def test_the_page_has_every_part_of_the_protocol_in_its_order() -> None:
    heads = re.findall(r"^#+ (.+)$", make_odd.odd(), re.MULTILINE)
    protocol = [
        *("Overview", "Purpose and patterns", "Entities, state variables and scales"),
        *("Process overview and scheduling", "Design concepts", "Basic principles", "Emergence"),
        *("Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction"),
        *("Stochasticity", "Collectives", "Observation", "Details", "Initialization"),
        *("Input data", "Submodels", "References"),
    ]
    assert [head for head in heads if head in protocol] == protocol


def test_every_parameter_says_what_it_is_in_what_unit_and_from_where(found: list[Part]) -> None:
    assert make_odd.unstated(found) == []


def test_every_parameter_has_a_default_or_is_required_and_a_range(found: list[Part]) -> None:
    for part in found:
        for line in make_odd.parameters(part).splitlines()[2:]:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            assert len(cells) == 6, line
            assert all(cells), line


@pytest.mark.parametrize(
    "path",
    [
        "sites.*.retention",
        "humans.*.volume",
        "models.*.learner",
        "models.*.diet.takes.*",
        "domains.*.zipf",
        "policies.*",
        "web.links",
    ],
)
def test_no_corner_of_a_scenario_is_left_out(found: list[Part], path: str) -> None:
    assert path in {path for part in found for path in part.paths}


def test_every_source_is_a_law_a_citation_a_convention_or_free(found: list[Part]) -> None:
    free = FREE.partition(":")[0]
    for name, source in sources(found):
        plain = source.startswith((CONVENTION, free))
        assert plain or CITED.search(source) or LAW.search(source), f"{name}: {source}"


def test_what_a_source_cites_stands_among_the_references_and_laws(found: list[Part]) -> None:
    text = (ROOT / "docs" / "ODD.template.md").read_text(encoding="utf-8")
    references = re.split(r"\n- ", text.partition("# References")[2])
    tested = make_odd.law_rows()
    for name, source in sources(found):
        for author, year in CITED.findall(source):
            assert any(author in one and year in one for one in references), f"{name}: {author}"
        for law in LAW.findall(source):
            assert law in tested, f"{name}: {law}"


def test_every_setting_of_the_main_scenario_has_its_reason() -> None:
    reasons = set(habsburg.REASONS)
    plain = habsburg.scenario().plain()
    for path in reasons:
        assert list(values.leaves_of(plain, path)), f"REASONS: {path} is not in the scenario"
    set_ = values.chosen(habsburg.scenario())
    for group in ("sites", "humans", "models"):
        fields = {field for member in set_[group] for field in member} - {"name", "kind"}
        assert {f"{group}.*.{field}" for field in fields} <= reasons


def test_every_class_that_a_kind_chooses_names_it(found: list[Part]) -> None:
    kinds = {part.title: part.kind for part in found if part.kind}
    assert kinds["Noise"] == "dirichlet"
    page = make_odd.odd()
    for title, kind in kinds.items():
        under = page.partition(f"#### {title}\n\n")[2].partition("\n")[0]
        assert under.endswith(f'with `kind = "{kind}"`'), title


def test_absent_and_empty_defaults_are_told_apart() -> None:
    nothings: list[Any] = [None, "", {}, 0, False]
    said = [default({"default": nothing}, {}) for nothing in nothings]
    assert said == ["not given", "empty text", "empty table", "`0`", "`false`"]
    assert default({"default": [], "items": {}}, {}) == "empty list"


def test_a_range_says_how_long_a_text_is_and_how_names_look() -> None:
    text = {"type": "string", "pattern": "^[a-z]+$", "minLength": 1, "maxLength": 80}
    assert allowed(text, {}) == "text `^[a-z]+$`, 1 to 80 characters"
    table = {"type": "object", "minProperties": 1, "patternProperties": {"^[a-z]+$": text}}
    assert allowed(table, {}).startswith("table: at least 1, names `^[a-z]+$`, each text")


def test_a_random_decision_needs_its_sentence_and_a_sentence_its_decision() -> None:
    with pytest.raises(ValueError) as refused:
        make_odd.draw_rows({"lunch": "What is eaten."})
    said = str(refused.value)
    assert "lunch: a sentence on what is not decided" in said
    assert "crawl: decided at random without a sentence" in said


def test_every_random_decision_has_one_row_and_a_sentence_of_its_own() -> None:
    table = make_odd.odd().partition("| decision | what is decided | where |\n")[2]
    rows = [line.split(" | ") for line in table.partition("\n\n")[0].splitlines()[1:]]
    packages = [ROOT / n for n in ("ecosystem", "agents", "analysis", "scenarios")]
    decided = [row[0].strip("| `") for row in rows]
    assert sorted(decided) == sorted({word for word, _ in docstrings.draws(packages)})
    assert len({row[1] for row in rows}) == len(rows)


def test_an_attribute_that_no_docstring_describes_is_refused() -> None:
    class Thing:
        """A thing.

        Args:
            size: how large.
        """

        def __init__(self, size: int) -> None:
            self.size = size
            self._hidden = size
            self.weight, self.age = 2 * size, 0

    with pytest.raises(ValueError, match="Thing: its docstring does not describe age, weight"):
        docstrings.variables(Thing)


def test_sections_and_entries_of_a_docstring() -> None:
    class Thing:
        """First line.

        A paragraph: with a colon.

        Attributes:
            one, two: both of them,
                on two lines.
            three: (K, V) shares.

        Raises:
            ValueError: never.
        """

    said = docstrings.sections(Thing)
    assert said[""] == "First line.\n\nA paragraph: with a colon."
    both = "both of them, on two lines."
    assert docstrings.described(Thing) == {"one": both, "two": both, "three": "(K, V) shares."}


POLICY = '''"""One more."""

from typing import ClassVar

from pydantic import Field

from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Policy


class Later(Policy):
    """Puts things off."""

    kind: ClassVar[str] = "later"
    outside: ClassVar[bool] = False
    delay: int = Field(default=3, ge=0, le=9, {what})
'''


def added(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """One more policy, in a folder that counts as that of the policies."""
    (folder / "later.py").write_text(POLICY.replace("{what}", what), encoding="utf-8")
    monkeypatch.setattr(ecosystem.policies, "__path__", [*ecosystem.policies.__path__, str(folder)])
    monkeypatch.delitem(sys.modules, "ecosystem.policies.later", raising=False)


@pytest.fixture
def forget() -> Iterator[None]:
    yield
    sys.modules.pop("ecosystem.policies.later", None)
    if hasattr(ecosystem.policies, "later"):
        del ecosystem.policies.later


@pytest.mark.usefixtures("forget")
def test_a_new_policy_joins_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = 'description="how long", json_schema_extra=about("steps", FREE)'
    added(tmp_path, monkeypatch, said)
    page = make_odd.odd()
    assert "| `later` | none | Puts things off. |" in page
    assert "| `delay` | `3` | steps | whole, 0 to 9 | how long | free: swept in studies |" in page


@pytest.mark.usefixtures("forget")
def test_a_parameter_that_says_too_little_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(tmp_path, monkeypatch, 'description="how long"')
    with pytest.raises(ValueError) as refused:
        make_odd.odd()
    assert str(refused.value).splitlines() == [
        "policies.*.delay: says no unit (see ecosystem/parameter.py)",
        "policies.*.delay: says no source (see ecosystem/parameter.py)",
    ]

"""What the page refuses: too much of anything, and a stranger's file that reaches for the disk."""

from multiprocessing import Pipe
from typing import Any

import pytest

from scenarios.complaints import ScenarioError
from scenarios.scenario import Scenario, shipped
from scenarios.view.limits import MOST_BYTES, checked, uploaded
from scenarios.view.settings import Settings
from scenarios.view.tasks import Tasks
from tests.scenarios.view.small import small

GOOD = small().to_toml()


def changed(*pairs: tuple[str, str]) -> str:
    """The good one with some of its text replaced."""
    text = GOOD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


ZIPF = "\n[domains.facts.zipf]\nitems = 40\n"
BAD = {
    "too many bytes": ("# " + "x" * MOST_BYTES, "bytes"),
    "not TOML": ("name = ", "not valid TOML"),
    "nested deeply": ("a = " + "[" * 5000, "TOML|nested"),
    "no scenario": ("name = 'x'", "domains"),
    "an unknown field": (GOOD + "\n[surprise]\ncode = 'import os'\n", "surprise"),
    "too many models": (changed(("count = 3", "count = 100000")), "models: given 100,000"),
    "too many sites": (changed(("count = 2\nkind", "count = 401\nkind")), "sites: given 80"),
    "too many items": (changed(("items = 40", "items = 60000")), "60,000 items"),
    "too many numbers": (
        changed(
            ("items = 40", "items = 20000"),
            ("count = 3", "count = 190"),
            ("wrong_values = 3", "wrong_values = 32"),
        ),
        "numbers at once",
    ),
    "a file of this machine": (
        changed((ZIPF, ""), ("wrong_values = 3", 'table = "/etc/passwd"')),
        "facts.table: given a file",
    ),
    "links of this machine": (
        GOOD + '\n[web.links]\nfile = "/etc/passwd"\n',
        "web.links.file: given a file",
    ),
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_a_bad_upload_is_refused_in_one_sentence(what: str) -> None:
    text, said = BAD[what]
    assert text != GOOD
    with pytest.raises(ScenarioError, match=said) as refused:
        uploaded(text.encode())
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ScenarioError, match="UTF-8"):
        uploaded(b"\xff\xfe\x00")


def test_a_good_upload_is_the_scenario() -> None:
    assert uploaded(GOOD.encode()).plain() == small().plain()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_is_one_for_the_page(name: str) -> None:
    assert checked(Scenario.load(name)).name == name


def test_a_learner_is_not_asked_for_millions_of_trees() -> None:
    learner = {
        "kind": "classifier",
        "estimator": "RandomForestClassifier",
        "parameters": {"n_estimators": 10_000_000},
    }
    given = (
        Scenario.load("helpful_synthetic").only("exercises").with_({"models.*.learner": learner})
    )
    with pytest.raises(ScenarioError, match=r"n_estimators: given 10,000,000, allowed at most"):
        checked(given)


def test_nor_for_wide_layers() -> None:
    learner = {
        "kind": "classifier",
        "estimator": "MLPClassifier",
        "parameters": {"hidden_layer_sizes": [10, 100_000]},
    }
    given = Scenario.load("helpful_synthetic").only("exercises")
    with pytest.raises(ScenarioError, match="hidden_layer_sizes: given 100,000"):
        checked(given.with_({"models.*.learner": learner}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"humans.*.volume": 200_000}, "written in a step"),
        ({"humans.*.volume": {"kind": "linear", "value": 10, "slope": 1e4}}, "written in a step"),
        (
            {"humans.*.volume": {"kind": "table", "steps": [4, 5, 6], "values": [1, 1e9, 1]}},
            "written in a step",
        ),
        ({"sites.*.start": 200_000}, "standing at the start"),
        ({"models.*.diet.n": 200_000}, "read by a model"),
    ],
)
def test_rows_are_few_enough(changes: dict[str, Any], said: str) -> None:
    given = Scenario.load("average_face").with_(changes)
    with pytest.raises(ScenarioError, match=f"{said}, each kept by itself"):
        checked(given)


def test_settings_cannot_ask_for_more_than_a_file() -> None:
    with pytest.raises(ScenarioError, match="models: given 201 models"):
        checked(Settings(models=201).of(small()))


@pytest.mark.parametrize("role", ["engine", "reference"])
def test_neither_process_begins_what_is_too_large(role: str) -> None:
    given = {"source": GOOD.encode(), "settings": {"models": 201}}
    with pytest.raises(ScenarioError, match="models: given 201 models"):
        Tasks(Pipe()[0]).begin(role, **given)


def test_a_text_of_this_machine_is_refused() -> None:
    text = Scenario.load("habsburg").only("prose").to_toml()
    assert 'text = "shakespeare"' not in text
    given = text.replace('kind = "prose"', 'kind = "prose"\ntext = "/etc/passwd"')
    assert given != text
    with pytest.raises(ScenarioError, match=r"prose\.text: given a file"):
        uploaded(given.encode())

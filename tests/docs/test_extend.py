"""Everything in `docs/extend.md` works, and prints what it says."""

import re
from pathlib import Path

import pytest

from docs import make_tour

FOLDERS = {"ecosystem/domains", "agents/learners", "ecosystem/policies", "analysis/meters"}


@pytest.mark.slow
def test_the_page_works_from_beginning_to_end_and_prints_what_it_says(tmp_path: Path) -> None:
    page = make_tour.EXTEND.read_text(encoding="utf-8")
    place = make_tour.copy(tmp_path)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert make_tour.play(page, place) == page, "other output than in docs/extend.md: `make docs`"
    assert all(path.read_bytes() == content for path, content in before.items()), "a file is edited"
    made = {path for path in place.rglob("*.py") if path not in before}
    assert {path.parent.relative_to(place).as_posix() for path in made} > FOLDERS
    left = [path for path in made if (make_tour.ROOT / path.relative_to(place)).exists()]
    assert not left, "left in the checkout"


def test_the_scenario_uses_all_that_the_page_adds() -> None:
    page = make_tour.EXTEND.read_text(encoding="utf-8")
    kinds = re.findall(r'^    kind: ClassVar\[str\] = "(\w+)"$', page, re.MULTILINE)
    assert len(kinds) == 5
    for kind in set(kinds) - {"contradictions"}:
        assert re.search(rf'kind = "{kind}"|--policy {kind}:', page), kind
    assert "tables.contradictions" in page


def test_every_contract_that_the_page_names_is_there() -> None:
    page = make_tour.EXTEND.read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+Contract)`", page))
    folder = make_tour.ROOT / "tests" / "contract"
    written = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*_contract.py"))
    assert named == set(re.findall(r"^class (\w+Contract)\b", written, re.MULTILINE))


def test_only_the_whole_suite_is_not_run() -> None:
    page = make_tour.EXTEND.read_text(encoding="utf-8")
    skipped = [body for _, body in make_tour.BLOCK.findall(page) if make_tour.SKIPPED in body]
    assert [body.splitlines()[1:] for body in skipped] == [["make test"]]
    assert page.count("```") == 2 * len(make_tour.BLOCK.findall(page))


def test_every_page_that_is_played_has_a_test_of_its_own() -> None:
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert {page.stem for page in make_tour.PAGES} <= tested

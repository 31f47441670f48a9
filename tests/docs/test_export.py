"""Every command and every Python block of `docs/export.md` works."""

import re
import runpy
from pathlib import Path

import pytest

from analysis.export import FORMATS
from analysis.graph import graph
from analysis.run import Run
from docs import make_tour
from scenarios.cli import main
from scenarios.scenario import Scenario

PAGE = make_tour.ROOT / "docs" / "export.md"


@pytest.fixture(scope="module")
def run() -> Run:
    """Twelve steps of one domain of the main scenario."""
    scenario = Scenario.load("habsburg").only("birds").with_(steps=12, items=False, meters=[])
    return scenario.run()


def blocks(kind: str) -> list[str]:
    page = PAGE.read_text(encoding="utf-8")
    found = [body for word, body in make_tour.BLOCK.findall(page) if word == kind]
    return [body for body in found if not body.startswith(make_tour.SKIPPED)]


def test_the_page_works_from_beginning_to_end(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run.save(tmp_path / "out" / "habsburg")
    monkeypatch.chdir(tmp_path)
    [commands] = blocks("sh")
    for line in commands.splitlines():
        words = line.partition("#")[0].split()
        assert words[:2] == ["python", "run.py"]
        monkeypatch.setattr("sys.argv", words[1:])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code, capsys.readouterr().err
    programs = blocks("python")
    assert len(programs) == 4
    for number, program in enumerate(programs):
        path = tmp_path / f"{number}.py"
        path.write_text(program, encoding="utf-8")
        runpy.run_path(str(path))
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_the_page_names_every_format_and_every_attribute(run: Run) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(FORMATS) == set(re.findall(r"--format (\w+)", page))
    for level in ("model", "node"):
        shown = graph(run, level)
        attributes = [own for part in (shown.nodes, shown.edges) for *_, own in part(data=True)]
        for name in {name for own in attributes for name in own}:
            assert f"`{name}`" in page, name


def test_the_page_says_what_every_kind_of_node_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = (make_tour.ROOT / "ecosystem" / "ledger.py").read_text(encoding="utf-8")
    named = re.search(r"kind: (.+?) \(what", text, re.DOTALL)
    assert named is not None
    for kind in re.findall(r"\w+", named[1].replace(" or ", " ")):
        assert re.search(rf"^\| (\w+, )?{kind}(, \w+)? \|", page, re.MULTILINE), kind

"""Ablation on disk: ordinary runs on the same draws, kept, resumed, and told in the report."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.ablation import Ablation
from scenarios import ablation as scenarios_ablation
from scenarios.ablation import PROGRAM, ablate, stored
from scenarios.cli import main
from scenarios.complaints import ScenarioError
from scenarios.job import Interrupted, Job, execute
from scenarios.mechanisms import without
from scenarios.scenario import Scenario
from scenarios.store import ABLATION, load, replay, same_table

MECHANISMS = ["human error", "models reading models", "claim temperature"]
FOLDERS = {"human-error", "models-reading-models", "claim-temperature", "all-of-these-at-once"}


def world(**changes: Any) -> Scenario:
    """Two models on a table of their user's own; three mechanisms are on."""
    given = {
        "name": "tiny",
        "steps": 3,
        "meters": ["hill", "established"],
        "ledger": False,
        "items": False,
        "domains": {"facts": {"kind": "encyclopedia", "table": "own.csv"}},
        "sites": [{"name": "web-site", "start": 60, "retention": "latest"}],
        "humans": [{"name": "people", "volume": 60, "writes": {"web-site": 1}, "error": 0.2}],
        "models": [
            {
                "name": "model",
                "count": 2,
                "volume": 40,
                "writes": {"web-site": 1},
                "diet": {"n": 50},
                "decoding": {"claim_temperature": 0.7},
            }
        ],
    }
    return Scenario.parse(given | changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two replicates with their ablation, made by two processes."""
    home = tmp_path_factory.mktemp("home")
    (home / "own.csv").write_text("name,weight,value\nkiwi,5,a\nkea,3,b\ntui,2,c\nmoa,1,a\n")
    execute(Scenario.parse(world().plain(), home), Job(home / "run", 2, report=False))
    (home / "own.csv").unlink()
    ablate(home / "run", load(home / "run"), workers=2)
    return home / "run"


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


def told(folder: Path) -> tuple[Ablation, list[int]]:
    """The ablation of a folder, and the steps that had to be run for it."""
    steps: list[int] = []
    return ablate(folder, load(folder), 1, lambda done, _: steps.append(done)), steps


def test_every_mechanism_has_an_ordinary_run_directory(made: Path) -> None:
    assert {path.name for path in (made / ABLATION).iterdir()} == {*FOLDERS, PROGRAM}
    assert set(replay(made / ABLATION / "human-error" / "1").values()) == {True}
    ablation = stored(made, load(made))
    assert list(ablation.without) == MECHANISMS
    assert ablation.missing == ()
    assert len(ablation.together) == 2


def test_it_is_the_scenario_without_the_mechanism_on_the_same_draws(made: Path) -> None:
    run = load(made)[1]
    scenario = Scenario.parse(load(made / ABLATION / "human-error")[1].scenario, made / "1")
    scenario = scenario.with_({"humans.*.error": 0.2})
    again = without(scenario, {"claim temperature"}).run(1)
    found = stored(made, load(made)).without["claim temperature"][1]
    assert same_table(found.metrics, again.metrics)
    assert not same_table(found.metrics, run.metrics)


def test_what_is_there_is_not_run_again(copy: Path) -> None:
    assert told(copy)[1] == []
    shutil.rmtree(copy / ABLATION / "human-error")
    assert stored(copy, load(copy)).missing == ("human error",)
    ablation, steps = told(copy)
    assert steps == [1, 2, 3, 4, 5, 6, 7, 8, 9]  # 3 of the run itself
    assert list(ablation.without) == MECHANISMS


def test_runs_of_another_scenario_or_of_fewer_replicates_do_not_count(copy: Path) -> None:
    other = copy / ABLATION / "human-error" / "0" / "manifest.json"
    manifest = json.loads(other.read_text())
    manifest["scenario"]["seed"] = 99
    other.write_text(json.dumps(manifest))
    shutil.rmtree(copy / ABLATION / "claim-temperature" / "1")
    (copy / ABLATION / "models-reading-models" / "0" / "metrics.parquet").write_bytes(b"noise")
    assert stored(copy, load(copy)).missing == tuple(MECHANISMS)
    ablation, steps = told(copy)
    assert len(steps) == 3 + 18
    assert ablation.missing == ()


def test_an_interrupted_ablation_goes_on_where_it_stopped(copy: Path) -> None:
    shutil.rmtree(copy / ABLATION)

    def stop(done: int, total: int) -> None:
        assert total == 3 + 24
        if done == 11:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="same command continues"):
        ablate(copy, load(copy), 1, stop)
    assert {p.name for p in (copy / ABLATION).iterdir()} == {"human-error", PROGRAM}
    steps = told(copy)[1]
    assert len(steps) == 3 + 18


def test_a_run_of_another_program_is_refused_and_nothing_is_run_for_it(copy: Path) -> None:
    shutil.rmtree(copy / ABLATION)
    metrics = pd.read_parquet(copy / "0" / "metrics.parquet")
    metrics["facts.hill_1"] += 1e-12
    metrics.to_parquet(copy / "0" / "metrics.parquet")
    with pytest.raises(ScenarioError, match="no longer repeats") as refused:
        ablate(copy, load(copy))
    assert str(refused.value).startswith(f"{copy}: given a run")
    assert not (copy / ABLATION).exists()


def test_what_another_program_made_is_run_again(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = copy / ABLATION / ".claim-temperature.partial"
    former.mkdir()
    monkeypatch.setattr(scenarios_ablation, "program", lambda: "another")
    assert stored(copy, load(copy)).missing == ()  # by one program, so it may be told
    assert len(told(copy)[1]) == 3 + 24
    assert not former.exists()
    assert told(copy)[1] == []


def test_an_ablation_by_a_program_not_known_does_not_count(copy: Path) -> None:
    (copy / ABLATION / PROGRAM).unlink()
    assert stored(copy, load(copy)).missing == tuple(MECHANISMS)
    assert len(told(copy)[1]) == 3 + 24


def test_the_repeat_of_the_run_is_announced(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(copy / ABLATION / "human-error")
    told(copy)
    assert "the run itself comes first, once more: 3 of 9 steps" in capsys.readouterr().err


def test_a_replaced_run_loses_its_ablation(copy: Path) -> None:
    scenario = Scenario.parse(world(seed=7).plain(), copy.parent)
    shutil.copyfile(copy / "0" / "data" / "facts.csv", copy.parent / "own.csv")
    execute(scenario, Job(copy, force=True, report=False))
    assert not (copy / ABLATION).exists()


def test_one_replicate_of_several_is_refused(made: Path) -> None:
    with pytest.raises(ScenarioError, match="the folder of all replicates"):
        ablate(made / "1", load(made / "1"))
    assert not stored(made / "1", load(made / "1")).without


def test_a_changed_table_is_refused(copy: Path) -> None:
    table = copy / "0" / "data" / "facts.csv"
    table.write_text(table.read_text().replace("moa,1", "moa,2"))
    with pytest.raises(ScenarioError, match="'facts' is not the one"):
        ablate(copy, load(copy))


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.argv", ["run.py", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0


def test_the_report_shows_it_then_and_later(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(monkeypatch, "report", str(copy), "--ablate", "--quiet")
    first = (copy / "report.html").read_text(encoding="utf-8")
    section = first[first.index('<section id="mechanisms">') :]
    text = re.sub(r"<[^>]+>", " ", section[: section.index("</section>")])
    assert "own.csv" not in text  # its copy was read, which nothing switched off
    for name in [*MECHANISMS, "sum of these", "all of these at once"]:
        assert name in text
    assert "do not add up" in text
    assert "2 pairs are few" in text
    assert re.search(r"Of \d+ such intervals about [\d.]+ would leave out 0 by\s+chance", text)
    assert (copy / "figures" / "facts_hill_1_mechanisms.svg").is_file()
    monkeypatch.setattr("analysis.plots.save_figures", lambda *_: [])
    command(monkeypatch, "report", str(copy))
    later = re.sub(r"<[^>]+>", " ", (copy / "report.html").read_text(encoding="utf-8"))
    assert "all of these at once" in later


def test_a_single_run_says_that_it_has_no_intervals(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = world(
        domains={"facts": {"kind": "encyclopedia", "zipf": {"items": 9}}}, policies=["nothing"]
    )
    execute(scenario, Job(tmp_path / "run", report=False))
    monkeypatch.setattr("analysis.plots.save_figures", lambda *_: [])
    command(monkeypatch, "report", str(tmp_path / "run"), "--ablate")
    page = " ".join((tmp_path / "run" / "report.html").read_text(encoding="utf-8").split())
    assert "A single run has no intervals: how the mechanisms rank here may be noise." in page
    assert "not settled" not in page and "by chance" not in page
    idle = re.search(r"Changed nothing here: ([^.]*)\.", page)
    assert idle is not None
    assert "policy nothing" in idle.group(1)
    assert "models reading models" not in idle.group(1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-folder"], "not a folder"),
        (["."], "not a run directory"),
        (["run/1"], "allowed one of 0, 1, 2"),
        (["run", "--workers", "0"], "workers: given 0"),
    ],
)
def test_bad_input_gets_one_sentence_and_code_2(
    words: list[str],
    said: str,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(copy.parent)
    monkeypatch.setattr("sys.argv", ["run.py", "report", "--ablate", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert said in err and len(err.strip().splitlines()) == 1

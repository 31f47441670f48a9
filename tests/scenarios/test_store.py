"""Run directories: complete or not at all, nothing overwritten unasked, resumed, replayed."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.run import TABLES, Run
from scenarios import job as jobs
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.job import Interrupted, Job, execute, latest_checkpoint, store_checkpoint
from scenarios.scenario import Scenario
from scenarios.store import load, replay, same_table

Make = Callable[..., Scenario]
FILES = {
    "manifest.json",
    "scenario.toml",
    "report.html",
    "figures",
    *(f"{t}.parquet" for t in TABLES),
}


def same(one: Run, other: Run) -> bool:
    return all(same_table(getattr(one, t), getattr(other, t)) for t in TABLES)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_run_directory_holds_what_the_design_says(small: Make, tmp_path: Path) -> None:
    execute(small(), Job(tmp_path / "run"))
    assert names(tmp_path / "run") == FILES
    assert names(tmp_path) == {"run"}
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["scenario"] == small().plain()
    assert manifest["seed"] == 5 and manifest["steps"] == 8 and manifest["versions"]["numpy"]
    assert set(manifest["data"]) == {"facts", "words"}


def test_what_is_stored_is_what_was_run_and_replays_equal(small: Make, tmp_path: Path) -> None:
    execute(small(), Job(tmp_path / "run", report=False))
    assert same(load(tmp_path / "run")[0], small().run())
    assert replay(tmp_path / "run") == dict.fromkeys(TABLES, True)


def test_replay_sees_a_changed_table(small: Make, tmp_path: Path) -> None:
    execute(small(), Job(tmp_path / "run", report=False))
    table = pd.read_parquet(tmp_path / "run" / "metrics.parquet")
    table.loc[3, "facts.hill_1"] += 1e-12
    table.to_parquet(tmp_path / "run" / "metrics.parquet")
    assert replay(tmp_path / "run")["metrics"] is False


def test_the_same_run_gives_the_same_bytes(small: Make, tmp_path: Path) -> None:
    for name in ("one", "two"):
        execute(small(), Job(tmp_path / name, report=False))
    for table in TABLES:
        one, two = (tmp_path / name / f"{table}.parquet" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), table


def test_replicates_are_run_directories_and_workers_do_not_matter(
    small: Make, tmp_path: Path
) -> None:
    execute(small(), Job(tmp_path / "one", replicates=3))
    execute(small(), Job(tmp_path / "two", replicates=3, workers=2, report=False))
    assert names(tmp_path / "one") == {"0", "1", "2", "report.html", "figures"}
    alone = small().run()
    for r, (one, two) in enumerate(
        zip(load(tmp_path / "one"), load(tmp_path / "two"), strict=True)
    ):
        assert same(one, two)
        assert same(one, alone) == (r == 0)
    assert replay(tmp_path / "one" / "2") == dict.fromkeys(TABLES, True)


def test_an_interrupted_run_resumes_to_the_same_bits(
    small: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = small().run()
    job = Job(tmp_path / "run", checkpoint=0, report=False)

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        execute(small(), job, stop)
    assert names(tmp_path) == {".run.partial"}
    latest = latest_checkpoint(tmp_path / ".run.partial" / "work-0")
    assert latest is not None and latest.name == "step-4"
    steps: list[int] = []
    execute(
        small(),
        Job(tmp_path / "run", resume=True, report=False),
        lambda done, total: steps.append(done),
    )
    assert steps == [*range(5, 17)]  # and the eight steps of the second pass, for the lineage
    assert names(tmp_path) == {"run"}
    assert same(load(tmp_path / "run")[0], straight)


def test_only_the_same_run_is_resumed(small: Make, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="nothing was kept"):
        execute(small(), Job(tmp_path / "run"), stop)
    assert not list(tmp_path.iterdir())

    def stop_later(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="--resume"):
        execute(small(), Job(tmp_path / "run", checkpoint=0), stop_later)
    with pytest.raises(ScenarioError, match="another run"):
        execute(small(seed=9), Job(tmp_path / "run", resume=True))


def test_a_half_written_checkpoint_is_not_used(small: Make, tmp_path: Path) -> None:
    execution = Execution(small())
    execution.world.step()
    store_checkpoint(execution, tmp_path)
    (tmp_path / "step-2.new").mkdir()
    latest = latest_checkpoint(tmp_path)
    assert latest is not None and latest.name == "step-1"


def test_what_is_there_is_overwritten_only_when_forced(small: Make, tmp_path: Path) -> None:
    out = tmp_path / "run"
    execute(small(), Job(out, report=False))
    before = (out / "metrics.parquet").read_bytes()
    with pytest.raises(ScenarioError, match="--force"):
        execute(small(seed=9), Job(out, report=False))
    assert (out / "metrics.parquet").read_bytes() == before
    execute(small(seed=9), Job(out, force=True, report=False))
    assert (out / "metrics.parquet").read_bytes() != before
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_no_run_is_never_touched(small: Make, tmp_path: Path, force: bool) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("do not lose me")
    with pytest.raises(ScenarioError, match="not a run"):
        execute(small(), Job(out, force=force))
    assert names(out) == {"chapter.txt"} and names(tmp_path) == {"thesis"}


def test_a_full_disk_leaves_nothing_under_the_result_and_ends_with_code_1(
    small: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jobs, "write", full)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(small().to_toml())
    monkeypatch.setattr("sys.argv", ["run.py", "run", "small.toml", "--out", "run"])
    from scenarios.cli import main

    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "disk full" in said and len(said.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_a_users_own_table_travels_with_the_run(small: Make, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("name,weight,value\nkiwi,3,a\nkakapo,2,b\nmoa,1,c\n")
    given = small({"domains.facts": {"kind": "encyclopedia", "table": "own.csv"}})
    scenario = Scenario.parse(given.plain(), tmp_path)
    execute(scenario, Job(tmp_path / "run", report=False))
    (tmp_path / "own.csv").unlink()
    assert replay(tmp_path / "run") == dict.fromkeys(TABLES, True)
    stored = tmp_path / "run" / "data" / "facts.csv"
    stored.write_text(stored.read_text().replace("moa,1", "moa,2"))
    with pytest.raises(ScenarioError, match="not the one"):
        replay(tmp_path / "run")


def test_a_users_own_text_travels_with_the_run(tmp_path: Path) -> None:
    lines = [f"a b c {word} d.\n" for word in ("one", "two", "three", "four") * 30]
    (tmp_path / "own.txt").write_text("# group: work\n\n" + "\n".join(lines))
    scenario = Scenario.parse(
        {
            "name": "mine",
            "steps": 1,
            "domains": {"p": {"kind": "prose", "text": "own.txt", "width": 8}},
            "sites": [{"name": "g", "start": 60}],
            "models": [
                {
                    "name": "m",
                    "start": "fitted",
                    "diet": {"n": 20},
                    "learner": {"kind": "ngram"},
                }
            ],
            "humans": [{"name": "h", "volume": 10, "writes": {"g": 1}}],
        },
        tmp_path,
    )
    execute(scenario, Job(tmp_path / "run", report=False))
    (tmp_path / "own.txt").unlink()
    assert (tmp_path / "run" / "data" / "p.txt").is_file()
    assert replay(tmp_path / "run") == dict.fromkeys(TABLES, True)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("manifest.json", b"{", "damaged"),
        ("manifest.json", b"[]", "damaged"),
        ("metrics.parquet", b"PAR1 noise", "damaged"),
        ("edges.parquet", None, "edges.parquet is missing"),
    ],
)
def test_a_damaged_run_is_refused_in_one_sentence(
    small: Make, tmp_path: Path, file: str, content: bytes | None, said: str
) -> None:
    small(steps=1).run().save(tmp_path / "run")
    path = tmp_path / "run" / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ScenarioError, match=said):
        load(tmp_path / "run")


def test_an_error_that_nobody_foresaw_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise AttributeError("unforeseen")

    monkeypatch.setattr(Execution, "finish", broken)
    with pytest.raises(AttributeError):
        execute(Scenario.load("wright_fisher").with_({"steps": 2}), Job(tmp_path / "run"))
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".partial")]

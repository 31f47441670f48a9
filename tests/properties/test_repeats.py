"""The same numbers again: repeated, replicated, resumed at any step, stored and replayed."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.run import Run
from scenarios.execution import Execution
from scenarios.job import Job, execute
from scenarios.scenario import Scenario
from scenarios.store import load, replay, same_table
from tests.properties.running import begun, run, same_bits, state
from tests.properties.running import stepped as to
from tests.properties.worlds import FOLDER, Plain, profile, worlds

FRESH = itertools.count()
TABLES = ("metrics", "agents", "items", "nodes", "edges")
STEPS = 3


def unlike(one: Run, other: Run) -> list[str]:
    return [t for t in TABLES if not same_table(getattr(one, t), getattr(other, t))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repeats")


@profile(16)
@given(given_=worlds(steps=STEPS), stop=st.integers(0, STEPS - 1), replicate=st.integers(0, 2))
def test_a_run_resumed_at_any_step_equals_an_uninterrupted_one(
    given_: Plain, stop: int, replicate: int, folder: Path
) -> None:
    checkpoint = folder / f"checkpoint-{next(FRESH)}"
    checkpoint.mkdir()
    straight = to(begun(given_, replicate=replicate), STEPS)
    first = to(begun(given_, replicate=replicate), stop)
    first.store(checkpoint)
    second = begun(given_, replicate=replicate)
    second.restore(checkpoint)
    to(second, STEPS)
    assert unlike(straight.result(), second.result()) == []
    left, right = (
        # a training set lives from the crawl to the retraining of one step
        {k: v for k, v in state(e.world).items() if "/training/" not in k and "/read/" not in k}
        for e in (straight, second)
    )
    assert same_bits(left, right) == []


@profile(8)
@given(given_=worlds(steps=2))
def test_what_is_stored_is_replayed_and_a_replicate_is_itself_alone(
    given_: Plain, folder: Path
) -> None:
    begun(given_)  # a world that its own data refuse is not an example
    out = folder / f"run-{next(FRESH)}"
    scenario = Scenario.parse(given_, FOLDER)
    execute(scenario, Job(out, replicates=2, report=False))
    for number, stored in enumerate(load(out)):
        assert unlike(stored, scenario.run(replicate=number)) == []
        assert all(replay(out / str(number)).values())


@profile(10)
@given(given_=worlds(steps=2))
def test_a_scenario_written_as_toml_runs_to_the_same_bits(given_: Plain, folder: Path) -> None:
    plain = run(given_)
    for table in FOLDER.glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    (folder / "again.toml").write_text(plain.scenario.to_toml(), encoding="utf-8")
    again = Scenario.from_toml(folder / "again.toml")
    assert again.plain() == plain.scenario.plain()
    assert unlike(plain.result(), Execution(again).finish()) == []

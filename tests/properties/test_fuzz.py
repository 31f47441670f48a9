"""2,000 broken and half-broken scenario files: one plain sentence, or a run; never a traceback."""

import faulthandler
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from scenarios.execution import Execution
from scenarios.scenario import Scenario
from tests.properties.mangled import bases, mangled
from tests.properties.worlds import FOLDER, HUNT, Plain
from tests.scenarios.test_bad_input import command

FILES = 2000
PARTS = 10
SEED = HUNT or 3
SECONDS = 20
"""A file that takes longer hangs."""
MOST_MEMBERS, MOST_CELLS, MOST_ROUNDS = 60, 30_000, 3
"""Valid files of more sites and authors, items x values x authors, or trainings are not run."""
SAID = re.compile(
    r"allowed|must|unknown field|missing|did you mean"
    r"|is not a file|not UTF-8|not valid TOML|too deeply|too large"
)


class Hang(BaseException):
    """A file took too long; no `except Exception` holds it up."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `Hang` when time is up; end the process where even that does not get through."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds} s")

    former = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(4 * seconds, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        faulthandler.cancel_dump_traceback_later()


def is_large(scenario: Scenario) -> bool:
    """By what it declares, before anything is built."""
    authors = sum(group.count for group in (*scenario.humans, *scenario.models))
    cells = 0
    for spec in scenario.domains.values():
        if spec.kind != "encyclopedia":
            continue
        items = len(spec.weights or []) or (spec.zipf.items if spec.zipf else 1000)
        if spec.table is not None and (FOLDER / spec.table).is_file():
            items = 10
        cells += items * (1 + spec.most_wrong) * authors
    rounds = max(getattr(model.start, "rounds", 1) for model in scenario.models)
    members = authors + sum(site.count for site in scenario.sites)
    return members > MOST_MEMBERS or cells > MOST_CELLS or rounds > MOST_ROUNDS


def outcome(path: Path) -> str:
    """What became of a file; anything but a run or a sentence is raised."""
    try:
        scenario = Scenario.from_toml(path)
        if is_large(scenario):
            return "large"
        run = Execution(scenario.with_(steps=min(2, scenario.steps))).finish()
    except ValueError as refused:
        said = str(refused)
        assert "\n" not in said and 10 < len(said) < 500 and SAID.search(said), said
        return "refused"
    assert run.metrics["step"].iloc[-1] == run.scenario["steps"]
    return "ran"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for table in FOLDER.glob("*.csv"):
        (made / table.name).write_bytes(table.read_bytes())
    return made


@pytest.fixture(scope="module")
def models() -> list[Plain]:
    return bases(random_worlds=30)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mangled_file_is_refused_in_one_sentence_or_runs(
    part: int, folder: Path, models: list[Plain], capsys: pytest.CaptureFixture[str]
) -> None:
    rng = Random(f"{SEED}/{part}")
    became: Counter[str] = Counter()
    for number in range(FILES // PARTS):
        content = mangled(rng, models)
        path = folder / "mangled.toml"
        path.write_bytes(content)
        try:
            with at_most(SECONDS):
                what = outcome(path)
                if what == "refused" and became[what] % 40 == 0:
                    code, said = command(capsys, "run", str(path), "--out", str(folder / "out"))
                    assert code == 2 and len(said.strip().splitlines()) == 1, said
                    assert not (folder / "out").exists()
        except (Exception, Hang) as error:
            kept = folder / f"failed-{part}-{number}.toml"
            kept.write_bytes(content)
            raise AssertionError(f"file {number}, kept as {kept}: {error!r}") from error
        became[what] += 1
    print(became)
    assert became["refused"] > FILES / PARTS / 4 and became["ran"] > FILES / PARTS / 40, became

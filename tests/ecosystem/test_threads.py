"""A second thread changes no byte."""

from collections.abc import Iterator

import pytest

from ecosystem import threads
from scenarios.build import build
from scenarios.scenario import Scenario

SCENARIO = {
    "name": "shared",
    "steps": 3,
    "domains": {"d": {"kind": "encyclopedia", "weights": [3, 2, 1, 1, 1], "wrong_values": 3}},
    "sites": [{"name": "site", "count": 3, "start": 400, "retention": {"half_life": 2}}],
    "humans": [{"name": "people", "volume": 50, "writes": {"site": 1}}],
    "models": [
        {
            "name": "model",
            "count": 21,
            "volume": 10,
            "writes": {"site": 1},
            "diet": {"n": 60, "takes": [{"share": 1, "affinity": 1}]},
            "learner": {"kind": "frequencies", "hallucination": "calibrated", "inertia": 0.3},
            "decoding": {"temperature": 0.8, "claim_temperature": 0.9},
        }
    ],
}


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads for the smallest piece of work."""
    monkeypatch.setattr(threads, "LEAST_CELLS", 0)
    monkeypatch.setattr("agents.learners.frequencies.STACKED_CELLS", 40)
    before = threads._most
    yield
    threads.use(before)


@pytest.mark.usefixtures("eager")
def test_any_number_of_threads_gives_the_same_bytes() -> None:
    found = []
    for number in (1, 2, 5):
        threads.use(number)
        world = build(Scenario.parse(SCENARIO))
        for _ in range(3):
            world.step()
        stock = world.stocks["d"]
        nodes, edges = world.ledger.tables()
        found.append((stock.voices.tobytes(), stock.cells.tobytes(), nodes, edges))
    assert all(other == found[0] for other in found[1:])


@pytest.mark.usefixtures("eager")
def test_work_comes_back_in_the_order_of_its_pieces_and_its_errors_come_out() -> None:
    threads.use(3)
    assert threads.each(lambda x: x * x, range(50), 10**6) == [x * x for x in range(50)]
    with pytest.raises(ZeroDivisionError):
        threads.each(lambda x: 1 // x, [1, 0, 1], 10**6)


def test_streams_of_two_threads_do_not_disturb_each_other() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from ecosystem.draws import Draws

    draws = Draws(5)

    def drawn(step: int) -> bytes:
        return draws.stream("crawl", step).random(20_000).tobytes()

    alone = [drawn(step) for step in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, range(40))) == alone
    assert len(set(alone)) == 40

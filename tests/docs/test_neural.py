"""The comparison of cheap and neural learners: its cells, and what is stored of them."""

import pytest

from analysis import neural
from docs.make_neural import NETWORKS, Network, scenario

CELLS = [(n, rule, learner) for n in NETWORKS for rule in n.rules for learner in n.learners]


@pytest.mark.parametrize(
    ("network", "rule", "learner"), CELLS, ids=[f"{n.scenario}-{r}-{m}" for n, r, m in CELLS]
)
def test_every_cell_is_the_network_with_other_learners_and_nothing_else(
    network: Network, rule: str, learner: str
) -> None:
    first = next(iter(network.learners))
    one, other = (scenario(network, rule, each).plain() for each in (first, learner))
    for plain in (one, other):
        for model in plain["models"]:
            del model["learner"]
    assert one == other
    kinds = {m["learner"]["kind"] for m in scenario(network, rule, learner).plain()["models"]}
    assert kinds == {"ngram" if learner == "n-gram" else "transformer"}
    assert rule in neural.COLOURS


def test_what_is_stored_is_of_these_cells_with_as_many_runs_as_they_ask_for() -> None:
    stored = neural.results()
    assert stored, "make llm-validation was never run"
    wanted = {f"{n.scenario}/{learner}/{rule}": n for n, rule, learner in CELLS}
    for key, found in stored.items():
        _, learner, rule = key.split("/")
        network = wanted[key]
        _, seeds = network.learners[learner]
        given = scenario(network, rule, learner)
        assert found["seed"] == given.seed
        for measure in neural.MEASURES:
            runs = found["curves"][measure]
            assert len(runs) == seeds
            assert {len(run) for run in runs} == {given.steps + 1}

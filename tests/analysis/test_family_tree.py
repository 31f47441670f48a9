"""The family tree of the last steps: against the whole ledger, and by hand."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from analysis.family_tree import Parent, family_tree
from analysis.network import Authors, ledger
from analysis.run import Run
from scenarios.scenario import Scenario
from tests.analysis.small_ledger import two_models


def test_shares_are_those_found_by_hand() -> None:
    run = two_models()
    tree = family_tree(run.nodes, run.edges, "facts", steps=3)
    assert (tree.first, tree.last, tree.models) == (0, 2, ("A", "B"))
    own = {each.id: each for each in tree.generations}
    assert list(own) == ["A@0", "B@0", "A@1", "A@2", "B@2"]
    # B read a quarter A's blog of 2, by A as of 1; half of the other shelf is the same blog post
    assert own["B@2"].parents == (
        Parent("A@1", pytest.approx(0.25 + 0.375)),
        Parent("B@0", pytest.approx(0.25)),
    )
    assert own["B@2"].synthetic == pytest.approx(1.0)
    assert own["B@2"].older == 0.0
    assert own["A@1"].human == pytest.approx(0.5)
    assert own["A@1"].parents == (
        Parent("B@0", pytest.approx(1 / 3)),
        Parent("A@0", pytest.approx(1 / 6)),
    )
    assert (own["A@2"].human, own["A@2"].parents) == (pytest.approx(1.0), ())


def test_what_is_older_than_the_window_keeps_its_origin_but_not_its_name() -> None:
    run = two_models()
    tree = family_tree(run.nodes, run.edges, "facts", steps=1)
    own = {each.id: each for each in tree.generations}
    assert list(own) == ["A@2", "B@2"]
    assert own["A@2"].human == pytest.approx(1.0)  # from a human shelf of before
    assert own["B@2"].older == pytest.approx(1.0)
    assert own["B@2"].parents == ()


def test_a_window_agrees_with_the_whole_ledger(small: Callable[..., Scenario]) -> None:
    run: Run = small().run()
    authors = Authors(ledger(run), "facts")
    for steps in (2, 5, 20):
        tree = family_tree(run.nodes, run.edges, "facts", steps)
        found = {each.id: each for each in tree.generations}
        sets = authors.training_sets(max(1, tree.first), tree.last)
        synthetic = authors.read(sets, np.arange(len(sets))) @ authors.is_model
        wanted = {
            f"{name}@{step}": share
            for name, step, share in zip(sets["name"], sets["step"], synthetic, strict=True)
        }
        assert wanted
        assert {key: found[key].synthetic for key in wanted} == pytest.approx(wanted)
        for each in tree.generations:
            assert each.human + each.synthetic == pytest.approx(1.0)
            assert each.older + sum(p.share for p in each.parents) <= each.synthetic + 1e-9
    assert all(each.older == 0 for each in tree.generations)


def test_it_is_plain_data_with_inbreeding(small: Callable[..., Scenario]) -> None:
    run = small(steps=3).run()
    tree = family_tree(run.nodes, run.edges, "facts")
    told = json.loads(json.dumps(tree.plain()))
    assert told["models"] == ["alpha", "beta", "delta", "gamma"]
    nodes = run.nodes.to_pandas().set_index(["kind", "domain", "name", "step"])
    for each in told["generations"]:
        kept = nodes.loc[("training", "facts", each["model"], each["step"]), "inbreeding"]
        assert each["inbreeding"] == pytest.approx(float(kept))
    assert max(each["inbreeding"] for each in told["generations"]) > 0


def test_what_it_cannot_be_made_of_is_refused(small: Callable[..., Scenario]) -> None:
    run = small(steps=1, ledger=False).run()
    with pytest.raises(ValueError, match="kept no ledger"):
        family_tree(run.nodes, run.edges, "facts")
    with pytest.raises(ValueError, match="steps: given 0, allowed 1 or more"):
        family_tree(run.nodes, run.edges, "facts", steps=0)

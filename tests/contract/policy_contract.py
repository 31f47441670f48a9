"""What every policy must hold. Inherit it for a policy of your own:

class TestMyPolicy(PolicyContract):
    policy = MyPolicy
    settings = {"my_setting": 0.5}
"""

from dataclasses import replace
from math import ceil, floor
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from agents.decoding import Decoding
from agents.learners.frequencies import Frequencies, FrequenciesOptions
from analysis.run import Run
from ecosystem.actors import Actors
from ecosystem.corpus import Batch, Counts
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.draws import Draws
from ecosystem.policies.marking import Marking
from ecosystem.policies.policy import Lesson, Policy
from scenarios.scenario import Scenario

STEPS = 5
ANCESTRY = ("depth", "inbreeding", "kinship", "diversity_neutral", "selection_excess")
ACTORS = Actors(("m-1", "m-2"), ("people",), ("forum",))
_baselines: dict[str, Run] = {}


def plain(scenario: Scenario) -> Run:
    """The run without any policy, once."""
    key = scenario.to_toml()
    if key not in _baselines:
        _baselines[key] = scenario.run()
    return _baselines[key]


def same(one: Run, other: Run, before: int | None = None) -> None:
    """Every table equal, bit for bit, in the rows before a step (or all)."""
    for name in ("metrics", "agents", "items"):
        tables = [getattr(run, name) for run in (one, other)]
        if before is not None:
            tables = [table[table["step"] < before].reset_index(drop=True) for table in tables]
        assert len(tables[0])
        pd.testing.assert_frame_equal(*tables, check_exact=True)


def lesson() -> Lesson:
    """Of two items with two values each, for a model that has read of both."""
    spec = EncyclopediaSpec(weights=(3.0, 1.0), wrong_values=1)
    domain = Encyclopedia("d", spec)
    learner = Frequencies(domain, FrequenciesOptions(), Decoding())
    learner.begin(np.array([[0.6, 0.1], [0.3, 0.0]]))
    return Lesson(domain, learner, np.random.Generator(np.random.Philox(3)))


class PolicyContract:
    """Tests of one policy class.

    Attributes:
        policy: the class.
        settings: what it needs beyond its defaults.
    """

    policy: ClassVar[type[Policy]]
    settings: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    def scenario(self) -> Scenario:
        """Two sites, a community and three models that read and write, six rows."""
        return Scenario.parse(
            {
                "name": "contract",
                "steps": STEPS,
                "domains": {
                    "d": {"kind": "encyclopedia", "zipf": {"items": 12}, "wrong_values": 2}
                },
                "sites": [
                    {"name": "forum", "retention": {"half_life": 2}, "start": "stationary"},
                    {"name": "farm", "documents": "unlimited", "retention": "latest"},
                ],
                "humans": [{"name": "people", "volume": 300, "writes": {"forum": 1}}],
                "models": [
                    {
                        "name": "m",
                        "count": 3,
                        "volume": 100,
                        "writes": {"farm": 2, "forum": 1},
                        "diet": {"n": 200},
                        "learner": {"kind": "frequencies", "hallucination": "evidence"},
                    }
                ],
            }
        )

    def spec(self, **fields: Any) -> dict[str, Any]:
        return {"kind": self.policy.kind, **self.settings, **fields}

    # ------------------------------------------------------------------ what it is

    def test_it_says_what_it_does_and_what_each_setting_means(self) -> None:
        assert self.policy.__doc__
        assert self.policy.__doc__ != Policy.__doc__
        for name, field in self.policy.model_fields.items():
            assert field.description, f"{name} has no description"

    def test_it_says_whether_it_brings_in_knowledge_from_outside_the_web(self) -> None:
        assert isinstance(getattr(self.policy, "outside", None), bool), "say: see `Policy.outside`"

    def test_it_survives_the_way_through_a_file(self) -> None:
        given = self.policy(**self.settings, start=2, stop=4, compliance=0.5, cost=3)
        assert self.policy.model_validate_json(given.model_dump_json()) == given

    # ------------------------------------------------------------------ when it acts

    def test_it_acts_from_its_start_until_before_its_stop(self) -> None:
        policy = self.policy(**self.settings, start=3, stop=5)
        assert [step for step in range(8) if policy.acts(step)] == [3, 4]
        assert self.policy(**self.settings).acts(10**6)

    @pytest.mark.parametrize("stop", [1, 3])
    def test_a_stop_that_is_not_after_the_start_is_refused(self, stop: int) -> None:
        with pytest.raises(ValidationError, match=f"stop: given {stop}, allowed after start"):
            self.policy(**self.settings, start=3, stop=stop)

    @pytest.mark.parametrize("bad", [{"start": 0}, {"compliance": 1.1}, {"cost": -1}, {"x": 1}])
    def test_what_is_no_policy_is_refused(self, bad: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            self.policy(**{**self.settings, **bad})

    @pytest.mark.parametrize("start", [1, 3])
    def test_nothing_changes_before_it_starts(self, scenario: Scenario, start: int) -> None:
        same(plain(scenario), scenario.with_(policies=[self.spec(start=start)]).run(), start)

    def test_a_policy_that_starts_after_the_end_changes_nothing(self, scenario: Scenario) -> None:
        same(plain(scenario), scenario.with_(policies=[self.spec(start=STEPS + 1)]).run())

    def test_it_runs_and_stops_and_leaves_finite_numbers(self, scenario: Scenario) -> None:
        run = scenario.with_(policies=[self.spec(start=2, stop=4)]).run()
        numbers = run.agents.select_dtypes("number").drop(columns=["d.collapsed_at", "d.recovery"])
        assert np.isfinite(numbers.to_numpy()).all()

    # ------------------------------------------------------------------ who complies

    def test_with_nobody_complying_it_changes_nothing(self, scenario: Scenario) -> None:
        same(plain(scenario), scenario.with_(policies=[self.spec(compliance=0)]).run())

    def test_more_compliance_only_adds_actors(self) -> None:
        actors = tuple(f"actor-{i}" for i in range(200))
        everyone = Actors(actors, actors, actors)
        before: set[str] = set()
        for compliance in (0.0, 0.2, 0.6, 1.0):
            policy = self.policy(**self.settings, compliance=compliance).bind(Draws(1), everyone)
            now = {actor for actor in actors if policy.complies(actor)}
            assert before <= now
            assert len(now) in (floor(200 * compliance), ceil(200 * compliance))
            before = now
        assert len(before) == 200

    def test_marks_that_nobody_heeds_change_nothing(self, scenario: Scenario) -> None:
        """On finite sites: what documents are there does not depend on what they bear.

        Sums over the shelves that marks make differ by rounding; what is known of the ancestry of
        what stays is known by shelf, and so changes where shelves do.
        """
        if not issubclass(self.policy, Marking):
            pytest.skip("it does not mark for others to heed")
        lasting = {"documents": "finite", "retention": {"half_life": 2}}
        finite = scenario.with_({f"sites.farm.{key}": value for key, value in lasting.items()})
        marked = finite.with_(policies=[self.spec(readers=0)]).run()
        assert (marked.nodes.to_pandas().query("kind == 'site'")["marks"] != "").any()
        for name in ("metrics", "agents", "items"):
            both = [getattr(run, name) for run in (plain(finite), marked)]
            shared = [c for c in both[0] if not any(word in c for word in ANCESTRY)]
            tables = [table[shared] for table in both]
            pd.testing.assert_frame_equal(*tables, rtol=1e-12, atol=1e-15)

    # ------------------------------------------------------------------ its hooks

    @pytest.mark.parametrize("synthetic", [False, True])
    @pytest.mark.parametrize("marks", [frozenset(), frozenset({"flagged"})], ids=str)
    def test_marks_and_keeping_are_probabilities(
        self, synthetic: bool, marks: frozenset[str]
    ) -> None:
        policy = self.policy(**self.settings).bind(Draws(1), ACTORS)
        batch = Batch("d", "forum", 1, synthetic, "m-1" if synthetic else "people", marks, 10.0)
        assert all(0 <= p <= 1 for p in policy.mark(batch).values())
        assert 0 <= policy.keep(batch) <= 1

    def test_what_it_teaches_does_not_depend_on_what_it_taught_before(self) -> None:
        """So that an interrupted run goes on as it would have; the stream is the world's."""
        draws, found = Draws(1), []
        policy = self.policy(**self.settings).bind(draws, ACTORS)
        for bound in (policy, policy, self.policy(**self.settings).bind(draws, ACTORS)):
            given = replace(lesson(), rng=draws.stream("teach", 3, "m-1", "d"))
            found.append(bound.teach(Counts(np.array([[50.0, 10], [20, 0]])), given).cells.tolist())
        assert found[0] == found[1] == found[2]

    def test_teaching_leaves_what_was_drawn_alone(self) -> None:
        policy = self.policy(**self.settings).bind(Draws(1), ACTORS)
        drawn = Counts(np.array([[5.0, 1], [2, 0]]))
        taught = policy.teach(drawn, lesson())
        assert drawn.cells.tolist() == [[5, 1], [2, 0]]
        assert taught.cells.shape == drawn.cells.shape
        assert (taught.cells >= 0).all()

"""What every meter must hold. Inherit it for a meter of your own:

class TestMyMeter(MeterContract):
    meter = MyMeter
"""

from typing import Any, ClassVar

import numpy as np
import pytest

import agents.learners
import ecosystem.domains
from agents.learners.learner import Learner
from analysis.meters.meter import Column, Meter
from analysis.row_view import view_of
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain
from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario

WORLDS: dict[str, dict[str, Any]] = {
    "many": {},
    "one item": {"domains.d": {"kind": "encyclopedia", "weights": [1.0], "wrong_values": 2}},
    "no wrong values": {"domains.d": {"kind": "encyclopedia", "weights": [3.0, 1.0]}},
    "one model": {"models.0.count": 1},
    "no model": {"models.*.join": 99},
    "no humans": {"humans": []},
    "nobody writes": {"humans": [], "models.*.volume": 0, "sites.*.start": 0},
}
"""Changes of the world, by name."""
KINDS: dict[str, dict[str, Any]] = {
    "encyclopedia": {},
    "portraits": {
        "domains.d": {"kind": "portraits", "pictures": {"dimensions": 3}},
        "models.*.learner": {"kind": "gaussian"},
    },
    "prose": {
        "domains.d": {"kind": "prose", "width": 16, "vocabulary": 500},
        "models.*.learner": {"kind": "ngram"},
        "models.*.start": "fitted",
    },
    "exercises": {
        "domains.d": {"kind": "exercises", "families": ["leap years", "grades"]},
        "models.*.learner": {"kind": "classifier"},
        "models.*.start": "fitted",
    },
    "regression": {
        "domains.d": {"kind": "regression", "dimensions": 3},
        "models.*.learner": {"kind": "regressor"},
        "models.*.start": "fitted",
    },
}
"""By kind of domain, what makes the world one of it. A meter is read in the first it measures."""


def changes_for(kind: str) -> dict[str, Any]:
    """What makes the world one of a kind of domain; one not known here is as it is by default."""
    if kind in KINDS:
        return KINDS[kind]
    found = discover(ecosystem.domains, Domain)[kind]  # type: ignore[type-abstract]
    learners: Any = discover(agents.learners, Learner)  # type: ignore[type-abstract]
    changes: dict[str, Any] = {"domains.d": {"kind": kind}}
    if issubclass(found, RowsDomain):
        able = [name for name, learner in learners.items() if learner.able(found)]
        assert able, f"no learner learns the form {found.form!r} of the domain {kind!r}"
        changes |= {"models.*.learner": {"kind": able[0]}, "models.*.start": "fitted"}
    return changes


_made: dict[tuple[str, str], list[Ecosystem]] = {}


def worlds(name: str, kind: str = "encyclopedia") -> list[Ecosystem]:
    """One world at row 0 and after two steps; meters must not change it."""
    if (name, kind) not in _made:
        scenario = Scenario.parse(
            {
                "name": "contract",
                "meters": [],
                "domains": {"d": {"kind": "encyclopedia", "zipf": {"items": 9}, "wrong_values": 2}},
                "sites": [{"name": "s", "retention": {"half_life": 2}, "start": 60}],
                "humans": [{"name": "people", "volume": 40, "writes": {"s": 1}}],
                "models": [
                    {
                        "name": "m",
                        "count": 3,
                        "start": "truth",
                        "volume": 30,
                        "writes": {"s": 1},
                        "diet": {"n": 25},
                        "learner": {"kind": "frequencies", "hallucination": "evidence"},
                    }
                ],
            }
        )
        if WORLDS[name].get("humans") == []:
            scenario = scenario.with_({"sites.*.start": 0})
        made = changes_for(kind)
        changes = {k: v for k, v in WORLDS[name].items() if k not in made}
        scenario = scenario.with_(changes | made)
        first, later = build(scenario), build(scenario)
        for _ in range(2):
            later.step()
        _made[name, kind] = [first, later]
    return _made[name, kind]


def fingerprint(world: Ecosystem) -> list[bytes]:
    """The bits of all that a meter could change."""
    arrays = [
        getattr(stock, name)
        for stock in world.stocks.values()
        for name in ("cells", "size", "depth", "voices", "human_record", "published")
    ]
    arrays += [world.read_documents["d"], world.read_synthetic["d"], world.read_depth["d"]]
    return [array.tobytes() for array in arrays]


class MeterContract:
    """Tests of one meter class.

    Attributes:
        meter: the class.
    """

    meter: ClassVar[type[Meter]]

    def read(self, world: Ecosystem) -> dict[str, Any]:
        meter = self.meter()
        return dict(meter.measure(world if meter.of == "web" else view_of(world, "d", {})))

    def worlds(self, name: str) -> list[Ecosystem]:
        """The worlds that this meter can be read in."""
        kinds = [*KINDS, *self.meter.domains] if self.meter.of == "domain" else ["encyclopedia"]
        for kind in kinds:
            found = worlds(name, kind)
            if self.meter.of == "web" or self.meter.measures(view_of(found[0], "d", {})):
                return found
        raise AssertionError(f"no kind of domain that {self.meter.kind} measures is known here")

    def test_it_says_what_it_measures_and_in_what(self) -> None:
        assert self.meter.__doc__
        assert self.meter.__doc__ != Meter.__doc__
        assert self.meter.columns
        for name, column in self.meter.columns.items():
            assert isinstance(column, Column)
            assert name.isidentifier(), name
            assert column.text.endswith("."), name
            assert len(column.text.split()) > 1, name
            assert column.unit, name

    @pytest.mark.parametrize("name", WORLDS)
    def test_it_returns_exactly_its_columns_as_finite_numbers_or_nan(self, name: str) -> None:
        for world in self.worlds(name):
            values = self.read(world)
            present = len(world.present())
            assert set(values) == set(self.meter.columns)
            for key, column in self.meter.columns.items():
                value = np.asarray(values[key], dtype=np.float64)
                assert value.shape == ((present,) if column.each == "model" else ()), key
                assert not np.isinf(value).any(), key

    @pytest.mark.parametrize("name", WORLDS)
    def test_shares_and_counts_stay_within_their_range(self, name: str) -> None:
        for world in self.worlds(name):
            values = self.read(world)
            for key, column in self.meter.columns.items():
                value = np.asarray(values[key], dtype=np.float64)
                known = value[~np.isnan(value)]
                if column.unit == "log ratio":
                    continue
                assert (known >= -1e-12).all(), key
                if column.unit in ("share", "chance"):
                    assert (known <= 1 + 1e-12).all(), key

    @pytest.mark.parametrize("name", WORLDS)
    def test_it_changes_nothing_and_reads_the_same_twice(self, name: str) -> None:
        for world in self.worlds(name):
            before = fingerprint(world)
            first, second = self.read(world), self.read(world)
            assert fingerprint(world) == before
            for key, value in first.items():
                np.testing.assert_array_equal(value, second[key])

    def test_it_does_not_depend_on_the_order_of_the_models(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for world in self.worlds("many"):
            forward = self.read(world)
            with monkeypatch.context() as patch:
                for name in ("models", "present"):
                    found: list[Any] = getattr(world, name)()[::-1]
                    patch.setattr(world, name, lambda found=found: found)
                backward = self.read(world)
            for key, column in self.meter.columns.items():
                value = np.asarray(backward[key])
                value = value[::-1] if column.each == "model" else value
                np.testing.assert_allclose(value, forward[key], rtol=1e-12, atol=1e-15)

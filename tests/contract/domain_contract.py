"""What every domain of counts must hold. Inherit it for a domain of your own:

class TestMyDomain(DomainContract):
    domain = MyDomain
    spec = {"my_setting": 3}
"""

from typing import Any, ClassVar

import numpy as np
import pytest

from ecosystem.domains.domain import Domain


class DomainContract:
    """Tests of one domain class.

    Attributes:
        domain: the class.
        spec: settings of a small one, with wrong values and several groups where it has any.
    """

    domain: ClassVar[type[Domain]]
    spec: ClassVar[dict[str, Any]]

    @pytest.fixture
    def made(self) -> Domain:
        return self.make()

    def make(self, name: str = "field") -> Domain:
        spec = self.domain.Spec.model_validate({"kind": self.domain.kind} | self.spec)
        factory: Any = self.domain
        found: Domain = factory(name, spec, None)
        return found

    def test_it_says_what_it_is_and_can_be_chosen_by_its_kind(self) -> None:
        assert self.domain.__doc__
        assert self.domain.Spec.__doc__
        assert self.domain.Spec.model_fields["kind"].default == self.domain.kind

    def test_its_shapes_agree(self, made: Domain) -> None:
        items, values = made.shape
        assert made.name == "field"
        assert len(made.items) == len(set(made.items)) == items
        assert made.topics.shape == made.group_of.shape == (items,)
        assert made.confusion.shape == (items, values)
        assert len(made.groups) == len(set(made.groups))
        assert set(made.group_of.tolist()) == set(range(len(made.groups)))

    def test_topics_and_confusions_are_distributions(self, made: Domain) -> None:
        assert made.topics.sum() == pytest.approx(1)
        assert (made.topics >= 0).all()
        assert not made.confusion[:, 0].any()
        assert (made.confusion >= 0).all()
        total = made.confusion.sum(axis=1)
        assert np.all(np.isclose(total, 1) | (total == 0))

    @pytest.mark.parametrize("error", [0.0, 0.1, 1.0])
    def test_the_truth_with_errors_is_a_distribution_of_that_error(
        self, made: Domain, error: float
    ) -> None:
        cells = made.truth(error)
        assert cells.sum() == pytest.approx(1)
        assert (cells >= 0).all()
        np.testing.assert_allclose(cells.sum(axis=1), made.topics, atol=1e-15)
        fallible = made.confusion.sum(axis=1) > 0
        wrong = cells[:, 1:].sum(axis=1)
        np.testing.assert_allclose(wrong, error * made.topics * fallible, atol=1e-15)

    def test_it_is_the_same_every_time_and_says_so(self, made: Domain) -> None:
        again = self.make("other")
        assert again.digest == made.digest
        assert len(made.digest) == 64
        for name in ("topics", "confusion", "group_of"):
            assert getattr(again, name).tobytes() == getattr(made, name).tobytes()

    def test_every_value_that_can_be_said_has_a_word(self, made: Domain) -> None:
        for item in range(made.shape[0]):
            slots = [0, *np.flatnonzero(made.confusion[item]).tolist()]
            words = [made.label(item, slot) for slot in slots]
            assert all(words)
            assert len(set(words)) == len(words)

    @pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
    def test_the_rarest_are_the_least_written_about(self, made: Domain, share: float) -> None:
        rarest = made.rarest(share)
        others = np.setdiff1d(np.flatnonzero(made.topics), rarest)
        assert len(set(rarest.tolist())) == rarest.size >= 1
        assert (made.topics[rarest] > 0).all()
        assert (np.diff(made.topics[rarest]) >= 0).all()
        if others.size:
            assert made.topics[rarest].max() <= made.topics[others].min()
        else:
            assert share == 1 or made.shape[0] == 1

    def test_a_tilt_weighs_the_items_of_the_groups_named(self, made: Domain) -> None:
        np.testing.assert_array_equal(made.tilt({}), np.ones(made.shape[0]))
        tilt = made.tilt({made.groups[0]: 3.0})
        np.testing.assert_array_equal(tilt, np.where(made.group_of == 0, 3.0, 1.0))
        with pytest.raises(ValueError, match="given the group 'no such group'"):
            made.tilt({"no such group": 1.0})

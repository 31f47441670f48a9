"""What every learner of rows must hold, whatever the rows are. Inherit it for one of your own:

class TestMyLearner(RowsContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})

Learners of vectors, of words and of examples have contracts that ask for more: they inherit this.
"""

from typing import Any, ClassVar

import numpy as np
import pytest

import ecosystem.domains
from agents.decoding import Decoding
from ecosystem.corpus import Rows
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain
from tests.contract.learner_contract import PLAIN, AnyLearner, stream


class RowsContract(AnyLearner):
    """Tests of one learner class, in the first domain of a form that it learns.

    Attributes:
        learner, options, decodings: see `AnyLearner`.
        spec: settings of the domain.
        lasting: options beside those, with which what it learns next depends on its state.
    """

    decodings = (PLAIN, Decoding(temperature=0.7))
    spec: ClassVar[dict[str, Any]] = {}
    lasting: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    def domain(self) -> RowsDomain:
        found = discover(ecosystem.domains, Domain)  # type: ignore[type-abstract]
        able = [kind for kind in found.values() if self.learner.able(kind)]
        assert able, f"no domain has a form of {self.learner.learns}"
        made: RowsDomain = able[0]("field", able[0].Spec.model_validate(self.spec), None)
        return made

    @pytest.fixture
    def corpus(self, domain: RowsDomain) -> Rows:
        """A hundred human documents."""
        return Rows(domain.reference()[stream().integers(len(domain.reference()), size=100)])

    def are_documents(self, domain: RowsDomain, rows: Any) -> None:
        """Check that rows, (n, width), are documents of a domain."""
        assert rows.shape[1:] == (domain.width,)
        assert np.isfinite(rows).all()

    def said(self, learner: Any) -> bytes:
        """All that a learner says."""
        found: bytes = learner.write(9, stream()).rows.tobytes()
        return found

    def test_it_knows_nothing_until_it_is_fitted(self, domain: RowsDomain, corpus: Rows) -> None:
        for learner in self.variants(domain):
            assert learner.blank
            learner.fit(corpus, stream())
            assert not learner.blank

    def test_it_begins_as_the_truth_or_says_that_it_cannot(self, domain: RowsDomain) -> None:
        for learner in self.variants(domain):
            if self.learner.from_truth:
                learner.begin(domain.truth())
                assert not learner.blank
            else:
                with pytest.raises(ValueError, match="allowed 'fitted'"):
                    learner.begin(domain.truth())

    def test_it_writes_documents_of_its_domain(self, domain: RowsDomain, corpus: Rows) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            for write in (learner.write, learner.voice().write):
                for n in (0, 1, 400):
                    rows = write(n, stream(2)).rows
                    assert len(rows) == n
                    self.are_documents(domain, rows)

    def test_a_voice_is_left_alone_by_later_fits_and_comes_back_from_its_state(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            voice = learner.voice()
            before = voice.write(50, stream()).rows.tobytes()
            state = {key: value.copy() for key, value in voice.state().items()}
            learner.fit(Rows(corpus.rows[:20]), stream(2))
            assert voice.write(50, stream()).rows.tobytes() == before
            again = learner.voice_of(state)
            assert again.write(50, stream()).rows.tobytes() == before
            assert {k: v.tobytes() for k, v in again.state().items()} == {
                k: v.tobytes() for k, v in state.items()
            }

    def test_learning_uses_no_randomness_but_its_stream_and_leaves_the_training_set_alone(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        before = corpus.rows.copy()
        for one, other in zip(self.variants(domain), self.variants(domain), strict=True):
            one.fit(corpus, stream())
            other.fit(corpus, stream())
            assert self.said(one) == self.said(other)
        np.testing.assert_array_equal(corpus.rows, before)

    @pytest.mark.parametrize("documents", [1, 2, 3])
    def test_few_documents_can_be_learnt_and_scored(
        self, domain: RowsDomain, corpus: Rows, documents: int
    ) -> None:
        few = Rows(corpus.rows[:documents])
        for learner in self.variants(domain):
            learner.fit(few, stream())
            self.are_documents(domain, learner.write(20, stream()).rows)
            assert learner.surprise(few).shape == (documents,)
            assert not np.isnan(learner.score(few))

    def test_a_state_is_arrays_that_bring_back_the_same_bits(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        pair = [self.variants(domain, **self.lasting) for _ in range(2)]
        for kept, restored in zip(*pair, strict=True):
            restored.load(kept.state())
            assert restored.blank
            kept.fit(corpus, stream())
            state = kept.state()
            assert all(isinstance(value, np.ndarray) for value in state.values())
            assert all(value.dtype != object for value in state.values())
            restored.load(state)
            for _ in range(2):
                assert self.said(kept) == self.said(restored)
                for model in (kept, restored):
                    model.fit(Rows(corpus.rows[::-2]), stream(3))
            assert self.said(kept) == self.said(restored)

"""What every learner of rows must hold, whatever the rows are. Inherit it for one of your own:

class TestMyLearner(RowsContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})

Learners of vectors, of words and of examples have contracts that ask for more.
"""

from typing import Any, ClassVar

import numpy as np
import pytest

import ecosystem.domains
from agents.decoding import Decoding
from agents.learners.learner import Learner, LearnerOptions
from ecosystem.corpus import Rows
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain
from tests.contract.learner_contract import stream

DECODINGS = (Decoding(), Decoding(temperature=0.7))


class RowsContract:
    """Tests of one learner class, in the first domain of a form that it learns.

    Attributes:
        learner: the class.
        options: sets of options to test it with; the defaults are always among them.
        spec: settings of the domain.
    """

    learner: ClassVar[type[Learner]]
    options: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    spec: ClassVar[dict[str, Any]] = {}

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

    def variants(self, domain: RowsDomain) -> list[Learner]:
        return [self.make(domain, options, d) for options in self.options for d in DECODINGS]

    def make(self, domain: RowsDomain, options: dict[str, Any], decoding: Decoding) -> Learner:
        fields = {"kind": self.learner.kind} | options
        return self.learner(domain, self.learner.Options.model_validate(fields), decoding)

    def test_it_says_what_it_is_and_can_be_chosen_by_its_kind(self) -> None:
        assert self.learner.__doc__
        assert len(self.learner.__doc__.split()) > 5
        assert issubclass(self.learner.Options, LearnerOptions)
        assert self.learner.Options.model_fields["kind"].default == self.learner.kind
        for name, field in self.learner.Options.model_fields.items():
            assert name == "kind" or field.description, f"{name} has no description"

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
            for n in (0, 1, 50):
                rows = learner.voice().write(n, stream(2)).rows
                assert rows.shape == (n, domain.width)
                assert np.isfinite(rows).all()

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
            assert learner.voice_of(state).write(50, stream()).rows.tobytes() == before

    def test_learning_uses_no_randomness_but_its_stream_and_leaves_the_training_set_alone(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        before = corpus.rows.copy()
        for one, other in zip(self.variants(domain), self.variants(domain), strict=True):
            texts = []
            for learner in (one, other):
                learner.fit(corpus, stream())
                texts.append(learner.write(9, stream()).rows.tobytes())
            assert texts[0] == texts[1]
        np.testing.assert_array_equal(corpus.rows, before)

    @pytest.mark.parametrize("documents", [1, 2])
    def test_few_documents_can_be_learnt_and_scored(
        self, domain: RowsDomain, corpus: Rows, documents: int
    ) -> None:
        few = Rows(corpus.rows[:documents])
        for learner in self.variants(domain):
            learner.fit(few, stream())
            assert np.isfinite(learner.write(20, stream()).rows).all()
            assert learner.surprise(few).shape == (documents,)
            assert not np.isnan(learner.score(few))

    def test_a_state_is_arrays_that_bring_back_the_same_bits(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        for kept, restored in zip(self.variants(domain), self.variants(domain), strict=True):
            restored.load(kept.state())
            assert restored.blank
            kept.fit(corpus, stream())
            state = kept.state()
            assert all(isinstance(value, np.ndarray) for value in state.values())
            assert all(value.dtype != object for value in state.values())
            restored.load(state)
            for _ in range(2):
                texts = [model.write(9, stream()).rows.tobytes() for model in (kept, restored)]
                assert texts[0] == texts[1]
                for model in (kept, restored):
                    model.fit(Rows(corpus.rows[::2]), stream(3))

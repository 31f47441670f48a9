"""What every learner must hold. Inherit it for a learner of your own:

class TestMyLearner(LearnerContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from typing import Any, ClassVar

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.learner import LearnerOptions
from ecosystem.corpus import Counts
from ecosystem.domains.domain import Domain
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.sampling import Floats
from tests.theory.verdict import holds

SEED = 11
PLAIN = Decoding()


def stream(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


class AnyLearner:
    """What the contracts of all learners share.

    Attributes:
        learner: the class.
        options: sets of options to test it with; the defaults are always among them.
        decodings: those to test it with; the first does nothing.
    """

    learner: ClassVar[type[Any]]
    options: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    decodings: ClassVar[tuple[Decoding, ...]] = (PLAIN,)

    def make(self, domain: Any, options: dict[str, Any], decoding: Decoding = PLAIN) -> Any:
        fields = {"kind": self.learner.kind} | options
        return self.learner(domain, self.learner.Options.model_validate(fields), decoding)

    def variants(self, domain: Any, **more: Any) -> list[Any]:
        """A new learner for every set of options, with some more, and every decoding."""
        return [self.make(domain, o | more, d) for o in self.options for d in self.decodings]

    def test_it_says_what_it_is_and_can_be_chosen_by_its_kind(self) -> None:
        assert self.learner.__doc__
        assert len(self.learner.__doc__.split()) > 5
        assert issubclass(self.learner.Options, LearnerOptions)
        assert self.learner.Options.model_fields["kind"].default == self.learner.kind
        for name, field in self.learner.Options.model_fields.items():
            assert name == "kind" or field.description, f"{name} has no description"


class LearnerContract(AnyLearner):
    """Tests of one learner class of counts; what to set is said by `AnyLearner`."""

    decodings = (PLAIN, Decoding(temperature=0.7, claim_temperature=0.8, top_p=0.95))

    @pytest.fixture
    def domain(self) -> Domain:
        """The field it learns: eight items, three values each."""
        weights = [16.0, 8, 4, 2, 1, 1, 1, 1]
        return Encyclopedia("toy", EncyclopediaSpec(weights=weights, wrong_values=2))

    @pytest.fixture
    def corpus(self, domain: Domain) -> Counts:
        """Two hundred human documents."""
        return Counts(domain.truth(0.05)).draw(200, stream())

    # ------------------------------------------------------------------ fit and write

    def test_what_it_writes_is_a_distribution_over_what_can_be_said(
        self, domain: Domain, corpus: Counts
    ) -> None:
        possible = domain.confusion > 0
        possible[:, 0] = True
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            voice = learner.voice()
            assert voice.shape == domain.shape
            assert np.isfinite(voice).all()
            assert (voice >= 0).all()
            assert voice.sum() == pytest.approx(1, abs=1e-9)
            assert voice[~possible].sum() == 0
            assert 0 <= learner.invented <= 1

    def test_it_writes_from_its_voice(self, domain: Domain, corpus: Counts) -> None:
        for learner in self.variants(domain)[:2]:
            learner.fit(corpus, stream())
            rng = stream()
            written = np.array([learner.write(20, rng).cells for _ in range(1500)])
            assert (written.sum(axis=(1, 2)) == 20).all()
            voice = learner.voice()
            assert written[:, voice == 0].sum() == 0
            holds(
                f"{self.learner.kind} writes from its voice",
                SEED,
                {
                    f"cell {k},{v}": (written[:, k, v], 20 * float(voice[k, v]))
                    for k, v in np.argwhere(voice > 0.002).tolist()
                },
            )

    def test_it_begins_as_any_distribution_it_is_given(self, domain: Domain) -> None:
        given = domain.truth(0.3)
        for options in self.options:
            learner = self.make(domain, options)
            learner.begin(given)
            np.testing.assert_allclose(learner.voice(), given, atol=1e-12)

    def test_much_text_teaches_it_what_humans_write(self, domain: Domain) -> None:
        given = domain.truth(0.05)
        many = Counts(given).draw(10**7, stream())
        learner = self.make(domain, {})
        learner.fit(many, stream())
        np.testing.assert_allclose(learner.voice(), given, atol=0.002)

    def test_learning_uses_no_randomness_but_its_stream(
        self, domain: Domain, corpus: Counts
    ) -> None:
        for options in self.options:
            one, other = self.make(domain, options), self.make(domain, options)
            one.fit(corpus, stream())
            other.fit(corpus, stream())
            assert one.voice().tobytes() == other.voice().tobytes()

    def test_learning_leaves_the_training_set_alone(self, domain: Domain, corpus: Counts) -> None:
        before = corpus.cells.copy(), corpus.read.copy()
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
        np.testing.assert_array_equal(corpus.cells, before[0])
        np.testing.assert_array_equal(corpus.read, before[1])

    def test_a_single_document_can_be_learnt(self, domain: Domain) -> None:
        cells = np.zeros(domain.shape)
        cells[3, 0] = 1
        for learner in self.variants(domain):
            learner.begin(domain.truth())
            learner.fit(Counts(cells.copy()), stream())
            assert learner.voice().sum() == pytest.approx(1, abs=1e-9)

    # ------------------------------------------------------------------ score

    def test_a_score_is_a_log_likelihood_that_falls_for_stranger_text(
        self, domain: Domain, corpus: Counts
    ) -> None:
        learner = self.make(domain, {})
        learner.fit(corpus, stream())
        own = learner.score(corpus)
        strange = np.zeros(domain.shape)
        strange[-1, -1] = 100
        assert own <= 0
        assert learner.score(Counts(strange)) < own

    def test_a_score_is_per_document(self, domain: Domain, corpus: Counts) -> None:
        learner = self.make(domain, {})
        learner.fit(corpus, stream())
        twice = Counts(2 * corpus.cells)
        assert learner.score(twice) == pytest.approx(learner.score(corpus))

    # ------------------------------------------------------------------ state

    def test_a_state_is_arrays_that_bring_back_the_same_bits(
        self, domain: Domain, corpus: Counts
    ) -> None:
        for options in self.options:
            for decoding in self.decodings:
                kept, restored = (self.make(domain, options, decoding) for _ in range(2))
                kept.fit(corpus, stream())
                state = kept.state()
                assert all(isinstance(value, np.ndarray) for value in state.values())
                assert all(value.dtype != object for value in state.values())
                restored.load(state)
                assert restored.voice().tobytes() == kept.voice().tobytes()
                assert restored.invented == kept.invented
                for model in (kept, restored):
                    model.fit(corpus, stream(3))
                assert restored.voice().tobytes() == kept.voice().tobytes()

    # ------------------------------------------------------------------ many at once

    def test_fitting_many_together_gives_each_the_bits_of_fitting_it_alone(
        self, domain: Domain
    ) -> None:
        for options in self.options:
            for number in (1, 2, 7):
                self._together(domain, options, number)

    def _together(self, domain: Domain, options: dict[str, Any], number: int) -> None:
        corpora = [Counts(domain.truth(0.05)).draw(20 * 3**i, stream(i)) for i in range(number)]
        stacked = [self.make(domain, options, self.decodings[i % 2]) for i in range(number)]
        single = [self.make(domain, options, self.decodings[i % 2]) for i in range(number)]
        start: Floats = domain.truth(0.2)
        for learner in [*stacked, *single]:
            learner.begin(start)
        voices = [np.empty(domain.shape) for _ in stacked]
        self.learner.fit_together(stacked, corpora, lambda i: stream(50 + i), voices.__setitem__)
        for i, learner in enumerate(single):
            learner.fit(corpora[i], stream(50 + i))
            assert voices[i].tobytes() == learner.voice().tobytes()
            assert stacked[i].voice().tobytes() == learner.voice().tobytes()

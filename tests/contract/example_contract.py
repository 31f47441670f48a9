"""What every learner of examples must hold. Inherit it for a learner of your own:

class TestMyLearner(ExampleContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from typing import Any, ClassVar

import numpy as np
import pytest

import ecosystem.domains
from agents.decoding import Decoding
from agents.learners.examples import ExampleLearner
from agents.learners.learner import LearnerOptions
from ecosystem.corpus import Rows
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain
from ecosystem.sampling import Floats
from tests.contract.learner_contract import stream

DECODINGS = (Decoding(), Decoding(temperature=0.7, top_p=0.9, claim_temperature=0.5))
DOMAINS = discover(ecosystem.domains, Domain)  # type: ignore[type-abstract]


def written(domain: RowsDomain, n: int, seed: int = 1, error: float = 0.0) -> Rows:
    """N human documents, so many of each cell as there happen to be."""
    rng = stream(seed)
    counts = rng.multinomial(n, domain.truth(error).ravel())
    parts = [domain.human(cell, int(m), rng) for cell, m in enumerate(counts)]
    return Rows(rng.permutation(np.concatenate(parts)))


class ExampleContract:
    """Tests of one learner class.

    Attributes:
        learner: the class.
        options: sets of options to test it with; the defaults are always among them.
    """

    learner: ClassVar[type[ExampleLearner]]
    options: ClassVar[tuple[dict[str, Any], ...]] = ({},)

    @pytest.fixture
    def domain(self) -> RowsDomain:
        """The first kind of domain that it learns, as it is by default."""
        kind = DOMAINS[self.learner.learns[0]]
        made: RowsDomain = kind("field", kind.Spec(), None)
        return made

    @pytest.fixture
    def corpus(self, domain: RowsDomain) -> Rows:
        return written(domain, 300, error=0.05 if domain.fallible.any() else 0.0)

    def make(
        self, domain: RowsDomain, options: dict[str, Any], decoding: Decoding = DECODINGS[0]
    ) -> ExampleLearner:
        fields = {"kind": self.learner.kind} | options
        return self.learner(domain, self.learner.Options.model_validate(fields), decoding)

    def variants(self, domain: RowsDomain) -> list[ExampleLearner]:
        return [self.make(domain, options, d) for options in self.options for d in DECODINGS]

    def error(self, learner: ExampleLearner, domain: RowsDomain) -> float:
        """Root mean square by which its answers to the test are off; of codes, share wrong."""
        test = domain.reference()
        apart = self.answers(learner, test) - test[:, -1]
        if domain.fallible.any():
            return float((apart != 0).mean())
        return float(np.sqrt(np.square(apart).mean()))

    @staticmethod
    def answers(learner: Any, rows: Floats) -> Floats:
        found: Floats = learner.answers(rows)
        return found

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
            with pytest.raises(ValueError, match="never fitted"):
                learner.voice()
            with pytest.raises(ValueError, match="allowed 'fitted'"):
                learner.begin(domain.truth())
            learner.fit(corpus, stream())
            assert not learner.blank

    def test_it_writes_documents_of_its_domain(self, domain: RowsDomain, corpus: Rows) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            for n in (0, 1, 50):
                rows = learner.write(n, stream(2)).rows
                assert rows.shape == (n, domain.width)
                assert np.isfinite(rows).all()

    def test_more_to_read_is_more_learnt(self, domain: RowsDomain) -> None:
        for options in self.options:
            found = []
            for n in (30, 3000):
                learner = self.make(domain, options)
                learner.fit(written(domain, n), stream())
                found.append(self.error(learner, domain))
            assert found[1] < found[0], options

    def test_documents_count_by_their_weights(self, domain: RowsDomain) -> None:
        """Half the documents are astray; where they weigh next to nothing they do no harm."""
        sound = written(domain, 400)
        astray = Rows(sound.rows.copy())
        if domain.fallible.any():  # each has the answer to another question of its family
            for group in np.unique(sound.rows[:, 0]):
                mine = astray.rows[:, 0] == group
                astray.rows[mine, -1] = np.roll(astray.rows[mine, -1], 1)
        else:
            astray.rows[:, -1] += 10
        both = np.concatenate([sound.rows, astray.rows])
        for options in self.options:
            errors = []
            for weight in (1e-9, 1.0):
                learner = self.make(domain, options)
                weights = np.repeat([1.0, weight], 400)
                learner.fit(Rows(both, weights), stream())
                errors.append(self.error(learner, domain))
            assert errors[0] < errors[1], options

    def test_a_voice_is_left_alone_by_later_fits(self, domain: RowsDomain, corpus: Rows) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            voice: Any = learner.voice()
            before = voice.write(50, stream()).rows
            state = {key: value.copy() for key, value in voice.state().items()}
            learner.fit(Rows(corpus.rows[:20]), stream(2))
            np.testing.assert_array_equal(voice.write(50, stream()).rows, before)
            again = getattr(learner, "voice_of")(state)  # noqa: B009
            assert again.write(50, stream()).rows.tobytes() == before.tobytes()
            assert {k: v.tobytes() for k, v in again.state().items()} == {
                k: v.tobytes() for k, v in state.items()
            }

    def test_learning_uses_no_randomness_but_its_stream_and_leaves_the_training_set_alone(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        before = corpus.rows.copy()
        for options in self.options:
            one, other = self.make(domain, options), self.make(domain, options)
            one.fit(corpus, stream())
            other.fit(corpus, stream())
            assert one.write(9, stream()).rows.tobytes() == other.write(9, stream()).rows.tobytes()
            test = domain.reference()
            assert self.answers(one, test).tobytes() == self.answers(other, test).tobytes()
        np.testing.assert_array_equal(corpus.rows, before)

    @pytest.mark.parametrize("documents", [1, 2, 3])
    def test_few_documents_can_be_learnt(self, domain: RowsDomain, documents: int) -> None:
        few = written(domain, documents)
        for learner in self.variants(domain):
            learner.fit(few, stream())
            assert np.isfinite(learner.write(20, stream()).rows).all()
            assert not np.isnan(learner.score(few))

    def test_a_score_is_lower_for_wrong_answers(self, domain: RowsDomain, corpus: Rows) -> None:
        strange = Rows(corpus.rows.copy())
        strange.rows[:, -1] += 40
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(corpus, stream())
            if np.isfinite(own := learner.score(corpus)):
                assert learner.score(strange) < own
                doubled = Rows(np.concatenate([corpus.rows, corpus.rows]))
                assert learner.score(doubled) == pytest.approx(own)

    def test_a_state_is_arrays_that_bring_back_the_same_bits(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        test = domain.reference()
        for options in self.options:
            kept, restored = (self.make(domain, {**options, "inertia": 0.3}) for _ in range(2))
            restored.load(kept.state())
            assert restored.blank
            kept.fit(corpus, stream())
            state = kept.state()
            assert all(isinstance(value, np.ndarray) for value in state.values())
            assert all(value.dtype != object for value in state.values())
            restored.load(state)
            for _ in range(2):
                said = [self.answers(model, test).tobytes() for model in (kept, restored)]
                assert said[0] == said[1]
                texts = [model.write(9, stream()).rows.tobytes() for model in (kept, restored)]
                assert texts[0] == texts[1]
                for model in (kept, restored):
                    model.fit(Rows(corpus.rows[::2]), stream(3))

    def test_inertia_adds_documents_of_the_former_self(
        self, domain: RowsDomain, corpus: Rows
    ) -> None:
        for inertia in (0.0, 0.25, 1.0):
            learner = self.make(domain, {"inertia": inertia})
            learner.fit(corpus, stream())
            assert learner.kept == 0
            own = {row.tobytes() for row in learner.write(5000, stream(4)).rows}
            learner.fit(Rows(corpus.rows[:30]), stream(1))
            assert learner.kept == inertia
            many = {0.0: 30, 0.25: 40, 1.0: 30}[inertia]
            assert len(learner.rows) == many
            read = {row.tobytes() for row in corpus.rows[:30]}
            if domain.fallible.any():
                assert all(row.tobytes() in own | read for row in learner.rows)
            if inertia == 1:
                assert sum(row.tobytes() in read for row in learner.rows) < 30

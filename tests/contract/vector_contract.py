"""What every learner of vectors must hold. Inherit it for a learner of your own:

class TestMyLearner(VectorContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from typing import Any, ClassVar

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.learner import LearnerOptions
from agents.learners.vectors import VectorLearner
from ecosystem.corpus import Rows
from ecosystem.domains.portraits import Normal, Portraits, PortraitsSpec
from ecosystem.sampling import Floats
from tests.contract.learner_contract import SEED, stream
from tests.theory.verdict import holds

WIDTH = 3
DECODINGS = (Decoding(), Decoding(temperature=0.7), Decoding(top_p=0.9))


class VectorContract:
    """Tests of one learner class.

    Attributes:
        learner: the class.
        options: sets of options to test it with; the defaults are always among them.
    """

    learner: ClassVar[type[VectorLearner]]
    options: ClassVar[tuple[dict[str, Any], ...]] = ({},)

    @pytest.fixture
    def domain(self) -> Portraits:
        """Points in three dimensions."""
        return Portraits("points", PortraitsSpec(pictures=Normal(dimensions=WIDTH)))

    @pytest.fixture
    def corpus(self) -> Rows:
        """Two hundred points in two heaps."""
        rng = stream()
        rows = rng.standard_normal((200, WIDTH)) * [1, 2, 0.5]
        rows[:80] += 6
        return Rows(rows)

    def make(
        self, domain: Portraits, options: dict[str, Any], decoding: Decoding = DECODINGS[0]
    ) -> VectorLearner:
        fields = {"kind": self.learner.kind} | options
        return self.learner(domain, self.learner.Options.model_validate(fields), decoding)

    def variants(self, domain: Portraits) -> list[VectorLearner]:
        return [self.make(domain, options, d) for options in self.options for d in DECODINGS]

    def test_it_says_what_it_is_and_can_be_chosen_by_its_kind(self) -> None:
        assert self.learner.__doc__
        assert len(self.learner.__doc__.split()) > 5
        assert issubclass(self.learner.Options, LearnerOptions)
        assert self.learner.Options.model_fields["kind"].default == self.learner.kind
        for name, field in self.learner.Options.model_fields.items():
            assert name == "kind" or field.description, f"{name} has no description"

    def test_it_knows_nothing_until_it_is_fitted(self, domain: Portraits, corpus: Rows) -> None:
        for learner in self.variants(domain):
            assert learner.blank
            with pytest.raises(ValueError, match="never fitted"):
                learner.voice()
            learner.fit(corpus, stream())
            assert not learner.blank

    def test_what_it_writes_has_the_moments_that_it_says(
        self, domain: Portraits, corpus: Rows
    ) -> None:
        for i, learner in enumerate(self.variants(domain)):
            learner.fit(corpus, stream())
            mean, spread = learner.voice().moments()
            assert mean.shape == (WIDTH,)
            assert spread.shape == (WIDTH, WIDTH)
            rows = learner.write(20_000, stream(i)).rows
            assert rows.shape == (20_000, WIDTH)
            apart = (rows - mean)[:, :, None] * (rows - mean)[:, None, :]
            family = {f"mean {k}": (rows[:, k], float(mean[k])) for k in range(WIDTH)}
            family |= {
                f"covariance {j} {k}": (apart[:, j, k], float(spread[j, k]))
                for j in range(WIDTH)
                for k in range(j, WIDTH)
            }
            holds(f"{self.learner.kind} {learner.decoding}", SEED + i, family)

    def test_decoding_narrows_what_it_writes(self, domain: Portraits, corpus: Rows) -> None:
        for options in self.options:
            traces = []
            for decoding in DECODINGS:
                learner = self.make(domain, options, decoding)
                learner.fit(corpus, stream())
                traces.append(float(np.trace(learner.voice().moments()[1])))
            assert max(traces[1:]) < traces[0]

    def test_it_learns_where_documents_are(self, domain: Portraits, corpus: Rows) -> None:
        learner = self.make(domain, {})
        learner.fit(corpus, stream())
        np.testing.assert_allclose(learner.voice().moments()[0], corpus.rows.mean(axis=0), atol=0.1)

    def test_documents_count_by_their_weights(self, domain: Portraits, corpus: Rows) -> None:
        heavy = Rows(corpus.rows, np.where(np.arange(200) < 80, 1e6, 1e-6))
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(heavy, stream())
            wanted = corpus.rows[:80].mean(axis=0)
            np.testing.assert_allclose(learner.voice().moments()[0], wanted, atol=0.6)

    def test_a_voice_is_left_alone_by_later_fits(self, domain: Portraits, corpus: Rows) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            voice = learner.voice()
            before = voice.write(50, stream()).rows
            learner.fit(Rows(corpus.rows[:20] * 3), stream(2))
            np.testing.assert_array_equal(voice.write(50, stream()).rows, before)
            again = learner.voice_of(voice.state())
            assert again.write(50, stream()).rows.tobytes() == before.tobytes()

    def test_learning_uses_no_randomness_but_its_stream_and_leaves_the_training_set_alone(
        self, domain: Portraits, corpus: Rows
    ) -> None:
        before = corpus.rows.copy()
        for options in self.options:
            one, other = self.make(domain, options), self.make(domain, options)
            one.fit(corpus, stream())
            other.fit(corpus, stream())
            assert one.write(9, stream()).rows.tobytes() == other.write(9, stream()).rows.tobytes()
        np.testing.assert_array_equal(corpus.rows, before)

    @pytest.mark.parametrize("documents", [1, 2, 3])
    def test_few_documents_can_be_learnt(self, domain: Portraits, documents: int) -> None:
        rows = stream().standard_normal((documents, WIDTH))
        for learner in self.variants(domain):
            learner.fit(Rows(rows.copy()), stream())
            assert np.isfinite(learner.write(20, stream()).rows).all()
            assert not np.isnan(learner.score(Rows(rows)))

    def test_a_score_falls_for_stranger_documents(self, domain: Portraits, corpus: Rows) -> None:
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(corpus, stream())
            own, strange = learner.score(corpus), learner.score(Rows(corpus.rows + 30))
            assert np.isfinite(own)
            assert strange < own - 5
            doubled = Rows(np.concatenate([corpus.rows, corpus.rows]))
            assert learner.score(doubled) == pytest.approx(own)

    def test_a_state_is_arrays_that_bring_back_the_same_bits(
        self, domain: Portraits, corpus: Rows
    ) -> None:
        for options in self.options:
            for decoding in DECODINGS:
                kept, restored = (self.make(domain, options, decoding) for _ in range(2))
                restored.load(kept.state())
                assert restored.blank
                kept.fit(corpus, stream())
                state = kept.state()
                assert all(isinstance(value, np.ndarray) for value in state.values())
                assert all(value.dtype != object for value in state.values())
                restored.load(state)
                for model in (kept, restored):
                    model.fit(Rows(corpus.rows[::2]), stream(3))
                written = [model.write(9, stream()).rows.tobytes() for model in (kept, restored)]
                assert written[0] == written[1]

    def test_inertia_keeps_the_former_self(self, domain: Portraits, corpus: Rows) -> None:
        moved = Rows(corpus.rows + 10)
        means: list[Floats] = []
        for inertia in (0.0, 0.5):
            learner = self.make(domain, {"inertia": inertia})
            learner.fit(corpus, stream())
            assert learner.kept == 0
            learner.fit(moved, stream(1))
            assert learner.kept == inertia
            means.append(learner.voice().moments()[0])
        np.testing.assert_allclose(means[0] - means[1], 5, atol=1)

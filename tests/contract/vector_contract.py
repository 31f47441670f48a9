"""What every learner of vectors must hold. Inherit it for a learner of your own:

class TestMyLearner(VectorContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from typing import ClassVar

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.vectors import VectorLearner
from ecosystem.corpus import Rows
from ecosystem.domains.portraits import Normal, Portraits, PortraitsSpec
from ecosystem.sampling import Floats
from tests.contract.learner_contract import PLAIN, SEED, stream
from tests.contract.rows_contract import RowsContract
from tests.theory.verdict import holds


class VectorContract(RowsContract):
    """Tests of one learner class, on points in three dimensions and on a line.

    What to set is said by `RowsContract`.
    """

    learner: ClassVar[type[VectorLearner]]
    decodings = (PLAIN, Decoding(temperature=0.7), Decoding(top_p=0.9))

    @pytest.fixture(params=(3, 1))
    def width(self, request: pytest.FixtureRequest) -> int:
        """Numbers in a point."""
        chosen: int = request.param
        return chosen

    @pytest.fixture
    def domain(self, width: int) -> Portraits:
        return Portraits("points", PortraitsSpec(pictures=Normal(dimensions=width)))

    @pytest.fixture
    def corpus(self, width: int) -> Rows:
        """Two hundred points in two heaps."""
        rows = stream().standard_normal((200, width)) * [1, 2, 0.5][:width]
        rows[:80] += 6
        return Rows(rows)

    @pytest.fixture
    def heap(self, width: int) -> Rows:
        """Two hundred points around 0, some of them near it and some far."""
        spreads = np.repeat([0.1, 2.0], [80, 120])
        return Rows(stream().standard_normal((200, width)) * spreads[:, None])

    def test_it_has_no_voice_until_it_is_fitted(self, domain: Portraits) -> None:
        for learner in self.variants(domain):
            with pytest.raises(ValueError, match="never fitted"):
                learner.voice()

    def test_what_it_writes_has_the_moments_that_it_says(
        self, domain: Portraits, corpus: Rows, width: int
    ) -> None:
        for i, learner in enumerate(self.variants(domain)):
            learner.fit(corpus, stream())
            mean, spread = learner.voice().moments()
            assert mean.shape == (width,)
            assert spread.shape == (width, width)
            rows = learner.write(20_000, stream(i)).rows
            assert rows.shape == (20_000, width)
            apart = (rows - mean)[:, :, None] * (rows - mean)[:, None, :]
            family = {f"mean {k}": (rows[:, k], float(mean[k])) for k in range(width)}
            family |= {
                f"covariance {j} {k}": (apart[:, j, k], float(spread[j, k]))
                for j in range(width)
                for k in range(j, width)
            }
            holds(f"{self.learner.kind} {learner.decoding}", SEED + i, family)

    def test_decoding_narrows_what_it_writes(self, domain: Portraits, heap: Rows) -> None:
        """Of two heaps, a temperature may leave the farther parts the heavier ones."""
        for options in self.options:
            traces = []
            for decoding in self.decodings:
                learner = self.make(domain, options, decoding)
                learner.fit(heap, stream())
                traces.append(float(np.trace(learner.voice().moments()[1])))
            assert max(traces[1:]) < traces[0]

    def test_it_learns_where_documents_are(self, domain: Portraits, corpus: Rows) -> None:
        learner = self.make(domain, {})
        learner.fit(corpus, stream())
        np.testing.assert_allclose(learner.voice().moments()[0], corpus.rows.mean(axis=0), atol=0.1)

    def test_it_learns_how_unlike_documents_are(self, domain: Portraits, heap: Rows) -> None:
        """Of their variance at most a twentieth is lost; a kernel adds its blur, here a quarter."""
        variance = heap.rows.var(axis=0).sum()
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(heap, stream())
            learnt = np.trace(learner.voice().moments()[1])
            assert 0.95 * variance < learnt < 1.25 * variance, options

    def test_documents_count_by_their_weights(self, domain: Portraits, corpus: Rows) -> None:
        heavy = Rows(corpus.rows, np.where(np.arange(200) < 80, 1e6, 1e-6))
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(heavy, stream())
            wanted = corpus.rows[:80].mean(axis=0)
            np.testing.assert_allclose(learner.voice().moments()[0], wanted, atol=0.6)

    def test_a_score_falls_for_stranger_documents(self, domain: Portraits, corpus: Rows) -> None:
        for options in self.options:
            learner = self.make(domain, options)
            learner.fit(corpus, stream())
            own, strange = learner.score(corpus), learner.score(Rows(corpus.rows + 30))
            assert np.isfinite(own)
            assert strange < own - 5
            doubled = Rows(np.concatenate([corpus.rows, corpus.rows]))
            assert learner.score(doubled) == pytest.approx(own)

    def test_inertia_keeps_the_former_self(self, domain: Portraits, corpus: Rows) -> None:
        moved = Rows(corpus.rows + 10)
        means: list[Floats] = []
        for inertia in (0.0, 0.2):
            learner = self.make(domain, {"inertia": inertia})
            learner.fit(corpus, stream())
            assert learner.kept == 0
            learner.fit(moved, stream(1))
            assert learner.kept == inertia
            means.append(learner.voice().moments()[0])
        np.testing.assert_allclose(means[0] - means[1], 2, atol=1)

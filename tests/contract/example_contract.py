"""What every learner of examples must hold. Inherit it for a learner of your own:

class TestMyLearner(ExampleContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from typing import Any, ClassVar

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.examples import ExampleLearner
from ecosystem.corpus import Rows
from ecosystem.domains.domain import RowsDomain
from ecosystem.sampling import Floats
from tests.contract.learner_contract import PLAIN, stream
from tests.contract.rows_contract import RowsContract


def written(domain: RowsDomain, n: int, seed: int = 1, error: float = 0.0) -> Rows:
    """N human documents, so many of each cell as there happen to be."""
    rng = stream(seed)
    counts = rng.multinomial(n, domain.truth(error).ravel())
    parts = [domain.human(cell, int(m), rng) for cell, m in enumerate(counts)]
    return Rows(rng.permutation(np.concatenate(parts)))


class ExampleContract(RowsContract):
    """Tests of one learner class; what to set is said by `RowsContract`."""

    learner: ClassVar[type[ExampleLearner]]
    decodings = (PLAIN, Decoding(temperature=0.7, top_p=0.9, claim_temperature=0.5))
    lasting: ClassVar[dict[str, Any]] = {"inertia": 0.3}

    @pytest.fixture
    def corpus(self, domain: RowsDomain) -> Rows:
        return written(domain, 300, error=0.05 if domain.fallible.any() else 0.0)

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

    def said(self, learner: Any) -> bytes:
        return super().said(learner) + self.answers(learner, learner.domain.reference()).tobytes()

    def test_it_has_no_voice_until_it_is_fitted(self, domain: RowsDomain) -> None:
        for learner in self.variants(domain):
            with pytest.raises(ValueError, match="never fitted"):
                learner.voice()

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

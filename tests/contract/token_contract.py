"""What every learner of words must hold. Inherit it for a learner of your own:

class TestMyLearner(TokenContract):
    learner = MyLearner
    options = ({}, {"my_option": 3})
"""

from functools import cache
from typing import Any, ClassVar

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.tokens import TokenLearner
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, UNKNOWN, Prose, ProseSpec
from ecosystem.sampling import Floats
from tests.contract.learner_contract import PLAIN, SEED, stream
from tests.contract.rows_contract import RowsContract
from tests.theory.verdict import holds

WIDTH, WORDS = 5, 6


@cache
def short_prose() -> Prose:
    """Six words, and five in a document."""
    return Prose("short", ProseSpec(width=WIDTH, vocabulary=WORDS))


class TokenContract(RowsContract):
    """Tests of one learner class, on short documents of few words.

    What to set is said by `RowsContract`.
    """

    learner: ClassVar[type[TokenLearner]]
    decodings = (
        PLAIN,
        Decoding(temperature=0.6),
        Decoding(top_p=0.7),
        Decoding(temperature=1.5, top_p=0.9),
    )

    @pytest.fixture
    def domain(self) -> Prose:
        return short_prose()

    @pytest.fixture
    def corpus(self, domain: Prose) -> Rows:
        """Three hundred human documents."""
        return Rows(domain.reference()[stream().integers(len(domain.reference()), size=300)])

    def are_documents(self, domain: Any, rows: Any) -> None:
        super().are_documents(domain, rows)
        assert rows.dtype == domain.dtype
        assert ((rows >= 0) & (rows < domain.tokens)).all()
        assert (rows[:, 0] != END).all()
        assert not (rows[:, 1:] != END)[rows[:, :-1] == END].any()

    def test_it_has_no_voice_and_no_state_until_it_is_fitted(self, domain: Prose) -> None:
        for learner in self.variants(domain):
            assert learner.state() == {}
            with pytest.raises(ValueError, match="never fitted"):
                learner.voice()

    def test_the_chances_of_all_documents_sum_to_1(self, domain: Prose, corpus: Rows) -> None:
        every = every_document(domain)
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            for voice in (learner.plain(), learner.voice()):
                chances = voice.chances(every)
                assert (chances >= 0).all()
                assert chances.prod(axis=1).sum() == pytest.approx(1, abs=1e-9)

    def test_it_writes_documents_as_often_as_it_says(self, domain: Prose, corpus: Rows) -> None:
        """All variants are one family: one thing is claimed of all of them."""
        every, family = every_document(domain), {}
        number = domain.tokens ** np.arange(WIDTH - 1, -1, -1)
        for i, learner in enumerate(self.variants(domain)):
            learner.fit(corpus, stream())
            chance = learner.voice().chances(every).prod(axis=1)
            written = learner.write(40_000, stream(i)).rows @ number
            found = np.searchsorted(every @ number, written)
            assert (chance[found] > 0).all()
            where = f"{learner.options} {learner.decoding}, stream {i}"
            for d in np.argsort(-chance)[:40]:
                family[f"document {d}, {where}"] = (found == d), float(chance[d])
            first = every[:, 0]
            for token in range(1, domain.tokens):
                expected = float(chance[first == token].sum())
                family[f"first word {token}, {where}"] = (first[found] == token), expected
            length = (every != END).sum(axis=1)
            family[f"length, {where}"] = length[found], float(chance @ length)
        holds(self.learner.kind, SEED, family)

    def test_decoding_narrows_what_it_writes(self, domain: Prose, corpus: Rows) -> None:
        every = every_document(domain)
        for options in self.options:
            entropies = []
            for decoding in self.decodings[:3]:
                learner = self.make(domain, options, decoding)
                learner.fit(corpus, stream())
                chance = learner.voice().chances(every).prod(axis=1)
                entropies.append(-(chance * np.log(np.where(chance > 0, chance, 1))).sum())
            assert max(entropies[1:]) < entropies[0]

    def test_a_score_is_the_mean_log_chance_of_a_document_before_decoding(
        self, domain: Prose, corpus: Rows
    ) -> None:
        for learner in self.variants(domain):
            learner.fit(corpus, stream())
            each = np.log(learner.plain().chances(corpus.rows)).sum(axis=1)
            assert learner.score(corpus) == pytest.approx(each.mean())
            heavy = Rows(corpus.rows, np.where(np.arange(300) < 3, 1e9, 1e-9))
            assert learner.score(heavy) == pytest.approx(each[:3].mean(), rel=1e-6)

    def test_documents_count_by_their_weights(self, domain: Prose, corpus: Rows) -> None:
        whole = np.where(np.arange(300) < 80, 3.0, 1.0)
        for options in self.options:
            weighted, repeated = self.make(domain, options), self.make(domain, options)
            weighted.fit(Rows(corpus.rows, whole), stream())
            repeated.fit(Rows(np.repeat(corpus.rows, whole.astype(int), axis=0)), stream())
            one, other = (m.plain().chances(corpus.rows) for m in (weighted, repeated))
            np.testing.assert_allclose(one, other, rtol=1e-12)

    def test_empty_documents_teach_nothing(self, domain: Prose, corpus: Rows) -> None:
        empty = np.zeros((4, WIDTH), dtype=domain.dtype)
        for learner in self.variants(domain):
            learner.fit(Rows(empty), stream())
            assert learner.blank
            learner.fit(corpus, stream())
            before = learner.write(9, stream()).rows.tobytes()
            learner.fit(Rows(empty), stream())
            assert learner.write(9, stream()).rows.tobytes() == before

    def test_inertia_keeps_a_share_of_the_former_self(self, domain: Prose) -> None:
        own, others = (np.full((40, WIDTH), word, dtype=domain.dtype) for word in (2, 3))
        for options in self.options:
            first = []
            for inertia in (0.0, 0.25):
                learner = self.make(domain, {**options, "inertia": inertia, "vocabulary": "open"})
                learner.fit(Rows(own), stream())
                learner.fit(Rows(others), stream())
                assert learner.kept == inertia
                first.append(learner.plain().chances(own)[0, 0])
            assert first[0] < 0.13  # what smoothing gives a word that was not read
            assert 0.15 < first[1] < 0.3


def every_document(domain: Prose) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """All documents there could be, sorted as numbers, empty ones left out."""
    words = np.indices((domain.tokens,) * WIDTH).reshape(WIDTH, -1).T
    ended = np.cumsum(words == END, axis=1) > 0
    assert domain.tokens > UNKNOWN
    fit = (words[:, 0] != END) & ~((words != END) & ended).any(axis=1)
    found: Floats = words[fit]
    return found.astype(np.int64)

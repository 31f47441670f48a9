"""Which meters are drawn, in plain words, and in which colour."""

from dataclasses import dataclass

from analysis.collector import definitions
from analysis.pictures.style import FALSE, INK, MACHINE, WEB
from analysis.returned import human_text_came_back
from analysis.run import Run


@dataclass(frozen=True)
class Subject:
    """A meter as people meet it.

    Attributes:
        column: its name without the domain.
        title: what it says, in a few words.
        ylabel: the quantity, for the axis.
        colour: of its curve.
        better: whether losing it is the harm ("more"), having it is ("less"), or neither ("").
        plainly: what it means, for somebody who has never met it.
        beside: drawn only where this other column of the domain is not 0 all the time.
    """

    column: str
    title: str
    ylabel: str
    colour: str
    better: str = ""
    plainly: str = ""
    beside: str = ""

    @property
    def unit(self) -> str:
        """What it is counted in."""
        found = definitions().get(self.column)
        return found.unit if found else ""

    @property
    def of_models(self) -> bool:
        """Whether each model has a value of its own."""
        found = definitions().get(self.column)
        return found is not None and found.each == "model"

    @property
    def text(self) -> str:
        """Its definition in a sentence."""
        found = definitions().get(self.column)
        return found.text if found else ""


MAIN = (
    Subject(
        "hill_1",
        "Variety: items in real use",
        "effective number of items",
        MACHINE,
        "more",
        "As many items, written about equally often, would be as varied as what a model writes.",
    ),
    Subject(
        "tail_coverage",
        "The rare half still spoken of",
        "share of rare items",
        MACHINE,
        "more",
        "Of the items that humans write about least, how many a model still knows.",
    ),
    Subject(
        "recovery",
        "Of what was lost, known again",
        "share of lost rare items",
        MACHINE,
        "more",
        "0 at the low point, 100 % when as many rare items are known as at the start.",
    ),
    Subject(
        "divergence_groups",
        "How differently the models write",
        "divergence (nats)",
        MACHINE,
        "more",
        "0 when all models write alike; it falls as they converge.",
    ),
    Subject(
        "leading_false",
        "Items a model has wrong",
        "share of its items",
        FALSE,
        "less",
        "Asked about one of its items, a model would give a wrong answer on this share.",
    ),
    Subject(
        "web_false_share_items",
        "How false the web is on an item",
        "false share",
        FALSE,
        "less",
        "Look up an item: this part of what the web says about it is false.",
    ),
    Subject(
        "false_share_rare",
        "False on the rare half",
        "share of documents",
        FALSE,
        "less",
        "Errors gather where little is written.",
    ),
    Subject(
        "established",
        "Falsehoods most models agree on",
        "items",
        FALSE,
        "less",
        "Wrong answers that have become what everybody says.",
    ),
    Subject(
        "depth_training",
        "From model to model to model",
        "passages since a human",
        MACHINE,
        "",
        "Through how many models what a model reads has passed since a human wrote it.",
    ),
    Subject(
        "web_leading_false_items",
        "Items the web has wrong",
        "items",
        FALSE,
        "less",
        "Most of what the web says of these items is one and the same wrong thing. Many of them "
        "have few documents.",
    ),
    Subject(
        "public_distance",
        "How far the public is from the truth",
        "Hellinger distance",
        FALSE,
        "less",
        "0 where the web holds what is true, as often as humans would write it.",
    ),
    Subject(
        "through_models",
        "People who learn through models",
        "share of human documents",
        MACHINE,
        "",
        "Human documents whose writers asked a model instead of finding out.",
    ),
    Subject(
        "answers_4",
        "Questions over four facts",
        "share answered rightly",
        MACHINE,
        "more",
        "Put four events in order; say which of four birds share a family.",
        "leading_false",
    ),
    Subject(
        "variance",
        "Variance: how unlike the pictures are",
        "variance (humans: 100 %)",
        MACHINE,
        "more",
        "100 % where what a model draws varies as much as what humans draw.",
    ),
    Subject(
        "recall",
        "Human pictures within its spread",
        "share of human pictures",
        MACHINE,
        "more",
        "Of the pictures that humans took, how many lie among those that a model draws. Noise is "
        "spread over everything, and has all of them.",
    ),
    Subject(
        "precision",
        "Pictures like those of humans",
        "share of a model's pictures",
        MACHINE,
        "more",
        "Rises while pictures get all alike, and typical: it is no sign of health alone.",
    ),
    Subject(
        "frechet",
        "Distance from human pictures",
        "Fréchet distance",
        FALSE,
        "less",
        "0 when a model's pictures have the mean and the spread of human ones.",
    ),
    Subject(
        "modes_effective",
        "Digits in real use",
        "effective number of digits",
        MACHINE,
        "more",
        "As many digits, drawn equally often, would be as varied as what a model draws.",
    ),
    Subject(
        "vendi",
        "Variety of all pictures together",
        "effective number of pictures",
        MACHINE,
        "more",
        "Of 500 pictures of all models, how many are really different.",
    ),
    Subject(
        "vocabulary",
        "Vocabulary: words in use",
        "words in use (humans: 100 %)",
        MACHINE,
        "more",
        "How many different words a model uses where humans use 100.",
    ),
    Subject(
        "style_divergence",
        "How unlike the models' styles are",
        "divergence (nats)",
        MACHINE,
        "more",
        "0 when all models use all words alike; it falls as they take on one voice.",
    ),
    Subject(
        "entropy_rate",
        "How open the next word is",
        "entropy (nats per word)",
        MACHINE,
        "more",
        "The less a model can surprise by its next word, the lower.",
    ),
    Subject(
        "human_surprise",
        "How unusual the text is to humans",
        "cross-entropy (nats per word)",
        MACHINE,
        "more",
        "Low where models write only what is typical: no sign of quality alone.",
    ),
    Subject(
        "cross_entropy",
        "How strange human text has become",
        "cross-entropy (nats per word)",
        FALSE,
        "less",
        "How much human text that it has never read surprises a model.",
    ),
    Subject(
        "distinct_2",
        "Different pairs of words",
        "share of all pairs written",
        MACHINE,
        "more",
        "Of all pairs of words that stand side by side, how many are different ones: the more a "
        "model repeats itself, the lower.",
    ),
    Subject(
        "self_similarity",
        "How alike its documents are",
        "mean cosine",
        MACHINE,
        "less",
        "The more a model says the same in other documents, the higher.",
    ),
    Subject(
        "rare_words",
        "Rare words",
        "share of words",
        MACHINE,
        "more",
        "Words that are a tenth of human writing.",
    ),
    Subject(
        "words_lost",
        "Words that no model uses",
        "share of human words",
        FALSE,
        "less",
        "Of the words in some human documents, those that all models together leave out.",
    ),
    Subject(
        "unknown_words",
        "Words that a model has no word for",
        "share of words",
        FALSE,
        "less",
        "The unknown word stands where a word was that is not in the vocabulary.",
    ),
    Subject(
        "accuracy_edge",
        "Edge cases a model gets right",
        "share of test problems",
        MACHINE,
        "more",
        "Rare cases of a rule, such as century years: less than a tenth of what is asked.",
    ),
    Subject(
        "accuracy_common",
        "Common cases a model gets right",
        "share of test problems",
        MACHINE,
        "more",
        "The cases that nearly everybody asks about. They hide what happens to the others.",
    ),
    Subject(
        "branches_nobody",
        "Cases that no model gets right",
        "branches",
        FALSE,
        "less",
        "Of the cases that the rules tell apart, those of which no model gets half right.",
    ),
    Subject(
        "web_wrong_edge",
        "Wrong worked examples of edge cases",
        "share of the web's examples",
        FALSE,
        "less",
        "What a model can read about an edge case, checked by solving it.",
    ),
    Subject(
        "test_error",
        "How far answers are off",
        "mean squared error",
        FALSE,
        "less",
        "0 for a model that has learnt the true coefficients.",
    ),
    Subject(
        "collapsed",
        "Models that ever collapsed",
        "share of models",
        MACHINE,
        "less",
        "A model that has recovered since is still counted.",
    ),
)
"""The curves of a domain, most telling first."""

OTHERS = (
    Subject(
        "kl",
        "Distance from the truth",
        "divergence (nats)",
        MACHINE,
        "less",
        "0 when a model writes on each item as often as humans do.",
    ),
)
"""Meters that are taken apart by mechanism, but not drawn as curves."""

OVERVIEW = (
    *("hill_1", "tail_coverage", "divergence_groups", "leading_false"),
    *("variance", "recall", "precision", "frechet"),
    *("vocabulary", "style_divergence", "entropy_rate", "distinct_2"),
    *("accuracy_edge", "accuracy_common", "branches_nobody", "web_wrong_edge"),
    "test_error",
)
BY_GENERATION = (
    *("hill_1", "tail_coverage", "leading_false"),
    *("variance", "recall"),
    *("vocabulary", "entropy_rate"),
    *("accuracy_edge", "accuracy_common", "test_error"),
)

ORIGINS = (
    ("web.synthetic_new", "published", MACHINE),
    ("web.synthetic_share", "standing", "#8a4b08"),
    ("web.synthetic_read", "read by models", INK),
)
"""The three synthetic shares of the web as a whole."""


def subject(column: str) -> Subject:
    """The subject of a column; one made from its definition where it is not a main one."""
    for known in (*MAIN, *OTHERS):
        if known.column == column:
            return known
    found = definitions().get(column)
    if found is not None and found.title:
        return Subject(column, found.title, found.unit, INK)
    return Subject(column, column.replace("_", " "), column.replace("_", " "), WEB)


def drawn(run: Run, domain: str) -> list[Subject]:
    """The main subjects that this run measured in a domain, and whatever else has a title."""
    found = []
    main = {known.column for known in MAIN}
    titled = [name for name, one in definitions().items() if one.title and name not in main]
    for known in (*MAIN, *map(subject, titled)):
        name = f"{domain}.{known.column}"
        rows = int(run.metrics[name].notna().sum()) if name in run.metrics else 0
        if rows > 1 or rows == len(run.metrics) == 1:
            if known.better != "more" and not run.metrics[name].fillna(0).any():
                continue
            beside = f"{domain}.{known.beside}"
            if known.beside and not (beside in run.metrics and run.metrics[beside].any()):
                continue
            if known.column == "recovery" and not human_text_came_back(run):
                continue
            found.append(known)
    return found

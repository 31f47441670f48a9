"""W3C PROV at the level of authors: who read which text when, and what came of it.

Step by step, so that nothing is made of what came later. In step s an author's text stands on the
web (`text/NAME@s`, what its readers drew from, whenever written); a model crawls texts
(`crawl/NAME@s`) into a training set (`corpus/NAME@s`), and trains on it (`train/NAME@s`) into its
next self (`model/NAME@s`), which publishes from the next step on (`publish/NAME@s`).
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from prov.constants import PROV, PROV_TYPE
from prov.model import ProvDocument

from analysis.graph import Graph
from analysis.ledger_graph import dates
from analysis.run import Run
from analysis.timeline import timeline

NAMESPACE = "urn:habsburg:"


def write(run: Run, graph: Graph, path: Path) -> None:
    """Write the provenance of a graph of authors: PROV-JSON, or PROV-N where named .provn."""
    made = document(run, graph)
    with path.open("w", encoding="utf-8") as file:
        made.serialize(file, format="provn" if path.suffix == ".provn" else "json")


def document(run: Run, graph: Graph) -> ProvDocument:
    """The provenance of every training set of a window."""
    made = _Provenance(dates(run))
    for row in graph.nodes.to_pylist():
        made.agent(row["id"], row["kind"] == "model")
    readings = timeline(run, graph).readings
    for step in sorted(set(readings["step"].tolist())):
        rows = readings[readings["step"] == step]
        for source in rows["source"].unique():
            made.text(source, step)
        for reader, own in rows.groupby("reader", sort=False):
            read = zip(own["source"], own["share"], own["documents"], strict=True)
            made.training(str(reader), step, list(read))
        made.selves |= dict.fromkeys(rows["reader"], step)
    return made.document


class _Provenance:
    """A document that is added to in the order of time.

    Attributes:
        document: what was said so far.
        texts: by author, the last step in which its text was said to stand.
        selves: by model, the last step in which it was trained before this one.
    """

    def __init__(self, days: Mapping[int, str]) -> None:
        self.document = ProvDocument()
        self.document.add_namespace("habsburg", NAMESPACE)
        self.days = {step: datetime.fromisoformat(day) for step, day in days.items()}
        self.texts: dict[str, int] = {}
        self.selves: dict[str, int] = {}

    def agent(self, name: str, is_model: bool) -> None:
        """An author."""
        kind = PROV["SoftwareAgent" if is_model else "Organization"]
        self.document.agent(_id(name), {PROV_TYPE: kind})

    def text(self, author: str, step: int) -> None:
        """What stands of an author's text: by its latest self, and what stood before."""
        text = self._made("text", "publish", author, step)
        if author in self.selves:
            self._derived(text, _id("model", author, self.selves[author]), "publish", author, step)
        if author in self.texts:
            revision = {PROV_TYPE: PROV["Revision"]}
            self.document.wasDerivedFrom(
                text, _id("text", author, self.texts[author]), other_attributes=revision
            )
        self.texts[author] = step

    def training(self, reader: str, step: int, read: list[tuple[str, float, float]]) -> None:
        """What a model was trained on: source, share and documents; and what it became."""
        corpus = self._made("corpus", "crawl", reader, step)
        for source, share, documents in read:
            of = {_id("share"): share, _id("documents"): documents}
            self._derived(corpus, _id("text", source, step), "crawl", reader, step, of)
        model = self._made("model", "train", reader, step)
        self._derived(model, corpus, "train", reader, step)

    def _made(self, what: str, how: str, who: str, step: int) -> str:
        """An entity, the activity that made it, and the agent behind both."""
        entity, activity = _id(what, who, step), _id(how, who, step)
        day = self.days.get(step)
        self.document.entity(entity)
        self.document.activity(activity, endTime=day)
        self.document.wasGeneratedBy(entity, activity, day)
        self.document.wasAttributedTo(entity, _id(who))
        self.document.wasAssociatedWith(activity, _id(who))
        return entity

    def _derived(
        self,
        entity: str,
        source: str,
        how: str,
        who: str,
        step: int,
        attributes: dict[str, float] | None = None,
    ) -> None:
        """That one entity was made of another, by an activity that used it."""
        activity = _id(how, who, step)
        self.document.used(activity, source)
        self.document.wasDerivedFrom(entity, source, activity, other_attributes=attributes)


def _id(what: str, who: str = "", step: int | None = None) -> str:
    return f"habsburg:{what}" + (f"/{who}@{step}" if who else "")

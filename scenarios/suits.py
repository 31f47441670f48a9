"""Whether what a scenario asks of a domain suits its kind."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import agents.learners
import ecosystem.domains
from agents.learners.learner import Learner
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain
from scenarios.fields import in_domain
from scenarios.members import SiteIndex, members
from scenarios.parts import Truth

MOST_READ = 200_000
"""Documents that a model may read at once in a domain of rows."""

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def suits(scenario: "Scenario") -> None:
    """Raise one sentence for the first thing asked of a domain that its kind does not have.

    Raises:
        ValueError: a learner of another kind of domain; more components than documents; topic
            profiles of sites, top-p of what is crawled, novelty, or a start from topics, in a
            domain of rows; novelty where all that is new would be written about at once.
    """
    kinds = discover(ecosystem.domains, Domain)
    learners = discover(agents.learners, Learner)
    for name, spec in scenario.domains.items():
        for model in scenario.models:
            _learner(model, name, kinds[spec.kind], learners)
        if not issubclass(kinds[spec.kind], RowsDomain):
            if novel := [model for model in scenario.models if _novelty(model, name) > 0]:
                _countable(scenario, novel)
            continue
        for human in scenario.humans:
            if human.shortcut is not None:
                raise ValueError(
                    f"humans.{human.name}.shortcut: given with the domain {name!r} of kind "
                    f"{spec.kind}, where nobody can say what a document gains; allowed only with "
                    "domains of counts"
                )
        for site in scenario.sites:
            if name in (site.topics or {}):
                raise ValueError(
                    f"sites.{site.name}.topics.{name}: given a profile in a domain of kind "
                    f"{spec.kind}, where nobody knows the topic of a model's document; allowed none"
                )
        for model in scenario.models:
            _rows(model, name, spec.kind, learners)


def counts(scenario: "Scenario") -> bool:
    """Whether any of its domains is one of counts, of which false claims can be told apart."""
    kinds = discover(ecosystem.domains, Domain)
    return any(not issubclass(kinds[s.kind], RowsDomain) for s in scenario.domains.values())


def _learner(model: Any, domain: str, kind: type[Domain], learners: Mapping[str, Any]) -> None:
    options = in_domain(model.learner, domain)
    if options is None or learners[options.kind].able(kind):
        return
    able = sorted(name for name, learner in learners.items() if learner.able(kind))
    named = ", ".join([*able, "or by_domain without it"]) if able else "by_domain without it"
    raise ValueError(
        f"models.{model.name}.learner: given {options.kind!r} for the domain {domain!r} of kind "
        f"{kind.kind}, allowed {named}"
    )


def _novelty(model: Any, domain: str) -> float:
    """Share of a model's documents that are to be on new items, in a domain."""
    decoding = in_domain(model.decoding, domain)
    return 0.0 if decoding is None else float(decoding.novelty)


def _countable(scenario: "Scenario", novel: Sequence[Any]) -> None:
    """Refuse novelty where a voice itself is published or learnt, and so all new items at once."""
    given = f"models.{novel[0].name}.decoding.novelty: given above 0"
    for human in scenario.humans:
        if human.shortcut is not None:
            raise ValueError(
                f"{given} where {human.name!r} learns through models (shortcut), and so would know "
                "all that they could ever write of; allowed 0"
            )
    index = SiteIndex(scenario.sites, members(scenario.sites))
    passing = [human for human in scenario.humans if human.passed_off > 0]
    for one in members([*novel, *passing]):
        for reference in one.writes:
            for site in index.unlike(reference):
                if site.documents == "unlimited":
                    raise ValueError(
                        f"{given} where {one.name!r} writes on {site.name!r}, whose documents are "
                        "unlimited: a part of one would stand on every new item at once; allowed "
                        "only where documents = 'finite'"
                    )


def _rows(model: Any, domain: str, kind: str, learners: Mapping[str, Any]) -> None:
    options, diet = in_domain(model.learner, domain), in_domain(model.diet, domain)
    if options is None or diet is None:
        return
    if (novelty := _novelty(model, domain)) > 0:
        raise ValueError(
            f"models.{model.name}.decoding.novelty: given {novelty:g} in the domain {domain!r} of "
            f"kind {kind}, where nobody knows the item of a document; allowed 0"
        )
    if diet.top_p < 1:
        raise ValueError(
            f"models.{model.name}.diet.top_p: given {diet.top_p:g} in the domain {domain!r} of "
            f"kind {kind}, where nobody knows the item of a document; allowed 1"
        )
    if model.start.kind in ("dirichlet", "given"):
        raise ValueError(
            f"models.{model.name}.start: given {model.start.kind!r} in the domain {domain!r} of "
            f"kind {kind}, allowed 'fitted' or 'truth'"
        )
    if isinstance(model.start, Truth) and not learners[options.kind].from_truth:
        raise ValueError(
            f"models.{model.name}.start: given 'truth', which a learner of kind {options.kind!r} "
            "cannot be; allowed 'fitted'"
        )
    asked = max(diet.documents, getattr(model.start, "documents", None) or 0)
    if asked > MOST_READ:
        raise ValueError(
            f"models.{model.name}.diet: given {asked:,} documents in the domain {domain!r} of kind "
            f"{kind}, where each is held by itself; allowed at most {MOST_READ:,}"
        )
    components = getattr(options, "components", 0)
    first = getattr(model.start, "documents", None) or 0
    for what, documents in (("a diet", diet.documents), ("a start", first)):
        if components > documents > 0:
            raise ValueError(
                f"models.{model.name}.learner.components: given {components} with {what} of "
                f"{documents} documents, allowed at most as many as documents"
            )

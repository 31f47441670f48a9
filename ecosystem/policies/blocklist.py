"""A blocklist: authors and sites that models do not read."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Names, Policy


class Blocklist(Policy):
    """Compliant models do not train on text by listed authors, nor on what stands on listed sites.

    They ask for as many documents as before: in each take of a diet the rest makes up for what is
    missing, in its old proportions (a take of `all` finds fewer). A listed model that complies
    does not read its own text either.

    Three things get past a list: text that stood on the web when it started, which bears no mark of
    its author (a listed site is shut to it all the same); text by others who read those listed,
    where they do not comply; and what people say who ask a listed model instead of reading it
    (`shortcut`). Text passed off as human is known by its true author, as in the real world it is
    not.
    """

    kind: ClassVar[str] = "blocklist"
    outside: ClassVar[bool] = False

    authors: Annotated[tuple[str, ...], Names("author")] = Field(
        default=(),
        description="models and communities, or groups of them, whose text is not read",
        json_schema_extra=about("none", FREE),
    )
    sites: Annotated[tuple[str, ...], Names("site")] = Field(
        default=(),
        description="sites, or groups or kinds of sites, that are not read",
        json_schema_extra=about("none", FREE),
    )
    readers: Annotated[tuple[str, ...] | None, Names("model")] = Field(
        default=None,
        description="models, or groups of them, that use the list; all where not given",
        json_schema_extra=about("none", FREE),
    )

    def _asked(self) -> tuple[str, ...]:
        return super()._asked() if self.readers is None else self.readers

    def mark(self, batch: Batch) -> Mapping[str, float]:
        return {self.own("blocked"): 1.0} if batch.author in self.authors else {}

    def keep(self, batch: Batch) -> float:
        return 0.0 if batch.site in self.sites or self.own("blocked") in batch.marks else 1.0

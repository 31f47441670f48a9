"""Provenance signing: humans sign what they write, readers prefer what is signed."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.marking import Marking


class Signature(Marking):
    """Compliant communities sign what they write; models that heed it leave out what is not signed.

    A share `forgery` of text by models bears a signature all the same, and of what is not signed a
    share `unsigned` is read nevertheless (0: the diet requires a signature). What stood on the web
    before bears none. Text that a community passes off as its own is by models, and signed only
    where it is forged.

    Expected: what is read becomes human in the measure in which humans sign and nobody forges;
    unsigned human text is lost with the rest, so that low adoption costs the tail. A model that
    finds nothing signed learns nothing, and stays as it is.
    """

    kind: ClassVar[str] = "signature"
    complied_by: ClassVar[Literal["models", "communities", "sites"]] = "communities"
    outside: ClassVar[bool] = False

    forgery: Share = Field(
        default=0.0,
        description="share of text by models that bears a forged signature",
        json_schema_extra=about("share", FREE),
    )
    unsigned: Share = Field(
        default=0.0,
        description="share of documents without a signature that are read nevertheless",
        json_schema_extra=about("share", FREE),
    )

    def mark(self, batch: Batch) -> Mapping[str, float]:
        if batch.synthetic:
            return {self.own("signed"): self.forgery}
        return {self.own("signed"): 1.0} if self.complies(batch.author) else {}

    def keep(self, batch: Batch) -> float:
        return 1.0 if self.own("signed") in batch.marks else self.unsigned

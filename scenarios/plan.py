"""All runs of a study, in the order in which they are made, and the hash of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scenarios import shards
from scenarios.arm import Case
from scenarios.build import make_domains
from scenarios.program import program
from scenarios.study import Study


@dataclass(frozen=True)
class Planned:
    """One run of a study: a case, a replicate, and the hash of both."""

    case: Case
    replicate: int
    key: str

    @property
    def about(self) -> dict[str, Any]:
        """Which it is, for people."""
        return {"world": self.case.world, "arm": self.case.arm, "replicate": self.replicate}

    @property
    def given(self) -> tuple[dict[str, Any], str | None, int]:
        """What `scenarios.shards.made` takes: plain data, which goes to other processes."""
        folder = self.case.scenario._folder
        return self.case.scenario.plain(), None if folder is None else str(folder), self.replicate

    def __str__(self) -> str:
        return f"replicate {self.replicate} of {self.case}"


def plan(study: Study, cases: Sequence[Case]) -> list[Planned]:
    """All runs, replicate by replicate; equal cases share a run."""
    made_by = program()
    digests: dict[str, dict[str, str]] = {}
    found = []
    for replicate in range(study.replicates):
        for case in cases:
            made_from = json.dumps(case.scenario.plain()["domains"], sort_keys=True)
            if made_from not in digests:
                domains = make_domains(case.scenario)
                digests[made_from] = {name: domain.digest for name, domain in domains.items()}
            key = shards.content(case.scenario, replicate, digests[made_from], made_by)
            found.append(Planned(case, replicate, key))
    return found

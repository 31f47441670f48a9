"""What came of a study, in memory: for those who ask from Python."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analysis.effects import effects
from ecosystem.discovery import nearest
from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.complaints import ScenarioError
from scenarios.progress import Progress
from scenarios.study import Study


@dataclass(frozen=True)
class StudyRun:
    """A study that was carried out.

    Attributes:
        study: what was asked.
        comparison: a row a world, arm, replicate and outcome (`scenarios.pairs.comparison`).
        failed: world, arm, replicate and cause of every run that failed and is left out.
    """

    study: Study
    comparison: pd.DataFrame
    failed: Sequence[Mapping[str, Any]]

    def compare(self, outcome: str) -> pd.DataFrame:
        """What every arm does to an outcome: paired differences with their 95 % intervals.

        Args:
            outcome: one of the study's, by its key ("birds.kl (mean)"), or by its meter where that
                is asked for once.

        Returns:
            A row a world and arm, in their order; columns of `analysis.effects.effects`.

        Raises:
            ScenarioError: the study asks for no such outcome.
        """
        keys = [one.key for one in self.study.outcomes]
        meters = [one.meter for one in self.study.outcomes]
        if outcome not in keys and meters.count(outcome) == 1:
            outcome = keys[meters.index(outcome)]
        if outcome not in keys:
            raise ScenarioError(f"outcome: given {outcome!r}; {nearest(outcome, keys)}")
        own = self.comparison[self.comparison["outcome"] == outcome]
        return effects(own, {one.key: one.sign for one in self.study.outcomes})


def run(
    study: Study,
    out: Path | None = None,
    executor: Executor | None = None,
    workers: int = 1,
    strict: bool = False,
    progress: Progress | None = None,
) -> StudyRun:
    """Carry a study out in a folder, or in one that is gone afterwards; see `Study.run`."""
    if out is None:
        with TemporaryDirectory() as folder:
            return run(study, Path(folder) / study.name, executor, workers, strict, progress)
    table, planned = carry_out(study, out, executor, workers, strict, progress)
    failed = shards.failures(out, list(dict.fromkeys(one.key for one in planned)))
    return StudyRun(study, table, failed)

"""A run in a few lines of text."""

from collections.abc import Sequence

import numpy as np

from analysis.collector import definitions
from analysis.run import Run

SHOWN = {
    "hill_1": "effective number of items a model writes about",
    "tail_coverage": "rarest half of items still known to a model",
    "divergence_groups": "divergence between models, over groups (nats)",
    "leading_false": "items on which a model's likeliest value is false",
    "web_false_share": "false share of the web",
    "variance": "variance of what a model writes, over that of humans",
    "recall": "human documents that lie among those of a model",
    "precision": "documents of a model like some that humans write",
    "vocabulary": "words a model uses, over those that humans use",
    "style_divergence": "divergence between the models' words (nats)",
    "entropy_rate": "entropy of a model's next word (nats)",
    "words_lost": "words of humans that no model uses",
    "accuracy_common": "common cases that a model gets right",
    "accuracy_edge": "edge cases that a model gets right",
    "branches_nobody": "branches that no model gets right",
    "web_wrong_edge": "wrong share of the web on edge cases",
    "test_error": "mean squared error of a model on fresh problems",
}


def summary(runs: Sequence[Run]) -> str:
    """Start > end of the main meters, means over models (and replicates)."""
    first, last = runs[0].metrics.iloc[0], runs[0].metrics.iloc[-1]
    many = f", mean of {len(runs)} replicates" if len(runs) > 1 else ""
    titled = {name: one.title.lower() for name, one in definitions().items() if one.title}
    lines = [f"{runs[0].name}: {first['date']} to {last['date']}, {int(last['step'])} steps{many}"]
    for domain in runs[0].domains:
        for meter, text in {**titled, **SHOWN}.items():
            column = f"{domain}.{meter}"
            if column not in runs[0].metrics:
                continue
            ends = [np.mean([r.metrics[column].iloc[i] for r in runs]) for i in (0, -1)]
            if not np.isnan(ends).any():
                lines.append(f"  {domain:10} {text:50} {ends[0]:9.4g} > {ends[1]:.4g}")
    return "\n".join(lines)

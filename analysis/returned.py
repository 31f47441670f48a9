"""Whether human text came back: what recovery needs before it can be spoken of."""

import numpy as np

from analysis.run import Run

READ = "web.synthetic_read"
LEAST = 0.1
"""By how much the share of machine text in what models read must have fallen since its peak."""


def human_text_came_back(run: Run) -> bool:
    """Whether, after its greatest value, models read at least ten points less machine text.

    Elsewhere a meter that looks back to a low point, such as `recovery`, climbs by noise alone.
    """
    if READ not in run.metrics:
        return False
    read = run.metrics[READ].dropna().to_numpy(dtype=np.float64)
    if not read.size:
        return False
    peak = int(read.argmax())
    return bool(read[peak] - read[peak:].min() >= LEAST - 1e-12)

"""In which order to draw models, so that those stand side by side that have most in common."""

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from analysis.layers import Floats, Ints

EXACT = 40
"""Models up to which the order of the leaves is the best of all that their tree allows."""


def side_by_side(near: Floats) -> Ints:
    """An order of m things: the leaves of their average-linkage tree (scipy).

    Args:
        near: (m, m) how near each is to each, symmetric; the larger the nearer. The diagonal
            does not matter.
    """
    if len(near) < 3:
        return np.arange(len(near))
    apart = near.max() - near
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=len(near) <= EXACT)
    return leaves_list(tree).astype(np.int64)

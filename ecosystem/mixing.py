"""Which mix of sources makes a model least inbred.

Two documents drawn from sources in shares w are copies of one original with probability
S = w'Phi w, Phi the kinship between sources: the inbreeding of a training set drawn so. Breeders
choose whom to breed by making this small (optimal contributions, Meuwissen 1997; contamination.md,
section 1.7).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from ecosystem.sampling import Floats

Bools = NDArray[np.bool_]

ROUNDING = 1e-9
"""By how much a kinship matrix may be unlike itself across the diagonal, or below 0, of its
largest entry."""


def expected_inbreeding(kinship: Floats, weights: Floats) -> float:
    """S = w'Phi w of a training set drawn from sources in these shares."""
    return float(weights @ kinship @ weights)


def best_mix(kinship: Floats, human: Bools, cap: float = 1.0) -> Floats:
    """Shares of sources, (k,), that make S least while at most so much is human.

    The convex programme min w'Phi w over w >= 0, sum w = 1, sum of human w <= cap, exactly: every
    mix allowed is a mix x of its corners (a source alone, or a human one at the cap with another
    one beside), and since S is a square, min over x >= 0 of S(x) + r (sum x - 1)^2 has for any r
    the same x up to a factor. That is a least squares problem with x >= 0 (Lawson & Hanson 1974).

    Args:
        kinship: Phi, (k, k), symmetric and positive semidefinite.
        human: (k,) which sources are human.
        cap: the most of a training set that can be human, 0 to 1.

    Raises:
        ValueError: a matrix or cap that is not as above; all sources human with a cap below 1.
    """
    roots, turned = _decomposed(kinship)
    corners = _corners(_checked(human, len(kinship)), cap)
    half = np.sqrt(roots)[:, None] * (turned.T @ corners)  # half'half is Phi between corners
    weight = np.sqrt(max(float(np.trace(kinship)) / len(kinship), np.finfo(float).tiny))
    penalised = np.vstack([half, np.full(corners.shape[1], weight)])
    found = corners @ nnls(penalised, np.append(np.zeros(len(kinship)), weight))[0]
    return np.asarray(found / found.sum())


def uniform_mix(human: Bools, cap: float = 1.0) -> Floats:
    """(k,) the same share of each source; where that were too human, the cap, and the rest alike.

    Raises:
        ValueError: as in `best_mix`.
    """
    human = _checked(human, len(human))
    _corners(human, cap)
    share = min(cap, float(human.mean()))
    people = int(np.count_nonzero(human))
    each = share / max(people, 1), (1 - share) / max(human.size - people, 1)
    return np.where(human, *each)


def best_single(kinship: Floats, human: Bools, cap: float = 1.0) -> int:
    """The source of the least kinship with itself among those that may be all of a diet.

    Raises:
        ValueError: as in `best_mix`.
    """
    _decomposed(kinship)
    human = _checked(human, len(kinship))
    _corners(human, cap)
    alone = np.diag(kinship) if cap == 1 else np.where(human, np.inf, np.diag(kinship))
    return int(np.argmin(alone))


def _corners(human: Bools, cap: float) -> Floats:
    """(k, corners) the mixes between which all that are allowed lie."""
    if not 0 <= cap <= 1:
        raise ValueError(f"cap: given {cap}, allowed 0 to 1")
    alone = np.eye(human.size)
    if cap == 1 or not human.any():
        return alone
    if human.all():
        raise ValueError(f"cap: given {cap:g} where every source is human, allowed 1")
    models, people = alone[:, ~human], alone[:, human]
    if cap == 0:
        return models
    beside = cap * people[:, :, None] + (1 - cap) * models[:, None, :]
    return np.concatenate([models, beside.reshape(human.size, -1)], axis=1)


def _decomposed(kinship: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, 0 or more, and eigenvectors of a kinship matrix."""
    shape = kinship.shape
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ValueError(
            f"kinship: given a matrix of shape {shape}, allowed one of k rows and k columns"
        )
    if not np.isfinite(kinship).all():
        raise ValueError("kinship: given a number that is not finite, allowed finite ones")
    most = np.abs(kinship).max()
    if np.abs(kinship - kinship.T).max() > ROUNDING * most:
        raise ValueError("kinship: given a matrix that is not symmetric, allowed a symmetric one")
    roots, turned = np.linalg.eigh(kinship)
    if roots[0] < -ROUNDING * most:
        raise ValueError(
            f"kinship: given a matrix with the eigenvalue {roots[0]:.3g}, allowed one that is "
            "positive semidefinite"
        )
    return np.maximum(roots, 0.0), turned


def _checked(human: Bools, size: int) -> Bools:
    if human.shape != (size,):
        raise ValueError(f"human: given shape {human.shape}, allowed ({size},), one of each source")
    return human.astype(bool)

"""Files of points: one set, or a set for every trial and every moment of a training."""

from pathlib import Path

import numpy as np

from aeot.errors import InputError
from aeot.files import Array, load_arrays


def load_points(path: str | Path, dimension: int) -> Array:
    """Read `points` of an .npz, or the numbers of a .csv without a header.

    Args:
        path: the file.
        dimension: d that the points must have.

    Returns:
        (moments, trials, n, d) float32, of a file that holds (n, d), (trials, n, d) or all four.

    Raises:
        InputError: unreadable, of another shape or dimension, or not finite.
    """
    points = _read(path)
    if points.dtype.kind not in "fiu" or not 2 <= points.ndim <= 4 or not points.size:
        raise InputError(
            f"{path}: points must be numbers of shape (n, d), (trials, n, d) or (moments, trials, "
            f"n, d), not {points.dtype} of shape {points.shape}."
        )
    if points.shape[-1] != dimension:
        raise InputError(
            f"{path}: points have {points.shape[-1]} coordinates, the mixture has {dimension}."
        )
    if not np.isfinite(points).all():
        raise InputError(f"{path}: points are not finite; compute the file again.")
    shape = (1,) * (4 - points.ndim) + points.shape
    return points.reshape(shape).astype(np.float32)


def load_fitted_rows(path: str | Path, trials: int, available: int) -> list[Array] | None:
    """Read which training points each trial was fitted to, from a file of its points.

    Args:
        path: the file of points.
        trials: how many it has.
        available: training points that there are.

    Returns:
        A row (m,) of indices for every trial; None where the file does not say: all of them.

    Raises:
        InputError: unreadable, or not such rows.
    """
    if Path(path).suffix == ".csv" or "rows" not in (arrays := load_arrays(path)):
        return None
    rows = arrays["rows"]
    if rows.dtype.kind not in "iu" or rows.ndim != 2 or len(rows) != trials or not rows.size:
        raise InputError(
            f"{path}: rows must be whole numbers of shape ({trials}, m), not {rows.dtype} of shape "
            f"{rows.shape}; fit that model again."
        )
    if rows.min() < 0 or rows.max() >= available:
        raise InputError(
            f"{path} was fitted to points other than these {available} training points; pass "
            "those to which it was fitted."
        )
    return list(rows)


def _read(path: str | Path) -> Array:
    if Path(path).suffix != ".csv":
        return load_arrays(path, "points")["points"]
    try:
        return np.loadtxt(path, delimiter=",", ndmin=2)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a readable CSV of numbers: {error}.") from None

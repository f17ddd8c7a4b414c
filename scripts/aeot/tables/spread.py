"""Mean and spread over seeds, and the format of numbers in a cell."""

import math
import statistics
from collections.abc import Iterable, Sequence

from aeot.errors import InputError

MISSING = "—"


def deviation(values: Sequence[float]) -> float:
    """Sample standard deviation (divisor n - 1); NaN for a single value."""
    return statistics.stdev(values) if len(values) > 1 else math.nan


def number(text: object, where: str) -> float:
    """Read a finite number.

    Raises:
        InputError: the text is not a finite number.
    """
    try:
        value = float(str(text))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where} is {text!r}, not a finite number; compute that file again.")
    return value


def cell(mean: float | None, deviation: float | None, decimals: int) -> str:
    """Write `mean ± sd`, or only the mean if there is no deviation, or an em-dash for nothing."""
    text = fixed(mean, decimals)
    if MISSING in (text, fixed(deviation, decimals)):
        return text
    return f"{text} ± {deviation:,.{decimals}f}"


def fixed(value: float | None, decimals: int) -> str:
    """Write a number with a typographic minus sign, without negative zero; ∞ if it is infinite.

    None and NaN are an em-dash.
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if float(text.replace(",", "")) == 0 else "−" + text[1:]
    return text


def span(values: Iterable[int]) -> str:
    """Write counts: one number if they are equal, otherwise `low–high`; an em-dash for nothing."""
    low_high = sorted(set(values))
    if not low_high:
        return MISSING
    ends = [f"{value:,}" for value in (low_high[0], low_high[-1])]
    return ends[0] if len(low_high) == 1 else "–".join(ends)

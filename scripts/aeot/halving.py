"""The number of times that networks halve an image; torch-free."""

_LEAST = 2  # halvings of every network, as in Lucic et al., whose generator begins at a quarter
_PLAIN = 64  # pixels up to which two are enough, as published
_MAP = 8  # side of the innermost map for larger images


def halving_fault(height: int, breadth: int, times: int) -> str | None:
    """Explain why an image cannot be halved so often, and what to do; None if it can."""
    if height % 2**times == 0 and breadth % 2**times == 0:
        return None
    lower = ", or lower extra_convs" if times > _LEAST else ""
    return (
        f"images of {height} x {breadth} pixels cannot be halved {times} times; "
        f"use a size divisible by {2**times}{lower}"
    )


def default_extra_convs(height: int, breadth: int, plain: int = _PLAIN) -> int:
    """Choose the strided levels beyond two: 0 up to `plain` pixels, by default 64, as published.

    For larger images, the number that reduces the innermost map to 8 x 8 or less, as far as the
    sides can be halved: the dense layers at either end have most of the weights, and grow with the
    square of its side.
    """
    extra = 0
    while max(height, breadth) > max(plain, _MAP << (_LEAST + extra)):
        if halving_fault(height, breadth, _LEAST + extra + 1):
            break
        extra += 1
    return extra

"""CelebA's 40 attributes, such as Eyeglasses and Smiling, of every picture."""

from pathlib import Path

import numpy as np

from aeot.errors import InputError
from aeot.files import Array

ATTRIBUTES, ATTRIBUTES_CSV = "list_attr_celeba.txt", "list_attr_celeba.csv"


def read_attributes(path: Path) -> tuple[list[str], dict[str, Array]]:
    """Read the official list: the number of pictures, the attributes' names, one line per picture.

    A CSV copy, whose header begins with `image_id`, is read as well.

    Returns:
        The K names; and for every picture (K,) int64, 1 if it has the attribute and 0 otherwise.

    Raises:
        InputError: a line is not the name of a picture with K numbers that are 1 or -1.
    """
    text = path.read_text(encoding="utf-8", errors="replace")  # a damaged line is named below
    lines = [line.replace(",", " ").split() for line in text.splitlines()]
    if lines and lines[0] and lines[0][0].isdigit():
        start, names = 2, lines[1] if len(lines) > 1 else []
    else:
        start, names = 1, lines[0][1:] if lines else []
    if not names:
        raise InputError(f"{path} names no attributes; use {ATTRIBUTES} as published.")
    found: dict[str, Array] = {}
    for number, words in enumerate(lines[start:], start=start + 1):
        if len(words) != len(names) + 1 or not set(words[1:]) <= {"1", "-1"}:
            raise InputError(
                f"{path}, line {number}: expected a picture's name and {len(names)} numbers, "
                "each 1 or -1."
            )
        found[words[0]] = np.array([word == "1" for word in words[1:]], np.int64)
    return names, found

"""Reads dataset, model and seed back from a result's path.

The workflow's paths are fixed (`results/{dataset}/{model}/seed{seed}/...`), so a script that
takes many files needs no second list that says which file is which.
"""

import re
from functools import cache
from pathlib import PurePath

from aeot.errors import InputError


def path_keys(path: str, pattern: str) -> dict[str, str]:
    """Match the end of `path` against `pattern` and return the values of its `{names}`.

    Args:
        path: a path, relative or absolute.
        pattern: such as `{dataset}/{model}/seed{seed}/report.json`; a name is `[a-z0-9]+`.

    Raises:
        InputError: the path does not end as the pattern does.
    """
    match = _expression(pattern).search(PurePath(path).as_posix())
    if match is None:
        raise InputError(f"{path} does not end in {pattern}; pass files of that layout.")
    return match.groupdict()


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(r"(?:^|/)" + re.sub(r"\{(\w+)\}", r"(?P<\1>[a-z0-9]+)", escaped) + "$")

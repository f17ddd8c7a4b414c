"""Names in a command line: dataset, model and seed from paths, and NAME=VALUE words.

The workflow's paths are fixed (`results/{dataset}/{model}/seed{seed}/...`), so a script that reads
many files does not need another list that identifies them.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import PurePath

from aeot.errors import InputError


def path_keys(path: str, pattern: str) -> dict[str, str]:
    """Match the end of `path` against `pattern` and return the values of its `{names}`.

    Args:
        path: a path, relative or absolute.
        pattern: such as `{dataset}/{model}/seed{seed}/report.json`; a name is `[a-z0-9]+`.

    Raises:
        InputError: the end of the path does not match the pattern.
    """
    match = _expression(pattern).search(PurePath(path).as_posix())
    if match is None:
        raise InputError(f"{path} does not end in {pattern}; pass files of that layout.")
    return match.groupdict()


class Pairs(dict[str, str]):
    """`NAME=VALUE` words of an option; a missing name raises an `InputError`."""

    def __init__(self, option: str) -> None:
        super().__init__()
        self.option = option

    def __missing__(self, name: str) -> str:
        raise InputError(f"{self.option} lacks {name}=VALUE; add it.")


def parse_pairs(words: Iterable[str], option: str) -> Pairs:
    """Read `NAME=VALUE` words of a command line, in order.

    Raises:
        InputError: a word has no '=', or a name is given twice.
    """
    pairs = Pairs(option)
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise InputError(f"{option} takes NAME=VALUE words, not {word!r}.")
        if name in pairs:
            raise InputError(f"{option} names {name!r} twice.")
        pairs[name] = value
    return pairs


def parse_lists(words: Iterable[str], option: str) -> dict[str, list[str]]:
    """Read `NAME=VALUE` words in which a name may occur several times; values keep their order.

    Raises:
        InputError: a word has no '='.
    """
    lists: dict[str, list[str]] = {}
    for word in words:
        for name, value in parse_pairs([word], option).items():
            lists.setdefault(name, []).append(value)
    return lists


def join_files(
    names: tuple[str, ...], *kinds: tuple[Iterable[str], str]
) -> dict[tuple[str, ...], list[str]]:
    """Group the files of different kinds that belong to one run.

    Args:
        names: the keys that identify a run, such as `("model", "seed")`.
        kinds: a list of paths and their pattern, for every kind.

    Returns:
        Keys of a run -> its files, in the order of `kinds`.

    Raises:
        InputError: a run has no file of a kind, or two.
    """
    found = []
    for paths, pattern in kinds:
        files: dict[tuple[str, ...], str] = {}
        for path in paths:
            keys = path_keys(path, pattern)
            key = tuple(keys[name] for name in names)
            if key in files:
                raise InputError(f"{path} and {files[key]} are from the same run; pass only one.")
            files[key] = path
        found.append(files)
    for files in found:
        for key in set().union(*found) - set(files):
            run = ", ".join(f"{name} {value}" for name, value in zip(names, key, strict=True))
            pattern = kinds[found.index(files)][1]
            raise InputError(f"there is no {pattern.rpartition('/')[2]} for {run}; pass it, too.")
    return {key: [files[key] for files in found] for key in found[0]}


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(r"(?:^|/)" + re.sub(r"\{(\w+)\}", r"(?P<\1>[a-z0-9]+)", escaped) + "$")

"""Options of a command line."""

from inspect import signature
from typing import Any

from aeot.plan.files import as_list
from aeot.plan.wildcards import Wildcards


def evaluated(option: Any, wildcards: Wildcards, files: Any) -> Any:  # noqa: ANN401
    """Return an option's value.

    Args:
        option: its value, or a function of the wildcards, or of these and `input`.
        wildcards: of the job.
        files: the job's input.
    """
    if not callable(option):
        return option
    given = {"input": files} if "input" in signature(option).parameters else {}
    return option(wildcards, **given)


def option_words(name: str, value: Any) -> list[str]:  # noqa: ANN401
    """Write an option as words: --NAME and its values.

    Args:
        name: with underscores instead of hyphens, and possibly underscores at its end.
        value: one or a list; None, False or an empty list for no option, True for a flag.
    """
    if value is None or value is False or value == []:
        return []
    values = [str(value)] if isinstance(value, int | float) else as_list(value)
    return [f"--{name.strip('_').replace('_', '-')}", *([] if value is True else values)]

"""Names that the workflow reserves for its own folders of results; torch-free."""

from collections.abc import Iterable

FLOOR = "floor"  # the pseudo-method that scores training images
END = "ae"  # the curve with one point: test images, encoded and decoded

# results/NAME: names that no data set and no study may have.
CASES = ("raw", "figures", "tables", "logs", "benchmarks")
# Targets of the workflow: names that no study may have.
STUDIES = ("all", "everything")
# results/DATASET/NAME, and what figures call the test images: no method is called so. The input of
# a rule that a method's own stands beside is an attribute of a list, whose methods none may hide.
METHODS = (
    *("data", "autoencoder", "transport", FLOOR, "real", "points"),
    *("get", "items", "keys", *filter(str.isalnum, dir(list))),
)


def refuse_kept(names: Iterable[str], kept: Iterable[str], where: str) -> None:
    """Refuse names that the workflow reserves for itself.

    Args:
        names: of data sets, studies or methods.
        kept: one of the lists of this module.
        where: the key of the configuration that has the names.

    Raises:
        ValueError: one of the names is reserved.
    """
    for name in names:
        if name in kept:
            raise ValueError(
                f"{where}: the name {name!r} is reserved for files of the workflow; choose "
                "another name"
            )

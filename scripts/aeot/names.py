"""Names that the workflow keeps for its own folders of results; torch-free."""

from collections.abc import Iterable

FLOOR = "floor"  # the pseudo-model that scores training images

# results/NAME: no data set is called so.
CASES = (
    *("raw", "figures", "tables", "logs", "benchmarks"),
    *("collapse", "adversarial", "autoencoders", "geometry"),
)
# results/DATASET/NAME, and what figures call the test images: no row of models, studies or samplers
# is called so.
ROWS = ("data", "autoencoder", "transport", "frontier", FLOOR, "real")
# results/collapse/MIXTURE/NAME, and the input that a row's own stands beside; a rule's inputs are
# attributes of a list, whose methods no row may hide.
POINT_ROWS = ("points", "real", "get", "items", "keys", *filter(str.isalnum, dir(list)))


def refuse_kept(names: Iterable[str], kept: Iterable[str], where: str) -> None:
    """Refuse names that the workflow keeps for itself.

    Args:
        names: of data sets or rows.
        kept: one of the lists of this module.
        where: the key of the configuration that has the names.

    Raises:
        ValueError: one of the names is kept.
    """
    for name in names:
        if name in kept:
            raise ValueError(
                f"{where}: {name!r} is taken by the workflow, for files of its own; "
                "choose another name"
            )

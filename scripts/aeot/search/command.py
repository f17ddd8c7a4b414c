"""Options of the command lines that score images like a search."""

import argparse
from typing import TYPE_CHECKING, Any

from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.provenance import code_hash
from aeot.registry import resolve

if TYPE_CHECKING:
    import torch

    from aeot.search.scored import Scorer


def add_scoring(arguments: argparse.ArgumentParser) -> None:
    """Add the options that define how images are scored, and how many."""
    arguments.add_argument("--real-features", required=True, metavar="FILE", help="of test images")
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--extractor-set", nargs="*", default=[], metavar="KEY=VALUE", help="its settings"
    )
    arguments.add_argument(
        "--metrics", nargs="*", default=[], metavar="NAME={KEY: VALUE}",
        help="metrics in addition to the Fréchet distance, with their settings as JSON",
    )  # fmt: skip
    arguments.add_argument(
        "--manifold", metavar="NAME", help="the data set, of a metric on its known manifold"
    )
    arguments.add_argument(
        "--manifold-set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of its images"
    )
    arguments.add_argument("--count", required=True, type=int, help="images that are scored")


def make_scorer(args: argparse.Namespace, device: "torch.device", **more: Any) -> "Scorer":  # noqa: ANN401
    """Make the scorer that the options describe.

    Args:
        args: options of `add_scoring`.
        device: where the extractor's network runs.
        more: further sets by their names, and `inverter`, as for `Scorer`.

    Raises:
        InputError: an option is wrong, or a file is missing or has another form.
    """
    from aeot.search.scored import Scorer, chosen_metrics, load_given, needs

    if args.count < 2:
        raise InputError("--count must be at least 2.")
    inverter = more.pop("inverter", None)
    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.extractor_set)
    metrics = chosen_metrics(args.metrics)
    if "range" in needs(metrics) and inverter is None and "range" not in more:
        raise InputError("a metric needs test images, or their distances to the drawn images.")
    paths = {"real": args.real_features, "manifold": args.manifold}
    given = load_given(metrics, paths, args.manifold_set) | more
    return Scorer(extractor, metrics, given, device, inverter)


def scoring_code(args: argparse.Namespace, script: str, *parts: str) -> str:
    """Digest the code on which a score depends: a script, its modules, and those in the options."""
    entries = [*parts, EXTRACTORS[args.extractor]]
    entries += [METRICS[word.partition("=")[0]] for word in args.metrics]
    entries += [DATASETS[args.manifold]] if args.manifold else []
    return code_hash(script, [entry.partition(":")[0] for entry in entries])

"""Solve the semi-discrete optimal transport from the source measure to the codes.

Writes the map (x goes to support[argmax_i <x, support_i> + heights_i]) and a report of its error
on samples that the solver never saw. A killed run resumes from
`<out-transport>.checkpoint` and produces the same bytes. Under `torchrun --nproc-per-node=K` the
processes share the work; with CUDA each uses a GPU.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, solve, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--codes", required=True, metavar="FILE", help="codes (n, d), .npz")
    arguments.add_argument("--masses", metavar="FILE", help="masses (n,), .npz (default: equal)")
    arguments.add_argument("--out-transport", required=True, metavar="FILE", help=".npz")
    arguments.add_argument("--out-report", required=True, metavar="FILE", help=".json")
    arguments.add_argument(
        "--out-history", metavar="FILE", help="the mass error at every evaluation, .csv"
    )
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import select
    from aeot.provenance import code_hash
    from aeot.ranks import torchrun
    from aeot.transport.run import HISTORY
    from aeot.transport.settings import TransportSettings
    from aeot.transport.solver import solve

    settings = TransportSettings.from_items(args.set)
    device = select(args.device, args.threads)
    codes = files.load_matrix(args.codes, "codes")
    masses = files.load_arrays(args.masses, "masses")["masses"] if args.masses else None
    key = {
        "settings": settings.model_dump(),
        "seed": args.seed,
        "data": [files.file_digest(path) for path in (args.codes, args.masses) if path],
        "code": code_hash(__file__),
    }
    checkpoint = Checkpoint(args.out_transport, key)
    with torchrun(device) as writes:
        solution = solve(codes, masses, settings, args.seed, device, checkpoint)
    if not writes:
        return
    if args.out_history:
        files.save_rows(args.out_history, solution.history, HISTORY)
    files.save_json(args.out_report, solution.report)
    solution.transport.save(args.out_transport)
    checkpoint.remove()
    if not solution.report["converged"]:
        cli.log.warning("not converged: the budget of source samples ran out; see the report.")


if __name__ == "__main__":
    cli.run(main)

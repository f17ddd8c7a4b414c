"""Several processes do the work of one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from aeot.ranks import Ranks, torchrun
from aeot.transport import TransportSettings, solve

SCRIPTS = Path(__file__).parents[2] / "scripts"
SCRIPT = """
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, {scripts!r})
from aeot.files import save_json
from aeot.transport import TransportSettings, solve
from aeot.ranks import Ranks, torchrun

out = Path(sys.argv[1])
with torchrun(torch.device("cpu")) as writes:
    ranks = Ranks()
    settings = TransportSettings(tolerance=0.15)
    solution = solve(np.load(out / "codes.npy"), None, settings, 3)
    whole = torch.arange(7.0)
    first, last = ranks.part(0, 7)
    checks = {{
        "writes": writes,
        "size": ranks.size,
        "gathered": ranks.gather(whole[first:last], 7).tolist(),
        "total": ranks.total(torch.tensor([1.0, ranks.rank])).tolist(),
        "agreed": ranks.agree(torch.tensor([5.0 + ranks.rank])).tolist(),
    }}
    np.save(out / f"heights{{ranks.rank}}.npy", solution.transport.heights)
    save_json(out / f"report{{ranks.rank}}.json", solution.report | {{"checks": checks}})
"""


def codes():
    return np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launches(nodes):
    """What each of `nodes` machines calls for two processes in all."""
    run = [sys.executable, "-m", "torch.distributed.run"]
    if nodes == 1:
        return [[*run, "--standalone", "--nproc-per-node=2"]]
    meet = ["--nnodes=2", "--nproc-per-node=1", "--master-addr=127.0.0.1",
            f"--master-port={free_port()}"]  # fmt: skip
    return [[*run, *meet, f"--node-rank={node}"] for node in (0, 1)]


@pytest.fixture(scope="module", params=[1, 2], ids=["one machine", "as on two machines"])
def two_ranks(request, tmp_path_factory):
    """Heights and reports of both ranks of one solve."""
    folder = tmp_path_factory.mktemp("ranks")
    (folder / "work.py").write_text(SCRIPT.format(scripts=str(SCRIPTS)))
    np.save(folder / "codes.npy", codes())
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    agents = [
        subprocess.Popen(
            [*command, str(folder / "work.py"), str(folder)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in launches(request.param)
    ]
    try:
        for agent in agents:
            _, said = agent.communicate(timeout=240)
            assert agent.returncode == 0, said[-2000:]
    finally:
        for agent in agents:
            agent.kill()
    heights = [np.load(folder / f"heights{rank}.npy") for rank in (0, 1)]
    return heights, [json.loads((folder / f"report{rank}.json").read_text()) for rank in (0, 1)]


@pytest.mark.workflow
def test_two_ranks_find_the_heights_of_one(two_ranks):
    alone = solve(codes(), None, TransportSettings(tolerance=0.15), 3)
    heights, reports = two_ranks
    # A score is rounded alike wherever it is made; other numbers of threads may round a sum's end.
    size = np.abs(alone.transport.heights).max()
    np.testing.assert_array_equal(heights[0], heights[1])
    np.testing.assert_allclose(heights[0], alone.transport.heights, rtol=0, atol=1e-9 * size)
    free = {"seconds", "ranks", "device"}
    for report in reports:
        assert report["ranks"] == 2
        assert report.keys() - {"checks"} == alone.report.keys()
        for name in alone.report.keys() - free:
            if isinstance(alone.report[name], float):
                assert report[name] == pytest.approx(alone.report[name], rel=1e-4), name
            else:
                assert report[name] == alone.report[name], name


@pytest.mark.workflow
def test_the_parts_meet_again(two_ranks):
    for rank, report in enumerate(two_ranks[1]):
        checks = report["checks"]
        assert checks["writes"] == (rank == 0)
        assert checks["size"] == 2
        assert checks["gathered"] == list(range(7))
        assert checks["total"] == [2, 1]
        assert checks["agreed"] == [5]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("start", "stop"), [(0, 0), (5, 6), (0, 7), (100, 163), (0, 1000)])
def test_the_stretches_of_all_ranks_cover_a_range_once(size, start, stop):
    covered = []
    for rank in range(size):
        ranks = Ranks()
        ranks.rank, ranks.size = rank, size
        covered += range(*ranks.part(start, stop))
    assert covered == list(range(start, stop))


def test_a_process_alone_is_all_ranks():
    ranks, values = Ranks(), torch.arange(5.0)
    assert (ranks.rank, ranks.size) == (0, 1)
    assert ranks.part(3, 9) == (3, 9)
    for found in (ranks.gather(values, 5), ranks.total(values), ranks.agree(values)):
        assert torch.equal(found, torch.arange(5.0))


def test_without_torchrun_the_process_writes(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with torchrun(torch.device("cpu")) as writes:
        assert writes
        assert not torch.distributed.is_initialized()

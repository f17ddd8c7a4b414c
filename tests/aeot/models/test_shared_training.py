"""A training that two processes share is that of one, but for the order of additions."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from aeot.files import load_arrays, load_json, load_rows, save_arrays
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.pixels import unit

pytestmark = pytest.mark.workflow  # several processes

SCRIPTS = Path(__file__).parents[3] / "scripts"
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
NORM = """
import sys
import torch
from torch import nn
sys.path.insert(0, {scripts!r})
from aeot.files import save_arrays
from aeot.models.shared_training import share_norms, sum_gradients
from aeot.ranks import Ranks, torchrun

with torchrun(torch.device("cpu")):
    ranks = Ranks()
    net, x, target = torch.load({inputs!r}, weights_only=False)
    share_norms(net)
    own = slice(*ranks.part(0, len(x)))
    ((net(x[own]) - target[own]) ** 2).sum().backward()
    sum_gradients(net.parameters())
    net.eval()
    arrays = {{f"gradient {{name}}": p.grad.numpy() for name, p in net.named_parameters()}}
    arrays |= {{name: buffer.numpy() for name, buffer in net.named_buffers()}}
    save_arrays({out!r} + f"{{ranks.rank}}.npz", evaluated=net(x).detach().numpy(), **arrays)
"""


def call(command, *words):
    done = subprocess.run(
        [*command, *map(str, words)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def test_norms_and_gradients_are_those_of_the_whole_batch(tmp_path):
    """Of parts of unequal size; autograd on one process is the reference."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.LeakyReLU(), nn.Flatten(),
        nn.Linear(12, 4), nn.BatchNorm1d(4, momentum=0.3),
    )  # fmt: skip
    x, target = torch.randn(7, 2, 4, 4) + 3, torch.randn(7, 4)
    torch.save((net, x, target), tmp_path / "inputs.pt")
    script = NORM.format(
        scripts=str(SCRIPTS), inputs=str(tmp_path / "inputs.pt"), out=str(tmp_path / "rank")
    )
    (tmp_path / "work.py").write_text(script)
    call(TORCHRUN, tmp_path / "work.py")
    ((net(x) - target) ** 2).sum().backward()
    ranks = [load_arrays(tmp_path / f"rank{rank}.npz") for rank in (0, 1)]
    for name, parameter in net.named_parameters():
        for arrays in ranks:
            wanted = parameter.grad.numpy()
            np.testing.assert_allclose(arrays[f"gradient {name}"], wanted, rtol=1e-4, atol=1e-4)
    for name, buffer in net.named_buffers():
        np.testing.assert_allclose(ranks[0][name], buffer.numpy(), rtol=1e-5)
    wanted = net.eval()(x).detach().numpy()
    for name in ranks[0]:
        np.testing.assert_array_equal(ranks[0][name], ranks[1][name])
    np.testing.assert_allclose(ranks[0]["evaluated"], wanted, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder, generator = tmp_path_factory.mktemp("data"), np.random.default_rng(3)
    for split, count in (("train", 70), ("test", 16)):
        coarse = generator.integers(0, 256, (count, 1, 4, 4), dtype=np.uint8)
        save_arrays(folder / f"{split}.npz", images=coarse.repeat(4, 2).repeat(4, 3))
    return folder


def words(data, folder, *settings):
    return [
        SCRIPTS / "train_model.py",
        "--model",
        "autoencoder",
        *("--train", data / "train.npz", "--test", data / "test.npz", "--device", "cpu"),
        *("--set", "width=4", "codes=3", "batch_size=16", "epochs=3", "decoder_epochs=2"),
        *(*settings, "--threads", "2", "--out-model", folder / "autoencoder.pt"),
        *("--out-history", folder / "history.csv", "--out-report", folder / "report.json"),
    ]


def test_two_processes_train_the_autoencoder_of_one(data, tmp_path):
    call([sys.executable], *words(data, tmp_path / "one"))
    call(TORCHRUN, *words(data, tmp_path / "two"))
    one, two = (load_rows(tmp_path / name / "history.csv") for name in ("one", "two"))
    assert len(one) == len(two) == 5
    for mine, theirs in zip(one, two, strict=True):
        for loss in ("train_loss", "test_loss"):
            assert float(theirs[loss]) == pytest.approx(float(mine[loss]), rel=2e-3)
    report = load_json(tmp_path / "two" / "report.json")
    assert report["device"] == "cpu (1 threads)"  # two threads, shared by two processes
    # Adam steps by the sign where a gradient is all rounding: biases before a batch norm, which do
    # nothing. So the networks are compared, not their weights.
    images = torch.from_numpy(load_arrays(data / "test.npz")["images"])
    models = [Autoencoder.load(tmp_path / name / "autoencoder.pt") for name in ("one", "two")]
    with torch.no_grad():
        mine, theirs = (model(unit(images)) for model in models)
    torch.testing.assert_close(theirs, mine, rtol=0, atol=0.02)
    assert models[0].state_dict().keys() == models[1].state_dict().keys()
    record = load_json(tmp_path / "two" / "autoencoder.pt.run.json")
    assert record["settings"][0]["values"]["width"] == 4  # that of the first process


def test_batches_too_small_to_share_are_refused(data, tmp_path):
    done = subprocess.run(
        [*map(str, TORCHRUN), *map(str, words(data, tmp_path, "batch_size=2"))],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode != 0
    assert "error: 2 processes cannot share batches of 2 out of 70 images" in done.stderr

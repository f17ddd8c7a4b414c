import csv
import itertools
import json

import numpy as np
import pytest
import torch

import train_model
from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.training import AutoencoderTraining
from aeot.seeding import numpy_generator

SMALL = ("width=4", "codes=3", "batch_size=8", "epochs=3", "decoder_epochs=2")
OUTPUTS = ("autoencoder.pt", "history.csv", "report.json")


@pytest.fixture
def data(tmp_path):
    for name, count in (("train", 19), ("test", 7)):
        images = numpy_generator(count, name).integers(0, 256, (count, 1, 8, 8), dtype=np.uint8)
        save_arrays(tmp_path / f"{name}.npz", images=images)
    return tmp_path


@pytest.fixture
def run(data):
    """Train into a folder; further words go to the command line."""

    def main(folder, *words, settings=SMALL):
        outputs = [data / folder / name for name in OUTPUTS]
        train_model.main(
            [
                *("--model", "autoencoder"),
                *("--train", str(data / "train.npz"), "--test", str(data / "test.npz")),
                *("--out-model", str(outputs[0]), "--out-history", str(outputs[1])),
                *("--out-report", str(outputs[2]), "--device", "cpu"),
                *("--set", *settings, *words),
            ]
        )
        return outputs

    return main


def test_the_files_hold_what_the_contract_says(data, run):
    model_path, history, report_path = run("out", "--seed", "4")
    assert {path.name for path in (data / "out").iterdir()} == set(OUTPUTS)  # no checkpoint left
    rows = list(csv.DictReader(history.open()))
    assert list(rows[0]) == ["phase", "epoch", "train_loss", "test_loss"]
    assert [row["phase"] for row in rows] == ["1", "1", "1", "2", "2"]
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5"]
    report = json.loads(report_path.read_text())
    assert (report["freeze_epoch"], report["epochs"], report["codes"]) == (3, 5, 3)
    assert report["stops"] == ["the limit of 3 epochs", "the limit of 2 epochs"]
    assert report["training_images"] == 19
    assert report["seconds"] > 0 and report["device"].startswith("cpu")
    model = Autoencoder.load(model_path)
    assert report["parameters"] == sum(p.numel() for p in model.parameters())
    for split in ("train", "test"):
        images = torch.from_numpy(np.load(data / f"{split}.npz")["images"])
        assert report["losses"]["after"][split] == pytest.approx(model.loss(images), rel=1e-6)
        assert report["losses"]["before"][split] > 0


def test_the_first_training_images_are_all_that_a_smaller_training_sees(data, run):
    weights, history, report = run("part", settings=(*SMALL, "training_images=11"))
    assert json.loads(report.read_text())["training_images"] == 11
    images = np.load(data / "train.npz")["images"]
    save_arrays(data / "train.npz", images=images[:11])
    alone, _, _ = run("alone")
    parts = [Autoencoder.load(path).state_dict() for path in (weights, alone)]
    assert all(torch.equal(parts[0][name], parts[1][name]) for name in parts[1])
    with pytest.raises(InputError, match=r"contains 11 .* lower autoencoder\.training_images"):
        run("more", settings=(*SMALL, "training_images=12"))
    assert not (data / "more").exists()


def test_a_repeated_run_writes_the_same_bytes_and_another_seed_does_not(run):
    first, again = run("first"), run("again")
    for one, other in zip(first[:2], again[:2], strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert run("other", "--seed", "1")[0].read_bytes() != first[0].read_bytes()


@pytest.fixture
def killed(monkeypatch, run):
    """Start a run in `folder` and end it in the middle, after its fourth epoch."""
    monkeypatch.setattr(Checkpoint, "due", lambda _: True)

    def start(folder, *words):
        epoch, calls = AutoencoderTraining.block, itertools.count()

        def limited(training):
            if next(calls) == 4:
                raise KeyboardInterrupt
            return epoch(training)

        with monkeypatch.context() as patch:
            patch.setattr(AutoencoderTraining, "block", limited)
            with pytest.raises(KeyboardInterrupt):
                run(folder, *words)

    return start


def test_a_killed_run_leaves_no_output_and_resumes_to_the_same_bytes(
    data, run, killed, caplog, monkeypatch
):
    expected = run("whole")
    killed("killed")
    names = {path.name for path in (data / "killed").iterdir()}
    kept = ("checkpoint", "checkpoint.previous", "checkpoint.png")
    assert names == {f"autoencoder.pt.{name}" for name in kept}
    monkeypatch.setattr("aeot.training._QUIET", -1.0)  # a line after every epoch
    with caplog.at_level("INFO", "aeot"):
        resumed = run("killed")
    assert "resuming from" in caplog.text
    assert caplog.text.count(" epoch ") == 1  # the fifth; the first four were done
    assert [path.read_bytes() for path in resumed[:2]] == [
        path.read_bytes() for path in expected[:2]
    ]
    assert not list((data / "killed").glob("*.checkpoint*"))


def _other_data(data):
    save_arrays(data / "test.npz", images=np.zeros((3, 1, 8, 8), np.uint8))


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "change"),
    [
        (("learning_rate=0.002",), None),
        (("--seed", "1"), None),
        ((), _other_data),
    ],
)
def test_a_checkpoint_of_another_run_is_ignored(data, run, killed, caplog, words, change):
    killed("out")
    if change:
        change(data)
    with caplog.at_level("INFO", "aeot"):
        resumed = run("out", *words)
    assert "belongs to other settings or code" in caplog.text
    assert resumed[0].read_bytes() == run("again", *words)[0].read_bytes()


def test_test_images_of_another_shape_are_one_sentence(data, run):
    save_arrays(data / "test.npz", images=np.zeros((3, 3, 8, 8), np.uint8))
    with pytest.raises(InputError, match=r"test images have shape \(3, 8, 8\); the autoencoder"):
        run("out")


def test_images_that_cannot_be_halved_are_one_sentence(run):
    with pytest.raises(InputError, match="8 x 8 pixels cannot be halved 4 times"):
        run("out", "extra_convs=2")


def test_a_missing_file_is_named(data, run):
    (data / "train.npz").unlink()
    with pytest.raises(InputError, match=r"train\.npz does not exist"):
        run("out")
    assert not (data / "out").exists()


def test_a_wrong_setting_is_named(run):
    with pytest.raises(InputError, match="--set.epoch is not a known key; .*epochs"):
        run("out", "epoch=3")


def test_a_device_that_is_not_there_is_one_sentence(run):
    with pytest.raises(InputError, match="--device tpu"):
        run("out", "--device", "tpu")


def test_test_images_are_needed_and_snapshots_refused(data, run, tmp_path):
    words = ["--model", "autoencoder", "--train", str(data / "train.npz")]
    for option in ("model", "history", "report"):
        words += [f"--out-{option}", str(tmp_path / option)]
    with pytest.raises(InputError, match="autoencoder takes --test of --test and --out-moments"):
        train_model.main(words)
    with pytest.raises(InputError, match="autoencoder takes --test of --test and --out-moments"):
        run("out", "--out-moments", str(tmp_path / "moments.npz"))

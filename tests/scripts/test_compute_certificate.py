"""The command that scores a transport's looks: its file and its sentences."""

import numpy as np
import pytest
import torch

import compute_certificate
from aeot.errors import InputError
from aeot.files import load_rows, save_arrays
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.seeding import numpy_generator, torch_generator


@pytest.fixture
def files(tmp_path):
    model = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    with torch.no_grad():
        for weight in model.parameters():
            weight *= 20  # pictures that differ
    model.place("cpu").save(tmp_path / "autoencoder.pt")
    rng = numpy_generator(0, "images")
    save_arrays(tmp_path / "codes.npz", codes=rng.normal(size=(40, 3)).astype(np.float32))
    images = rng.integers(0, 256, (24, 1, 8, 8), dtype=np.uint8)
    save_arrays(tmp_path / "test.npz", images=images)
    save_arrays(tmp_path / "real.npz", features=rng.normal(size=(24, 1280)).astype(np.float32))
    return tmp_path


def run(folder, *words):
    compute_certificate.main(
        [
            *("--codes", str(folder / "codes.npz")),
            *("--autoencoder", str(folder / "autoencoder.pt")),
            *("--images", str(folder / "test.npz")),
            *("--real-features", str(folder / "real.npz")),
            *("--extractor", "efficientnetlite0", "--extractor-set", "size=32"),
            *("--out-rows", str(folder / "rows.csv")),
            *("--device", "cpu", "--tolerance", "0.5", "--prd-set", "runs=1", *words),
        ]
    )
    return load_rows(folder / "rows.csv")


@pytest.mark.long
def test_the_rows_are_scored_on_as_many_samples_as_there_are_test_images(files):
    rows = run(files)
    assert {row["n"] for row in rows} == {"24"}
    assert [row["model"] for row in rows][-1] == "ae"
    assert float(rows[-2]["mass_error_high"]) <= 0.5
    assert all(float(row["fd"]) > 0 for row in rows)


@pytest.mark.long
def test_precision_and_recall_follow_their_settings(files):
    coarse = {row["f8"] for row in run(files, "--prd-set", "clusters=2", "runs=1")}
    assert coarse != {row["f8"] for row in run(files, "--prd-set", "clusters=20", "runs=1")}


def test_a_wrong_tolerance_or_source_is_named(files):
    with pytest.raises(InputError, match="tolerance"):
        run(files, "--tolerance", "-1")
    with pytest.raises(InputError, match="source"):
        run(files, "--source", "cauchy")
    with pytest.raises(InputError, match="bins is not a known key; known here: angles"):
        run(files, "--prd-set", "bins=3")
    assert not (files / "rows.csv").exists()

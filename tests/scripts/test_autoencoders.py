"""The commands of samplers of codes and of interpolations: their files and their sentences."""

import numpy as np
import pytest
import torch

import compute_metric
import encode_images
import extract_features
import fit_points
import interpolate_codes
import move_attributes
import sample_codes
import train_model
from aeot.errors import InputError
from aeot.files import load_arrays, load_images, load_json, load_matrix, load_rows, save_arrays
from aeot.models.coder import load_coder


@pytest.fixture
def place(tmp_path):
    """A folder with images, and a function that trains a model there."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 1, 8, 8), dtype=np.uint8)
    save_arrays(tmp_path / "train.npz", images=images)
    save_arrays(tmp_path / "few.npz", images=images[:20])
    save_arrays(tmp_path / "wide.npz", images=np.zeros((30, 1, 8, 12), np.uint8))

    def train(model):
        train_model.main(
            ["--model", model, "--train", str(tmp_path / "train.npz"), "--snapshot-images", "4",
             "--set", "steps=9", "width=4", "codes=3", "batch_size=8", "--device", "cpu",
             "--out-model", str(tmp_path / f"{model}.pt"),
             "--out-history", str(tmp_path / "history.csv"),
             "--out-moments", str(tmp_path / "moments.npz"),
             "--out-report", str(tmp_path / "report.json")]
        )  # fmt: skip
        return str(tmp_path / f"{model}.pt")

    return tmp_path, train


def encode(folder, model, images="train.npz"):
    out = folder / "codes.npz"
    encode_images.main(["--model", str(folder / f"{model}.pt"),
                        "--images", str(folder / images), "--out-codes", str(out)])  # fmt: skip
    return out


def test_a_sampler_goes_from_codes_to_images(place):
    folder, train = place
    weights = train("glo")
    codes = encode(folder, "glo")
    assert np.linalg.norm(load_matrix(codes, "codes"), axis=1) == pytest.approx(np.ones(30))
    fit_points.main(
        ["--model", "kde", "--points", str(codes), "--array", "codes", "--trials", "1",
         "--set", "count=11", "held_out=10", "--out-model", str(folder / "fitted.pt"),
         "--out-report", str(folder / "fit.json"), "--out-points", str(folder / "points.npz")]
    )  # fmt: skip
    assert load_json(folder / "fit.json")["seconds"] >= 0
    words = ["--model", "kde", "--fitted", str(folder / "fitted.pt"), "--decoder", weights]
    words += ["--out-samples", str(folder / "samples.npz"),
              "--out-points", str(folder / "drawn.npz")]  # fmt: skip
    sample_codes.main([*words, "--set", "count=11", "held_out=10"])
    images = load_images(folder / "samples.npz")
    assert images.shape == (11, 1, 8, 8)
    drawn = load_arrays(folder / "drawn.npz", "points")["points"]
    assert drawn.tobytes() == load_arrays(folder / "points.npz", "points")["points"].tobytes()
    decoder = load_coder(weights, "cpu")
    assert (decoder.decode(torch.from_numpy(drawn[0, 0])).numpy() == images).all()
    with pytest.raises(InputError, match="fitted with held_out=10, not 9"):
        sample_codes.main([*words, "--set", "held_out=9"])


@pytest.mark.parametrize(
    ("model", "images", "fault"),
    [
        ("nsgan", "train.npz", "no codes of images; use one with an encoder"),
        ("glo", "few.npz", "20 images, but codes of 30"),
        ("vae", "wide.npz", r"shape \(1, 8, 12\); the model was trained on \(1, 8, 8\)"),
    ],
)
def test_what_cannot_be_encoded_is_one_sentence(place, model, images, fault):
    folder, train = place
    train(model)
    with pytest.raises(InputError, match=fault):
        encode(folder, model, images)
    assert not (folder / "codes.npz").exists()


def test_codes_of_another_model_are_one_sentence(place):
    folder, train = place
    weights = train("vae")
    save_arrays(folder / "points.npz", points=np.zeros((5, 7), np.float32))
    fit_points.main(["--model", "data", "--points", str(folder / "points.npz"),
                     "--out-model", str(folder / "fitted.pt")])  # fmt: skip
    words = ["--model", "data", "--fitted", str(folder / "fitted.pt"), "--decoder", weights]
    words += ["--out-samples", str(folder / "samples.npz")]
    with pytest.raises(InputError, match="dimension 7; .* decodes 3"):
        sample_codes.main(words)
    assert not (folder / "samples.npz").exists()


def test_interpolations_are_scored(place):
    folder, train = place
    weights = train("vae")
    interpolate_codes.main(
        ["--decoder", weights, "--images", str(folder / "train.npz"),
         "--pairs", "6", "--points", "3", "--out-images", str(folder / "interpolations.npz")]
    )  # fmt: skip
    assert load_images(folder / "interpolations.npz").shape == (30, 1, 8, 8)
    extract_features.main(
        ["--extractor", "efficientnetlite0", "--images", str(folder / "interpolations.npz"),
         "--set", "size=32", "--out-features", str(folder / "midpoints.npz")]
    )  # fmt: skip
    real = torch.rand((30, 1280), generator=torch.Generator().manual_seed(0)).numpy()
    save_arrays(folder / "real.npz", features=real)
    compute_metric.main(
        ["--metric", "convexity", "--real-features", str(folder / "real.npz"),
         "--midpoints-features", str(folder / "midpoints.npz"),
         "--out-rows", str(folder / "rows.csv")]
    )  # fmt: skip
    rows = load_rows(folder / "rows.csv", "metric", "value", "n_real", "n_fake")
    assert [row["metric"] for row in rows][0] == "convexity"
    assert {row["n_fake"] for row in rows} == {"6"}


def test_attributes_move_labelled_images(place):
    folder, train = place
    words = ["--decoder", train("vae"), "--count", "3"]
    for name in ("train", "test"):
        images = load_images(folder / "train.npz")
        save_arrays(folder / f"{name}_labelled.npz", images=images, labels=np.arange(30) % 3)
        words += [f"--{name}", str(folder / f"{name}_labelled.npz")]
    move_attributes.main([*words, "--out-images", str(folder / "moved.npz")])
    moved = load_images(folder / "moved.npz")
    assert moved.shape == (12, 1, 8, 8)
    np.testing.assert_array_equal(moved[0::4], images[:3])
    with pytest.raises(InputError, match="has no array 'labels'"):
        move_attributes.main([*words, "--train", str(folder / "train.npz"),
                              "--out-images", str(folder / "none.npz")])  # fmt: skip
    assert not (folder / "none.npz").exists()

import numpy as np
import pytest
import torch

import encode_images
from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.seeding import numpy_generator, torch_generator


@pytest.fixture
def model(tmp_path):
    model = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    model.place("cpu").save(tmp_path / "autoencoder.pt")
    return model


@pytest.fixture
def images(tmp_path):
    """More images than one batch of the encoder, the last batch not full."""
    images = numpy_generator(0, "images").integers(0, 256, (1203, 1, 8, 8), dtype=np.uint8)
    save_arrays(tmp_path / "train.npz", images=images, labels=np.arange(1203))
    return images


def encode(folder, *words):
    encode_images.main(
        [
            *("--images", str(folder / "train.npz")),
            *("--model", str(folder / "autoencoder.pt")),
            *("--out-codes", str(folder / "codes.npz"), "--device", "cpu", *words),
        ]
    )
    return np.load(folder / "codes.npz", allow_pickle=False)


def test_every_image_is_encoded_in_order_and_in_eval_mode(tmp_path, model, images):
    codes = encode(tmp_path)["codes"]
    assert (codes.shape, codes.dtype) == ((1203, 3), np.float32)
    model.eval()
    for i in (0, 1, 499, 500, 1000, 1202):
        with torch.no_grad():
            alone = model.encoder(torch.from_numpy(images[i : i + 1]).float() / 255)[0]
        np.testing.assert_allclose(codes[i], alone.numpy(), atol=1e-6)


def test_the_first_images_are_encoded_where_a_count_is_given(tmp_path, model, images):
    every = encode(tmp_path)["codes"]
    some = encode(tmp_path, "--count", "700")
    np.testing.assert_array_equal(some["codes"], every[:700])
    np.testing.assert_allclose(some["mean"], every[:700].astype(float).mean(0))


def test_the_images_are_decoded_in_order_on_request(tmp_path, model, images):
    codes = encode(tmp_path, "--count", "3", "--out-samples", str(tmp_path / "decoded.npz"))[
        "codes"
    ]
    decoded = np.load(tmp_path / "decoded.npz")["images"]
    assert (decoded.shape, decoded.dtype) == ((3, 1, 8, 8), np.uint8)
    np.testing.assert_array_equal(decoded, model.decode(torch.from_numpy(codes)).numpy())


@pytest.mark.parametrize(
    ("count", "words"),
    [("1204", "contains 1203 images, fewer than the 1204"), ("0", "at least 1, not 0")],
)
def test_a_count_that_cannot_be_is_named(tmp_path, model, images, count, words):
    with pytest.raises(InputError, match=words):
        encode(tmp_path, "--count", count)
    assert not (tmp_path / "codes.npz").exists()


def test_the_standardisation_lies_beside_the_codes(tmp_path, model, images):
    archive = encode(tmp_path)
    assert set(archive.files) == {"codes", "mean", "scale"}
    codes = archive["codes"].astype(float)
    assert archive["mean"].shape == (3,) and archive["scale"].shape == ()
    standard = (codes - archive["mean"]) / archive["scale"]
    np.testing.assert_allclose(standard.mean(0), 0, atol=1e-9)
    assert standard.var(0).mean() == pytest.approx(1)


def test_a_repeated_run_writes_the_same_bytes(tmp_path, model, images):
    encode(tmp_path)
    first = (tmp_path / "codes.npz").read_bytes()
    encode(tmp_path)
    assert (tmp_path / "codes.npz").read_bytes() == first


def test_images_of_another_shape_are_refused(tmp_path, model):
    save_arrays(tmp_path / "train.npz", images=np.zeros((2, 1, 12, 12), np.uint8))
    with pytest.raises(InputError, match=r"train\.npz contains images of shape \(1, 12, 12\)"):
        encode(tmp_path)
    assert not (tmp_path / "codes.npz").exists()


def test_a_file_that_is_no_model_is_named(tmp_path, images):
    (tmp_path / "autoencoder.pt").write_text("weights")
    with pytest.raises(InputError, match=r"autoencoder\.pt is not a readable torch file"):
        encode(tmp_path)


def test_a_missing_option_is_named(capsys):
    with pytest.raises(SystemExit, match="2"):
        encode_images.main(["--images", "train.npz"])
    assert "--model, --out-codes" in capsys.readouterr().err

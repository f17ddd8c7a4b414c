"""Pictures inside the page."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from aeot.errors import InputError
from aeot.explorer.parts import Context
from aeot.explorer.pictures import data_uri, read_pairs, samples_part
from aeot.files import load_frame, load_images


def pixels(uri):
    head, _, text = uri.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_keeps_every_pixel(channels):
    image = np.random.default_rng(0).integers(0, 256, (channels, 5, 7), dtype=np.uint8)
    found = pixels(data_uri(image))
    assert np.array_equal(found, image[0] if channels == 1 else image.transpose(1, 2, 0))
    assert data_uri(image) == data_uri(image)


def test_every_sample_stands_beside_the_image_that_the_rows_name(run_files):
    (path,) = run_files["neighbours"]
    pairs = read_pairs(path)
    assert {name: len(own) for name, own in pairs.items()} == {"aeot": 11, "vae": 11}
    rows = load_frame(path).astype({"row": int})
    for name, own in pairs.items():
        for place, pair in enumerate(own):
            row = rows[(rows["block"] == name) & (rows["row"] == place)].sort_values("column")
            for uri, file, index in zip(pair, row["file"], row["index"], strict=True):
                assert np.array_equal(pixels(uri), load_images(file)[index][0])
            assert row["file"].iloc[1].endswith("train/samples.npz")


def test_a_row_of_an_image_that_is_missing_is_refused(run_files, tmp_path):
    (path,) = run_files["neighbours"]
    rows = load_frame(path)
    rows.loc[0, "index"] = 12
    rows.to_csv(tmp_path / "neighbours.csv", index=False)
    with pytest.raises(InputError, match="has no image 12; list the neighbours again"):
        read_pairs(str(tmp_path / "neighbours.csv"))


def test_a_method_of_two_studies_is_shown_once(run_files):
    paths = run_files["neighbours"] * 2
    body = samples_part(paths, Context({}, 1, 0)).body
    assert body.count("<h3>AE-OT</h3>") == body.count("<h3>VAE</h3>") == 1
    assert body.count("<img ") == 2 * 2 * 11

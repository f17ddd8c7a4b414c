import numpy as np
import pytest

import extract_features
from aeot.errors import InputError
from aeot.files import load_arrays, save_arrays


@pytest.fixture
def run(tmp_path):
    """Run the script on six images and return its features."""
    images = np.random.default_rng(0).integers(0, 256, (6, 1, 28, 28), dtype=np.uint8)
    save_arrays(tmp_path / "images.npz", images=images)

    def features(*words):
        extract_features.main(
            [
                *("--extractor", "efficientnetlite0", "--images", str(tmp_path / "images.npz")),
                *("--out-features", str(tmp_path / "features.npz"), "--device", "cpu"),
                *("--set", "size=32", *words),
            ]
        )
        return load_arrays(tmp_path / "features.npz", "features")["features"]

    return features


@pytest.mark.long
def test_writes_float32_features_of_all_images_or_of_the_first(run):
    whole = run()
    assert whole.shape == (6, 1280)
    assert whole.dtype == np.float32
    first = run("batch_size=2", "--count", "3")
    np.testing.assert_allclose(first, whole[:3], atol=1e-5)
    assert (run("--count", "7") == whole).all()  # what there is


def test_a_setting_changes_the_features(run):
    assert not np.allclose(run(), run("size=64"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--count", "0"), "--count must be at least 1, not 0"),
        (("sizes=3",), "sizes is not a known key"),
        (("--extractor", "vgg"), "'vgg' is not a known extractor; known: clip, dinov2"),
        (("--images", "nowhere.npz"), "nowhere.npz does not exist"),
    ],
)
def test_each_fault_is_one_sentence(run, words, message):
    with pytest.raises(InputError, match=message):
        run(*words)

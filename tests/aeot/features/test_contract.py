"""What every extractor keeps, whoever adds it to `EXTRACTORS`."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from aeot.download import download
from aeot.errors import InputError
from aeot.features import EXTRACTORS, weights
from aeot.features.clip import SHA256 as CLIP
from aeot.features.settings import ExtractorSettings
from aeot.registry import resolve


@pytest.fixture(params=sorted(EXTRACTORS))
def make(request):
    """Build the extractor with given settings; some get weights that the tests draw."""
    extractor = resolve(EXTRACTORS, request.param, "extractor")
    fixed = {}
    if request.param in ("clip", "dinov2", "inception"):
        fixed["weights"] = request.getfixturevalue(f"{request.param}_weights")
    return lambda **settings: extractor(**fixed, **settings)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 3, 20, 20), dtype=np.uint8)


def extract(extractor, images):
    import torch

    from aeot.features.extraction import extract

    return extract(extractor, images, torch.device("cpu"))


def test_the_settings_of_every_extractor_need_no_torch():
    code = (
        "import sys\n"
        "from aeot.features import EXTRACTORS\n"
        "from aeot.registry import resolve\n"
        "for name in EXTRACTORS: resolve(EXTRACTORS, name, 'extractor')()\n"
        "assert not {'torch', 'torchvision', 'sklearn', 'pandas'} & set(sys.modules)\n"
    )
    scripts = next(p for p in sys.path if p.endswith("scripts"))
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": scripts})


def test_settings_are_checked(make):
    assert isinstance(make(), ExtractorSettings)
    for words, message in ((["batch_size=0"], "batch_size"), (["batch=5"], "batch is not a known")):
        with pytest.raises(InputError, match=message):
            type(make()).from_items(words)


@pytest.mark.long
def test_features_are_finite_and_depend_on_the_image_alone(make, images):
    features = extract(make(batch_size=2), images)
    assert features.dtype == np.float32
    assert len(features) == 5
    assert np.isfinite(features).all()
    scale = np.abs(features).max()
    assert (np.ptp(features, axis=0) > 1e-3 * scale).any()  # the images differ
    # Neither the batch size nor the neighbours matter, and the order is kept.
    order = np.array([3, 1, 4, 0, 2])
    again = extract(make(batch_size=5), images[order])
    np.testing.assert_allclose(again, features[order], atol=1e-5 * scale)


@pytest.mark.long
def test_a_second_run_gives_the_same_bits(make, images):
    once, again = (extract(make(), images[:2]) for _ in range(2))
    np.testing.assert_array_equal(once, again)


@pytest.mark.long
def test_a_grey_image_is_one_with_three_equal_channels(make, images):
    grey = images[:2, :1]
    np.testing.assert_allclose(
        extract(make(), grey), extract(make(), np.repeat(grey, 3, axis=1)), rtol=1e-5, atol=1e-6
    )


def test_other_channels_are_refused(make, images):
    with pytest.raises(InputError, match="1 or 3 channels to be scored, not 2"):
        extract(make(), images[:, :2])


@pytest.mark.parametrize(
    ("name", "file"),
    [("clip", f"clip-vit-b-32-{CLIP}.pt"), ("dinov2", "dinov2_vitl14_pretrain.pth")],
)
def test_without_network_the_sentence_says_where_the_file_goes(name, file, tmp_path, monkeypatch):
    import torch

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(weights, "download", partial(download, attempts=0))
    with pytest.raises(InputError) as caught:
        resolve(EXTRACTORS, name, "extractor")().network(torch.device("cpu"))
    for words in ("not tried", str(tmp_path / "checkpoints" / file), "'weights'"):
        assert words in str(caught.value)

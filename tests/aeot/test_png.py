import numpy as np
import pytest
from PIL import Image

from aeot import png
from aeot.errors import InputError


@pytest.fixture(params=[1, 3])
def images(request):
    return np.random.default_rng(0).integers(0, 256, (11, request.param, 5, 7), dtype=np.uint8)


def read(path):
    pixels = np.asarray(Image.open(path))
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_holds_every_image_under_its_number(images, there, tmp_path):
    folder = tmp_path / "made" / "drawn"
    if there:
        folder.mkdir(parents=True)
    png.save_folder(folder, images)
    paths = sorted(folder.iterdir())
    assert [path.name for path in paths] == [f"{number:02}.png" for number in range(11)]
    np.testing.assert_array_equal([read(path) for path in paths], images)
    assert [path.name for path in folder.parent.iterdir()] == ["drawn"]


def test_a_link_to_an_empty_folder_is_followed(images, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    png.save_folder(tmp_path / "link", images)
    assert len(list((tmp_path / "real").iterdir())) == 11 and (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("kind", ["file", "full"])
def test_what_is_there_is_never_replaced(kind, images, tmp_path):
    folder = tmp_path / "drawn"
    kept = folder if kind == "file" else folder / "0.png"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine")
    fault = "is a file" if kind == "file" else "is not empty"
    with pytest.raises(InputError, match=f"drawn {fault}; name a new folder"):
        png.save_folder(folder, images)
    assert kept.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_leaves_nothing_behind(images, tmp_path, monkeypatch):
    save = png.save_png

    def failing(path, pixels):
        if path.name == "07.png":
            raise OSError("no space")
        save(path, pixels)

    monkeypatch.setattr(png, "save_png", failing)
    with pytest.raises(OSError, match="no space"):
        png.save_folder(tmp_path / "drawn", images)
    assert not list(tmp_path.iterdir())


def test_rows_lie_below_each_other(images):
    sheet = png.lay_rows(images[:4], images[4:8])
    assert sheet.shape == (10, 28, images.shape[1])
    np.testing.assert_array_equal(sheet[:5, 14:21], images[2].transpose(1, 2, 0))
    np.testing.assert_array_equal(sheet[5:, 7:14], images[5].transpose(1, 2, 0))

import json

import numpy as np
import pytest
import torch
from PIL import Image

import sample_aeot
from aeot.errors import InputError
from aeot.files import load_rows
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap


@pytest.fixture
def files(tmp_path):
    """Paths of an autoencoder, and of a transport to the corners of a square."""
    model = Autoencoder(AutoencoderSettings(width=4, codes=2), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    with torch.no_grad():
        for weight in model.parameters():
            weight *= 20  # pictures that differ
    model.place("cpu").save(tmp_path / "autoencoder.pt")
    codes = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)
    heights = -0.5 * (codes.astype(float) ** 2).sum(1)
    TransportMap(codes, heights, np.full(4, 0.25), "uniform").save(tmp_path / "transport.npz")
    return tmp_path


def draw(folder, *words, out="out"):
    sample_aeot.main(
        [
            *("--autoencoder", str(folder / "autoencoder.pt")),
            *("--transport", str(folder / "transport.npz")),
            *("--out-samples", str(folder / out / "samples.npz")),
            *("--out-report", str(folder / out / "report.json")),
            *("--out-codes", str(folder / out / "codes.npz")),
            *("--out-masses", str(folder / out / "masses.csv")),
            *("--device", "cpu", *words),
        ]
    )
    images = np.load(folder / out / "samples.npz")["images"]
    codes = np.load(folder / out / "codes.npz")["codes"]
    return images, codes, json.loads((folder / out / "report.json").read_text())


def test_images_are_drawn_and_their_codes_kept(files):
    images, codes, report = draw(files, "--seed", "3", "--set", "count=40")
    assert (images.shape, images.dtype) == ((40, 1, 8, 8), np.uint8)
    assert (codes.shape, codes.dtype) == ((40, 2), np.float32)
    model = Autoencoder.load(files / "autoencoder.pt")
    np.testing.assert_array_equal(images, model.decode(torch.from_numpy(codes)).numpy())
    assert report["images"] == 40
    assert report["mass_error_rms"] >= 0
    cells = np.load(files / "out" / "codes.npz")["cells"]
    assert (cells.shape, cells.dtype) == ((40,), np.int64)
    rows = load_rows(files / "out" / "masses.csv", "metric", "value", "n_real", "n_fake")
    found = {row["metric"]: float(row["value"]) for row in rows}
    assert found == {name: report[name] for name in found}
    assert set(found) == {"mass_error_rms", "mass_error_rms_se", "copies_share"}
    assert {(row["n_real"], row["n_fake"]) for row in rows} == {("4", "40")}
    assert report["seconds"] > 0 and report["device"].startswith("cpu")


def test_they_are_written_as_pngs_too_where_that_is_asked_for(files):
    folder = files / "out" / "pngs"
    images, _, _ = draw(files, "--set", "count=12", "--pngs", str(folder))
    assert [path.name for path in sorted(folder.iterdir())] == [f"{n:02}.png" for n in range(12)]
    for number, image in enumerate(images):
        np.testing.assert_array_equal(np.asarray(Image.open(folder / f"{number:02}.png")), image[0])
    with pytest.raises(InputError, match="pngs is not empty; name a new folder"):
        draw(files, "--set", "count=12", "--pngs", str(folder), out="again")
    assert not (files / "again").exists()


def test_ten_thousand_images_are_the_default(files):
    images, codes, _ = draw(files, "--set", "variant=vertex")
    assert len(images) == len(codes) == 10000
    assert np.isin(codes, [0, 1]).all()


def test_a_seed_repeats_the_bytes_and_another_one_differs(files):
    outputs = []
    for seed in ("1", "1", "2"):
        draw(files, "--seed", seed, "--set", "count=30")
        outputs.append([(files / "out" / f"{n}.npz").read_bytes() for n in ("samples", "codes")])
    assert outputs[0] == outputs[1]
    assert outputs[0][0] != outputs[2][0]


def test_codes_and_report_are_written_where_asked_for_only(files):
    sample_aeot.main(
        [
            *("--autoencoder", str(files / "autoencoder.pt")),
            *("--transport", str(files / "transport.npz")),
            *("--out-samples", str(files / "out" / "samples.npz"), "--set", "count=3"),
        ]
    )
    assert [path.name for path in (files / "out").iterdir()] == ["samples.npz"]


def test_a_transport_of_other_codes_is_refused(files):
    codes = np.zeros((2, 5), np.float32)
    TransportMap(codes, np.zeros(2), np.full(2, 0.5), "uniform").save(files / "transport.npz")
    with pytest.raises(InputError, match=r"transport\.npz maps to codes of dimension 5"):
        draw(files)


def test_a_missing_transport_is_named(files):
    (files / "transport.npz").unlink()
    with pytest.raises(InputError, match=r"transport\.npz does not exist"):
        draw(files)


def test_a_wrong_setting_is_named(files):
    with pytest.raises(InputError, match="--set.variant: .*'extended', 'chart' or 'vertex'"):
        draw(files, "--set", "variant=verteks")

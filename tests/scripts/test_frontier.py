"""The commands of the frontier: their files and their sentences."""

import numpy as np
import pytest
import torch

import collect_rows
import encode_images
import fit_points
import score_frontier
import sweep_codes
import write_table
from aeot.errors import InputError
from aeot.files import load_arrays, load_json, load_matrix, load_rows, save_arrays, save_json
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.pointmodels.kde.model import Model as KdeModel
from aeot.pointmodels.kde.settings import Settings as KdeSettings
from aeot.seeding import numpy_generator
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve


@pytest.fixture
def folder(tmp_path):
    """A folder with an autoencoder, training and test images, their codes, and a transport."""
    rng = numpy_generator(0, "images")
    settings = AutoencoderSettings(width=4, codes=3)
    torch.manual_seed(0)
    model = Autoencoder(settings, (1, 8, 8)).eval()
    with torch.no_grad():
        # Untrained, it would draw the same grey for all images.
        model.encoder[-1].weight.mul_(200)
        model.decoder[0].weight.mul_(20)
        model.decoder[-2].weight.mul_(5)
    model.save(tmp_path / "autoencoder.pt")
    for split, count in (("train", 40), ("test", 12)):
        images = rng.integers(0, 256, (count, 1, 8, 8), dtype=np.uint8)
        save_arrays(tmp_path / f"{split}.npz", images=images)
        encode_images.main(
            ["--model", str(tmp_path / "autoencoder.pt"),
             "--images", str(tmp_path / f"{split}.npz"),
             "--out-samples", str(tmp_path / f"{split}_decoded.npz"),
             "--out-codes", str(tmp_path / f"{split}_codes.npz")]
        )  # fmt: skip
    codes = load_matrix(tmp_path / "train_codes.npz", "codes")
    solve(codes, settings=TransportSettings(tolerance=0.3)).transport.save(
        tmp_path / "transport.npz"
    )
    return tmp_path


def sweep(folder, *words):
    outputs = ["--out-codes", str(folder / "swept.npz"), "--out-seconds", str(folder / "s.csv")]
    sweep_codes.main([*words, "--count", "9", *outputs])
    return load_arrays(folder / "swept.npz", "codes")["codes"]


def of_kde(folder):
    return ["--codes", str(folder / "train_codes.npz"), "--model", "kde"]


def test_sweeps_of_the_transport_and_of_a_model_of_points(folder):
    transport = ["--transport", str(folder / "transport.npz")]
    save_json(folder / "report.json", {"seconds": 12.5})
    transport += ["--report", str(folder / "report.json")]
    over = ["--over", "spread", "--values", "0.2", "0.9"]
    assert sweep(folder, *transport, "--set", "variant=chart", *over).shape == (2, 1, 9, 3)
    assert [row["seconds"] for row in load_rows(folder / "s.csv", "seconds")] == ["12.5"] * 2
    plain = sweep(folder, *transport, "--set", "variant=vertex")
    training = load_matrix(folder / "train_codes.npz", "codes")
    assert {tuple(code) for code in plain[0, 0]} <= {tuple(code) for code in training}
    bandwidths = ["--over", "bandwidth", "--values", "0.1", "0.2", "0.4"]
    assert sweep(folder, *of_kde(folder), *bandwidths, "--draws", "2").shape == (3, 2, 9, 3)
    assert not list(folder.glob("*.checkpoint*"))


@pytest.fixture
def fitted(folder):
    """Options of a fitted kernel estimate of the training codes."""
    fit_points.main(
        ["--model", "kde", "--points", str(folder / "train_codes.npz"), "--array", "codes",
         "--trials", "1", "--set", "held_out=10", "--device", "cpu",
         "--out-model", str(folder / "fitted.pt"), "--out-report", str(folder / "fit.json")]
    )  # fmt: skip
    assert not list(folder.glob("*.checkpoint*"))
    return ["--fitted", str(folder / "fitted.pt"), "--model", "kde"]


def test_a_sweep_of_a_fitted_model_is_the_draws_by_hand_and_what_fits_anew_find(folder, fitted):
    over = ["--set", "held_out=10", "--over", "bandwidth", "--values", "0.1", "0.4"]
    drawn = sweep(folder, *fitted, "--report", str(folder / "fit.json"), *over, "--draws", "2")
    (taken,) = {row["seconds"] for row in load_rows(folder / "s.csv", "seconds")}
    assert float(taken) == load_json(folder / "fit.json")["seconds"] > 0
    model = KdeModel.load(folder / "fitted.pt", torch.device("cpu"))
    by_hand = [
        model.sample(KdeSettings(held_out=10, bandwidth=wide, count=18), 0).reshape(2, 9, 3)
        for wide in (0.1, 0.4)
    ]
    assert drawn.tobytes() == np.stack(by_hand).tobytes()
    assert sweep(folder, *of_kde(folder), *over, "--draws", "2").tobytes() == drawn.tobytes()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--model", "smote"], "contains the model kde, not smote"),
        (["--set", "held_out=11"], "fitted with held_out=10, not 11: leave that setting"),
    ],
)
def test_a_fit_of_something_else_is_refused(folder, fitted, words, fault):
    with pytest.raises(InputError, match=fault):
        sweep(folder, *fitted, *words)
    assert not (folder / "swept.npz").exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--over", "bandwidth"], "--over and --values belong together"),
        (["--model", "kde", "--transport", "x.npz"], "--model belongs to --fitted and --codes"),
        (["--fitted", "x.pt", "--over", "spread"], "--model belongs to --fitted and --codes"),
        ([], "one of the arguments --transport --fitted --codes is required"),
    ],
)
def test_words_that_do_not_fit_are_refused(folder, capsys, words, fault):
    given = words if len(words) != 2 else [*of_kde(folder), *words]
    with pytest.raises(SystemExit):
        sweep(folder, *given)
    assert fault in capsys.readouterr().err


def test_a_wrong_value_leaves_nothing(folder):
    with pytest.raises(InputError, match="bandwidth"):
        sweep(folder, *of_kde(folder), "--over", "bandwidth", "--values", "-1")
    assert not (folder / "swept.npz").exists()


@pytest.fixture
def scored(folder, monkeypatch):
    """Score a file of codes with pixels as features."""
    from aeot.features import extraction

    def pixels(extractor, images, device):
        return images.reshape(len(images), -1)[:, ::3] / 255

    monkeypatch.setattr(extraction, "extract", pixels)
    features = {
        "train-features": "train_decoded", "test-features": "test_decoded", "real-features": "test",
    }  # fmt: skip
    words = [f"--autoencoder={folder / 'autoencoder.pt'}", "--extractor", "efficientnetlite0"]
    for option, name in features.items():
        images = load_arrays(folder / f"{name}.npz", "images")["images"]
        save_arrays(folder / f"{option}.npz", features=pixels(None, images, None))
        words += [f"--{option}", str(folder / f"{option}.npz")]
    for split in ("train", "test"):
        words += [f"--{split}-codes", str(folder / f"{split}_codes.npz")]

    def rows_of(codes, curve, *more):
        out = folder / "shapes" / "frontier" / curve / "seed0" / "efficientnetlite0"
        out.mkdir(parents=True, exist_ok=True)
        path = str(out / "frontier.csv")
        score_frontier.main([*words, "--codes", str(folder / codes), *more, "--out-rows", path])
        return path

    return rows_of


def test_from_codes_to_the_table(folder, scored):
    sweep(folder, *of_kde(folder), "--over", "bandwidth", "--values", "0.01", "5")
    paths = [
        scored("swept.npz", "aekde", "--values", "0.01", "5", "--seconds", str(folder / "s.csv")),
        scored("test_codes.npz", "ae", "--count", "12"),
    ]
    near, far = load_rows(paths[0], "value", "novelty_codes", "n_fake", "seconds")
    assert float(near["seconds"]) >= 0
    assert (near["value"], far["value"], near["n_fake"]) == ("0.01", "5", "9")
    assert float(near["novelty_codes"]) < 0.5 < float(far["novelty_codes"])
    (end,) = load_rows(paths[1], "novelty_codes", "novelty_features")
    assert (float(end["novelty_codes"]), float(end["novelty_features"])) == (1, 1)
    collect_rows.main(["--collection", "frontier", "--files", *(f"rows={path}" for path in paths),
                       "--out-rows", str(folder / "frontier.csv")])  # fmt: skip
    assert len(load_rows(folder / "frontier.csv", "curve")) == 3
    outputs = [w for form in ("csv", "md", "tex", "html")
               for w in (f"--out-{form}", str(folder / f"table.{form}"))]  # fmt: skip
    write_table.main(
        ["--table", "frontier", "--files", f"rows={folder / 'frontier.csv'}", *outputs]
    )
    text = (folder / "table.md").read_text()
    assert "AE + KDE" in text and "Best AE-OT over best other" in text


def test_an_empty_table_is_one_sentence(folder):
    (folder / "frontier.csv").write_text(
        "dataset,curve,seed,extractor,place,value,draw,seconds,frechet_distance,novelty_codes,"
        "novelty_features,authenticity,test_recall,n_real,n_fake\n"
    )
    outputs = [w for form in ("csv", "md", "tex")
               for w in (f"--out-{form}", str(folder / f"table.{form}"))]  # fmt: skip
    with pytest.raises(InputError, match="has no rows"):
        write_table.main(
            ["--table", "frontier", "--files", f"rows={folder / 'frontier.csv'}", *outputs]
        )
    assert not (folder / "table.csv").exists()

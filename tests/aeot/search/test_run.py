"""A search: rows that depend on neither kills nor the number of draws; failures are results."""

import pytest
import torch

import aeot.models.training
import aeot.training
from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.features.settings import ExtractorSettings
from aeot.metrics.base import row
from aeot.models.nsgan.model import Model
from aeot.models.nsgan.settings import Settings
from aeot.search.rows import DISTANCE, FAILED
from aeot.search.run import Finished, Search
from aeot.search.scored import Scorer, checkpoint_steps, chosen_metrics
from aeot.search.trials import Trial, draw_trials
from aeot.seeding import torch_generator

BASE = Settings(steps=23, width=2, codes=3, batch_size=4)
KEY = {"data": "grey"}


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    """Blocks of 10 steps instead of 100."""
    for module in (aeot.training, aeot.models.training):
        monkeypatch.setattr(module, "BLOCK", 10)


def score(images, seed, model):
    """The mean of the images in the place of a distance."""
    return [row(DISTANCE, images.mean(), 5, len(images)), row("f8", images.std(), 5, len(images))]


def search(base=BASE, score=score, **given):
    random = torch_generator(0, "images")
    images = torch.randint(0, 256, (12, 1, 8, 8), generator=random, dtype=torch.uint8)
    given = {"count": 6, "checkpoints": 2, "seed": 3} | given
    return Search(Model, base, images, score, **given)


def timeless(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def counted(monkeypatch):
    """Count the trainings that are begun."""
    begun = []

    def train(self, trial, settings, checkpoint):
        begun.append(trial.name)
        return original(self, trial, settings, checkpoint)

    original = Search._train
    monkeypatch.setattr(Search, "_train", train)
    return begun


def test_a_training_is_scored_at_equal_parts():
    assert checkpoint_steps(1000, 4) == [250, 500, 750, 1000]
    assert checkpoint_steps(15_625, 4) == [3906, 7812, 11_718, 15_625]
    assert checkpoint_steps(2, 4) == [1, 2]


def test_every_checkpoint_has_a_row_for_each_score(tmp_path):
    rows = search().run(draw_trials(BASE, "wide", 2), tmp_path / "a.csv", KEY)
    found = [(row["draw"], row["step"], row["metric"]) for row in rows]
    assert found == [(d, s, m) for d in (0, 1) for s in (11, 23) for m in (DISTANCE, "f8")]
    assert {row["diverged"] for row in rows} == {0} and {row["n_fake"] for row in rows} == {6}
    assert rows[0]["hyperparameters"] == (
        "beta1=0.0 critic_norm=true critic_steps=1 learning_rate=5e-05"
    )
    assert len({row["value"] for row in rows}) == len(rows)


@pytest.mark.long
def test_more_draws_train_the_new_ones_alone(tmp_path, monkeypatch):
    begun = counted(monkeypatch)
    few = search().run(draw_trials(BASE, "wide", 1), tmp_path / "a.csv", KEY)
    more = search().run(draw_trials(BASE, "wide", 3), tmp_path / "a.csv", KEY)
    assert begun == ["draw0", "draw1", "draw2"]
    assert more[: len(few)] == few
    assert search().run(draw_trials(BASE, "wide", 1), tmp_path / "a.csv", KEY) == few
    assert len(begun) == 3
    fresh = search().run(draw_trials(BASE, "wide", 3), tmp_path / "b.csv", KEY)
    assert timeless(fresh) == timeless(more)


@pytest.mark.parametrize(
    ("change", "key"),
    [({"base": Settings(**BASE.model_dump() | {"steps": 24})}, KEY), ({"count": 7}, KEY),
     ({"checkpoints": 3}, KEY), ({"seed": 4}, KEY), ({}, {"data": "blue"})],
)  # fmt: skip
def test_whatever_makes_the_rows_makes_them_again(tmp_path, monkeypatch, change, key):
    begun = counted(monkeypatch)
    trials = [Trial("draw0", 0, 0, {"learning_rate": 0.1})]
    first = search().run(trials, tmp_path / "a.csv", KEY)
    second = search(**change).run(trials, tmp_path / "a.csv", key)
    assert begun == ["draw0"] * 2
    assert (timeless(first) == timeless(second)) == (key != KEY)


class Killed(Exception):
    """In the place of a signal."""


@pytest.mark.long
@pytest.mark.parametrize("block", [1, 2, 4, 5])
def test_a_search_that_was_killed_in_a_draw_ends_in_the_same_rows(tmp_path, monkeypatch, block):
    """A training of 23 steps has blocks that end at 10, 11, 20 and 23 steps."""
    trials = draw_trials(BASE, "wide", 2)
    whole = search().run(trials, tmp_path / "whole.csv", KEY)
    blocks = []

    def due(self):
        blocks.append(self)
        return True

    def save(self, state):
        written(self, state)
        if len(blocks) == block:
            raise Killed

    written = Checkpoint.save
    monkeypatch.setattr(Checkpoint, "due", due)
    monkeypatch.setattr(Checkpoint, "save", save)
    with pytest.raises(Killed):
        search().run(trials, tmp_path / "a.csv", KEY)
    monkeypatch.setattr(Checkpoint, "save", written)
    assert timeless(search().run(trials, tmp_path / "a.csv", KEY)) == timeless(whole)
    assert len(blocks) == 8  # no block is trained twice
    assert not list(tmp_path.glob("*.checkpoint*"))


def test_a_damaged_file_of_finished_trials_costs_a_training_and_no_more(tmp_path, monkeypatch):
    begun = counted(monkeypatch)
    trials = draw_trials(BASE, "wide", 1)
    first = search().run(trials, tmp_path / "a.csv", KEY)
    Finished(tmp_path / "a.csv").path.write_text("{")
    assert timeless(search().run(trials, tmp_path / "a.csv", KEY)) == timeless(first)
    assert begun == ["draw0"] * 2


def test_a_training_that_diverges_is_a_row_and_the_next_draw_follows(tmp_path):
    wild = Trial("draw1", 1, 0, {"learning_rate": 1e38})
    tame = Trial("draw2", 2, 0, {"learning_rate": 1e-4})
    rows = search().run([wild, tame], tmp_path / "a.csv", KEY)
    failed = [row for row in rows if row["diverged"]]
    assert [(row["draw"], row["metric"], row["value"]) for row in failed] == [(1, DISTANCE, FAILED)]
    assert 0 < failed[0]["step"] <= 23
    assert [row["step"] for row in rows if row["draw"] == 2] == [11, 11, 23, 23]
    assert search().run([wild, tame], tmp_path / "a.csv", KEY) == rows


def test_an_image_that_is_not_finite_is_a_failure_and_earlier_scores_stay(tmp_path, monkeypatch):
    calls = []

    def draw(self, net, codes):
        calls.append(net)
        if len(calls) == 2:  # every weight is finite; what the network makes of codes is not
            return original(self, net, codes * float("inf"))
        return original(self, net, codes)

    original = Model.draw_images
    monkeypatch.setattr(Model, "draw_images", draw)
    rows = search().run([Trial("draw0", 0, 0, {})], tmp_path / "a.csv", KEY)
    assert [(row["step"], row["diverged"]) for row in rows] == [(11, 0), (11, 0), (23, 1)]


def test_the_metrics_of_a_search_start_with_the_distance():
    metrics = chosen_metrics(['prd={"runs": 3}'])
    assert list(metrics) == ["fid", "prd"] and metrics["prd"].runs == 3
    with pytest.raises(InputError, match="copying needs train, which a search does not compute"):
        chosen_metrics(["copying={}"])
    with pytest.raises(InputError, match="--metrics prd.runs: input should be"):
        chosen_metrics(['prd={"runs": 0}'])


class _Flat(ExtractorSettings):
    """The pixels."""

    def network(self, device):
        """Flatten the images."""
        return lambda images: images.float().mean(1).flatten(1)


def test_a_scorer_scores_as_the_metrics_do():
    random = torch_generator(1, "images")
    images = torch.randint(0, 256, (40, 1, 4, 4), generator=random, dtype=torch.uint8).numpy()
    real = images[::-1][:30].reshape(30, 16).astype("float32")
    metrics = chosen_metrics(['prd={"runs": 2, "clusters": 4}'])
    scorer = Scorer(_Flat(batch_size=7), metrics, {"real": real}, torch.device("cpu"))
    found = {row["metric"]: row["value"] for row in scorer(images, 5)}
    sets = {"real": real, "fake": images.reshape(40, 16).astype("float32")}
    for metric in metrics.values():
        for own in metric.score(sets, 5, torch.device("cpu")).rows:
            assert found[own["metric"]] == pytest.approx(own["value"])
    assert {DISTANCE, "f8", "f1_8"} <= set(found)
    assert scorer.key()["metrics"]["prd"]["runs"] == 2

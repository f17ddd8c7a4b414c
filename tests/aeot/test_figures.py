"""One look: colours that tell models apart, and pictures that are the same bytes every time."""

import matplotlib
import pytest

from aeot.figures import MODEL_LINES, label_log_axis, model_lines, new_figure, save
from aeot.labels import MODELS


def draw(path, **settings):
    with matplotlib.rc_context(settings):
        figure = new_figure(2, 1.5, 100, "constrained")
        axes = figure.add_subplot()
        axes.plot([1, 2, 3], [1, 4, 9], label="a curve")
        axes.set(xlabel="x", title="squares")
        axes.legend()
        save(figure, path)
    return path.read_bytes()


@pytest.mark.long
def test_two_drawings_are_the_same_bytes(tmp_path):
    first, second = draw(tmp_path / "a.png"), draw(tmp_path / "b.png")
    assert first == second
    assert first.startswith(b"\x89PNG")
    for word in (b"Software", b"matplotlib", b"tIME", b"Creation"):
        assert word not in first


def test_the_users_own_matplotlib_settings_change_nothing(tmp_path):
    plain = draw(tmp_path / "a.png")
    assert draw(tmp_path / "b.png", **{"font.size": 20, "axes.facecolor": "red"}) == plain


def test_a_failed_drawing_leaves_the_old_picture(tmp_path):
    class Broken:
        dpi = 100

        def savefig(self, path, **_):
            path.write_bytes(b"half")
            raise RuntimeError

    old = draw(tmp_path / "a.png")
    with pytest.raises(RuntimeError):
        save(Broken(), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_models_line_does_not_depend_on_the_company():
    alone, all_of_them = model_lines(["aeot"]), model_lines(MODELS)
    assert alone["aeot"] == all_of_them["aeot"]
    assert model_lines(["aeot", "ae"]) == model_lines(["ae", "aeot", "ae"])


def test_lines_differ_in_colour_or_dash_and_the_main_ones_in_both_lightness_and_hue():
    lines = model_lines(list(MODEL_LINES) + [f"other{n}" for n in range(12)])
    assert len({tuple(line.values()) for line in lines.values()}) == len(lines)
    assert len({colour for colour, _ in MODEL_LINES.values()}) == len(MODEL_LINES)


def test_a_log_axis_has_plain_numbers_at_one_two_and_five():
    axes = new_figure(3, 2, 100, None).add_subplot()
    axes.set(yscale="log", ylim=(0.009, 0.21))
    label_log_axis(axes.yaxis, scale=100, unit=" %")
    labels = axes.yaxis.get_major_formatter().format_ticks(axes.yaxis.get_majorticklocs())
    assert {"1 %", "2 %", "5 %", "10 %", "20 %"} <= set(labels)
    assert set(axes.yaxis.get_minor_formatter().format_ticks([0.03])) == {""}

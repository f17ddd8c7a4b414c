"""What every collection of rows refuses."""

import pytest

import collect_rows
from aeot.charts import FIGURES
from aeot.curves import COLLECTIONS
from aeot.curves.base import Collection
from aeot.errors import InputError
from aeot.registry import resolve

KNOWN = {**FIGURES, **COLLECTIONS}
KINDS = {name: resolve(KNOWN, name, "collection") for name in KNOWN}
WHERE = ["dataset=mnist", "source=mnist", "extractor=inception", "mixture=grid"]
SETTINGS = {**dict.fromkeys(("samples", "scatter", "field", "neighbours"), ['names=["real"]']),
            **dict.fromkeys(("moments", "interpolations", "attributes"),
                            ['names=["vae"]', "group=4"])}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].gathers()])
def test_other_files_than_it_takes_are_named(name, tmp_path):
    kind = KINDS[name]
    assert issubclass(kind, Collection) and kind.__doc__ and kind.COLUMNS
    words = ["--collection", name, "--out-rows", str(tmp_path / "rows.csv"),
             "--where", *WHERE, "--set", *SETTINGS.get(name, [])]  # fmt: skip
    with pytest.raises(InputError, match=f"--files takes {', '.join(kind.FILES)}, not pies"):
        collect_rows.main([*words, "--files", "pies=a.csv", "pies=b.csv"])
    files = [f"{file}={tmp_path / 'absent.csv'}" for file in kind.FILES]
    with pytest.raises(InputError, match="absent.csv"):
        collect_rows.main([*words, "--files", *files])
    assert not (tmp_path / "rows.csv").exists()


@pytest.mark.parametrize("name", [name for name in KINDS if not KINDS[name].gathers()])
def test_a_figure_that_makes_no_rows_says_so(name, tmp_path):
    words = ["--collection", name, "--out-rows", str(tmp_path / "rows.csv")]
    with pytest.raises(InputError, match=f"{name} collects no rows"):
        collect_rows.main([*words, "--files", "pies=a.csv"])


def test_whose_rows_they_are_must_be_said(tmp_path):
    words = ["--collection", "fscores", "--out-rows", str(tmp_path / "rows.csv")]
    (tmp_path / "scores.csv").write_text("dataset,source,model,seed,extractor,metric,value\n")
    with pytest.raises(InputError, match="--where lacks extractor=VALUE"):
        collect_rows.main([*words, "--files", f"scores={tmp_path / 'scores.csv'}"])


def test_an_unknown_collection_or_a_word_without_a_name_is_one_sentence(tmp_path):
    words = ["--out-rows", str(tmp_path / "rows.csv")]
    with pytest.raises(InputError, match="'pies' is not a known collection; known: .*training"):
        collect_rows.main(["--collection", "pies", "--files", "a=b", *words])
    with pytest.raises(InputError, match="--files takes NAME=VALUE words, not 'b.csv'"):
        collect_rows.main(["--collection", "progress", "--files", "b.csv", *words])

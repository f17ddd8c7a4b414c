"""What every collection of rows refuses."""

import pytest

import collect_rows
from aeot.curves import COLLECTIONS
from aeot.curves.base import Collection
from aeot.errors import InputError
from aeot.registry import resolve

SETTINGS = {"training": ["source=mnist"], "fscores": ["extractor=inception"],
            "scatter": ["mixture=grid", 'names=["real"]'],
            "samples": ['names=["real"]'],
            "field": ['names=["real"]', "dataset=mnist", "extractor=inception"],
            **dict.fromkeys(("moments", "walks", "attributes"),
                            ['names=["vae"]', "looks=4"])}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COLLECTIONS))
def test_other_files_than_it_takes_are_named(name, tmp_path):
    kind = resolve(COLLECTIONS, name, "collection")
    assert issubclass(kind, Collection) and kind.__doc__ and kind.COLUMNS
    words = ["--collection", name, "--out-rows", str(tmp_path / "rows.csv"),
             "--set", *SETTINGS.get(name, [])]  # fmt: skip
    with pytest.raises(InputError, match=f"takes the files {', '.join(kind.FILES)}, not pies"):
        collect_rows.main([*words, "--files", "pies=a.csv", "pies=b.csv"])
    files = [f"{file}={tmp_path / 'absent.csv'}" for file in kind.FILES]
    with pytest.raises(InputError, match="absent.csv"):
        collect_rows.main([*words, "--files", *files])
    assert not (tmp_path / "rows.csv").exists()


def test_an_unknown_collection_or_a_word_without_a_name_is_one_sentence(tmp_path):
    words = ["--out-rows", str(tmp_path / "rows.csv")]
    with pytest.raises(InputError, match="'pies' is not a known collection; known: .*training"):
        collect_rows.main(["--collection", "pies", "--files", "a=b", *words])
    with pytest.raises(InputError, match="--files takes NAME=VALUE words, not 'b.csv'"):
        collect_rows.main(["--collection", "progress", "--files", "b.csv", *words])

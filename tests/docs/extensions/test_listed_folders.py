"""A list of pages leaves out the folders that are not there, and nothing else."""

from types import SimpleNamespace

from listed_folders import _without_absent

LIST = "```{toctree}\n:glob:\n\na/page\nthere/**\nabsent/**\n```\nsee **absent**"


def test_patterns_of_absent_folders_are_left_out(tmp_path):
    (tmp_path / "there").mkdir()
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda page: tmp_path / f"{page}.md"))
    source = [LIST]
    _without_absent(app, "index", source)
    assert source == [LIST.replace("absent/**\n", "")]

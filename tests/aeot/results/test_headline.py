"""The headline between the marks of a page: filled, and nothing else of the page is touched."""

import pytest

from aeot.errors import InputError
from aeot.results.headline import BEGIN, END


def test_what_stands_between_the_marks_is_rendered(folder):
    text = "| AE-OT {value page=study table=scores row=aeot column=f8 digits=1} |\n"
    (folder.measured / "headline.md").write_text(text)
    found = folder.texts()["front.md"]
    assert found == f"Before.\n{BEGIN}\n| AE-OT 1.0 |\n{END}\nAfter.\n"
    folder.front.write_text(found)
    assert folder.texts()["front.md"] == found


@pytest.mark.parametrize(
    "page", ["", f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n" * 2], ids=repr
)
def test_a_page_without_its_marks_is_one_sentence(folder, page):
    folder.front.write_text(page)
    with pytest.raises(InputError, match="must have the line"):
        folder.texts()


def test_a_placeholder_that_names_no_value_is_one_sentence(folder):
    (folder.measured / "headline.md").write_text("{value table=scores row=aeot column=f8}")
    with pytest.raises(InputError, match=r"headline.md: .*no page ''"):
        folder.texts()

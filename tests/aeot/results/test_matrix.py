"""The front page lists the pages and every entry with its state; its links lead somewhere."""

import pytest

from aeot.errors import InputError


def test_the_front_page_lists_pages_states_and_entries(folder):
    text = folder.texts()["README.md"]
    assert "- [A page](study.md): What it is." in text
    assert "- **full budget** (1 of 2 entries): whole" in text
    assert "| Table 1 | scores | full budget | as published | [page](study.md) |" in text
    assert "| Table 2 | others | not run | it needs a GPU |  |" in text


def test_an_entry_may_quote_a_value(folder):
    words = "{value page=study table=scores row=aeot column=f8 digits=2}"
    folder.edit("matrix.yaml", "why: as published", f'why: "F8 is {words}"')
    assert "| F8 is 0.99 |" in folder.texts()["README.md"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("page: study.md", "page: other.md", r"Table 1 links to other\.md, which is not there"),
        ("state: none", "state: some", "state: input should be 'full'"),
        ("pages: [study]", "pages: []", "pages must name each of study once"),
        ("pages: [study]", "pages: [study, study]", "pages must name each of study once"),
        ("why: it needs a GPU", "why: '{value}'", "Table 2: {value} is not a placeholder"),
    ],
)
def test_a_wrong_matrix_is_one_sentence(folder, before, after, message):
    folder.edit("matrix.yaml", before, after)
    with pytest.raises(InputError, match=message) as error:
        folder.texts()
    assert "matrix.yaml" in str(error.value)

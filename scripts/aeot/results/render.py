"""The texts of all pages of results, by their files."""

from pathlib import Path

from aeot.errors import InputError
from aeot.results.headline import with_headline
from aeot.results.matrix import front_page
from aeot.results.page import Page
from aeot.results.spec import PAGE
from aeot.tables.published import PublishedNumbers


def render(measured: Path, published: Path, matrix: Path, readme: Path) -> dict[Path, str]:
    """Write every page, the front page `README.md`, and the headline of another page.

    Args:
        measured: folder of the rows; each of its folders with a `page.yaml` is a page.
        published: the published numbers, .csv.
        matrix: `matrix.yaml`; the pages are beside it.
        readme: page with a headline that `headline.md` among the rows describes.

    Raises:
        InputError: a file is missing or wrong, or a placeholder names no value.
    """
    numbers = PublishedNumbers.load(published)
    names = sorted(path.parent.name for path in measured.glob(f"*/{PAGE}"))
    if not names:
        raise InputError(f"{measured} has no folder with a {PAGE}; name the folder of the rows.")
    pages = {name: Page(measured / name, matrix.parent, numbers) for name in names}
    folder = matrix.parent
    texts = {folder / f"{name}.md": page.markdown(pages) for name, page in pages.items()}
    texts[folder / "README.md"] = front_page(matrix, pages)
    return texts | {readme: with_headline(readme, measured / "headline.md", pages)}

"""Formulas as MathML, which browsers draw themselves: no script and no font from elsewhere."""

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


_FENCE = re.compile(r"<mo>([(){}\[\]|])</mo>")  # brackets as written; \left and \right say more


def _mathml(formula: str, block: bool) -> str:
    """Return a formula whose brackets keep the size of its letters, as TeX's do."""
    fence = r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>'
    return _FENCE.sub(fence, tex2mathml(formula, as_block=block))


def _inline(translator: "HTML5Translator", node: nodes.math) -> None:
    translator.body.append(_mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(translator: "HTML5Translator", node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{_mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register the renderer; a formula that cannot be read is an error of the build."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}

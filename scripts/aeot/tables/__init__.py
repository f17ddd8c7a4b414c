"""Tables: arithmetic to tidy rows, then the same rows as Markdown, LaTeX and HTML."""

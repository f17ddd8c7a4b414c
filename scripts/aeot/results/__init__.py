"""Pages of results, rendered from the committed rows in `docs/measured`."""

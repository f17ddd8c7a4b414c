"""Models: one folder each."""

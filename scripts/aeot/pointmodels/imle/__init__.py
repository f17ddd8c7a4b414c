"""Implicit maximum likelihood: a net with an output close to every training point."""

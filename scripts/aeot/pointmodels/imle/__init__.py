"""Implicit maximum likelihood: a net whose outputs leave no training point alone."""

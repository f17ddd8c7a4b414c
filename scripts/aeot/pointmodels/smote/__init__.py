"""Mixtures of a training point and one of its neighbours: two cells without the transport."""

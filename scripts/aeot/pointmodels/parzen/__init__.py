"""Manifold Parzen windows: the charts without the transport."""

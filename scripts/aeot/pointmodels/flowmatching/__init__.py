"""Flow matching: a velocity field from a Gaussian to the data along straight lines."""

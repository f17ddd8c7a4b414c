"""A Gaussian mixture, fitted by expectation maximisation."""

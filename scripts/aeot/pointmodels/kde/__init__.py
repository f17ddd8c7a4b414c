"""A kernel density estimate with a Gaussian kernel."""

"""The interactive page `results/explore.html`: the tables, pictures and plots of a run.

It is one file without references to others: it contains pictures, data and the plotting library.
"""

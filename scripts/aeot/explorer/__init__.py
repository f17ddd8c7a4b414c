"""The page `results/explore.html`: the tables, pictures and plots of a run, to touch.

It is one file without references to others: pictures, data and the plotting library are inside.
"""

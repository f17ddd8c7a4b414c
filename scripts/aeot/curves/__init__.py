"""The data of each figure: all arithmetic is done here and written as tidy CSV."""

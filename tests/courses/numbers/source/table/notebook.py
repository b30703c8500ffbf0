# %% [markdown] lang="zh"
# # 表格

# %% [markdown] lang="en"
# # A table

# %% setup=true
import csv
from pathlib import Path

import numpy as np

from autograder import open_chapter

check = open_chapter("table")


# %% task="read"
def read_table(path, columns):
    """Return the named columns of a csv file with a header, float64 [rows, columns]; an empty cell is NaN."""
    ### BEGIN SOLUTION
    with Path(path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[name] or "nan") for name in columns] for row in rows])
    ### END SOLUTION


# %% check="read"
check("read")


# %% task="scale"
def standardize(x):
    """Return x float [N, D] with mean 0 and standard deviation 1 in each column; a constant column becomes 0."""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=0)
    spread = centred.std(axis=0)
    spread[spread == 0] = 1
    return centred / spread
    ### END SOLUTION


# %% check="scale"
check("scale")

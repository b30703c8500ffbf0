# %% [markdown] lang="zh"
# # 直线
#
# 斜率 `LINE_SLOPE` 每人不同。
#
# {{constants:paper}}

# %% [markdown] lang="en"
# # A line
#
# The slope `LINE_SLOPE` is your own.
#
# {{constants:paper}}

# %% setup=true
import numpy as np

from autograder import open_chapter, own_constants, own_id

check = open_chapter("line")

# %%
own_id("")
own_constants("line")


# %% task="line"
def line(x):
    """x: float, any shape; LINE_SLOPE times as much"""
    ### BEGIN SOLUTION
    return LINE_SLOPE * x
    ### END SOLUTION


# %% check="line"
check("line")


# %% task="ends"
def inside(x):
    """whether LINE_ENDS hold x between them"""
    ### BEGIN SOLUTION
    low, high = LINE_ENDS
    x = np.asarray(x)
    return (x >= low) & (x <= high)
    ### END SOLUTION


# %% check="ends"
check("ends")


# %% task="twice"
def twice(x):
    """x: float, any shape"""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="twice"
check("twice")

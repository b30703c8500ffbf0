# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% setup=true
import numpy as np

from autograder import open_chapter

check = open_chapter("exponent")


# %% task="softmax"
def softmax(x):
    """float [N, K] -> rows sum to 1"""
    ### BEGIN SOLUTION
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
check("softmax")

# %% [markdown]
# # Strings

# %% setup=true
from autograder import open_chapter

check = open_chapter("strings")


# %% task="count"
def count_words(text):
    """Return how often each word stands in a text, as a dict, and print the number of words."""
    ### BEGIN SOLUTION
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    print(f"{len(text.split())} words")
    return counts
    ### END SOLUTION


# %% check="count"
check("count")


# %% task="mean"
def mean_length(words):
    """Return the mean length of some words, a float."""
    ### BEGIN SOLUTION
    return sum(len(word) for word in words) / len(words)
    ### END SOLUTION


# %% check="mean"
check("mean")

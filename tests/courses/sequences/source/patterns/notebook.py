# %% [markdown]
# # Patterns in words

# %% setup=true
import paddle.nn.functional as F
from paddle import nn

from autograder import open_chapter, open_data

check = open_chapter("patterns")
letters = open_data("letters")

# %% [markdown]
# A word is twelve letters, whole numbers from 0 to 7. Its label is 1 where a 3 is followed by a 5 at once.
#
# `Reader(num_classes=2)` takes words int64 [N, T], where a word may have another length, and returns logits [N, num_classes]: an embedding of 8 letters in 6
# numbers, a convolution over the places of a word (8 channels, 3 places, padding 1), ReLU, the maximum over the places, and a linear layer.


# %% task="network"
class Reader(nn.Layer):
    """Reads words int64 [N, T]; returns logits [N, num_classes]."""

    def __init__(self, num_classes=2):
        super().__init__()
        ### BEGIN SOLUTION
        self.embedding = nn.Embedding(8, 6)
        self.convolution = nn.Conv1D(6, 8, 3, padding=1)
        self.fc = nn.Linear(8, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        x = self.embedding(x)  # [N, T, 6]
        x = F.relu(self.convolution(x.transpose([0, 2, 1])))  # [N, 8, T]
        return self.fc(x.max(axis=2))  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown]
# Train the network as in the other chapters, and hand in its weights as `patterns.safetensors`. At least 0.9 of the test words must be told right.

# %% check="training"
check("training")

"""Words of twelve letters out of eight; label 1 where a 3 is followed by a 5 at once."""

import numpy as np

from autograder.data import DataSet
from autograder.data.generated import written_once

WORDS = {"training": 1200, "test": 400}
LENGTH, LETTERS = 12, 8
FIRST, SECOND = 3, 5


class Letters(DataSet):
    """Samples are int64 [12]; there is no real set, so the class makes one."""

    splits = ("training", "test")

    def load(self, split):
        """Return words int64 [N, 12] and labels int64 [N]."""
        table = np.loadtxt(self.folder / f"{split}.csv", delimiter=",", dtype=np.int64)
        return table[:, :-1], table[:, -1]

    def prepare(self, chosen):
        """Return words as a network is fed: int64."""
        return np.asarray(chosen, np.int64)

    def generate(self):
        """Draw the words; half of them hold the pattern."""

        def write(target):
            for stream, (split, count) in enumerate(WORDS.items()):
                generator = np.random.default_rng(stream)
                words = generator.integers(0, LETTERS, (count, LENGTH))
                at = generator.integers(0, LENGTH - 1, count)
                half = np.arange(count) % 2 == 0
                words[half, at[half]], words[half, at[half] + 1] = FIRST, SECOND
                found = ((words[:, :-1] == FIRST) & (words[:, 1:] == SECOND)).any(axis=1)
                np.savetxt(target / f"{split}.csv", np.c_[words, found], delimiter=",", fmt="%d")

        written_once(self.folder, {"version": 1, **WORDS}, write)

"""The student's half: checks in their notebook, their id, seed and earlier answers, hints, what came back, their machine."""

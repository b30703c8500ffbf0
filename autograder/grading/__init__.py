"""From a submission to points: one, a class, the gradebook."""

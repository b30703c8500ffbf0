"""From `source/` to assignments and solutions, and the proof that both hold."""

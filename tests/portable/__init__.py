"""Tests of what the kit carries for older Pythons and other systems."""

"""`python -m autograder.demo` makes the sample class."""

from autograder.demo.command import main

main()

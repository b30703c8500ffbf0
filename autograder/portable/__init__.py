"""What makes the student's half run anywhere: on Python 3.9, without pydantic, on a console that lacks characters."""

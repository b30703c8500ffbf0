"""`python -m autograder.demo` makes the sample class."""

import sys

from autograder.demo.command import main
from autograder.errors import AutograderError
from autograder.portable.console import shown_language

try:
    main()
except AutograderError as error:
    sys.exit(f"autograder: {error.said.to(shown_language('en'))}")

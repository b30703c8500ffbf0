"""Take in what students hand in: read it safely, repair notebooks, slice out the code that is graded."""

from autograder.submission.cells import parse_notebook
from autograder.submission.intake import RawSubmission, read_submission, take
from autograder.submission.rejection import Rejected
from autograder.submission.repair import Repaired, repair
from autograder.submission.slicing import Slice, pieces_of_notebook, pieces_of_script, slice_names
from autograder.submission.statements import Source, Statement, SyntaxProblem

__all__ = [
    "RawSubmission",
    "Rejected",
    "Repaired",
    "Slice",
    "Source",
    "Statement",
    "SyntaxProblem",
    "parse_notebook",
    "pieces_of_notebook",
    "pieces_of_script",
    "read_submission",
    "repair",
    "slice_names",
    "take",
]

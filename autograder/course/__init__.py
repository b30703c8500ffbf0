"""`course.yml` and `source/<chapter>/chapter.yml` as typed, frozen models."""

from __future__ import annotations

from autograder.course.chapter import Accuracy, Chapter, CheckEntry, Task, Training
from autograder.course.errors import CourseError, Problem
from autograder.course.loading import check_course, find_course, load_chapter, load_course
from autograder.course.models import ChapterDates, CheckinWeek, Course, Limits
from autograder.course.policies import (
    AtRiskPolicy,
    BoardPolicy,
    CertificatePolicy,
    CheckinProof,
    EvidencePolicy,
    LatePolicy,
    LeavePolicy,
    MakeupPolicy,
)

__all__ = [
    "Accuracy",
    "AtRiskPolicy",
    "BoardPolicy",
    "CertificatePolicy",
    "Chapter",
    "ChapterDates",
    "CheckEntry",
    "CheckinProof",
    "CheckinWeek",
    "Course",
    "CourseError",
    "EvidencePolicy",
    "LatePolicy",
    "LeavePolicy",
    "Limits",
    "MakeupPolicy",
    "Problem",
    "Task",
    "Training",
    "check_course",
    "find_course",
    "load_chapter",
    "load_course",
]

"""`course.yml` and `source/<chapter>/chapter.yml` as typed, frozen models."""

from __future__ import annotations

from autograder.course.chapter import Accuracy, Chapter, CheckEntry, Task, Training
from autograder.course.errors import CourseError, Problem
from autograder.course.loading import check_course, find_course, load_chapter, load_course
from autograder.course.models import ChapterDates, CheckinWeek, Course, LatePolicy, Limits

__all__ = [
    "Accuracy",
    "Chapter",
    "ChapterDates",
    "CheckEntry",
    "CheckinWeek",
    "Course",
    "CourseError",
    "LatePolicy",
    "Limits",
    "Problem",
    "Task",
    "Training",
    "check_course",
    "find_course",
    "load_chapter",
    "load_course",
]

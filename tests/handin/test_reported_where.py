"""Which test holds what others reported about their graders, each with its right value.

A report is named as `project#number`. Not here: Artemis#10152 and #1781, which are about telling copies apart.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
HELD = {
    "nbgrader#1941": (
        "submission/test_repair.py::test_any_notebook_becomes_valid_with_every_released_cell_in_order",
        "submission/test_repair.py::test_an_answer_turned_into_markdown_is_code_again",
        "grading/test_coordinator.py::test_a_fault_of_ours_is_told_and_tried_again_with_the_next_command",
    ),
    "nbgrader#1083": ("submission/test_repair.py::test_the_first_copy_of_an_answer_counts",),
    "nbgrader#1682": (
        "submission/test_repair.py::test_a_deleted_cell_comes_back",
        "grading/test_gradebook.py::test_points_stand_in_the_tasks_grade_cell_and_twice_is_once",
    ),
    "nbgrader#1302": ("handin/test_reports.py::test_a_notebook_under_any_name_and_in_swapped_folders_is_found",),
    "nbgrader#1219": ("handin/test_reports.py::test_a_notebook_under_any_name_and_in_swapped_folders_is_found",),
    "nbgrader#917": ("authoring/test_notebooks.py::test_hidden_tests_do_not_reach_the_students",),
    "nbgrader#1363": ("grading/test_told.py::test_a_hidden_check_shows_nothing_that_the_answer_chose",),
    "nbgrader#1171": ("handin/test_reports.py::test_an_identical_file_after_the_deadline_is_not_late",),
    "nbgrader#724": ("handin/test_reports.py::test_several_attempts_in_one_zip_are_all_kept_in_their_order",),
    "nbgrader#796": ("handin/test_reports.py::test_several_attempts_in_one_zip_are_all_kept_in_their_order",),
    "nbgrader#511": ("handin/test_reports.py::test_several_attempts_in_one_zip_are_all_kept_in_their_order",),
    "nbgrader#583": ("grading/test_marking.py::test_another_answer_has_another_mark_and_the_old_one_is_a_suggestion",),
    "nbgrader#1077": ("handin/test_reports.py::test_a_notebook_under_any_name_and_in_swapped_folders_is_found",),
    "nbgrader#162": ("handin/test_reports.py::test_who_handed_in_nothing_is_listed",),
    "nbgrader#660": ("handin/test_reports.py::test_a_later_deadline_gives_the_penalty_back",),
    "nbgrader#1932": ("handin/test_reports.py::test_a_moment_without_a_zone_is_the_course_s",),
    "nbgrader#1042": ("handin/test_reports.py::test_names_are_read_and_told_in_the_c_locale",),
    "nbgrader#1854": ("store/test_opening.py::test_an_emptied_database_is_refused_with_the_way_back",),
    "nbgrader#874": ("handin/test_reports.py::test_a_huge_file_costs_the_others_nothing",),
    "otter-grader#442": ("handin/test_reports.py::test_an_answer_to_another_assignment_is_no_attempt",),
    "otter-grader#838": ("course_content/test_public_checks.py::test_the_notebook_announces_what_stays_hidden",),
    "otter-grader#813": (
        "grading/test_coordinator.py::test_a_fault_of_ours_is_told_and_tried_again_with_the_next_command",
    ),
    "Submitty#7194": ("handin/test_reports.py::test_an_older_good_attempt_counts_where_the_newest_is_too_late",),
    "Submitty#10973": (
        "grading/test_formgrader.py::test_two_tas_at_once_with_fast_navigation_and_a_regrade_lose_nothing_that_was_sent",
    ),
    "Submitty#12854": (
        "grading/test_formgrader.py::test_two_tas_at_once_with_fast_navigation_and_a_regrade_lose_nothing_that_was_sent",
    ),
    "Submitty#3316": ("checkin/test_late.py::test_each_day_begun_after_the_grace_costs_up_to_the_cap",),
    "Autolab#932": ("checkin/test_weeks.py::test_a_day_is_not_counted_twice_when_clocks_go_back",),
    "Autolab#1741": ("handin/test_reports.py::test_a_decision_for_many_shows_who_gains_and_who_loses_before_it_holds",),
    "Autolab#2158": ("handin/test_excusing.py::test_a_list_and_the_whole_class_are_excused",),
    "Autolab#519": ("cli/test_appealing.py::test_an_appeal_travels_is_answered_and_both_are_kept",),
    "Autolab#362": ("handin/test_reports.py::test_a_regrade_that_fails_leaves_the_points",),
    "eecs-autograder#34": ("checkin/test_late.py::test_too_many_in_a_day_and_too_soon_do_not_count",),
    "grader-service#238": ("handin/test_reports.py::test_a_later_deadline_gives_the_penalty_back",),
    "Coursemology#2046": ("store/test_overwritten.py::test_two_tas_with_the_same_page_lose_nothing_that_is_not_told",),
    "PrairieLearn#14914": ("sandbox/test_box.py::test_output_is_drained_and_never_blocks",),
    "PrairieLearn#13974": ("sandbox/test_box.py::test_output_is_drained_and_never_blocks",),
    "PrairieLearn#3015": ("sandbox/test_box.py::test_output_is_drained_and_never_blocks",),
    "okpy#842": ("handin/test_handing_in.py::test_a_ta_hands_in_for_a_student_without_a_fine",),
    "INGInious#521": ("handin/test_reports.py::test_a_moment_is_never_a_folder_s",),
    "judgels#669": ("handin/test_reports.py::test_names_are_read_and_told_in_the_c_locale",),
    "sakai#14947": ("handin/test_collect.py::test_gbk_names_folders_in_folders_and_zips_in_zips",),
    "TEAMMATES#2510": ("handin/test_reports.py::test_names_in_a_table_are_read_by_excel_as_they_are",),
    "Autolab#1971": ("handin/test_reports.py::test_doubled_rows_are_named",),
    "pawtograder#979": ("handin/test_reports.py::test_doubled_rows_are_named",),
}


@cache
def names_in(path: Path) -> frozenset[str]:
    """The functions of a module of tests."""
    return frozenset(one.name for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("report", HELD)
def test_the_test_that_holds_a_report_is_there(report: str) -> None:
    for place in HELD[report]:
        file, _, name = place.partition("::")
        assert name in names_in(TESTS / file), place

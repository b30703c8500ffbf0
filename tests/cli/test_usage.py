"""What is said to words that no verb takes: in the course's language, with the verb's help, exit code 2."""

from __future__ import annotations

import io

import pytest

from autograder import __version__

from .class_folder import Folder


class Terminal(io.StringIO):
    """A terminal whose person types the end of input at once."""

    def isatty(self) -> bool:
        return True


WRONG = [
    (("leave", "s001", "--reason", "x"), "缺少选项 '--weeks'", "Missing option '--weeks'", "leave"),
    (("submit",), "缺少参数 'chapter'", "Missing argument 'chapter'", "submit"),
    (("leave", "--weeks"), "选项 '--weeks' 后面要写一个值", "Option '--weeks' requires an argument", "leave"),
    (("roster", "--at-risk=3"), "选项 '--at-risk' 后面不能写值", "Option '--at-risk' does not take a value", "roster"),
    (("roster", "-z"), "没有选项 -z", "No such option: -z", "roster"),
    (
        ("roster", "--sor"),
        "没有选项 --sor；是不是 --csv, --json, --sort?",
        "No such option: --sor (Possible options: ",
        "roster",
    ),
    (("rooster",), "没有命令 'rooster'；是不是 'roster'", "No such command 'rooster'. Did you mean 'roster'", ""),
    (("qqq",), "没有命令 'qqq'", "No such command 'qqq'", ""),
    (("data", "qqq"), "没有命令 'qqq'", "No such command 'qqq'", "data"),
    (("roster", "a", "b"), "多了参数：a b", "Got unexpected extra argument", "roster"),
    (("checkin", "--week", "x"), "'--week' 的值不对：要写整数", "Invalid value for '--week'", "checkin"),
    (("audit", "--limit", "0"), "'--limit' 的值不对：至少是 1", "Invalid value for '--limit'", "audit"),
]


@pytest.mark.parametrize(
    ("words", "zh", "en", "verb"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_words_that_no_verb_takes(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], zh: str, en: str, verb: str
) -> None:
    command = " ".join(filter(None, ["autograder", verb, "--help"]))
    monkeypatch.setenv("AUTOGRADER_LANG", "zh")
    said = classroom(*words)
    assert (said.code, said.out) == (2, "")
    first, last = said.err.splitlines()
    assert first.startswith(f"autograder: {zh}")
    assert last == f"用法：{command}"
    monkeypatch.delenv("AUTOGRADER_LANG")  # the course speaks English
    said = classroom(*words)
    assert said.code == 2
    assert said.err.startswith(f"autograder: {en}")
    assert said.err.endswith(f"help: {command}\n")


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("roster", "--lang", "fr"), "语言是 zh, en 之一", "the language is one of zh, en, not 'fr'"),
        (("doctor", "--box", "tin"), "--box 是 bubblewrap", "--box is one of bubblewrap"),
        (("submit", "c9", "--student", "s001"), "没有 'c9' 这一章；有：c1, c2", "no chapter 'c9'; there are: c1, c2"),
    ],
)
def test_values_that_a_verb_refuses(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], zh: str, en: str
) -> None:
    for language, expected in (("zh", zh), ("en", en)):
        monkeypatch.setenv("AUTOGRADER_LANG", language)
        said = classroom(*words)
        assert (said.code, expected in said.err) == (2, True)


def test_the_exit_codes_are_told(classroom: Folder) -> None:
    told = " ".join(classroom("--help").out.split())
    assert "Exit codes: 0, all is well; 1, something failed or needs a look" in told
    assert "2, a wrong call or a mistake in a course file" in told


def test_help_and_what_is_done_exit_as_before(classroom: Folder) -> None:
    assert classroom("roster", "--help").code == 0
    assert classroom().code == 2  # the help in place of a verb
    assert classroom("roster").code == 0
    assert classroom("checkin", "--student", "s001").code == 1


@pytest.mark.parametrize(("language", "said"), [("zh", "已中止"), ("en", "stopped")])
def test_a_question_without_an_answer_stops(
    classroom: Folder, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    (classroom.root / "list.csv").write_text("id,name\ns009,Sam\n", "utf-8")
    outcome = classroom("import-roster", "list.csv", "--lang", language)
    assert (outcome.code, outcome.err.splitlines()[-1]) == (1, f"autograder: {said}")
    assert len(classroom("roster", "--json").json) == 3


def test_the_version_is_told(classroom: Folder) -> None:
    said = classroom("--version")
    assert (said.code, said.out, said.err) == (0, f"autograder {__version__}\n", "")

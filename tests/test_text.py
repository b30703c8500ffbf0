"""Texts in two languages, and messages that keep their values."""

from __future__ import annotations

from autograder.text import Message, Said, Text

COUNT = Message("test.count", zh="{who} 有 {count:,} 个{more}", en="{who} has {count:,}{more}")


def test_a_message_keeps_its_key_and_values_and_has_words_in_both_languages() -> None:
    said = COUNT(who="LeNet", count=61706, more=Text(zh="!", en=" of them"))
    assert (said.zh, said.en) == ("LeNet 有 61,706 个!", "LeNet has 61,706 of them")
    assert (said.key, said.values["count"]) == ("test.count", 61706)


def test_a_said_message_stands_where_a_text_does() -> None:
    inner = COUNT(who="a", count=1, more="")
    outer = COUNT(who="b", count=2, more=inner)
    assert isinstance(outer, Said)
    assert outer.to("en") == "b has 2a has 1"

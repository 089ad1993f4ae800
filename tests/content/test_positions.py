"""Each field of a TOML file is found on the line where it stands."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.content.positions import positions

TRICKY = '''\
# [[case]] in a comment
[[case]]
slug = "a"   # slug = "not this"
title = { en = "x = 1, } [[case]]", "ar" = "ب" }
summary.en = """
[[case]]
slug = "inside a text"
"""
summary."ur" = \'\'\'one
two\'\'\'

[[case]]
tags = [
  "x",
  { en = "y" },
]
slug = "b"
[case.title]
en = "Second"

[table]
key = 1
'''


def test_every_field_is_found_where_it_stands() -> None:
    found = positions(TRICKY)
    assert found.lines == {
        ("case", 0): 2,
        ("case", 0, "slug"): 3,
        ("case", 0, "title"): 4,
        ("case", 0, "title", "en"): 4,
        ("case", 0, "title", "ar"): 4,
        ("case", 0, "summary"): 5,
        ("case", 0, "summary", "en"): 5,
        ("case", 0, "summary", "ur"): 9,
        ("case", 1): 12,
        ("case", 1, "tags"): 13,
        ("case", 1, "tags", "en"): 15,
        ("case", 1, "slug"): 17,
        ("case", 1, "title"): 18,
        ("case", 1, "title", "en"): 19,
        ("table",): 21,
        ("table", "key"): 22,
    }


def test_lines_inside_a_text_are_counted_from_where_it_begins() -> None:
    found = positions(TRICKY)
    assert found.line_in_text(("case", 0, "summary", "en"), 2) == 7
    assert found.line_in_text(("case", 0, "summary", "ur"), 2) == 10
    assert found.line_in_text(("case", 0, "title", "en"), 1) == 4


def test_what_is_not_written_is_where_its_table_is() -> None:
    assert positions(TRICKY).line(("case", 1, "summary", "en")) == 12
    assert positions(TRICKY).line(("nothing",)) == 1


letters = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\"'\\#=[]{}"), max_size=30)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""' if "\n" in text else f'"{escaped}"'


@given(st.lists(st.tuples(letters, letters), min_size=1, max_size=4))
def test_no_text_confuses_the_scan(entries: list[tuple[str, str]]) -> None:
    written = "".join(f"[[case]]\nslug = {quoted(slug)}\ntitle = {{ en = {quoted(title)} }}\n" for slug, title in entries)
    data: dict[str, Any] = tomllib.loads(written)
    lines = written.split("\n")
    found = positions(written)
    assert len(data["case"]) == len(entries)
    for index in range(len(entries)):
        assert lines[found.lines["case", index] - 1] == "[[case]]"
        assert lines[found.lines["case", index, "slug"] - 1].startswith("slug = ")
        assert lines[found.lines["case", index, "title"] - 1].startswith("title = ")

"""The HTML is valid: parsed by the rules of the standard, and free of the faults that the Nu checker found in the theme."""

from __future__ import annotations

import re

import html5lib
import pytest
from kinds import KINDS


def faults_of(html: str) -> list[str]:
    """What the parser of the standard has to repair, with its place."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [f"{place}: {html5lib.constants.E[code] % values}" for place, code, values in parser.errors]


def test_the_parser_tells_a_fault():
    assert faults_of("<!doctype html><title>x</title><p><table><div></table>")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_each_kind_needs_no_repair(guide, kind):
    assert faults_of(guide.pages[KINDS[kind]].html) == []


@pytest.mark.accept
def test_no_page_needs_a_repair(guide):
    assert {url: faults_of(page.html)[:3] for url, page in guide.pages.items() if faults_of(page.html)} == {}


def test_every_label_names_a_field_of_its_page(guide):
    for url, page in guide.pages.items():
        for label in page.all("label"):
            wanted = label.attributes.get("for")
            assert wanted is None or wanted in page.ids, (url, label.attributes)


def test_attributes_that_want_a_value_have_a_right_one(guide):
    for url, page in guide.pages.items():
        for tag in page.all("input", "label", "a", "div"):
            assert re.fullmatch(r"-?\d+", tag.attributes.get("tabindex", "0")), (url, tag.attributes)
            if tag.name == "input" and tag.attributes.get("type") in ("checkbox", "radio"):
                assert "autocomplete" not in tag.attributes, (url, tag.attributes)

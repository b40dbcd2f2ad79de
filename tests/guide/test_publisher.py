"""Where a correction is sent: the publisher's setting, and no dead end without it."""

from __future__ import annotations

import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError
from publisher import MARK, corrections


def test_an_address_is_a_link():
    assert '<a href="mailto:a@exemple.fr">a@exemple.fr</a>' in corrections("a@exemple.fr")
    assert '<a href="https://exemple.fr/c">' in corrections(" https://exemple.fr/c ")


def test_without_an_address_the_reader_knows_what_to_do_and_the_publisher_what_to_set():
    said = corrections("")

    assert "Remettez vos cinq lignes" in said
    assert "MSSANTE_CORRECTIONS=" in said


@pytest.mark.parametrize("wrong", ["corrections", "javascript:alert(1)", "a@b", "x y@exemple.fr", "https://"])
def test_what_is_no_address_stops_the_build_with_the_remedy(wrong):
    with pytest.raises(ConfigurationError, match="écrivez corrections@"):
        corrections(wrong)


def test_the_page_of_the_base_leaves_room_for_it(base):
    assert MARK in base.section("pages")["proposer-une-correction"].text


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("https://exemple.fr/guide", "https://exemple.fr/guide/")])
def test_only_the_publisher_says_where_the_guide_lives(monkeypatch, given, kept):
    """Without an address no page names one as canonical: MkDocs leaves the link out."""
    monkeypatch.setenv("MSSANTE_SITE_URL", given)
    assert (load_config("mkdocs.yml").site_url or "") == kept

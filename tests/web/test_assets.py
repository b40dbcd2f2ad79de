"""Styles and scripts are asked for once: their address changes with their content."""

from __future__ import annotations

import re

import pytest


def shown_assets(client):
    """The addresses of the assets of a page."""
    return re.findall(r'"(/assets-app/[^"]+)"', client.get("/chat").text)


def test_every_asset_of_a_page_is_kept_by_the_browser(client):
    found = shown_assets(client)

    assert found
    for address in found:
        answer = client.get(address.replace("&amp;", "&"))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    "address", ["/assets-app/app.css", "/assets-app/app.css?v=", "/assets-app/app.css?v=autrefois"]
)
def test_an_asset_without_the_mark_of_today_is_asked_for_again(client, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_an_asset_that_does_not_exist_is_not_found(client):
    assert client.get("/assets-app/nulle-part.css?v=1").status_code == 404
    assert client.get("/assets-app/../shell.py?v=1").status_code == 404

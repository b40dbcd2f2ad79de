"""What every address shares, and the addresses that `mssante serve` prints."""

from __future__ import annotations

import pytest

from bot.serving import PAGES, addresses


def test_the_icon_is_there_with_a_page_or_without(client):
    for address in ("/favicon.ico", "/assets-app/favicon.svg"):
        answer = client.get(address)

        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"


def test_every_address_that_is_printed_answers(client):
    for path in PAGES.values():
        assert client.get(f"/{path}", follow_redirects=True).status_code == 200, path


def test_the_addresses_are_those_of_the_guide_the_interview_the_assistant_the_sandbox_and_the_api():
    told = addresses("127.0.0.1", 8000)

    assert [line.split()[-1].removeprefix("http://127.0.0.1:8000") for line in told] == [
        "/",
        "/eligibilite",
        "/chat",
        "/hotline",
        "/bac-a-sable",
        "/api/v1",
    ]


@pytest.mark.parametrize(
    ("host", "shown"),
    [("0.0.0.0", "http://127.0.0.1:80/"), ("::", "http://[::1]:80/"), ("fd00::1", "http://[fd00::1]:80/")],  # noqa: S104
)
def test_an_address_that_is_printed_can_be_opened(host, shown):
    assert addresses(host, 80)[0].endswith(shown)

"""Who gets in, who does not, and what they are told."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from sqlalchemy import update

from bot.sandbox.store.boxes import AppPassword
from bot.sandbox.store.passwords import renew
from bot.sandbox.store.people import World
from tests.imap.desk import Desk
from tests.sandbox_store.conftest import Clock
from tests.sandbox_store.scene import ALIX, CARDIOLOGY, CLAIRE, HUGO, SECRETARY, Scene
from tests.smtp.door import plain, xoauth2


def test_a_password_does_not_pass_in_clear(desk: Desk) -> None:
    refused = desk.plain_client().no(f'LOGIN "{CLAIRE}" "{desk.password()}"')
    assert refused.code == "PRIVACYREQUIRED"


def test_authenticate_does_not_pass_in_clear_either(desk: Desk) -> None:
    given = base64.b64encode(f"\0{CLAIRE}\0{desk.password()}".encode()).decode()
    assert desk.plain_client().no(f"AUTHENTICATE PLAIN {given}").code == "PRIVACYREQUIRED"


def test_what_follows_starttls_in_clear_is_not_obeyed(desk: Desk) -> None:
    client = desk.plain_client()
    client.send(b"a STARTTLS\r\nb NOOP\r\n")
    assert client.line().startswith(b"a BAD ")
    assert client.line() == b""


def test_starttls_is_not_asked_for_twice(desk: Desk) -> None:
    desk.client().bad("STARTTLS")


def test_an_application_password_opens_with_or_without_its_hyphens(desk: Desk) -> None:
    secret = desk.password()
    desk.client().ok(f'LOGIN "{CLAIRE}" "{secret}"')
    desk.client().ok(f'LOGIN "{CLAIRE.upper()}" "{secret.replace("-", "")}"')


def test_the_password_of_one_does_not_open_for_another(desk: Desk) -> None:
    assert desk.client().no(f'LOGIN "{HUGO}" "{desk.password(CLAIRE)}"').code == "AUTHENTICATIONFAILED"


def test_a_member_may_sign_in_with_the_address_of_a_shared_box_and_her_own_password(desk: Desk) -> None:
    desk.client().ok(f'LOGIN "{CARDIOLOGY}" "{desk.password(CLAIRE)}"')


def test_a_revoked_password_opens_nothing(desk: Desk) -> None:
    secret = desk.password()
    with desk.house.store.writing(1) as session:
        session.execute(update(AppPassword).values(revoked_at=desk.house.now()))
    desk.client().no(f'LOGIN "{CLAIRE}" "{secret}"')


def test_a_patients_box_opens_in_mon_espace_sante_only(desk: Desk) -> None:
    refused = desk.client().no(f'LOGIN "{ALIX}" "{desk.password(ALIX)}"')
    assert refused.code == "AUTHORIZATIONFAILED"
    assert "messagerie-patient-seulement" in refused.text


def test_a_med_account_enters(desk: Desk) -> None:
    desk.client().ok(f'LOGIN "{SECRETARY}" "{desk.password(SECRETARY)}"')


def test_a_simulated_token_opens(desk: Desk) -> None:
    access, _ = desk.tokens()
    desk.client().ok(f"AUTHENTICATE XOAUTH2 {xoauth2(CLAIRE, access)}")


def test_a_token_is_not_a_password(desk: Desk) -> None:
    access, _ = desk.tokens()
    desk.client().no(f'LOGIN "{CLAIRE}" "{access}"')


def test_an_expired_token_gets_the_challenge_that_says_why_then_the_end(desk: Desk, clock: Clock) -> None:
    access, _ = desk.tokens()
    clock.forward(minutes=16)
    client = desk.client()
    tag = client.begin(f"AUTHENTICATE XOAUTH2 {xoauth2(CLAIRE, access)}")
    assert base64.b64decode(client.line().removeprefix(b"+ ")) == b'{"status":"401","schemes":"bearer","scope":"mail"}'
    client.send(b"\r\n")
    answer = client.end(tag)
    assert (answer.status, answer.code) == ("NO", "EXPIRED")
    assert answer.named("BYE")
    assert client.line() == b""


def test_a_renewed_token_opens_again(desk: Desk, clock: Clock) -> None:
    _, renewal = desk.tokens()
    clock.forward(minutes=16)
    with desk.house.store.writing(1) as session:
        fresh = renew(session, renewal, clock())
    assert fresh is not None
    desk.client().ok(f"AUTHENTICATE XOAUTH2 {xoauth2(CLAIRE, fresh)}")


@pytest.mark.parametrize(
    "response", ["%%%", "Zm9v", base64.b64encode(b"\0\0").decode(), base64.b64encode(b"a\0b\0c\0d").decode()]
)
def test_a_response_that_is_none_is_bad(desk: Desk, response: str) -> None:
    client = desk.client()
    tag = client.begin("AUTHENTICATE PLAIN")
    client.line()
    client.send(response.encode() + b"\r\n")
    assert client.end(tag).status == "BAD"


def test_an_unknown_mechanism_is_named_as_such(desk: Desk) -> None:
    assert "PLAIN" in desk.client().no("AUTHENTICATE CRAM-MD5").text


def test_three_wrong_passwords_end_the_conversation(desk: Desk) -> None:
    client = desk.client()
    answers = [client.say(f'LOGIN "{CLAIRE}" "faux"') for _ in range(3)]
    assert [bool(answer.named("BYE")) for answer in answers] == [False, False, True]
    assert client.line() == b""


def test_one_person_has_so_many_connections_and_no_more(opened: Callable[..., Desk]) -> None:
    desk = opened(connections_of_a_persona=2)
    secret = desk.password()
    first, second, third = desk.client(), desk.client(), desk.client()
    first.ok(f'LOGIN "{CLAIRE}" "{secret}"')
    second.ok(f'LOGIN "{CLAIRE}" "{secret}"')
    assert third.no(f'LOGIN "{CLAIRE}" "{secret}"').code == "LIMIT"
    first.ok("LOGOUT")
    first.line()
    third.ok(f'LOGIN "{CLAIRE}" "{secret}"')


def test_the_journal_tells_who_came_and_who_was_refused(desk: Desk, scene: Scene) -> None:
    desk.signed_in()
    desk.client().no(f'LOGIN "{HUGO}" "{desk.password(CLAIRE)}"')
    assert scene.journal() == ["signed_in", "sign_in_refused"]


def test_a_password_revoked_meanwhile_ends_the_connection(desk: Desk) -> None:
    client = desk.signed_in()
    client.ok("NOOP")
    with desk.house.store.writing(1) as session:
        session.execute(update(AppPassword).values(revoked_at=desk.house.now()))
    client.send(b"z NOOP\r\n")
    assert client.line().startswith(b"* BYE ")
    assert client.line() == b""


def test_a_token_that_can_still_be_renewed_does_not_end_it_one_that_cannot_does(desk: Desk, clock: Clock) -> None:
    access, _ = desk.tokens()
    client = desk.client()
    client.ok(f"AUTHENTICATE XOAUTH2 {xoauth2(CLAIRE, access)}")
    clock.forward(minutes=16)
    client.ok("NOOP")
    clock.forward(hours=9)
    client.send(b"z NOOP\r\n")
    assert b"jeton" in client.line()


@pytest.mark.parametrize("command", [b"z SELECT INBOX", b"z STATUS INBOX (MESSAGES)", b"z APPEND INBOX {3+}\r\na\r\n"])
def test_a_password_revoked_meanwhile_does_nothing_more(desk: Desk, command: bytes) -> None:
    client = desk.signed_in()
    with desk.house.store.writing(1) as session:
        session.execute(update(AppPassword).values(revoked_at=desk.house.now()))
    client.send(command + b"\r\n")
    assert client.line().startswith(b"* BYE ")


def test_a_box_of_somebody_else_is_not_entered_on_behalf(desk: Desk) -> None:
    refused = desk.client().no(f"AUTHENTICATE PLAIN {plain(CLAIRE, desk.password(), on_behalf=HUGO)}")
    assert refused.code == "AUTHORIZATIONFAILED"
    assert "boite-d-autrui" in refused.text


def test_a_world_that_is_over_ends_it(desk: Desk) -> None:
    client = desk.reading()
    with desk.house.store.writing() as session:
        session.execute(update(World).where(World.id == 1).values(expires_at=desk.house.now()))
    client.send(b"z NOOP\r\n")
    assert client.line().startswith(b"* BYE ")


def test_the_transcript_hides_secrets(desk: Desk) -> None:
    secret = desk.password()
    client = desk.client()
    client.ok(f'LOGIN "{CLAIRE}" "{secret}"')
    client.ok("LOGOUT")
    assert client.line() == b""
    said = desk.transcript()
    assert any("LOGIN" in text for who, text in said if who == "C")
    assert not any(secret in text for _, text in said)


def test_a_refusal_is_in_the_transcript_of_the_persona_whose_secret_it_was(desk: Desk) -> None:
    desk.client().no(f'LOGIN "{HUGO}" "{desk.password(CLAIRE)}"')
    assert any("refusée" in text for _, text in desk.transcript(CLAIRE))

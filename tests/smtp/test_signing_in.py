"""Who is let in, how, and which rule is told to the others."""

from __future__ import annotations

import base64
import json
import smtplib
from typing import Any

import pytest

from tests.sandbox_store.scene import ALIX, CARDIOLOGY, CLAIRE, DPI, HUGO, SECRETARY
from tests.smtp.door import Door, plain, send, xoauth2


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "plain", "login", "Login"])
def test_an_application_password_opens_by_either_mechanism_whatever_its_case(door: Door, mechanism: str) -> None:
    secret = door.password()
    with door.raw() as wire:
        wire.say("EHLO poste")
        if mechanism.upper() == "PLAIN":
            reply = wire.say(f"AUTH {mechanism} {plain(CLAIRE, secret)}")
        else:
            assert wire.say(f"AUTH {mechanism}").startswith("334 ")
            assert wire.say(base64.b64encode(CLAIRE.encode()).decode()).startswith("334 ")
            reply = wire.say(base64.b64encode(secret.encode()).decode())
    assert reply == "235 2.7.0 Authentication successful"


def test_plain_waits_for_its_response_when_none_came_with_it(door: Door) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        assert wire.say("AUTH PLAIN") == "334 "
        assert wire.say(plain(CLAIRE, door.password())).startswith("235 ")


def test_one_may_give_up_signing_in_with_a_star(door: Door) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        wire.say("AUTH LOGIN")
        assert wire.say("*").startswith("501 5.7.0")
        assert wire.say(f"AUTH PLAIN {plain(CLAIRE, door.password())}").startswith("235 ")


@pytest.mark.parametrize("typed", ["pas-du-base64!", "AAAA", "=", base64.b64encode(b"\xff\0a\0b").decode()])
def test_what_cannot_be_read_is_not_a_wrong_password(door: Door, typed: str) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        assert wire.say(f"AUTH PLAIN {typed}").startswith("501 5.5.2")


@pytest.mark.parametrize(
    ("login", "rule"),
    [
        (CLAIRE, "mot-de-passe-faux"),
        (CARDIOLOGY, "mot-de-passe-partage"),
        ("claire durand", "identifiant-mal-forme"),
        (SECRETARY, "mot-de-passe-faux"),
    ],
)
def test_a_wrong_password_is_refused_with_the_rule_that_says_why(door: Door, login: str, rule: str) -> None:
    with door.client() as client:
        code, text = client.docmd("AUTH", "PLAIN " + plain(login, "faux"))
    assert (code, text.decode()) == (535, f"5.7.8 {rule}")


def test_a_password_opens_only_for_the_one_it_names(door: Door) -> None:
    with door.client() as client:
        code, text = client.docmd("AUTH", "PLAIN " + plain(HUGO, door.password(CLAIRE)))
    assert (code, text.decode()) == (535, "5.7.8 mot-de-passe-faux")


def test_the_third_wrong_password_shuts_the_door(door: Door) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        told = [wire.say(f"AUTH PLAIN {plain(CLAIRE, 'faux')}") for _ in range(3)]
        assert told[:2] == ["535 5.7.8 mot-de-passe-faux"] * 2
        assert told[2].splitlines() == [
            "535-5.7.8 3 refusals on this connection, closing it",
            "535 5.7.8 mot-de-passe-faux",
        ]
        assert wire.is_shut()


def test_three_wrong_passwords_do_not_lock_the_account(door: Door) -> None:
    secret = door.password()
    with door.raw() as wire:
        wire.say("EHLO poste")
        for _ in range(3):
            wire.say(f"AUTH PLAIN {plain(CLAIRE, 'faux')}")
    with door.client() as client:
        assert client.docmd("AUTH", "PLAIN " + plain(CLAIRE, secret))[0] == 235


# On whose behalf


@pytest.mark.parametrize(
    ("who", "asked", "rule"),
    [
        (CLAIRE, HUGO, "boite-d-autrui"),
        (HUGO, CARDIOLOGY, "boite-partagee-non-autorisee"),
        (CLAIRE, "personne@ch-abcd.mssante.fr", "boite-ouverte-introuvable"),
    ],
)
def test_asking_for_a_box_one_may_not_write_from_is_refused(door: Door, who: str, asked: str, rule: str) -> None:
    with door.client() as client:
        code, text = client.docmd("AUTH", "PLAIN " + plain(who, door.password(who), on_behalf=asked))
    assert (code, text.decode()) == (535, f"5.7.8 {rule}")


@pytest.mark.parametrize("asked", [CLAIRE, CARDIOLOGY, CARDIOLOGY.upper()])
def test_one_may_ask_for_a_box_that_one_may_write_from(door: Door, asked: str) -> None:
    with door.client() as client:
        assert client.docmd("AUTH", "PLAIN " + plain(CLAIRE, door.password(), on_behalf=asked))[0] == 235


def test_a_shared_box_is_entered_with_one_s_own_password(door: Door, scene: Any) -> None:
    with door.client() as client:
        client.login(CARDIOLOGY, door.password(CLAIRE))
        reply = send(client, sender=CARDIOLOGY)
    assert reply.startswith("250 2.0.0")
    assert [line.sender_address for line in scene.lines(HUGO)] == [CARDIOLOGY]


def test_the_secretary_without_a_box_writes_from_the_shared_one(door: Door) -> None:
    with door.client() as client:
        client.login(SECRETARY, door.password(SECRETARY))
        assert send(client, sender=CARDIOLOGY).startswith("250 2.0.0")


def test_the_secretary_has_no_address_of_her_own(door: Door) -> None:
    with door.client() as client:
        client.login(SECRETARY, door.password(SECRETARY))
        assert send(client, sender="personne@ch-abcd.mssante.fr") == "550 5.7.1 med-sans-adresse"


def test_somebody_else_s_box_is_refused_at_mail_from(door: Door) -> None:
    with door.signed_in() as client:
        assert send(client, sender=HUGO) == "550 5.7.1 boite-d-autrui"


def test_a_shared_box_that_does_not_list_one_is_refused(door: Door) -> None:
    with door.signed_in(HUGO) as client:
        assert send(client, sender=CARDIOLOGY) == "550 5.7.1 boite-partagee-non-autorisee"


def test_a_patient_has_no_mail_client(door: Door) -> None:
    with door.client() as client:
        code, text = client.docmd("AUTH", "PLAIN " + plain(ALIX, door.password(ALIX)))
    assert (code, text.decode()) == (535, "5.7.8 messagerie-patient-seulement")


def test_software_signs_in_for_its_own_box(door: Door) -> None:
    with door.signed_in(DPI, tool="application") as client:
        assert send(client, sender=DPI).startswith("250 2.0.0")


# Pro Santé Connect tokens


def test_a_token_opens(door: Door) -> None:
    with door.with_token() as client:
        assert send(client).startswith("250 2.0.0")


def test_an_expired_token_is_told_by_a_challenge_then_the_link_is_cut(door: Door, clock: Any) -> None:
    token, _ = door.tokens()
    clock.forward(minutes=16)
    with door.raw() as wire:
        wire.say("EHLO poste")
        challenge = wire.say(f"AUTH XOAUTH2 {xoauth2(CLAIRE, token)}")
        told = json.loads(base64.b64decode(challenge.removeprefix("334 ")))
        assert told == {"status": "401", "schemes": "bearer", "scope": "mail"}
        assert wire.say("") == "535 5.7.8 jeton-expire"
        assert wire.is_shut()


def test_a_renewed_token_opens_again(door: Door, clock: Any, house: Any) -> None:
    from bot.sandbox.store import passwords

    _, renewal = door.tokens()
    clock.forward(minutes=16)
    with house.store.writing() as session:
        fresh = passwords.renew(session, renewal, clock())
    with door.client() as client:
        assert client.docmd("AUTH", "XOAUTH2 " + xoauth2(CLAIRE, fresh or ""))[0] == 235


def test_once_nothing_can_be_renewed_the_rule_says_so(door: Door, clock: Any) -> None:
    token, _ = door.tokens()
    clock.forward(hours=9)
    with door.raw() as wire:
        wire.say("EHLO poste")
        wire.say(f"AUTH XOAUTH2 {xoauth2(CLAIRE, token)}")
        assert wire.say("") == "535 5.7.8 jeton-non-renouvele"


def test_a_token_for_another_box_is_not_linked(door: Door) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        wire.say(f"AUTH XOAUTH2 {xoauth2(HUGO, door.tokens()[0])}")
        assert wire.say("") == "535 5.7.8 psc-non-lie"


def test_a_token_that_never_existed_has_not_expired(door: Door) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        wire.say(f"AUTH XOAUTH2 {xoauth2(CLAIRE, 'jamais-vu')}")
        assert wire.say("") == "535 5.7.8 mot-de-passe-faux"


@pytest.mark.parametrize("as_token", [True, False])
def test_a_token_is_not_a_password_nor_the_reverse(door: Door, as_token: bool) -> None:
    with door.raw() as wire:
        wire.say("EHLO poste")
        if as_token:
            wire.say(f"AUTH XOAUTH2 {xoauth2(CLAIRE, door.password())}")
            assert wire.say("").startswith("535 ")
        else:
            assert wire.say(f"AUTH PLAIN {plain(CLAIRE, door.tokens()[0])}").startswith("535 ")


def test_a_revoked_password_opens_nothing(door: Door, house: Any, clock: Any) -> None:
    from sqlalchemy import select

    from bot.sandbox.store import passwords
    from bot.sandbox.store.boxes import AppPassword

    secret = door.password()
    with house.store.writing() as session:
        passwords.revoke(session, session.scalars(select(AppPassword)).one(), clock())
    with door.client() as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(CLAIRE, secret)


def test_an_expired_world_lets_nobody_in(door: Door, clock: Any) -> None:
    secret = door.password()
    clock.forward(days=15)
    with door.client() as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(CLAIRE, secret)


def test_the_journal_says_who_signed_in(door: Door, scene: Any, house: Any) -> None:
    with door.signed_in():
        pass
    house.write_later(1, lambda session: None).result(10)
    assert scene.journal().count("signed_in") == 1


def test_the_same_name_in_two_worlds_is_two_people(door: Door, scene: Any, other_scene: Any) -> None:
    with door.signed_in(world_id=2) as client:
        assert send(client).startswith("250 ")
    assert scene.lines(HUGO) == []
    assert len(other_scene.lines(HUGO)) == 1

"""The pages of mail clients: the sheet, what lets a client in, the trial of settings, the transcript explained."""

from __future__ import annotations

import html
import re
import socket
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import select

from bot.sandbox.store import passwords, transcripts
from bot.sandbox.store.boxes import AppPassword
from tests.webmail.visiting import ROOT

PAGE = f"{ROOT}/logiciels"


def here(someone: Any, path: str = "") -> str:
    """The same persona and box, in the pages of mail clients."""
    return someone.home.replace(f"{ROOT}/b/", f"{PAGE}/") + path


def words(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_sheet_says_what_to_type(claire):
    text = words(claire.get(here(claire)))
    assert "claire.durand@ch-abcd.mssante.fr" in text
    assert "2587 (587 dans la réalité)" in text
    assert "STARTTLS" in text


def test_the_box_leads_to_its_sheet(claire):
    assert here(claire) in claire.get("/reglages").text


def test_a_password_is_shown_once_and_opens(claire, rooms):
    answer = claire.post(here(claire, "/mots-de-passe"), nom="Thunderbird")
    (secret,) = re.findall(r"<code>([a-z0-9-]{32})</code>", answer.text)
    with rooms.store.reading() as session:
        found = passwords.find(session, secret, rooms.now())
        assert found is not None
        assert found.persona.name == "Claire Durand"
    again = claire.get(here(claire)).text
    assert "Thunderbird" in again
    assert secret not in again


def test_a_revoked_password_opens_nothing(claire, rooms):
    answer = claire.post(here(claire, "/mots-de-passe"), nom="Outlook")
    (secret,) = re.findall(r"<code>([a-z0-9-]{32})</code>", answer.text)
    revoke = re.search(r'action="([^"]+/revoquer)"', answer.text)
    assert claire.post(revoke[1]).status_code == 303
    with rooms.store.reading() as session:
        assert passwords.find(session, secret, rooms.now()) is None
    assert "Outlook</li>" not in claire.get(here(claire)).text


def test_a_password_remembers_the_tool_it_is_for(claire, rooms):
    claire.post(here(claire, "/mots-de-passe"), nom="LGC", outil="business_software")
    with rooms.store.reading() as session:
        kept = session.scalars(select(AppPassword).order_by(AppPassword.id.desc())).first()
        assert kept.tool == "business_software"


def test_a_number_that_may_be_somebody_s_is_no_name_for_a_password(claire):
    assert claire.post(here(claire, "/mots-de-passe"), nom="1900199001990").status_code == 422


def test_a_token_is_given_and_renewed_by_the_page(claire, rooms):
    answer = claire.post(here(claire, "/jeton"))
    first, renewal = re.findall(r"<dd><code>([^<]+)</code>", answer.text)
    answer = claire.post(here(claire, "/jeton/renouveler"), renouvellement=renewal)
    fresh, _ = re.findall(r"<dd><code>([^<]+)</code>", answer.text)
    assert fresh != first
    with rooms.store.reading() as session:
        assert passwords.find(session, fresh, rooms.now()).kind == "psc"


def test_software_renews_its_token_without_a_page(claire, webmail, rooms):
    answer = claire.post(here(claire, "/jeton"))
    _, renewal = re.findall(r"<dd><code>([^<]+)</code>", answer.text)
    bare = webmail.test_client()
    told = bare.post(f"{ROOT}/psc/jeton", data={"grant_type": "refresh_token", "refresh_token": renewal})
    assert (told.status_code, told.json["token_type"]) == (200, "Bearer")
    refused = bare.post(f"{ROOT}/psc/jeton", data={"grant_type": "refresh_token", "refresh_token": "inconnu"})
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_grant")


def test_thunderbird_and_outlook_read_their_files(claire):
    for path, name in (("/autoconfig.xml", "hostname"), ("/autodiscover.xml", "Server")):
        answer = claire.get(here(claire, path))
        tags = {element.tag.rpartition("}")[2]: element.text for element in fromstring(answer.data).iter()}  # noqa: S314 - our own
        assert tags[name] == "localhost"
        assert "attachment" in answer.headers["Content-Disposition"]


def test_the_authority_is_given_without_any_key(claire):
    content = claire.get(here(claire, "/autorite.pem")).data
    assert content.count(b"BEGIN CERTIFICATE") == 1
    assert b"PRIVATE" not in content


def test_a_patient_is_told_that_no_mail_client_opens_the_box(visitor):
    someone = visitor().enter().play("Alix Nomfictif")
    assert "Mon espace santé" in words(someone.get(here(someone)))
    assert someone.post(here(someone, "/mots-de-passe"), nom="x").status_code == 404


def test_somebody_else_s_pages_are_not_found(claire, visitor):
    stranger = visitor().enter().play("Claire Durand", box="claire.durand@")
    for path in ("", "/echanges", "/autoconfig.xml", "/autorite.pem"):
        assert stranger.get(here(claire, path)).status_code == 404
    for path in ("/mots-de-passe", "/jeton", "/jeton/renouveler", "/echanges/effacer", "/essai"):
        assert stranger.post(here(claire, path)).status_code == 404


def test_a_form_without_its_token_changes_nothing(claire, rooms):
    def count() -> int:
        with rooms.store.reading() as session:
            return len(session.scalars(select(AppPassword.id)).all())

    before = count()
    assert claire.client.post(here(claire, "/mots-de-passe"), data={"nom": "x"}).status_code == 403
    assert count() == before


def test_somebody_else_s_password_cannot_be_revoked(claire, visitor, rooms):
    claire.post(here(claire, "/mots-de-passe"), nom="À moi")
    with rooms.store.reading() as session:
        number = session.scalars(select(AppPassword.id).order_by(AppPassword.id.desc())).first()
    stranger = visitor().enter().play("Claire Durand", box="claire.durand@")
    assert stranger.post(here(stranger, f"/mots-de-passe/{number}/revoquer")).status_code == 404


# The transcript


@pytest.fixture
def spoken(claire, rooms):
    """Something was said over SMTP in Claire's name."""
    with rooms.store.engine.connect() as connection:
        persona = int(claire.home.split("/")[3])
        world = connection.exec_driver_sql("SELECT world_id FROM persona WHERE id = ?", (persona,)).scalar()
    lines = [
        ("C", "STARTTLS"),
        ("-", "Liaison chiffrée (TLSv1.3)."),
        ("C", "RCPT TO:<paul.martin@courriel-perso.example>"),
        ("S", "550 5.7.1 hors-espace-depot"),
        ("S", "554 5.6.0 ligne-trop-longue"),
        ("S", "250 2.0.0 OK bounced boite-inexistante"),
    ]
    with rooms.store.writing(world) as session:
        transcripts.keep(session, world, persona, "smtp", "0" * 16, lines, rooms.now())
    return claire


def test_each_line_says_what_it_means_and_each_refusal_its_rule(spoken, rooms):
    text = " ".join(words(spoken.get(here(spoken, "/echanges"))).split())
    rules = rooms.base.section("send_rules")
    assert "Le logiciel demande à chiffrer la liaison." in text
    assert "Un destinataire. Chacun est accepté ou refusé séparément." in text
    assert rules["hors-espace-depot"].why in text
    assert rules["boite-inexistante"].remedy in text
    assert "998 caractères" in text


def test_the_transcript_can_be_forgotten(spoken):
    spoken.post(here(spoken, "/echanges/effacer"))
    assert "Aucun logiciel" in words(spoken.get(here(spoken, "/echanges")))


# The trial of settings


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"port": "25"}, "port-25-reserve"),
        ({"port": "465"}, "port-465"),
        ({"chiffrement": "implicit"}, "port-465"),
        ({"port": "2525"}, "port-inattendu"),
    ],
)
def test_ports_that_nobody_serves_are_explained_by_their_rule(claire, rooms, form, told):
    text = words(claire.post(here(claire, "/essai"), **form))
    assert rooms.base.section("send_rules")[told].why in text


def test_a_server_that_is_not_started_is_said_so(claire, monkeypatch):
    def refused(*_: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refused)
    assert "Démarrez" in words(claire.post(here(claire, "/essai"), identifiant="x", secret="y"))  # noqa: S106


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"port": "abc"}, "Un port est un nombre entier"),
        ({"port": "0"}, "Un port est un nombre entier"),
        ({"port": "465"}, "mettez le port 2587 avec STARTTLS"),
        ({"port": "2587", "porte": "imap"}, "Le port 2587 sert à l’envoi (SMTP)"),
        ({"port": "993", "porte": "imap"}, "la lecture IMAP ne connaît que STARTTLS"),
        ({"chiffrement": "implicit", "porte": "imap"}, "mettez le port 2143 avec STARTTLS"),
    ],
)
def test_a_wrong_port_is_told_for_the_protocol_with_the_port_of_this_machine(claire, form, told):
    answer = words(claire.post(here(claire, "/essai"), **form))
    assert told in answer
    assert "Réussi" not in answer
    assert "Mettez le port 587" not in answer


def test_a_token_is_a_way_to_sign_in_of_the_trial(claire):
    assert "Jeton (OAuth2)" in words(claire.get(here(claire)))

"""The panel « Avant d’envoyer », and the secrets of mail clients."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.store import passwords, worlds
from bot.sandbox.store.boxes import AppPassword
from bot.sandbox.store.sends import Submission
from tests.sandbox_store.scene import ALIX, CLAIRE, HUGO, NOBODY, OUTSIDE


def test_each_rule_of_this_send_is_listed_with_its_source(scene: Any) -> None:
    panel = scene.check(CLAIRE, HUGO)

    assert (panel.may_leave, panel.asks, panel.broken) == (True, False, ())
    kept = {line.rule: line for line in panel.lines}
    assert {"hors-espace-ecran", "adresse-mal-formee", "taille-emetteur", "hors-prise-en-charge"} <= set(kept)
    assert all(line.sources and line.label and line.says for line in panel.lines)
    assert not any("patient_space" in line.rule or line.rule == "patient-inconnu" for line in panel.lines)
    assert scene.count(Submission) == 0


def test_a_broken_rule_comes_first_and_names_the_recipient(scene: Any) -> None:
    panel = scene.check(CLAIRE, HUGO, OUTSIDE)
    first = panel.lines[0]
    assert (first.rule, first.kept, first.recipients, panel.may_leave) == (
        "hors-espace-ecran",
        False,
        (OUTSIDE,),
        False,
    )
    assert "Retirez cette adresse" in first.message


def test_what_servers_will_say_is_left_to_be_found_out(scene: Any) -> None:
    hidden, shown = scene.check(CLAIRE, NOBODY), scene.check(CLAIRE, NOBODY, reveal=True)

    assert "boite-inexistante" not in [line.rule for line in hidden.lines]
    assert (hidden.outcome, hidden.may_leave) == ("", True)
    assert hidden.hidden > 0
    assert "boite-inexistante" in [line.rule for line in shown.broken]
    assert shown.outcome == "bounced"


def test_a_warning_is_announced(scene: Any) -> None:
    panel = scene.check(CLAIRE, HUGO, subject="")
    assert panel.asks
    assert panel.broken[0].rule == "message-vide"


def test_the_rules_of_patients_come_with_a_patient(scene: Any) -> None:
    rules = {line.rule for line in scene.check(CLAIRE, ALIX).lines}
    assert {"numero-du-parent", "adresse-patient-saisie"} <= rules
    assert not {"numero-du-parent", "adresse-patient-saisie"} & {line.rule for line in scene.check(CLAIRE, HUGO).lines}


def test_a_form_refused_says_so(scene: Any) -> None:
    panel = scene.check(CLAIRE, HUGO, subject="a\r\nBcc: x@y.fr")
    assert (panel.may_leave, panel.lines[0].rule) == (False, "en-tete-injecte")


# Secrets of mail clients


def test_a_secret_names_a_world_and_a_persona(scene: Any, another_scene: Any, clock: Any) -> None:
    other = another_scene()
    secrets = {}
    for place in (scene, other):
        with place.store.writing() as session:
            persona = worlds.persona_of(session, place.world_id, CLAIRE)
            secrets[place.world_id] = passwords.create_app_password(session, persona, "Thunderbird", clock())
    with scene.store.reading() as session:
        for world_id, secret in secrets.items():
            for typed in (secret, secret.upper(), secret.replace("-", ""), f" {secret} "):
                found = passwords.find(session, typed, clock())
                assert (found.world.id, found.persona.key, found.persona.world_id) == (world_id, CLAIRE, world_id)
        assert passwords.find(session, "abcd-efgh-ijkl-mnop-qrst-uvwx-yz", clock()) is None
        kept = session.scalars(select(AppPassword.token_sha256)).all()
        assert len(kept[0]) == 64
        assert not set(kept) & set(secrets.values())


def test_a_secret_revoked_or_of_a_world_that_is_over_opens_nothing(scene: Any, clock: Any) -> None:
    with scene.store.writing(1) as session:
        persona = worlds.persona_of(session, 1, CLAIRE)
        one = passwords.create_app_password(session, persona, "Un", clock())
        two = passwords.create_app_password(session, persona, "Deux", clock())
        passwords.revoke(session, session.scalars(select(AppPassword)).first(), clock())
    with scene.store.reading() as session:
        assert passwords.find(session, one, clock()) is None
        assert passwords.find(session, two, clock()) is not None
        clock.forward(days=15)
        assert passwords.find(session, two, clock()) is None


def test_a_simulated_token_expires_and_is_renewed(scene: Any, clock: Any) -> None:
    with scene.store.writing(1) as session:
        access, renewal = passwords.create_token_pair(session, worlds.persona_of(session, 1, CLAIRE), clock())
        assert passwords.find(session, access, clock()).kind == "psc"
        clock.forward(minutes=16)
        assert passwords.find(session, access, clock()) is None
        fresh = passwords.renew(session, renewal, clock())
        assert passwords.find(session, fresh, clock()).persona.key == CLAIRE
        assert passwords.renew(session, fresh, clock()) is None
        clock.forward(hours=9)
        assert passwords.renew(session, renewal, clock()) is None


@pytest.mark.parametrize("secret", ["", " ", "x" * 10_000, "\0", "é"])
def test_no_secret_breaks_the_look_up(scene: Any, clock: Any, secret: str) -> None:
    with scene.store.reading() as session:
        assert passwords.find(session, secret, clock()) is None

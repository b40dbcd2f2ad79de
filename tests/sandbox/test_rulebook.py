"""The rules as data: sound, ordered as the schema says, and refused with every fault when they are not."""

from __future__ import annotations

import datetime

import pytest

from bot.sandbox.facts import vocabulary
from bot.sandbox.rulebook import OUTCOMES, FaultyRules, Rulebook
from knowledge.model import Cite, InForce, SendRule
from tests.conftest import load_cases
from tests.sandbox.attempts import SCHEMA
from tests.sandbox.scenes import SCENES

DAY = datetime.date(2026, 11, 23)


def rule(**changes):
    plain = {
        "id": "essai",
        "cites": (Cite(source="connaissance-generale"),),
        "status": "ours",
        "in_force": InForce(since=DAY),
        "checked_on": DAY,
        "label": "Essai",
        "says": "…",
        "why": "…",
        "remedy": "…",
        "step": "client",
        "when": {"place": ("outside",)},
        "confidence": "low",
    }
    return SendRule(**{**plain, **changes})


def test_the_order_of_outcomes_is_that_of_the_schema():
    assert list(OUTCOMES) == [option["const"] for option in SCHEMA["$defs"]["outcome"]["oneOf"]]
    assert " > ".join(OUTCOMES) in SCHEMA["$defs"]["outcome"]["description"]


def test_the_rules_of_the_base_are_sound(base):
    rulebook = Rulebook.of(base)

    assert len(rulebook.rules) == len(base.sections.send_rules)
    assert {r.entry.outcome for r in rulebook.rules.values() if r.entry.outcome} == set(OUTCOMES)


def test_every_rule_says_when_reality_is_not_known(base):
    for entry in base.sections.send_rules:
        if entry.outcome == "operator_dependent" or entry.confidence == "low":
            assert entry.sandbox_choice, entry.id
        if entry.sandbox_choice:
            assert entry.assumption, entry.id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"when": {}}, "aucune condition"),
        ({"when": {"lieu": ("outside",)}}, "fait inconnu « lieu »"),
        ({"when": {"place": ("dehors",)}}, "« place » ne vaut jamais « dehors »"),
        ({"outcome": "bounced", "level": "block"}, "« outcome » et « decided_by » vont ensemble"),
        ({"outcome": "bounced", "decided_by": "server"}, "« level: info » ne va pas"),
        ({"sandbox_choice": True}, "« sandbox_choice » et « assumption »"),
        ({"smtp": "550 5.7.1"}, "« smtp » mal formé"),
    ],
)
def test_a_rule_that_decides_nothing_clear_is_refused(changes, message):
    with pytest.raises(FaultyRules, match=message):
        Rulebook([rule(**changes)])


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_meets_its_rule(name, send):
    assert name in {finding["rule"] for finding in send(**SCENES[name])["findings"]}


def test_every_rule_is_met_by_a_case_or_a_scene(base, check):
    met = {finding["rule"] for case in load_cases("send.yaml") for finding in check.of(case["attempt"])["findings"]}

    assert {entry.id for entry in base.sections.send_rules} - met - set(SCENES) == set()


def test_every_fact_serves_a_rule(base):
    asked = {name for entry in base.sections.send_rules for name in entry.when}

    assert set(vocabulary()) - asked == ASKED_THROUGH_ANOTHER


ASKED_THROUGH_ANOTHER = {"opposed", "recipient_software", "agreed_exchange", "pharmacy_known", "pharmacy_published"}
"""Facts of the context that the rules read in `opposition`, `integration` and `contact`."""


def test_the_box_of_a_software_is_told_of_only_when_a_person_opens_it(send):
    platform = {"from": "noreply@ch-abcd.mssante.fr", "from_type": "APP"}
    told = {
        way: "boite-applicative-ouverte-par-une-personne"
        in {finding["rule"] for finding in send(**platform, channel=channel, auth=way)["findings"]}
        for channel, way in (
            ("application", "client_certificate"),
            ("application", "password"),
            ("webmail", "psc"),
            ("webmail", "delegate"),
        )
    }

    assert told == {"client_certificate": False, "password": False, "psc": True, "delegate": True}


def test_an_archive_badly_named_is_never_told_missing(send):
    archive = {"name": "compte-rendu.zip", "size_mb": 0.1, "document": {"kind": "xdm"}}
    findings = send(subject="XDM/1.0/DDM+CR NOMFICTIF Alix", attachments=[archive])["findings"]
    said = {finding["rule"]: finding["message"] for finding in findings}

    assert "L’archive est bonne, mais son nom" in said["archive-mal-nommee"]
    assert "porte un autre nom" in said["objet-xdm-sans-archive"]
    assert not any("pas d’archive" in message for message in said.values())

"""The sandbox and the assistant send readers to a rule of the guide by its id: each is there, once, with its remedy."""

from __future__ import annotations

from knowledge.pages import page_of


def test_every_send_rule_has_its_place_under_its_own_id(guide, base):
    page = guide.pages["regles-envoi/"]
    for rule in base.sections.send_rules:
        assert page_of(f"send_rules/{rule.id}") == f"regles-envoi/#{rule.id}"
        assert page.ids.count(rule.id) == 1, rule.id

"""The labelled cases that a webmail, or Mon espace santé, can make: the same outcome, through the whole post office."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.sandbox.attempt import Context
from bot.sandbox.store.people import World
from bot.sandbox.store.worlds import refresh_whitelist
from tests.conftest import load_cases
from tests.sandbox_store.documents import file_of
from tests.sandbox_store.scene import CLAIRE, HUGO, SAMIR, SECRETARY

SCREENS = ("webmail", "mobile", "patient_space", "legacy_app")
CASES = [case for case in load_cases("send.yaml") if case["attempt"]["channel"] in SCREENS]
WHO_ENTERS = {
    "cardiologie@ch-abcd.mssante.fr": CLAIRE,
    "officine@pharmacie-fictive.mssante.fr": SAMIR,
    "cabinet-tilleuls@medecin.zz.mssante.fr": HUGO,
    "contact@ehpad-fictif.mssante.fr": HUGO,
}
LEAVES = {
    "delivered",
    "delivered_with_notice",
    "allowed_bad_practice",
    "allowed_nonconformity",
    "warned",
    "delivered_not_integrated",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_case_ends_as_labelled(scene: Any, case: dict[str, Any]) -> None:
    attempt, expected = case["attempt"], case["expected"]
    context = dict(attempt.get("context", {}))
    set_up(scene, attempt, context)

    sent = submitted(scene, attempt, context)

    assert (sent.outcome, sent.decided_by) == (expected["outcome"], expected["decided_by"])
    what_was_done(scene, attempt, sent)


def set_up(scene: Any, attempt: dict[str, Any], context: dict[str, Any]) -> None:
    """The state of the world that the case tells as facts."""
    if context.pop("whitelist_refreshed", False):
        with scene.store.writing(scene.world_id) as session:
            refresh_whitelist(session, session.get_one(World, scene.world_id), scene.office.clock())
    if context.pop("recipient_auto_reply", False):
        scene.absent(attempt["to"][0])
    thread = context.pop("thread", "none")
    patient, professional = attempt["to"][:1], attempt["from"]
    if attempt["channel"] == "patient_space":
        patient, professional = [attempt["from"]], attempt["to"][0]
    if thread in ("open", "closed"):
        scene.send(professional, patient[0], subject="Premier message")
    if thread == "closed":
        scene.send(professional, patient[0], subject="[FIN]", text="")


def submitted(scene: Any, attempt: dict[str, Any], context: dict[str, Any]) -> Any:
    who, acting_as = attempt["from"], attempt.get("acting_as")
    if attempt["from_type"] == "MED":
        who = SECRETARY
    elif who in WHO_ENTERS:
        who, acting_as = WHO_ENTERS[who], who
    how = {"channel": attempt["channel"], "auth": attempt["auth"], "auth_state": attempt.get("auth_state", "ok")}
    text = attempt.get("body", "Bonjour" if "body_length" not in attempt else "a" * attempt["body_length"])
    return scene.send(
        who,
        acting_as=acting_as,
        sender=how,
        confirmed=True,
        context=msgspec.convert(context, Context),
        to=tuple(attempt["to"]),
        cc=tuple(attempt.get("cc", ())),
        bcc=tuple(attempt.get("bcc", ())),
        subject=attempt["subject"],
        text=text,
        files=tuple(file_of(a) for a in attempt.get("attachments", ())),
        read_receipt=attempt.get("mdn_requested", False),
        delivery_receipt=attempt.get("dsn_requested", False),
    )


def what_was_done(scene: Any, attempt: dict[str, Any], sent: Any) -> None:
    """The boxes agree with the outcome."""
    done = scene.addressees(sent)
    if sent.outcome in LEAVES:
        assert sent.state == "accepted"
        assert set(done.values()) == {"delivered"}
        for address in attempt["to"]:
            assert [
                line for line in scene.lines(address) + scene.lines(address, tree="patient") if line.kind == "ordinary"
            ]
    elif sent.outcome in ("bounced", "refused_peer"):
        assert sent.state == "accepted"
        box = next(line for line in [sent.sender])
        bounces = [kind for tree in ("professional", "patient") for kind in scene.kinds(box, tree=tree)]
        assert bounces == ["bounce"]
    elif sent.outcome != "operator_dependent":
        assert sent.state == "refused"
        assert set(done.values()) <= {"refused"}


def test_every_screen_case_was_played() -> None:
    assert len(CASES) >= 65

"""The labelled cases of groups B, D, E and H over a real socket: the outcome, the rule in the reply, the French words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import select

from bot.sandbox.attempt import Attempt, Context
from bot.sandbox.doors import House
from bot.sandbox.post.compose import compose
from bot.sandbox.post.letters import Letter
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.post.senders import Sender, desk_of
from bot.sandbox.store.people import World
from bot.sandbox.store.sends import Submission
from bot.sandbox.store.worlds import box_of, persona_of
from tests.conftest import load_cases
from tests.sandbox_store.documents import file_of
from tests.sandbox_store.scene import CARDIOLOGY, CLAIRE, HUGO, SAMIR, SECRETARY
from tests.smtp.door import Door, plain, xoauth2

WIRES = ("mail_client", "business_software", "connector", "application")
WHO_ENTERS = {
    CARDIOLOGY: CLAIRE,
    "officine@pharmacie-fictive.mssante.fr": SAMIR,
    "cabinet-tilleuls@medecin.zz.mssante.fr": HUGO,
}
SIGN_IN = ("B05", "B06", "B08", "B09", "B10", "B12", "B28", "B29")
LINK = ("H02", "H03")
ELSEWHERE = {
    "B07": "a session of a screen expires; a mail client has none",
    "B30": "the third-party tool shows this before it connects",
    "D06": "the limit of the former national application, on its own screen",
    "E19": "an automatic reply is written by the box itself",
    "H04": "nothing listens on port 25; the connection tester says why (test_connection.py)",
}
CASES = {case["id"]: case for case in load_cases("send.yaml") if case["id"][0] in "BDEH"}
PLAYED = [case for name, case in CASES.items() if name not in (*SIGN_IN, *LINK, *ELSEWHERE)]


class ToldOffice(PostOffice):
    """A post office told what no server sees: an intention, the answer of a person, what the recipient's software expects."""

    context = Context()
    documents: tuple[dict[str, Any], ...] = ()

    def submit(self, *given: Any, **told: Any) -> Submission:
        return super().submit(*given, **told, context=self.context)

    def _verdict(self, session: Any, desk: Any, attempt: Attempt, *rest: Any) -> Any:
        """The same files, with what their bytes do not say."""
        told = tuple(
            structs.replace(a, document=structs.replace(a.document, **document))
            for a, document in zip(attempt.attachments, self.documents, strict=False)
        )
        return super()._verdict(session, desk, structs.replace(attempt, attachments=told), *rest)


def unwritten(document: dict[str, Any]) -> dict[str, Any]:
    """What the bytes of a document do not say: whom and which version the recipient expects, if the PDF says the same."""
    told = {key: document[key] for key in ("pdf_matches_cda",) if key in document}
    if document.get("ins") == "other_person":
        told["ins"] = "other_person"
    if document.get("replaces") in ("outdated", "not_author"):
        told["replaces"] = document["replaces"]
    return told


@pytest.fixture
def office(rulebook: Any, fixtures: Any, clock: Any) -> ToldOffice:
    return ToldOffice(rulebook, fixtures, clock)


@pytest.mark.parametrize("case", PLAYED, ids=lambda case: case["id"])
def test_the_case_ends_as_labelled(case: dict[str, Any], house: House, opened: Callable[..., Door], scene: Any) -> None:
    attempt, expected = case["attempt"], case["expected"]
    assert isinstance(house.office, ToldOffice)
    house.office.context = msgspec.convert(attempt.get("context", {}), Context)
    house.office.documents = tuple(unwritten(a.get("document", {})) for a in attempt.get("attachments", ()))
    door = opened()
    who, box = people(attempt)

    reply = sent(door, attempt, who, box)

    refused = reply[0] in "45"
    outcome, decided_by, rules = judged(house, reply, refused)
    assert (outcome, decided_by) == (expected["outcome"], expected["decided_by"]), reply
    assert all(rule in reply for rule in rules)
    assert reply.startswith(("5", "4")) == refused
    told = " ".join(said for _, said in door.transcript(who))
    assert all(rule in told for rule in rules)
    if not refused and outcome in ("bounced", "refused_peer"):
        (notice,) = [line for line in scene.lines(box) if line.kind == "bounce"]
        text = scene.read(notice).text
        assert f"Règle : {rules[0]}" in text
        assert "Pourquoi : " in text


def people(attempt: dict[str, Any]) -> tuple[str, str]:
    """Who signs in, and the box the message leaves from."""
    if attempt["from_type"] == "MED":
        return SECRETARY, attempt.get("acting_as") or "personne@ch-abcd.mssante.fr"
    who = attempt["from"]
    return WHO_ENTERS.get(who, who), attempt.get("acting_as") or who


def sent(door: Door, attempt: dict[str, Any], who: str, box: str) -> str:
    """The reply that settles the attempt, made by a real client."""
    tool = attempt["channel"] if attempt["channel"] in WIRES else "mail_client"
    by_password = attempt["auth"] in ("client_certificate", "med_account") or (
        attempt["channel"] in WIRES and attempt["auth"] == "password"
    )
    signed_in = door.signed_in if by_password else door.with_token
    with signed_in(who, tool=tool) as client:
        code, text = client.mail(box)
        for address in attempt["to"]:
            if code == 250:
                options = ["NOTIFY=SUCCESS,FAILURE"] if attempt.get("dsn_requested") else []
                code, text = client.rcpt(address, options)
        if code == 250:
            code, text = client.data(message(door.house, attempt, who, box))
        return f"{code} {text.decode()}"


def message(house: House, attempt: dict[str, Any], who: str, box: str) -> bytes:
    """What a conforming tool writes, but for the headers that the case imposes."""
    documents = [a.get("document", {}) for a in attempt.get("attachments", ())]
    archives = [d for d in documents if d.get("kind") == "xdm"]
    with house.store.reading(1) as session:
        target = box_of(session, 1, box)
        sender = Sender(persona_id=persona_of(session, 1, who).id, box_id=target.id if target else None)
        label = desk_of(session, house.office.spaces, session.get_one(World, 1), sender).label
    letter = Letter(
        to=tuple(attempt["to"]),
        subject=attempt["subject"],
        text=attempt.get("body", "Bonjour"),
        files=tuple(file_of(a) for a in attempt.get("attachments", ())),
        read_receipt=attempt.get("mdn_requested", False),
        reply_to=CARDIOLOGY if attempt["from_type"] == "APP" else "",
    )
    raw = compose(letter, label, box, house.now(), f"<essai@{box.partition('@')[2]}>")
    imposed: dict[str, str | None] = {}
    if archives:
        imposed["X-MSS-INS"] = "O" if all(d.get("ins", "ok") in ("ok", "other_person") for d in archives) else "N"
        imposed["X-MSS-CODECDA"] = ",".join(["11488-4"] * archives[0].get("cda_count", 1))
    for name, value in (imposed | attempt.get("headers", {})).items():
        raw = re.sub(rb"(?im)^" + name.encode() + rb": .*\r\n(?:[ \t].*\r\n)*", b"", raw, count=1)
        raw = (f"{name}: {value}\r\n".encode() if value is not None else b"") + raw
    return raw


def judged(house: House, reply: str, refused: bool) -> tuple[str, str, list[str]]:
    """Outcome, decider and rules: those kept with the send, or those of the rule that a reply before DATA names."""
    with house.store.reading(1) as session:
        kept = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
    if kept is not None:
        return kept.outcome, kept.decided_by, [f["rule"] for f in kept.result["recipients"] if f["rule"]]
    assert refused
    entry = house.office.rulebook.rules[reply.split()[-1]].entry
    return entry.outcome or "", entry.decided_by or "", [entry.id]


# Cases that stop at the sign-in, or before


def told_as(house: House, case: str, rule: str) -> None:
    """The rule of a reply has the outcome and the decider of the case."""
    entry = house.office.rulebook.rules[rule].entry
    expected = CASES[case]["expected"]
    assert (entry.outcome, entry.decided_by) == (expected["outcome"], expected["decided_by"])


@pytest.fixture
def refusals(door: Door, clock: Any) -> dict[str, Callable[[], str]]:
    """The last reply of each attempt to sign in."""

    def by_password(login: str, secret: str, times: int = 1) -> str:
        with door.client() as client:
            for _ in range(times):
                _, text = client.docmd("AUTH", "PLAIN " + plain(login, secret))
        return text.decode().split()[-1]

    def by_token(login: str, hours: float = 0) -> str:
        token = door.tokens(CLAIRE)[0]
        clock.forward(hours=hours)
        with door.raw() as wire:
            wire.say("EHLO poste")
            wire.say(f"AUTH XOAUTH2 {xoauth2(login, token)}")
            return wire.say("").split()[-1]

    return {
        "B05": lambda: by_password(CLAIRE, "faux"),
        "B06": lambda: by_password("claire.durand", "faux"),
        "B08": lambda: by_password(CLAIRE, "faux", times=3),
        "B09": lambda: by_token(CLAIRE, hours=0.5),
        "B10": lambda: by_token(CLAIRE, hours=9),
        "B12": lambda: by_password(CARDIOLOGY, "celui-du-service"),
        "B28": lambda: by_password(CASES["B28"]["attempt"]["from"], door.password(CASES["B28"]["attempt"]["from"])),
        "B29": lambda: by_token(HUGO),
    }


@pytest.mark.parametrize("case", SIGN_IN)
def test_a_refused_sign_in_names_the_rule_of_the_case(
    case: str, house: House, refusals: dict[str, Callable[[], str]]
) -> None:
    told_as(house, case, refusals[case]())


def test_without_encryption_the_rule_of_the_case_is_named(door: Door, house: House) -> None:
    with door.raw(encrypted=False) as wire:
        wire.say("EHLO poste")
        told_as(house, "H02", wire.say(f"MAIL FROM:<{CLAIRE}>").split()[-1])


def test_implicit_encryption_on_this_port_names_the_rule_of_the_case(door: Door, house: House) -> None:
    with door.raw(encrypted=False) as wire:
        wire.send(b"\x16\x03\x01\x00\x05hello\r\n")
        told_as(house, "H03", wire.reply().split()[-1])


def test_every_case_of_the_four_groups_is_played_or_said_to_be_elsewhere() -> None:
    assert len(PLAYED) + len(SIGN_IN) + len(LINK) + len(ELSEWHERE) == len(CASES)
    assert len(PLAYED) >= 40

"""The only way a mail enters, whoever brings it: judged once, then everything it causes in one transaction.

Sent copy, deliveries, notices of non-delivery, receipts, automatic replies, journal: the caller's commit keeps all of
it or nothing. A door acknowledges only after that commit (`Store.writing`, or `PostOffice.submit_durably`).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs
from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from bot.sandbox.addresses import parse
from bot.sandbox.attempt import Attachment, Attempt, Context
from bot.sandbox.judge import judge
from bot.sandbox.post.aftermath import Aftermath
from bot.sandbox.post.checking import Panel, panel_of
from bot.sandbox.post.circumstances import boxes_among, contexts_of, habits_of
from bot.sandbox.post.compose import compose, folded, header_block, new_message_id
from bot.sandbox.post.documents import MB, File
from bot.sandbox.post.letters import (
    Envelope,
    Letter,
    attempt_of_letter,
    attempt_of_reading,
    files_hold_number,
    holds_real_number_in,
    refuse_form,
)
from bot.sandbox.post.mailroom import Kept, Letterbox
from bot.sandbox.post.reading import Reading, read, reread
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.post.senders import Desk, Sender, desk_of
from bot.sandbox.post.spaces import Spaces
from bot.sandbox.post.verdicts import Verdict, verdict_on
from bot.sandbox.rulebook import Rulebook
from bot.sandbox.settings import tools
from bot.sandbox.store.database import NAMES_ITS_WORLD, insert_rows, utc_now
from bot.sandbox.store.journal import note
from bot.sandbox.store.numbers import holds_real_number
from bot.sandbox.store.people import World
from bot.sandbox.store.sends import Addressee, Door, Submission, SubmissionState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import Mailbox, Tree
    from bot.sandbox.store.database import Store
    from bot.sandbox.store.mail import MessageKind
    from bot.sandbox.world import World as Space
    from knowledge.base import Base

NOT_KEPT = "(numéro non conservé)"
A_REAL_NUMBER = "1900199001990"
"""Shaped like somebody's (month 01): told to the judge in place of one found where it does not look. Never kept."""
TOO_BIG = "5.3.4"
"""Enhanced status of a message too big for the system (RFC 3463)."""


_WORLD_OF_ID = select(World).where(World.id == bindparam("the_world")).execution_options(**NAMES_ITS_WORLD)
_OF_KEY = (
    select(Submission)
    .where(Submission.world_id == bindparam("the_world"), Submission.idempotency_key == bindparam("the_key"))
    .execution_options(**NAMES_ITS_WORLD)
)


class WorldIsOver(LookupError):
    """The world has expired: nothing enters any more."""


class Rcpt(NamedTuple):
    """What SMTP answers to one RCPT TO."""

    accepted: bool
    reply: str
    rule: str | None
    message: str


class PostOffice:
    """Rules, fixtures and a clock; no state of its own, so that several doors and processes may each have one."""

    def __init__(self, rulebook: Rulebook, fixtures: Space, clock: Callable[[], datetime.datetime] = utc_now) -> None:
        self.rulebook = rulebook
        self.fixtures = fixtures
        self.spaces = Spaces(fixtures)
        self.clock = clock

    @classmethod
    def of(cls, base: Base, clock: Callable[[], datetime.datetime] = utc_now) -> PostOffice:
        """The post office of this base of knowledge and of the fictional world."""
        from bot.sandbox.world import load_world

        return cls(Rulebook.of(base), load_world(), clock)

    # Sending

    def submit(
        self,
        session: Session,
        world: World,
        sender: Sender,
        letter: Letter | bytes,
        *,
        door: Door,
        idempotency_key: str,
        envelope: Envelope | None = None,
        confirmed: bool = False,
        context: Context | None = None,
        keep_copy: bool | None = None,
    ) -> Submission:
        """Judge and carry out. The session must be a writing one; what is returned stands only once it has committed.

        A form is a `Letter`; the bytes of a wire come with their `envelope`. `context`: what a door or an exercise
        knows and no server sees. `keep_copy`: in the sender's folder of sent mail (by default, not for SMTP).
        `state` to_confirm: nothing was done; the same key again with `confirmed` does it.
        """
        if world.expires_at <= self.clock():
            raise WorldIsOver("world expired")
        before = self._before(session, world, idempotency_key)
        if before is not None and before.state == "accepted":
            return before
        parcel = Parcel(
            door=door,
            key=idempotency_key,
            confirmed=confirmed or door != "webmail",
            context=context or Context(),
            keep_copy=door != "smtp" if keep_copy is None else keep_copy,
            kind="ordinary",
            automatic="",
            parent_id=None,
        )
        return self.carry(session, world, sender, letter, envelope, parcel, before)

    def submit_durably(
        self, store: Store, world_id: int, sender: Sender, letter: Letter | bytes, **told: Any
    ) -> Submission:
        """The same with its own session: when this returns, what it says is on the disk."""
        for last in (False, True):
            try:
                with store.writing(world_id) as session:
                    return self.submit(session, self.world_of(session, world_id), sender, letter, **told)
            except IntegrityError:
                # Two doors brought the same key at once (PostgreSQL): the first one's answer is the answer.
                if last:
                    raise
        raise AssertionError("unreachable")

    def already_sent(self, session: Session, world: World, idempotency_key: str) -> Submission | None:
        """The send that this key named, if it was accepted."""
        before = self._before(session, world, idempotency_key)
        return before if before is not None and before.state == "accepted" else None

    def check(
        self,
        session: Session,
        world: World,
        sender: Sender,
        letter: Letter,
        *,
        context: Context | None = None,
        reveal: bool = False,
    ) -> Panel:
        """The dry run of the « avant d’envoyer » panel: each rule that bears on this send, kept or not, with its source.

        What only the servers will say (does the box exist?) is told with `reveal`, else left to be found out.
        """
        desk = desk_of(session, self.spaces, world, sender)
        try:
            verdict = self._verdict_on_letter(session, desk, letter, context or Context())
        except Unacceptable as error:
            return panel_of(None, desk.space, self.rulebook, error, reveal)
        return panel_of(verdict, desk.space, self.rulebook, None, reveal)

    # What a wire asks before the message

    def judge_sign_in(self, session: Session, world: World, sender: Sender) -> Rcpt:
        """May this persona open this box so? For AUTH and MAIL FROM."""
        desk = desk_of(session, self.spaces, world, sender)
        attempt = self._bare_attempt(desk, ())
        result = judge(attempt, desk.space, self.rulebook)
        for finding in result.findings:
            rule = self.rulebook.rules[finding.rule]
            if rule.entry.outcome == "refused_login" or rule.id == "med-sans-adresse":
                smtp = rule.smtp
                code = f"{smtp.code} {smtp.enhanced}" if smtp else "550 5.7.1"
                return Rcpt(False, f"{code} {rule.id}", rule.id, finding.message)
        return Rcpt(True, "250 2.1.0", None, "")

    def judge_recipient(self, session: Session, world: World, sender: Sender, address: str) -> Rcpt:
        """What the sender's operator answers to this recipient alone; the rest is known at the end of the message."""
        desk = desk_of(session, self.spaces, world, sender)
        if parse(address) is None:
            return Rcpt(False, "501 5.1.3 adresse-mal-formee", "adresse-mal-formee", self._said("adresse-mal-formee"))
        verdict = verdict_on(
            self._bare_attempt(desk, (address,)), (Context(),), desk.space, self.rulebook, tools()[sender.channel].door
        )
        fate = verdict.result.recipients[0]
        if verdict.deeds[0] != "refuse":
            return Rcpt(True, "250 2.1.5", fate.rule, "")
        rule = fate.rule or fate.outcome
        reply = verdict.smtp_reply
        return Rcpt(False, reply, rule, self._said(rule))

    def judge_size(self, session: Session, world: World, sender: Sender, octets: int) -> Rcpt:
        """What the sender's operator answers to the size announced with MAIL: that of the message once encoded."""
        desk = desk_of(session, self.spaces, world, sender)
        weight = Attachment(name="message", size_mb=octets * 3 / 4 / MB)
        attempt = structs.replace(self._bare_attempt(desk, ()), attachments=(weight,))
        for finding in judge(attempt, desk.space, self.rulebook).findings:
            smtp = self.rulebook.rules[finding.rule].smtp
            if smtp is not None and smtp.enhanced == TOO_BIG:
                return Rcpt(False, f"{smtp.code} {smtp.enhanced} {finding.rule}", finding.rule, finding.message)
        return Rcpt(True, "250 2.1.0", None, "")

    # The way of a message

    def carry(
        self,
        session: Session,
        world: World,
        sender: Sender,
        letter: Letter | bytes,
        envelope: Envelope | None,
        parcel: Parcel,
        before: Submission | None = None,
    ) -> Submission:
        """One message, from its judgement to its last effect. For `submit`, and for boxes that write alone."""
        desk = desk_of(session, self.spaces, world, sender)
        try:
            if isinstance(letter, Letter):
                reading = None
                verdict = self._verdict_on_letter(session, desk, letter, parcel.context, bool(parcel.automatic))
            else:
                reading, bcc = _without_bcc(read(letter))
                verdict = self._verdict_on_reading(session, desk, reading, envelope or Envelope(recipients=()), parcel)
        except Unacceptable as error:
            return self._refuse_form(session, desk, parcel, error, before)
        at = self.clock()
        if verdict.refused or (verdict.asks and not parcel.confirmed):
            stopped: SubmissionState = "refused" if verdict.refused else "to_confirm"
            submission = self._recorded(session, desk, parcel, verdict, stopped, before, at)
            self._note(session, desk, submission, "refused" if verdict.refused else "asked_to_confirm")
            return submission
        assert desk.box is not None  # noqa: S101 - the rules let nothing leave without a box
        if isinstance(letter, Letter):
            made = compose(
                letter,
                desk.label,
                desk.box.address,
                at,
                new_message_id(desk.box.address.rpartition("@")[2]),
                parcel.automatic,
            )
            reading, bcc = reread(made), letter.bcc
        elif parcel.door == "smtp" and reading is not None:
            reading = _completed(reading, desk.box, at)
        assert reading is not None  # noqa: S101 - read above, or just composed
        return self._apply(session, desk, verdict, reading, bcc, envelope, parcel, before, at)

    def _apply(
        self,
        session: Session,
        desk: Desk,
        verdict: Verdict,
        reading: Reading,
        bcc: tuple[str, ...],
        envelope: Envelope | None,
        parcel: Parcel,
        before: Submission | None,
        now: datetime.datetime,
    ) -> Submission:
        assert desk.box is not None  # noqa: S101 - see carry
        letterbox = Letterbox(session, desk.world.id, reading, parcel.kind, now)
        served = _served(verdict)
        kept = letterbox.copy(_bcc_prefix(bcc)) if parcel.keep_copy else None
        delivered: Kept | None = None
        if served:
            trace = _trace(desk.box, parcel.door, now, automatic=bool(parcel.automatic))
            delivered = letterbox.copy(trace, "" if parcel.automatic else desk.box.address)
        message_id = (kept or delivered or letterbox.copy()).message_id
        submission = self._recorded(session, desk, parcel, verdict, "accepted", before, now, message_id)
        if kept is not None:
            patients_only = all(facts["box"] == "patient" for facts in verdict.facts)
            letterbox.place(kept, desk.box, "sent", "patient" if patients_only else "professional", ("\\Seen",))
        aftermath = Aftermath(self, session, desk, verdict, reading, envelope, parcel, submission)
        tree: Tree = "patient" if desk.box.is_patient else "professional"
        for place, box in served:
            assert delivered is not None  # noqa: S101 - somebody is served
            placed = letterbox.place(delivered, box, "inbox", tree)
            aftermath.delivered(place, box, placed, delivered.thread)
        self._note(session, desk, submission, "sent")
        aftermath.settle()
        return submission

    # Judging

    def _verdict_on_letter(
        self, session: Session, desk: Desk, letter: Letter, context: Context, automatic: bool = False
    ) -> Verdict:
        refuse_form(letter)
        attempt = attempt_of_letter(desk, letter, context)
        if holds_real_number_in(letter):
            attempt = _with_a_real_number(attempt)
        return self._verdict(session, desk, attempt, letter.in_reply_to, automatic)

    def _verdict_on_reading(
        self, session: Session, desk: Desk, reading: Reading, envelope: Envelope, parcel: Parcel
    ) -> Verdict:
        attempt = attempt_of_reading(desk, reading, envelope, parcel.context)
        files = tuple(File(file.name, file.content, file.media_type) for file in reading.files)
        if reading.holds_real_number() or files_hold_number(files):
            attempt = _with_a_real_number(attempt)
        return self._verdict(session, desk, attempt, next(iter(reading.answered_ids), ""), reading.is_automatic)

    def _verdict(self, session: Session, desk: Desk, attempt: Attempt, answered: str, automatic: bool) -> Verdict:
        boxes = boxes_among(session, desk.world.id, attempt.recipients)
        habits = habits_of(session, desk.address, boxes, self.clock())
        absent = frozenset[int]() if automatic else habits.absent
        contexts = contexts_of(session, desk, attempt, boxes, answered, absent)
        verdict = verdict_on(attempt, contexts, desk.space, self.rulebook, tools()[attempt.channel].door)
        return verdict._replace(boxes=boxes, habits=habits)

    def _bare_attempt(self, desk: Desk, to: tuple[str, ...]) -> Attempt:
        return attempt_of_letter(desk, Letter(to=to, subject="Objet", text="Texte"), Context())

    def _said(self, rule: str) -> str:
        entry = self.rulebook.rules[rule].entry if rule in self.rulebook.rules else None
        return f"{entry.why} {entry.remedy}" if entry else ""

    # Writing it down

    def _before(self, session: Session, world: World, key: str) -> Submission | None:
        return session.scalar(_OF_KEY, {"the_world": world.id, "the_key": key[:200]})

    def _recorded(
        self,
        session: Session,
        desk: Desk,
        parcel: Parcel,
        verdict: Verdict,
        state: SubmissionState,
        before: Submission | None,
        at: datetime.datetime,
        message_id: int | None = None,
    ) -> Submission:
        result = verdict.result.as_json()
        if verdict.holds_real_number:
            for fate in result["recipients"]:
                if holds_real_number(fate["address"]):
                    fate["address"] = NOT_KEPT
        submission = self._row(
            session,
            desk,
            parcel,
            before,
            at=at,
            message_id=message_id,
            state=state,
            outcome=verdict.result.outcome,
            decided_by=verdict.result.decided_by,
            smtp_reply=verdict.smtp_reply,
            result=result,
        )
        fields = (
            ("to",) * len(verdict.attempt.to) + ("cc",) * len(verdict.attempt.cc) + ("bcc",) * len(verdict.attempt.bcc)
        )
        if before is not None:
            session.execute(
                delete(Addressee).where(Addressee.world_id == desk.world.id, Addressee.submission_id == submission.id)
            )
        done = {"deliver": "delivered", "bounce": "bounced", "refuse": "refused"}
        rows = [
            {
                "world_id": desk.world.id,
                "submission_id": submission.id,
                "position": place,
                "field": fields[place],
                "address": fate["address"],
                "outcome": fate["outcome"],
                "rule": fate["rule"],
                "state": done[verdict.deeds[place]] if state == "accepted" else "refused",
            }
            for place, fate in enumerate(result["recipients"])
        ]
        insert_rows(session, Addressee, rows)
        return submission

    def _refuse_form(
        self, session: Session, desk: Desk, parcel: Parcel, error: Unacceptable, before: Submission | None
    ) -> Submission:
        shape = error.shape
        code, _, enhanced = shape.smtp.partition(" ")
        finding = {
            "rule": shape.rule,
            "level": "block",
            "message": shape.message,
            "sources": [],
            "confidence": "high",
            "sandbox_assumption": "Forme refusée par le bac à sable, quelles que soient les règles de MSSanté.",
        }
        outcome, decided_by = (
            ("refused_client", "client") if parcel.door == "webmail" else ("refused_submission", "sender_operator")
        )
        result = {
            "outcome": outcome,
            "decided_by": decided_by,
            "smtp": {"stage": "data", "code": int(code), "enhanced": enhanced},
            "recipients": [],
            "findings": [finding],
        }
        submission = self._row(
            session, desk, parcel, before, at=self.clock(), state="refused", outcome=outcome, decided_by=decided_by,
            smtp_reply=error.smtp_reply, result=result,
        )  # fmt: skip
        self._note(session, desk, submission, "refused")
        return submission

    def _row(
        self, session: Session, desk: Desk, parcel: Parcel, before: Submission | None, **values: Any
    ) -> Submission:
        row = {
            **values,
            "door": parcel.door,
            "channel": desk.sender.channel,
            "persona_id": desk.persona.id,
            "mailbox_id": desk.box.id if desk.box else None,
            "parent_id": parcel.parent_id,
            "sender": desk.address,
        }
        if before is not None:
            for name, value in row.items():
                setattr(before, name, value)
        submission = before or Submission(world_id=desk.world.id, idempotency_key=parcel.key[:200], **row)
        session.add(submission)
        session.flush()
        return submission

    def _note(self, session: Session, desk: Desk, submission: Submission, act: Any) -> None:
        rules = sorted({fate["rule"] for fate in submission.result["recipients"] if fate["rule"]})
        if not rules:
            rules = [finding["rule"] for finding in submission.result["findings"][:1]]
        note(
            session,
            desk.world.id,
            act,
            submission.at,
            participant_id=desk.persona.participant_id,
            persona_id=desk.persona.id,
            mailbox_id=submission.mailbox_id,
            submission_id=submission.id,
            message_id=submission.message_id,
            door=submission.door,
            details={
                "outcome": submission.outcome,
                "rules": " ".join(rules)[:500],
                "channel": submission.channel,
                "from_kind": desk.box.type if desk.box is not None else "",
                "own_identity": "yes" if desk.sender.auth not in ("shared_password", "lent_password") else "no",
            },
        )

    def world_of(self, session: Session, world_id: int) -> World:
        """The world of this id. Raises WorldIsOver once it is gone."""
        world = session.scalar(_WORLD_OF_ID, {"the_world": world_id})
        if world is None:
            raise WorldIsOver("no such world")
        return world


class Parcel(NamedTuple):
    """How a message is brought: what is the same from its judgement to its last effect."""

    door: Door
    key: str
    confirmed: bool
    context: Context
    keep_copy: bool
    kind: MessageKind
    automatic: str
    parent_id: int | None


def _with_a_real_number(attempt: Attempt) -> Attempt:
    return structs.replace(attempt, body=f"{attempt.body or ''} {A_REAL_NUMBER}")


def _completed(reading: Reading, box: Mailbox, at: datetime.datetime) -> Reading:
    """With the Date and the Message-ID that a client forgot: submission adds them (RFC 6409 § 8.2, 8.3)."""
    missing = [
        (name, value)
        for name, value in (
            ("Date", format_datetime(at)),
            ("Message-ID", new_message_id(box.address.rpartition("@")[2])),
        )
        if reading.header(name) is None
    ]
    return reread(header_block(missing) + reading.raw) if missing else reading


def _without_bcc(reading: Reading) -> tuple[Reading, tuple[str, ...]]:
    """A client may leave Bcc in what it sends: nobody but the sender may read it. Nor may it write Return-Path."""
    hidden = tuple(name.address for name in reading.names("Bcc"))
    if reading.header("Bcc") is None and reading.header("Return-Path") is None:
        return reading, hidden
    end = reading.root.body[0]
    kept: list[bytes] = []
    dropping = False
    for line in reading.raw[:end].split(b"\r\n"):
        if line[:1] not in (b" ", b"\t"):
            dropping = line.lower().startswith((b"bcc:", b"bcc ", b"return-path:", b"return-path "))
        if not dropping:
            kept.append(line)
    return reread(b"\r\n".join(kept) + reading.raw[end:]), hidden


def _bcc_prefix(bcc: tuple[str, ...]) -> bytes:
    shown = [address.text for typed in bcc if (address := parse(typed)) and address.text.isascii()]
    return header_block([("Bcc", folded(shown, ", "))]) if shown else b""


def _served(verdict: Verdict) -> list[tuple[int, Mailbox]]:
    """The boxes that get the message, each once, with the place of the recipient they stand for."""
    found: dict[int, tuple[int, Mailbox]] = {}
    for place, (typed, deed) in enumerate(zip(verdict.attempt.recipients, verdict.deeds, strict=True)):
        address = parse(typed)
        box = verdict.boxes.get(address.text) if address else None
        if deed == "deliver" and box is not None:
            found.setdefault(box.id, (place, box))
    return list(found.values())


def _trace(box: Mailbox, door: Door, at: datetime.datetime, *, automatic: bool) -> bytes:
    """What the way adds. Host names are of the fictional operators; no address of anybody's machine."""
    domain = box.address.rpartition("@")[2]
    path = "<>" if automatic else f"<{box.address}>"
    way = f"from {door}.{domain}\r\n by mta.{domain} with ESMTPSA id {uuid.uuid4().hex[:16]};\r\n {format_datetime(at)}"
    return header_block([("Return-Path", path), ("Received", way)])

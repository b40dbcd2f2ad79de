"""What a message causes once it lies in the boxes, in the same transaction: notices, receipts, replies, exchanges."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from bot.sandbox.addresses import parse
from bot.sandbox.attempt import Context
from bot.sandbox.post import patients
from bot.sandbox.post.answers import answer_text, answer_to, answers, delay
from bot.sandbox.post.bounce import Failed, bounce, taken_in_charge
from bot.sandbox.post.compose import compose, new_message_id
from bot.sandbox.post.documents import File
from bot.sandbox.post.mailroom import Letterbox
from bot.sandbox.post.reading import reread
from bot.sandbox.post.receipts import CODES, answered_by, integrated, mdn
from bot.sandbox.post.senders import Sender
from bot.sandbox.receipts import mdn_of
from bot.sandbox.store.boxes import Access, AutoReply, AutoReplySent, ForwardRule, Mailbox
from bot.sandbox.store.database import NAMES_ITS_WORLD, insert_row, insert_rows
from bot.sandbox.store.journal import note
from bot.sandbox.store.mail import Delivery, Message, ReceiptRequest
from bot.sandbox.store.people import Persona
from bot.sandbox.store.sends import PlannedAnswer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.sandbox.post.letters import Envelope, Letter
    from bot.sandbox.post.post_office import Parcel, PostOffice
    from bot.sandbox.post.reading import Reading
    from bot.sandbox.post.senders import Desk
    from bot.sandbox.post.verdicts import Verdict
    from bot.sandbox.store.deliveries import Placed
    from bot.sandbox.store.mail import MessageKind
    from bot.sandbox.store.sends import Submission

_PER_PERSON = ("PER", "ORG", "CAB")


_FORWARDS = (
    select(ForwardRule)
    .where(
        ForwardRule.world_id == bindparam("the_world"),
        ForwardRule.mailbox_id.in_(bindparam("the_boxes", expanding=True)),
        ForwardRule.active.is_(True),
    )
    .execution_options(**NAMES_ITS_WORLD)
)


class Aftermath:
    """The effects of one send. `delivered` notes each one; `settle` does what waits for the last."""

    def __init__(
        self,
        office: PostOffice,
        session: Session,
        desk: Desk,
        verdict: Verdict,
        reading: Reading,
        envelope: Envelope | None,
        parcel: Parcel,
        submission: Submission,
    ) -> None:
        self.office = office
        self.session = session
        self.desk = desk
        self.verdict = verdict
        self.reading = reading
        self.envelope = envelope
        self.parcel = parcel
        self.submission = submission
        self.now = submission.at
        assert desk.box is not None  # noqa: S101 - nothing leaves without a box
        self.box = desk.box
        self.mdn = mdn_of(verdict.attempt)
        self.placed: list[tuple[int, Mailbox, Placed, str]] = []

    def delivered(self, place: int, box: Mailbox, placed: Placed, thread: str) -> None:
        """The message lies in this inbox."""
        self.placed.append((place, box, placed, thread))
        facts = self.verdict.facts[place]
        if self.mdn in ("asked", "elsewhere") and facts["reader"] in ("person", "patient"):
            self._ask_receipt(box, placed)
        if self.mdn == "asked" and (facts["integration"] == "done" or facts["integration"] in CODES):
            self._integration_receipt(box, facts["integration"])
        if box.is_patient and not self.box.is_patient:
            self._exchange(box, thread)

    def settle(self) -> None:
        """Everything else, once every recipient was served."""
        self._notices()
        self._receipt_brought()
        if self.parcel.kind == "ordinary" and not self.reading.is_automatic and not self.parcel.automatic:
            self._boxes_that_write_alone()
            self._plan_answers()

    # Patients

    def _exchange(self, patient: Mailbox, thread: str) -> None:
        attempt = self.verdict.attempt
        contact = patients.contact_box(self.session, self.box, attempt)
        if contact is None:
            return
        closing = patients.closing_of(attempt)
        change = patients.after_delivery(self.session, patient, contact, thread, closing, self.now)
        if change:
            self._note(
                "exchange_opened" if change == "opened" else "exchange_closed",
                {"by": closing or "", "patient": str(patient.id)},
            )

    # Receipts

    def _ask_receipt(self, box: Mailbox, placed: Placed) -> None:
        wanted = self.verdict.attempt.header("Disposition-Notification-To")[1]
        address = parse(wanted) if wanted else None
        row = {
            "world_id": box.world_id,
            "delivery_id": placed.delivery_id,
            "mailbox_id": box.id,
            "recipient": box.address,
            "wanted_by": address.text if address else self.box.address,
            "elsewhere": self.mdn == "elsewhere",
            "state": "pending",
            "asked_at": self.now,
            "answered_at": None,
        }
        insert_row(self.session, ReceiptRequest, row)

    def _integration_receipt(self, box: Mailbox, integration: str) -> None:
        files = [File(f.name, f.content) for f in self.reading.files] if integration in CODES else []
        small = files if sum(len(f.content) for f in files) < 5_000_000 else []
        raw = mdn(
            integrated(self.reading, integration),
            self.reading,
            label=box.holder,
            address=box.address,
            to=self.box.address,
            at=self.now,
            files=small,
        )
        self.drop(raw, self.box, "mdn", from_patient=False, act="receipt_received")

    def _receipt_brought(self) -> None:
        """A mail client answered the question itself: the receipt it sent closes it in every tool."""
        about = answered_by(self.reading)
        if about is None:
            return
        requests = self.session.scalars(
            select(ReceiptRequest)
            .join(Delivery, Delivery.id == ReceiptRequest.delivery_id)
            .join(Message, Message.id == Delivery.message_id)
            .where(
                ReceiptRequest.world_id == self.box.world_id,
                ReceiptRequest.mailbox_id == self.box.id,
                Message.message_id == about,
            )
        )
        for request in requests:
            request.state, request.answered_at = "sent", self.now
        self.session.flush()

    # Notices of the service

    def _notices(self) -> None:
        if self.parcel.automatic:
            return  # an empty Return-Path: nobody is told (RFC 5321 § 4.5.5)
        failed: dict[tuple[str, bool], list[Failed]] = {}
        served: dict[tuple[str, bool], list[str]] = {}
        own = self.box.address.rpartition("@")[2]
        attempt, envelope = self.verdict.attempt, self.envelope
        originals = envelope.originals if envelope else {}
        for place, (typed, deed) in enumerate(zip(attempt.recipients, self.verdict.deeds, strict=True)):
            address = parse(typed)
            if address is None:
                continue
            facts, fate = self.verdict.facts[place], self.verdict.result.recipients[place]
            patient = facts["server"] == "patient_space"
            wanted = envelope.notify.get(typed, frozenset()) if envelope else frozenset()
            if deed == "bounce" and fate.rule and "NEVER" not in wanted and (not wanted or "FAILURE" in wanted):
                reporter = address.domain if patient else own
                failed.setdefault((reporter, patient), []).append(
                    Failed(address.text, self.office.rulebook.rules[fate.rule], originals.get(typed, ""))
                )
            asked = "SUCCESS" in wanted if envelope else attempt.dsn_requested
            if deed == "deliver" and asked and facts["place"] == "listed":
                served.setdefault((address.domain, patient), []).append(address.text)
        told = {"envelope_id": envelope.envelope_id if envelope else ""}
        for (reporter, patient), failures in failed.items():
            raw = bounce(
                failures,
                self.reading,
                reporter=reporter,
                to=self.box.address,
                at=self.now,
                headers_only=envelope.headers_only if envelope else False,
                **told,
            )
            rules = " ".join(sorted({f.rule.id for f in failures}))
            self.drop(raw, self.box, "bounce", from_patient=patient, act="bounce_received", details={"rules": rules})
        for (reporter, patient), addresses in served.items():
            by_address = {known.text: told_as for typed, told_as in originals.items() if (known := parse(typed))}
            raw = taken_in_charge(
                addresses,
                self.reading,
                reporter=reporter,
                to=self.box.address,
                at=self.now,
                originals=by_address,
                **told,
            )
            self.drop(raw, self.box, "dsn", from_patient=patient, act="receipt_received")

    def drop(
        self,
        raw: bytes,
        box: Mailbox,
        kind: MessageKind,
        *,
        from_patient: bool,
        act: str = "",
        details: dict[str, str] | None = None,
    ) -> None:
        """A message of the service itself into an inbox."""
        message_id = drop(self.session, raw, box, kind, from_patient=from_patient, at=self.now)
        if act:
            note(
                self.session,
                box.world_id,
                act,  # type: ignore[arg-type]
                self.now,
                persona_id=self.desk.persona.id,
                participant_id=self.desk.persona.participant_id,
                mailbox_id=box.id,
                submission_id=self.submission.id,
                message_id=message_id,
                door="box",
                details=details,
            )

    def _note(self, act: str, details: dict[str, str]) -> None:
        note(
            self.session,
            self.box.world_id,
            act,  # type: ignore[arg-type]
            self.now,
            participant_id=self.desk.persona.participant_id,
            persona_id=self.desk.persona.id,
            mailbox_id=self.box.id,
            submission_id=self.submission.id,
            message_id=self.submission.message_id,
            door=self.parcel.door,
            details=details,
        )

    # Boxes that write alone

    def _boxes_that_write_alone(self) -> None:
        if not self.placed:
            return
        boxes = {box.id: box for _, box, _, _ in self.placed}
        habits = self.verdict.habits
        for box_id in sorted(habits.absent & set(boxes)):
            self._auto_reply(boxes[box_id])
        if forwarding := sorted(habits.forwards & set(boxes)):
            given = {"the_world": self.box.world_id, "the_boxes": forwarding}
            for rule in self.session.scalars(_FORWARDS, given).all():
                self._forward(rule, boxes[rule.mailbox_id])
        for box in boxes.values():
            if box.state == "auto_reply":
                self._test_box(box)

    def _test_box(self, box: Mailbox) -> None:
        """A robot of Mon espace santé, which nobody signs in to: it answers by itself (rule patient-boite-d-essai)."""
        letter = answer_to(self.reading, self.box.address, answers().test_box)
        message_id = new_message_id(box.address.rpartition("@")[2])
        raw = compose(letter, box.holder, box.address, self.now, message_id, "auto-replied")
        self.drop(raw, self.box, "auto_reply", from_patient=True, act="auto_replied")

    def _auto_reply(self, box: Mailbox) -> None:
        """The habits of the box said that it is due: in force, and this correspondent was not told yet."""
        row = self.session.scalars(
            select(AutoReply).where(AutoReply.world_id == box.world_id, AutoReply.mailbox_id == box.id)
        ).one()
        self.session.add(
            AutoReplySent(world_id=box.world_id, auto_reply_id=row.id, address=self.box.address, at=self.now)
        )
        letter = answer_to(self.reading, self.box.address, row.text, subject=row.subject)
        self._write_alone(box, letter, "auto_reply", "auto_replied")

    def _forward(self, rule: ForwardRule, box: Mailbox) -> None:
        """Everything, or what sorting takes for a document to integrate (dossier § 2.4)."""
        technical = self.verdict.attempt.subject.lstrip().upper().startswith("XDM/1.0/DDM")
        archive = any(file.name.strip().lower() == "ihe_xdm.zip" for file in self.reading.files)
        if rule.documents_only and not (technical or archive):
            return
        from bot.sandbox.post.letters import Letter

        letter = Letter(
            to=(rule.target,),
            subject=f"TR: {self.reading.subject}"[:500],
            text=f"Transféré automatiquement depuis {box.address}\n\n{self.reading.text}",
            files=tuple(File(file.name, file.content, file.media_type) for file in self.reading.files),
        )
        self._write_alone(box, letter, "forward", "forwarded")

    def _write_alone(self, box: Mailbox, letter: Letter, kind: MessageKind, act: str) -> None:
        from bot.sandbox.post.post_office import Parcel

        persona = holder_of(self.session, box)
        if persona is None:
            return
        parcel = Parcel(
            door="box",
            key=f"{kind}-{uuid.uuid4().hex}",
            confirmed=True,
            context=Context(),
            keep_copy=False,
            kind=kind,
            automatic="auto-replied" if kind == "auto_reply" else "auto-generated",
            parent_id=self.submission.id,
        )
        sender = Sender(
            persona_id=persona.id,
            box_id=box.id,
            channel="patient_space" if box.is_patient else "auto_reply" if kind == "auto_reply" else "forward_rule",
            auth="password" if box.is_patient else "none",
        )
        sent = self.office.carry(self.session, self.desk.world, sender, letter, None, parcel)
        note(
            self.session,
            box.world_id,
            act,  # type: ignore[arg-type]
            self.now,
            mailbox_id=box.id,
            submission_id=sent.id,
            door="box",
            details={"outcome": sent.outcome},
        )

    # Those that nobody plays

    def _plan_answers(self) -> None:
        wanted = [
            (box, placed, thread)
            for place, box, placed, thread in self.placed
            if (box.type in _PER_PERSON or (box.is_patient and box.state == "open"))
            and box.id != self.box.id
            and patients.closing_of(self.verdict.attempt) is None
        ]
        if not wanted:
            return
        ids = [box.id for box, _, _ in wanted]
        played = self.verdict.habits.played
        told: set[tuple[int, str]] = set()
        if self.reading.answered_ids:
            asked = select(PlannedAnswer.mailbox_id, PlannedAnswer.thread).where(
                PlannedAnswer.world_id == self.box.world_id, PlannedAnswer.mailbox_id.in_(ids)
            )
            told = {(box_id, thread) for box_id, thread in self.session.execute(asked)}
        rows = [
            {
                "world_id": box.world_id,
                "delivery_id": placed.delivery_id,
                "mailbox_id": box.id,
                "thread": thread,
                "due_at": self.now + delay(),
                "text": answer_text(box, thread),
            }
            for box, placed, thread in wanted
            if box.id not in played and (box.id, thread) not in told
        ]
        insert_rows(self.session, PlannedAnswer, rows)


def drop(session: Session, raw: bytes, box: Mailbox, kind: MessageKind, *, from_patient: bool, at: object) -> int:
    """A message of the service into the inbox of the right tree; its row's id."""
    letterbox = Letterbox(session, box.world_id, reread(raw), kind, at)  # type: ignore[arg-type]
    kept = letterbox.copy(b"Return-Path: <>\r\n")
    letterbox.place(kept, box, "inbox", "patient" if from_patient else "professional")
    return kept.message_id


def holder_of(session: Session, box: Mailbox) -> Persona | None:
    """In whose name a box writes alone: its holder, else the first of its access list."""
    return session.scalars(
        select(Persona)
        .join(Access, (Access.persona_id == Persona.id) & (Access.world_id == Persona.world_id))
        .where(Access.world_id == box.world_id, Access.mailbox_id == box.id, Access.right != "delegate")
        .order_by(Access.right.desc(), Persona.id)
    ).first()

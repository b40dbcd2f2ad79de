"""What people do in a world, in words short enough for a test."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from bot.sandbox.post import opening
from bot.sandbox.post.due import deliver_due
from bot.sandbox.post.letters import Envelope, Letter
from bot.sandbox.post.mailroom import raw_of
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.post.reading import Reading, reread
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import worlds
from bot.sandbox.store.boxes import AutoReply, Folder, ForwardRule
from bot.sandbox.store.database import Store
from bot.sandbox.store.folders import special_folder
from bot.sandbox.store.listing import Line, page
from bot.sandbox.store.mail import Message
from bot.sandbox.store.people import Journal, World
from bot.sandbox.store.sends import Addressee, Exchange, Submission

CLAIRE = "claire.durand@ch-abcd.mssante.fr"
HUGO = "hugo.leroy@medecin.zz.mssante.fr"
JULIE = "julie.simon@pro.zz.mssante.fr"
INES = "ines.moreau@infirmier.zz.mssante.fr"
CARDIOLOGY = "cardiologie@ch-abcd.mssante.fr"
SECRETARY = "med-cardiologie"
PHARMACY = "officine@pharmacie-fictive.mssante.fr"
SAMIR = "samir.benali@pharmacien.zz.mssante.fr"
ALIX = "279139999901254@patient.mssante.fr"
CAMILLE = "118139999900395@patient.mssante.fr"
NOBODY = "parti.hier@ch-efgh.mssante.fr"
FULL = "boite.pleine@ch-efgh.mssante.fr"
OUTSIDE = "paul.martin@courriel-perso.example"
DPI = "noreply@ch-abcd.mssante.fr"


class Scene:
    """A world and its post office."""

    def __init__(self, store: Store, office: PostOffice, world_id: int) -> None:
        self.store = store
        self.office = office
        self.world_id = world_id

    # Sending

    def send(
        self,
        who: str = CLAIRE,
        *to: str,
        acting_as: str | None = None,
        key: str | None = None,
        confirmed: bool = False,
        context: Any = None,
        sender: dict[str, Any] | None = None,
        **letter: Any,
    ) -> Submission:
        """One letter from the webmail, by default to Hugo."""
        form = Letter(**{"to": to or (HUGO,), "subject": "Avis", "text": "Bonjour, merci de votre avis.", **letter})
        with self.store.writing(self.world_id) as session:
            return self.office.submit(
                session,
                session.get_one(World, self.world_id),
                self.sender(session, who, acting_as, **(sender or {})),
                form,
                door="webmail",
                idempotency_key=key or uuid.uuid4().hex,
                confirmed=confirmed,
                context=context,
            )

    def submit_raw(
        self, raw: bytes, *to: str, who: str = CLAIRE, key: str | None = None, envelope: Any = None, **told: Any
    ) -> Submission:
        """The bytes of a mail client."""
        with self.store.writing(self.world_id) as session:
            return self.office.submit(
                session,
                session.get_one(World, self.world_id),
                self.sender(session, who, channel="mail_client", auth="token"),
                raw,
                door="smtp",
                idempotency_key=key or uuid.uuid4().hex,
                envelope=envelope or Envelope(recipients=to or (HUGO,)),
                **told,
            )

    def sender(self, session: Any, who: str, acting_as: str | None = None, **how: Any) -> Sender:
        persona = worlds.persona_of(session, self.world_id, who)
        box = worlds.box_of(session, self.world_id, acting_as) if acting_as else None
        if who.endswith("@patient.mssante.fr"):
            how = {"channel": "patient_space", "auth": "password", **how}
        return Sender(persona_id=persona.id, box_id=box.id if box else None, **how)

    def check(
        self, who: str = CLAIRE, *to: str, reveal: bool = False, acting_as: str | None = None, **letter: Any
    ) -> Any:
        form = Letter(**{"to": to or (HUGO,), "subject": "Avis", "text": "Bonjour", **letter})
        with self.store.reading(self.world_id) as session:
            world = session.get_one(World, self.world_id)
            return self.office.check(session, world, self.sender(session, who, acting_as), form, reveal=reveal)

    # Looking

    def folder(self, session: Any, address: str, use: Any = "inbox", tree: Any = "professional") -> Folder:
        box = worlds.box_of(session, self.world_id, address)
        assert box is not None
        return special_folder(session, box, use, tree)

    def lines(self, address: str, use: Any = "inbox", tree: Any = "professional", **how: Any) -> list[Line]:
        """What lies in a folder, newest first."""
        with self.store.reading(self.world_id) as session:
            return page(session, self.folder(session, address, use, tree), **how)[0]

    def kinds(self, address: str, use: Any = "inbox", tree: Any = "professional") -> list[str]:
        return [line.kind for line in self.lines(address, use, tree)]

    def raw(self, line: Line) -> bytes:
        with self.store.reading(self.world_id) as session:
            return raw_of(session, session.get_one(Message, line.message_id))

    def read(self, line: Line) -> Reading:
        return reread(self.raw(line))

    def journal(self) -> list[str]:
        with self.store.reading(self.world_id) as session:
            return list(session.scalars(select(Journal.act).order_by(Journal.id)))

    def count(self, model: Any) -> int:
        with self.store.reading(self.world_id) as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def addressees(self, submission: Submission) -> dict[str, str]:
        with self.store.reading(self.world_id) as session:
            found = session.execute(
                select(Addressee.address, Addressee.state)
                .where(Addressee.submission_id == submission.id)
                .order_by(Addressee.position)
            )
            return {address: state for address, state in found}  # noqa: C416

    def exchanges(self) -> list[str]:
        with self.store.reading(self.world_id) as session:
            return list(session.scalars(select(Exchange.state).where(Exchange.state != "known").order_by(Exchange.id)))

    # Acting

    def open(self, who: str, line: Line) -> Any:
        with self.store.writing(self.world_id) as session:
            persona = worlds.persona_of(session, self.world_id, who)
            return opening.open_message(session, self.world_id, persona, line.delivery_id, self.office.clock())

    def answer_receipt(self, who: str, line: Line, *, accept: bool) -> bool:
        with self.store.writing(self.world_id) as session:
            persona = worlds.persona_of(session, self.world_id, who)
            return opening.answer_receipt(
                session, self.world_id, persona, line.delivery_id, self.office.clock(), accept=accept
            )

    def play_the_others(self) -> int:
        with self.store.writing(self.world_id) as session:
            return deliver_due(session, self.office, session.get_one(World, self.world_id))

    def absent(self, address: str, text: str = "Je suis absent.", **when: Any) -> None:
        with self.store.writing(self.world_id) as session:
            box = worlds.box_of(session, self.world_id, address)
            session.add(AutoReply(world_id=self.world_id, mailbox_id=box.id, text=text, **when))

    def forwards(self, address: str, target: str, **how: Any) -> None:
        with self.store.writing(self.world_id) as session:
            box = worlds.box_of(session, self.world_id, address)
            session.add(ForwardRule(world_id=self.world_id, mailbox_id=box.id, target=target, **how))

    def taken(self, who: str, pseudonym: str) -> int:
        """Somebody of the class plays this persona."""
        with self.store.writing(self.world_id) as session:
            world = session.get_one(World, self.world_id)
            participant, _ = worlds.join(session, world, pseudonym, self.office.clock())
            worlds.take_persona(
                session, participant, worlds.persona_of(session, self.world_id, who), self.office.clock()
            )
            return participant.id


def wire(subject: str = "Avis", text: str = "Bonjour", sender: str = CLAIRE, **headers: str) -> bytes:
    """A message as a conforming mail client writes it."""
    lines = {
        "From": f"Claire Durand <{sender}>",
        "To": HUGO,
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 10:00:00 +0100",
        "Message-ID": f"<{uuid.uuid4().hex}@ch-abcd.mssante.fr>",
        "X-MSS-NIL": "ESSAI",
        "X-MSS-INS": "N",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return (head + "\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()

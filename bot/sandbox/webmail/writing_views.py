"""Write, check, send, and read what became of it. The post office judges; the screen only asks and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.addresses import parse
from bot.sandbox.post.documents import File
from bot.sandbox.post.letters import holds_real_number_in
from bot.sandbox.post.mailroom import raw_of
from bot.sandbox.post.patients import threads_with
from bot.sandbox.post.reading import reread
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import deliveries, directory
from bot.sandbox.store.boxes import Favourite, Folder, Mailbox, Signature
from bot.sandbox.store.mail import Delivery, Draft, Message
from bot.sandbox.store.numbers import RealNumber
from bot.sandbox.store.sends import Addressee, Submission
from bot.sandbox.webmail import casting, drafts
from bot.sandbox.webmail.answering import anew_with, answered_with, forwarded_with, not_reached
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.correspondents import correspondents_of
from bot.sandbox.webmail.documents import on_the_shelf
from bot.sandbox.webmail.folders_views import noted
from bot.sandbox.webmail.message_views import opened_at, sent_copy
from bot.sandbox.webmail.showing import decider_words, fates_said, findings_said, outcome_words, rule_said
from bot.sandbox.webmail.written import THREAD_ID, Written, situations
from bot.web.shell import page
from knowledge.naming import fold

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from bot.sandbox.post.checking import Panel
    from bot.sandbox.webmail.rooms import Desk, Rooms

SUGGESTED = 8
CONFIRM = "confirme"


def writing_routes(bp: Blueprint, rooms: Rooms) -> None:
    """The writing screen and what follows it."""

    @bp.get("/b/<int:persona>/<int:box>/nouveau", endpoint="new")
    def new(persona: int, box: int) -> ResponseReturnValue:
        """An empty sheet, or one with a correspondent of the directory (by the number of the box)."""
        with rooms.desk() as desk:
            written = Written(tree="patient" if request.args.get("arbre") == "patient" else "professional")
            wanted = request.args.get("a", "")
            if wanted.isdecimal() and len(wanted) < 18:
                written.to = _address_of(desk, int(wanted))
            written.text = _signature(desk)
            return sheet(desk, written)

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>/repondre", endpoint="reply")
    def reply(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            opened = opened_at(desk, delivery)
            reading = reread(raw_of(desk.session, opened.message))
            everyone = request.args.get("tous") == "1"
            return sheet(desk, answered_with(desk, opened, reading, _signature(desk), everyone=everyone))

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>/transferer", endpoint="forward")
    def forward(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            opened = opened_at(desk, delivery)
            reading = reread(raw_of(desk.session, opened.message))
            return sheet(desk, forwarded_with(desk, opened, reading, _signature(desk)))

    @bp.get("/b/<int:persona>/<int:box>/message/<int:delivery>/reprendre", endpoint="again")
    def again(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        """A message of one's own, to correct and send again: to those only who did not get it, if there are any."""
        with rooms.desk() as desk:
            opened = opened_at(desk, delivery)
            reading = reread(raw_of(desk.session, opened.message))
            lost = not_reached(desk, opened.message.id)
            return sheet(desk, anew_with(opened, reading, lost), told="revenus" if lost else "")

    @bp.get("/b/<int:persona>/<int:box>/brouillon/<int:delivery>", endpoint="open_draft")
    def open_draft(persona: int, box: int, delivery: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            draft = drafts.at_delivery(desk, delivery)
            return sheet(desk, drafts.written_in(draft), draft=draft)

    @bp.post("/b/<int:persona>/<int:box>/brouillon", endpoint="save_draft")
    def save_draft(persona: int, box: int) -> ResponseReturnValue:
        """What the page saves by itself."""
        written = Written.from_form(request.form)
        now = rooms.now()
        try:
            with rooms.desk(writing=True) as desk:
                understand(desk, written)
                drafts.save(desk, written, now)
        except (RealNumber, drafts.DraftRefused) as error:
            return {"message": str(error)}, 422
        return {"message": f"Brouillon enregistré à {rooms.hour(now)}."}

    @bp.post("/b/<int:persona>/<int:box>/correspondants", endpoint="people")
    def people(persona: int, box: int) -> ResponseReturnValue:
        """Correspondents whose name or address holds what is being typed."""
        with rooms.desk() as desk:
            found = suggested(desk, request.form.get("texte", "")[:80], request.form.get("cote", ""))
            known = correspondents_of(desk)
            return {"people": [{"address": known.label(b.address), "label": _label(rooms, b)} for b in found]}

    @bp.post("/b/<int:persona>/<int:box>/ecrire", endpoint="write")
    def write(persona: int, box: int) -> ResponseReturnValue:
        """Check, send, keep, join, take off or throw away: whatever the button says."""
        written = Written.from_form(request.form)
        wanted = request.form.get("faire", "verifier")
        files = drafts.uploaded(request.files.getlist("fichier"))
        now = rooms.now()
        with rooms.desk(writing=True) as desk:
            understand(desk, written)
            try:
                if wanted in ("envoyer", CONFIRM):
                    return _sent(desk, written, files, now, confirmed=wanted == CONFIRM)
                draft = drafts.save(desk, written, now, files)
            except RealNumber as error:
                return sheet(desk, written.without_numbers(), refused=str(error), said=[_said(error.rule)]), 422
            except drafts.DraftRefused as error:
                return sheet(desk, written, refused=str(error), draft=_text_kept(desk, written, now)), 422
            if wanted == "brouillon":
                return redirect(url_for("sandbox.folder", folder=_drafts_folder(desk, written), fait="brouillon"), 303)
            if wanted == "jeter":
                back = _drafts_folder(desk, written)
                if draft is not None:
                    drafts.discard(desk, draft)
                return redirect(url_for("sandbox.folder", folder=back, fait="brouillon-efface"), 303)
            if wanted.startswith("retirer-") and draft is not None and wanted[8:].isdecimal():
                drafts.remove_file(desk, draft, int(wanted[8:]), now)
                return sheet(desk, written, draft=draft)
            if wanted == "joindre":
                return sheet(desk, written, draft=draft, told="joint")
            return _checked(desk, written, draft, reveal=wanted == "reveler")

    @bp.get("/b/<int:persona>/<int:box>/envoi/<int:submission>", endpoint="sent")
    def sent(persona: int, box: int, submission: int) -> ResponseReturnValue:
        """What became of each recipient, and why."""
        with rooms.desk() as desk:
            found = desk.session.scalar(
                select(Submission).where(
                    Submission.world_id == desk.world.id,
                    Submission.id == submission,
                    Submission.mailbox_id == desk.box.id,
                    Submission.persona_id == desk.persona.id,
                )
            )
            if found is None:
                abort(404, "Cet envoi n’est pas le vôtre.")
            return result(desk, found)

    def sheet(desk: Desk, written: Written, **more: Any) -> str:
        """The writing screen."""
        draft: Draft | None = more.pop("draft", None)
        side = "patient" if desk.box.is_patient else "professional"
        return page(
            "sandbox/write.html",
            desk=desk,
            chrome=chrome_of(desk),
            written=written,
            known=correspondents_of(desk),
            joined=drafts.files_of(desk.session, draft),
            carried=[file.name for file in _carried(desk, written)],
            shelf=on_the_shelf(),
            situations=situations(side),
            favourites=_favourites(desk),
            patients=_patients(desk) if written.tree == "patient" and not desk.box.is_patient else [],
            contacts=_contacts(desk) if desk.box.is_patient else [],
            **more,
        )

    def _checked(desk: Desk, written: Written, draft: Draft | None, *, reveal: bool) -> str:
        letter = _letter(desk, written, draft)
        panel = rooms.office.check(
            desk.session,
            desk.world,
            sender_at(desk),
            letter,
            context=_context(desk, written),
            reveal=reveal,
        )
        broken = " ".join(line.rule for line in panel.broken)
        noted(
            desk,
            "checked",
            rooms.now(),
            outcome=panel.outcome,
            rules=broken[:500],
            aimed=" ".join(_published(desk, (*letter.to, *letter.cc, *letter.bcc)))[:2_000],
            files=str(len(letter.files)),
        )
        return sheet(desk, written, draft=draft, panel=panel, sources=_sources(panel), revealed=reveal)

    def _sent(
        desk: Desk, written: Written, files: Sequence[File], now: datetime.datetime, *, confirmed: bool
    ) -> ResponseReturnValue:
        """What leaves is never a draft first: only what is stopped is kept as one. Raises RealNumber, DraftRefused."""
        draft = drafts.kept(desk, written.key)
        drafts.refuse_files(desk, draft, files)
        letter = _letter(desk, written, draft, files)
        if holds_real_number_in(letter):
            raise RealNumber
        drafts.refuse_heavy_world(desk, sum(len(file.content) for file in letter.files))
        done = rooms.office.submit(
            desk.session,
            desk.world,
            sender_at(desk),
            letter,
            door="webmail",
            idempotency_key=f"ecran-{desk.persona.id}-{written.key}",
            confirmed=confirmed,
            context=_context(desk, written),
        )
        if done.state != "accepted":
            draft = drafts.save(desk, written, now, files)
        if done.state == "to_confirm":
            said = [one for one in findings_said(rooms.base, done.result["findings"]) if one.rule.level == "warn"]
            return sheet(desk, written, draft=draft, confirm=said)
        if done.state == "accepted":
            if draft is not None:
                drafts.discard(desk, draft)
            if written.answers:
                opened = opened_at(desk, written.answers)
                deliveries.change_flags(desk.session, [opened.delivery], rooms.now(), add=("\\Answered",))
        return redirect(url_for("sandbox.sent", submission=done.id), 303)

    def result(desk: Desk, done: Submission) -> str:
        rows = desk.session.scalars(
            select(Addressee)
            .where(Addressee.world_id == desk.world.id, Addressee.submission_id == done.id)
            .order_by(Addressee.position)
        ).all()
        fates = fates_said(rooms.base, rows)
        shown = {fate.said.id for fate in fates if fate.said}
        others = [one for one in findings_said(rooms.base, done.result["findings"]) if one.id not in shown]
        draft = None
        if done.state != "accepted":
            key = done.idempotency_key.rpartition(f"ecran-{desk.persona.id}-")[2]
            draft = drafts.kept(desk, key)
        return page(
            "sandbox/sent.html",
            desk=desk,
            chrome=chrome_of(desk),
            done=done,
            label=outcome_words(done.outcome)[0],
            tone=outcome_words(done.outcome)[1],
            decided_by=decider_words(done.decided_by),
            fates=fates,
            known=correspondents_of(desk),
            others=others,
            shapes=[f for f in done.result["findings"] if rule_said(rooms.base, f["rule"]) is None],
            bounced=any(row.state == "bounced" for row in rows),
            copy=sent_copy(desk, done.message_id),
            draft=draft,
        )

    def _letter(desk: Desk, written: Written, draft: Draft | None, joined: Sequence[File] = ()) -> Any:
        files = drafts.as_files(drafts.files_of(desk.session, draft))
        return written.letter([*_carried(desk, written), *files, *joined])

    def _text_kept(desk: Desk, written: Written, now: datetime.datetime) -> Draft | None:
        """The draft once more without the files that were refused; as it was when its text too is refused."""
        try:
            return drafts.save(desk, written, now)
        except drafts.DraftRefused:
            return drafts.kept(desk, written.key)

    def _said(rule: str) -> Any:
        return rule_said(rooms.base, rule)

    def _sources(panel: Panel) -> dict[str, str]:
        titles = rooms.base.section("sources")
        return {name: titles[name].title for line in panel.lines for name in line.sources}


def understand(desk: Desk, written: Written) -> None:
    """Put back what the page of a patient may not hold: addresses, and the domain that a Message-ID tells."""
    if not desk.box.is_patient:
        return
    written.to = correspondents_of(desk).resolved(written.to)
    answered = desk.session.scalar(
        select(Message)
        .join(Delivery, (Delivery.message_id == Message.id) & (Delivery.world_id == Message.world_id))
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(Message.world_id == desk.world.id, Delivery.id == written.answers, Folder.mailbox_id == desk.box.id)
    )
    if answered is not None:
        written.in_reply_to = answered.message_id if THREAD_ID.fullmatch(answered.message_id) else ""


def sender_at(desk: Desk) -> Sender:
    """Who sends, for the post office."""
    mode = casting.mode_of(desk.persona, desk.mode)
    return Sender(
        persona_id=desk.persona.id,
        box_id=desk.box.id,
        channel=casting.channel_of(desk.persona),
        auth=mode.auth,
        auth_state=mode.state,
    )


def suggested(desk: Desk, text: str, side: str) -> list[Mailbox]:
    """Published boxes, or patients, or the contacts of a patient, whose name holds these words."""
    if not fold(text):
        return []
    if desk.box.is_patient:
        return [box for box in _contacts(desk) if fold(text) in box.folded or text.lower() in box.address][:SUGGESTED]
    found: list[Mailbox] = []
    if side != "patient":
        found, _ = directory.search(desk.session, desk.world.id, text, count=SUGGESTED)
    if side == "patient":
        found = [box for box in _patients(desk) if all(word in box.folded for word in fold(text).split())]
    return found[:SUGGESTED]


def _context(desk: Desk, written: Written) -> Any:
    return written.context("patient" if desk.box.is_patient else "professional")


def _carried(desk: Desk, written: Written) -> list[File]:
    """The files of the message that is forwarded."""
    if not written.carried:
        return []
    reading = reread(raw_of(desk.session, opened_at(desk, written.carried).message))
    return [File(file.name, file.content, file.media_type) for file in reading.files if not reading.report_type]


def _address_of(desk: Desk, box_id: int) -> str:
    """The address behind a link of the directory; unlisted boxes have none there, and a patient has its contacts only."""
    if desk.box.is_patient and box_id not in {box.id for box in _contacts(desk)}:
        return ""
    wanted = select(Mailbox.address).where(
        Mailbox.world_id == desk.world.id, Mailbox.id == box_id, Mailbox.unlisted.is_(False)
    )
    return desk.session.scalar(wanted) or ""


def _published(desk: Desk, typed: Sequence[str]) -> Sequence[str]:
    """Those of these recipients that the directory knows: the journal keeps no other address."""
    wanted = {address.text for one in typed[:50] if (address := parse(one)) is not None}
    return desk.session.scalars(
        select(Mailbox.address).where(
            Mailbox.world_id == desk.world.id,
            Mailbox.address.in_(wanted),
            Mailbox.type != "PATIENT",
            Mailbox.unlisted.is_(False),
        )
    ).all()


def _signature(desk: Desk) -> str:
    text = desk.session.scalar(
        select(Signature.text).where(
            Signature.world_id == desk.world.id,
            Signature.persona_id == desk.persona.id,
            Signature.mailbox_id == desk.box.id,
        )
    )
    return f"\n\n-- \n{text}" if text else ""


def _favourites(desk: Desk) -> Sequence[Mailbox]:
    return desk.session.scalars(
        select(Mailbox)
        .join(Favourite, (Favourite.address == Mailbox.address) & (Favourite.world_id == Mailbox.world_id))
        .where(Mailbox.world_id == desk.world.id, Favourite.persona_id == desk.persona.id)
        .order_by(Favourite.label)
    ).all()


def _patients(desk: Desk) -> Sequence[Mailbox]:
    """The fictional patients one may write to: those a record would hold, whatever the state of their box."""
    return desk.session.scalars(
        select(Mailbox)
        .where(
            Mailbox.world_id == desk.world.id,
            Mailbox.type == "PATIENT",
            Mailbox.holder != "",
            Mailbox.address.not_like("reponse.%"),
        )
        .order_by(Mailbox.holder)
    ).all()


def _contacts(desk: Desk) -> Sequence[Mailbox]:
    """Whom a patient is offered: those with whom an exchange is open, and the pharmacy of the year."""
    ids = {row.contact_box_id for row in threads_with(desk.session, desk.box) if row.state in ("open", "known")}
    return desk.session.scalars(
        select(Mailbox)
        .where(Mailbox.world_id == desk.world.id, Mailbox.id.in_(ids), Mailbox.unlisted.is_(False))
        .order_by(Mailbox.holder)
    ).all()


def _drafts_folder(desk: Desk, written: Written) -> int:
    from bot.sandbox.store.folders import special_folder

    return special_folder(
        desk.session, desk.box, "drafts", "patient" if written.tree == "patient" else "professional"
    ).id


def _label(rooms: Rooms, box: Mailbox) -> str:
    structure = rooms.space.structures.get(box.structure)
    return ", ".join(part for part in (box.holder, box.role, structure.name if structure else box.town) if part)

"""What one sets around a box: signature, automatic reply, forwarding, delegation, favourites, access list."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for
from sqlalchemy import delete, select

from bot.sandbox.addresses import parse
from bot.sandbox.store.boxes import Access, AutoReply, Favourite, ForwardRule, Mailbox, Signature
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.store.people import Persona
from bot.sandbox.store.worlds import grant, withdraw
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.folders_views import noted
from bot.sandbox.webmail.wording import PARIS
from bot.web.shell import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from bot.sandbox.webmail.rooms import Desk, Rooms

MAX_SIGNATURE = 1_000
MAX_REPLY = 4_000
MAX_DELEGATES = 20


def options_routes(bp: Blueprint, rooms: Rooms) -> None:
    """The settings page and each of its forms."""

    @bp.get("/b/<int:persona>/<int:box>/reglages", endpoint="options")
    def options(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return _page(desk)

    @bp.post("/b/<int:persona>/<int:box>/signature", endpoint="signature")
    def signature(persona: int, box: int) -> ResponseReturnValue:
        text = request.form.get("texte", "").strip()[:MAX_SIGNATURE]
        refuse_real_number(text)
        with rooms.desk(writing=True) as desk:
            mine = (
                Signature.world_id == desk.world.id,
                Signature.persona_id == desk.persona.id,
                Signature.mailbox_id == desk.box.id,
            )
            desk.session.execute(delete(Signature).where(*mine))
            if text:
                desk.session.add(
                    Signature(world_id=desk.world.id, persona_id=desk.persona.id, mailbox_id=desk.box.id, text=text)
                )
        return _done("signature")

    @bp.post("/b/<int:persona>/<int:box>/absence", endpoint="absence")
    def absence(persona: int, box: int) -> ResponseReturnValue:
        """The answer of an absent holder."""
        form = request.form
        text, subject = form.get("texte", "").strip()[:MAX_REPLY], form.get("objet", "").strip()[:200] or "Absence"
        refuse_real_number(text, subject)
        with rooms.desk(writing=True) as desk:
            _own_only(desk)
            row = desk.session.scalar(
                select(AutoReply).where(AutoReply.world_id == desk.world.id, AutoReply.mailbox_id == desk.box.id)
            )
            active = form.get("active") == "1"
            if active and not text:
                return _page(desk, refused="Écrivez le texte que vos correspondants recevront."), 422
            if row is not None:
                desk.session.delete(row)  # anew: those already told are told again
                desk.session.flush()
            if text:
                desk.session.add(
                    AutoReply(
                        world_id=desk.world.id,
                        mailbox_id=desk.box.id,
                        active=active,
                        starts_at=_moment(form.get("debut", "")),
                        ends_at=_moment(form.get("fin", "")),
                        subject=subject,
                        text=text,
                    )
                )
            noted(desk, "auto_reply_set", rooms.now(), active=str(active))
        return _done("absence")

    @bp.post("/b/<int:persona>/<int:box>/transfert", endpoint="forwarding")
    def forwarding(persona: int, box: int) -> ResponseReturnValue:
        """A rule that passes messages on; what becomes of it is for the rules to say at each message."""
        form = request.form
        with rooms.desk(writing=True) as desk:
            _own_only(desk)
            desk.session.execute(
                delete(ForwardRule).where(ForwardRule.world_id == desk.world.id, ForwardRule.mailbox_id == desk.box.id)
            )
            target = form.get("vers", "").strip()[:320]
            if target:
                refuse_real_number(target)
                if parse(target) is None:
                    return _page(desk, refused="Cette adresse de transfert est mal formée."), 422
                desk.session.add(
                    ForwardRule(
                        world_id=desk.world.id,
                        mailbox_id=desk.box.id,
                        target=target,
                        documents_only=form.get("documents") == "1",
                    )
                )
            noted(desk, "forward_rule_set", rooms.now(), active=str(bool(target)))
        return _done("transfert")

    @bp.post("/b/<int:persona>/<int:box>/acces", endpoint="access")
    def access(persona: int, box: int) -> ResponseReturnValue:
        """Give or take back the right to open this box: a delegation of one's own, a place on the list of a shared one."""
        form = request.form
        with rooms.desk(writing=True) as desk:
            if desk.right == "delegate" or desk.box.is_patient:
                abort(403, "Seul le titulaire de la boîte, ou un membre de la boîte partagée, peut le faire.")
            wanted = form.get("personne", "")
            person = desk.session.scalar(
                select(Persona).where(
                    Persona.world_id == desk.world.id,
                    Persona.id == (int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0),
                    Persona.kind.in_(("PER", "MED")),
                )
            )
            if person is None or person.id == desk.persona.id:
                return _page(desk, refused="Choisissez quelqu’un d’autre dans la liste."), 422
            held = {row.id for row, _ in _those_with_access(desk)}
            if form.get("faire") == "retirer":
                withdraw(desk.session, person, desk.box)
            elif person.id not in held:
                if len(held) >= MAX_DELEGATES:
                    return _page(desk, refused=f"Au plus {MAX_DELEGATES} personnes."), 422
                grant(desk.session, person, desk.box, delegate=desk.right == "own")
            noted(desk, "delegated", rooms.now(), who=person.name, what=form.get("faire", "donner"))
        return _done("acces")

    def _page(desk: Desk, refused: str = "") -> str:
        session, world_id = desk.session, desk.world.id
        mine = (Signature.persona_id == desk.persona.id, Signature.mailbox_id == desk.box.id)
        return page(
            "sandbox/options.html",
            desk=desk,
            chrome=chrome_of(desk),
            refused=refused,
            told=request.args.get("fait", ""),
            signature=session.scalar(select(Signature.text).where(Signature.world_id == world_id, *mine)) or "",
            absence=session.scalar(
                select(AutoReply).where(AutoReply.world_id == world_id, AutoReply.mailbox_id == desk.box.id)
            ),
            forwarding=session.scalar(
                select(ForwardRule).where(ForwardRule.world_id == world_id, ForwardRule.mailbox_id == desk.box.id)
            ),
            favourites=session.execute(
                select(Favourite, Mailbox.id)
                .join(Mailbox, (Mailbox.address == Favourite.address) & (Mailbox.world_id == Favourite.world_id))
                .where(Favourite.world_id == world_id, Favourite.persona_id == desk.persona.id)
                .order_by(Favourite.label)
            ).all(),
            allowed=_those_with_access(desk),
            others=session.scalars(
                select(Persona)
                .where(Persona.world_id == world_id, Persona.kind.in_(("PER", "MED")), Persona.id != desk.persona.id)
                .order_by(Persona.name)
            ).all(),
            local=_local,
        )

    def _done(word: str) -> ResponseReturnValue:
        return redirect(url_for("sandbox.options", fait=word), 303)


def _those_with_access(desk: Desk) -> Sequence[tuple[Persona, str]]:
    rows = desk.session.execute(
        select(Persona, Access.right)
        .join(Access, (Access.persona_id == Persona.id) & (Access.world_id == Persona.world_id))
        .where(Access.world_id == desk.world.id, Access.mailbox_id == desk.box.id)
        .order_by(Persona.name)
    )
    return [(persona, right) for persona, right in rows]


def _own_only(desk: Desk) -> None:
    """Only the holder, or a member of a shared box: not a delegate, and patients have no such settings."""
    if desk.right == "delegate" or desk.box.is_patient:
        abort(403, "Ce réglage n’appartient pas à un délégué.")


def _moment(text: str) -> datetime.datetime | None:
    """What a datetime-local field says, in French time."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=PARIS).astimezone(datetime.UTC) if 2020 <= found.year <= 2100 else None


def _local(moment: datetime.datetime | None) -> str:
    return f"{moment.astimezone(PARIS):%Y-%m-%dT%H:%M}" if moment else ""

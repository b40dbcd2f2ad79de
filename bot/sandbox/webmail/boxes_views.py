"""The boxes of a persona: its own, the shared ones it enters with its own identity, those it holds by delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.post.letters import Letter
from bot.sandbox.post.patients import threads_with
from bot.sandbox.post.senders import Sender
from bot.sandbox.store import journal
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.people import Persona
from bot.sandbox.store.worlds import boxes_open_to
from bot.sandbox.webmail import casting
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.folders_views import noted
from bot.sandbox.webmail.rooms import played
from bot.sandbox.webmail.showing import findings_said, outcome_words
from bot.web.shell import page

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from bot.sandbox.webmail.rooms import Rooms


def boxes_routes(bp: Blueprint, rooms: Rooms) -> None:
    """Which boxes, and what happened in them."""

    @bp.get("/b/<int:persona>", endpoint="boxes")
    def boxes(persona: int) -> ResponseReturnValue:
        with rooms.visit() as visit:
            found = played(visit, persona)
            if str(found.id) not in visit.given.modes:
                return redirect(url_for("sandbox.sign_in", persona=persona))
            mode = casting.mode_of(found, visit.given.modes[str(found.id)])
            opened = boxes_open_to(visit.session, found)
            return page("sandbox/boxes.html", visit=visit, persona=found, mode=mode, boxes=opened)

    @bp.post("/b/<int:persona>/<int:box>/ouvrir", endpoint="open_box")
    def open_box(persona: int, box: int) -> ResponseReturnValue:
        """Enter a box: the journal writes down who did, by which right."""
        with rooms.desk(writing=True) as desk:
            noted(desk, "opened_box", rooms.now(), right=desk.right, type=desk.box.type, mode=desk.mode)
        return redirect(url_for("sandbox.inbox"), 303)

    @bp.get("/b/<int:persona>/<int:box>/journal", endpoint="journal")
    def box_journal(persona: int, box: int) -> ResponseReturnValue:
        """Who did what in a box that several people may open: a shared one, or one's own under delegation."""
        with rooms.desk() as desk:
            if desk.box.is_patient:
                abort(404, "Mon espace santé ne montre pas de journal.")
            lines = journal.of_box(desk.session, desk.box)
            return page("sandbox/journal.html", desk=desk, chrome=chrome_of(desk), lines=lines)

    @bp.get("/b/<int:persona>/<int:box>/echanges", endpoint="exchanges")
    def exchanges(persona: int, box: int) -> ResponseReturnValue:
        """Mon espace santé, simulated: to whom this patient may write, and why."""
        with rooms.desk() as desk:
            if not desk.box.is_patient:
                abort(404, "Cette page est celle d’un patient.")
            rows = threads_with(desk.session, desk.box)
            ids = {row.contact_box_id for row in rows}
            found = desk.session.scalars(
                select(Mailbox).where(Mailbox.world_id == desk.world.id, Mailbox.id.in_(ids))
            ).all()
            contacts = [(known, [row for row in rows if row.contact_box_id == known.id]) for known in found]
            return page("sandbox/exchanges.html", desk=desk, chrome=chrome_of(desk), contacts=contacts)

    @bp.get("/b/<int:persona>/sans-adresse", endpoint="no_address")
    def no_address(persona: int) -> ResponseReturnValue:
        """What a MED account alone can do: nothing, and why."""
        with rooms.visit() as visit:
            return page("sandbox/no_address.html", persona=_med(played(visit, persona)), typed="")

    @bp.post("/b/<int:persona>/sans-adresse")
    def try_without_address(persona: int) -> ResponseReturnValue:
        now = rooms.now()
        typed = request.form.get("a", "")[:400]
        with rooms.visit(writing=True) as visit:
            found = _med(played(visit, persona))
            mode = casting.mode_of(found, visit.given.modes.get(str(found.id), ""))
            done = rooms.office.submit(
                visit.session,
                visit.world,
                Sender(persona_id=found.id, auth=mode.auth, auth_state=mode.state),
                Letter(to=(typed.strip(),) if typed.strip() else (), subject="Question", text="Bonjour."),
                door="webmail",
                idempotency_key=f"sans-adresse-{found.id}-{now.timestamp()}",
            )
            label, tone = outcome_words(done.outcome)
            said = findings_said(rooms.base, done.result["findings"])
            return page(
                "sandbox/no_address.html", persona=found, typed=typed, done=done, label=label, tone=tone, said=said
            )


def _med(persona: Persona) -> Persona:
    if persona.kind != "MED":
        abort(404, "Cette personne a une boîte à son nom.")
    return persona

"""The pretend Annuaire Santé: name, profession, place. Who asked for the liste rouge is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.store import directory
from bot.sandbox.store.boxes import Favourite, Mailbox
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.folders_views import noted
from bot.web.shell import page

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from bot.sandbox.webmail.rooms import Desk, Rooms

PAGE = 30


def directory_routes(bp: Blueprint, rooms: Rooms) -> None:
    """Look someone up."""
    base = rooms.base

    @bp.get("/b/<int:persona>/<int:box>/annuaire", endpoint="directory")
    def look(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return _shown(desk, "", "", "", 1, searched=False)[0]

    @bp.post("/b/<int:persona>/<int:box>/annuaire")
    def look_up(persona: int, box: int) -> ResponseReturnValue:
        """By POST: a name does not belong in an address."""
        form = request.form
        number = form.get("page", "1")
        page_number = int(number) if number.isdecimal() and 0 < int(number) < 1_000 else 1
        profession = form.get("profession", "")[:60]
        with rooms.desk() as desk:  # the search and its page keep nobody from writing
            name, place = form.get("nom", "")[:100], form.get("lieu", "")[:60]
            refuse_real_number(name, place)
            shown, found = _shown(desk, name, profession, place, page_number, searched=True)
        with rooms.desk(writing=True) as desk:
            noted(desk, "looked_up", rooms.now(), profession=profession, found=found)
        return shown

    @bp.post("/b/<int:persona>/<int:box>/favoris", endpoint="favourite")
    def favourite(persona: int, box: int) -> ResponseReturnValue:
        """Keep a published correspondent at hand, or no longer."""
        wanted = request.form.get("boite", "")
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
        with rooms.desk(writing=True) as desk:
            found = desk.session.scalar(
                select(Mailbox).where(
                    Mailbox.world_id == desk.world.id, Mailbox.id == number, Mailbox.unlisted.is_(False)
                )
            )
            if found is not None and not found.is_patient:
                kept = desk.session.scalar(
                    select(Favourite).where(
                        Favourite.world_id == desk.world.id,
                        Favourite.persona_id == desk.persona.id,
                        Favourite.address == found.address,
                    )
                )
                if kept is None:
                    desk.session.add(
                        Favourite(
                            world_id=desk.world.id,
                            persona_id=desk.persona.id,
                            address=found.address,
                            label=found.holder,
                        )
                    )
                else:
                    desk.session.delete(kept)
        return redirect(url_for("sandbox.options", fait="favori"), 303)

    def _shown(desk: Desk, name: str, profession: str, place: str, number: int, *, searched: bool) -> tuple[str, str]:
        """The page, and the addresses it shows."""
        start = (number - 1) * PAGE
        found, total = directory.search(
            desk.session, desk.world.id, name, profession=profession, place=place, start=start, count=PAGE
        )
        ids = desk.session.scalars(
            select(Mailbox.profession).where(Mailbox.world_id == desk.world.id, Mailbox.profession != "").distinct()
        ).all()
        professions = sorted(((p, base.professions[p].label) for p in ids if p in base.professions), key=lambda p: p[1])
        structures = rooms.space.structures
        shown = page(
            "sandbox/directory.html",
            desk=desk,
            chrome=chrome_of(desk),
            found=[(box, structures[box.structure].name if box.structure in structures else "") for box in found],
            labels=dict(professions),
            total=total,
            name=name,
            profession=profession,
            place=place,
            professions=professions,
            number=number,
            pages=max(1, -(-total // PAGE)),
            searched=searched,
        )
        return shown, " ".join(box.address for box in found)

"""The list of a folder: paging, search, sort; and what one does to several messages at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from bot.sandbox.store import deliveries, listing
from bot.sandbox.store.boxes import Folder
from bot.sandbox.store.folders import (
    PATIENTS,
    FolderRefused,
    create_folder,
    delete_folder,
    rename_folder,
    special_folder,
)
from bot.sandbox.store.journal import note
from bot.sandbox.store.mail import Delivery
from bot.sandbox.store.numbers import refuse_real_number
from bot.sandbox.webmail.chrome import chrome_of
from bot.sandbox.webmail.correspondents import correspondents_of
from bot.web.shell import page

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from bot.sandbox.store.journal import Act
    from bot.sandbox.webmail.rooms import Desk, Rooms

MAX_CHOSEN = 500


class Look(NamedTuple):
    """How the list is looked at; ids and words of a closed list only, so it may stand in an address."""

    sort: listing.Sort = "date"
    descending: bool = True
    unread: bool = False
    number: int = 1

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of the address that says so; defaults left out."""
        look = self._replace(**changes)
        query: dict[str, Any] = {}
        if look.sort != "date":
            query["tri"] = look.sort
        if look.descending != (look.sort in ("date", "size")):
            query["sens"] = "desc" if look.descending else "asc"
        if look.unread:
            query["non_lus"] = 1
        if look.number > 1:
            query["page"] = look.number
        return query


def look_of(source: Any) -> Look:
    """The look that an address or a form asks for."""
    sort = source.get("tri", "date")
    if sort not in get_args(listing.Sort):
        sort = "date"
    way = source.get("sens", "")
    number = source.get("page", "1")
    return Look(
        sort=cast("listing.Sort", sort),
        descending=way == "desc" if way in ("asc", "desc") else sort in ("date", "size"),
        unread=source.get("non_lus") == "1",
        number=min(max(int(number), 1), 100_000) if number.isdecimal() and len(number) < 7 else 1,
    )


def folder_routes(bp: Blueprint, rooms: Rooms) -> None:
    """Lists and what is done to them."""

    @bp.get("/b/<int:persona>/<int:box>", endpoint="inbox")
    def inbox(persona: int, box: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            first = special_folder(desk.session, desk.box, "inbox")
            return redirect(url_for("sandbox.folder", folder=first.id))

    @bp.get("/b/<int:persona>/<int:box>/dossier/<int:folder>", endpoint="folder")
    def folder(persona: int, box: int, folder: int) -> ResponseReturnValue:
        with rooms.desk() as desk:
            return page("sandbox/folder.html", **listed(desk, folder_of(desk, folder), look_of(request.args)))

    @bp.post("/b/<int:persona>/<int:box>/dossier/<int:folder>/recherche", endpoint="search")
    def search(persona: int, box: int, folder: int) -> ResponseReturnValue:
        """By POST: what one looks for may name someone, and an address is kept in histories."""
        with rooms.desk() as desk:
            shown = folder_of(desk, folder)
            text = request.form.get("recherche", "")[:200]
            refuse_real_number(text)
            everywhere = request.form.get("partout") == "1"
            look = look_of(request.form)
            if not text.strip():
                return redirect(url_for("sandbox.folder", folder=folder, **look.query(number=1)), 303)
            return page("sandbox/folder.html", **listed(desk, shown, look, text, everywhere=everywhere))

    @bp.post("/b/<int:persona>/<int:box>/dossier/<int:folder>/messages", endpoint="act")
    def act(persona: int, box: int, folder: int) -> ResponseReturnValue:
        """Move, throw away, restore, mark: on all those ticked."""
        now = rooms.now()
        with rooms.desk(writing=True) as desk:
            here = folder_of(desk, folder)
            chosen = chosen_of(desk, here, request.form.getlist("message"))
            done = _done(desk, here, chosen, request.form, now)
        look = look_of(request.form)
        return redirect(url_for("sandbox.folder", folder=folder, fait=done, **look.query()), 303)

    @bp.post("/b/<int:persona>/<int:box>/dossiers", endpoint="new_folder")
    def new_folder(persona: int, box: int) -> ResponseReturnValue:
        """A folder of one's own, in one of the two trees."""
        name = " ".join(request.form.get("nom", "").split())
        with rooms.desk(writing=True) as desk:
            path = f"{PATIENTS}/{name}" if request.form.get("arbre") == "patient" and not desk.box.is_patient else name
            try:
                made = create_folder(desk.session, desk.box, path if name else "")
            except FolderRefused as error:
                return _refused(desk, str(error))
            return redirect(url_for("sandbox.folder", folder=made.id, fait="dossier"), 303)

    @bp.post("/b/<int:persona>/<int:box>/dossier/<int:folder>/nom", endpoint="rename")
    def rename(persona: int, box: int, folder: int) -> ResponseReturnValue:
        name = " ".join(request.form.get("nom", "").split())
        with rooms.desk(writing=True) as desk:
            here = folder_of(desk, folder)
            above = here.name.rpartition("/")[0]
            try:
                rename_folder(desk.session, here, f"{above}/{name}" if above and name else name)
            except FolderRefused as error:
                return _refused(desk, str(error))
        return redirect(url_for("sandbox.folder", folder=folder, fait="renomme"), 303)

    @bp.post("/b/<int:persona>/<int:box>/dossier/<int:folder>/effacer", endpoint="delete_folder")
    def delete(persona: int, box: int, folder: int) -> ResponseReturnValue:
        with rooms.desk(writing=True) as desk:
            try:
                delete_folder(desk.session, folder_of(desk, folder))
            except FolderRefused as error:
                return _refused(desk, str(error))
            back = special_folder(desk.session, desk.box, "inbox").id
        return redirect(url_for("sandbox.folder", folder=back, fait="efface"), 303)

    @bp.get("/b/<int:persona>/<int:box>/etat", endpoint="pulse")
    def pulse(persona: int, box: int) -> ResponseReturnValue:
        """Unread counts, asked every few seconds by the page: an ETag spares the answer when nothing came."""
        with rooms.desk() as desk:
            counts = deliveries.count_unread(desk.session, desk.box)
            mark = "-".join(f"{f}.{t}.{u}" for f, (t, u) in sorted(counts.items()))
        answer = {"folders": {str(f): {"total": t, "unread": u} for f, (t, u) in counts.items()}}
        if request.if_none_match.contains(mark):
            return "", 304, {"ETag": f'"{mark}"'}
        return answer, 200, {"ETag": f'"{mark}"'}

    def _refused(desk: Desk, text: str) -> ResponseReturnValue:
        first = special_folder(desk.session, desk.box, "inbox")
        return page("sandbox/folder.html", **listed(desk, first, Look()), refused=text), 422


def listed(
    desk: Desk, folder: Folder, look: Look, text: str = "", *, everywhere: bool = False, count: int = listing.PAGE
) -> dict[str, Any]:
    """What the list of a folder needs."""
    start = (look.number - 1) * count
    if everywhere:
        lines, total = listing.page_of_box(desk.session, desk.box, search=text, start=start, count=count)
    else:
        lines, total = listing.page(
            desk.session,
            folder,
            search=text,
            unread_only=look.unread,
            sort=look.sort,
            descending=look.descending,
            start=start,
            count=count,
        )
    return {
        "desk": desk,
        "chrome": chrome_of(desk),
        "folder": folder,
        "lines": lines,
        "total": total,
        "look": look,
        "pages": max(1, -(-total // count)),
        "first": start + 1,
        "searched": text,
        "everywhere": everywhere,
        "told": request.args.get("fait", ""),
        "known": correspondents_of(desk),
    }


def folder_of(desk: Desk, folder_id: int) -> Folder:
    """A folder of the box at this desk; else 404."""
    found = desk.session.scalar(
        select(Folder).where(Folder.world_id == desk.world.id, Folder.mailbox_id == desk.box.id, Folder.id == folder_id)
    )
    if found is None or not found.selectable:
        abort(404, "Ce dossier n’est pas dans cette boîte.")
    return found


def chosen_of(desk: Desk, folder: Folder, ids: Sequence[str]) -> Sequence[Delivery]:
    """The ticked messages that do lie in this box."""
    numbers = [int(text) for text in ids[:MAX_CHOSEN] if text.isdecimal() and len(text) < 18]
    return desk.session.scalars(
        select(Delivery)
        .join(Folder, (Folder.id == Delivery.folder_id) & (Folder.world_id == Delivery.world_id))
        .where(Delivery.world_id == desk.world.id, Delivery.id.in_(numbers), Folder.mailbox_id == desk.box.id)
        .order_by(Delivery.id)
    ).all()


def _done(
    desk: Desk, here: Folder, chosen: Sequence[Delivery], form: MultiDict[str, str], now: datetime.datetime
) -> str:
    """Do it, and the word that tells what was done."""
    action = form.get("action", "")
    if not chosen:
        return "rien"
    if action in ("lu", "non-lu"):
        change = {"add": ("\\Seen",)} if action == "lu" else {"drop": ("\\Seen",)}
        deliveries.change_flags(desk.session, chosen, now, **change)
        if action == "lu":
            _noted(desk, "read", chosen, now)
        return action
    if action in ("suivi", "non-suivi"):
        change = {"add": ("\\Flagged",)} if action == "suivi" else {"drop": ("\\Flagged",)}
        deliveries.change_flags(desk.session, chosen, now, **change)
        return action
    if action == "supprimer":
        gone = deliveries.throw_away(desk.session, chosen)
        _noted(desk, "thrown_away", chosen, now)
        return "efface-pour-de-bon" if gone else "supprime"
    if action == "restaurer":
        deliveries.restore(desk.session, chosen)
        _noted(desk, "restored", chosen, now)
        return "restaure"
    if action == "deplacer":
        wanted = form.get("vers", "")
        target = folder_of(desk, int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else None
        if target is None or target.tree != here.tree:
            return "choisissez"
        deliveries.move(desk.session, chosen, target)
        _noted(desk, "moved", chosen, now, folder=target.label)
        return "deplace"
    return "rien"


def _noted(desk: Desk, act: Act, chosen: Sequence[Delivery], now: datetime.datetime, **details: str) -> None:
    for delivery in chosen:
        noted(desk, act, now, message_id=delivery.message_id, **details)


def noted(desk: Desk, act: Act, now: datetime.datetime, *, message_id: int | None = None, **details: str) -> int:
    """A line of the journal about this box, signed by the person and not by the box."""
    return note(
        desk.session,
        desk.world.id,
        act,
        now,
        participant_id=desk.me.id,
        persona_id=desk.persona.id,
        mailbox_id=desk.box.id,
        message_id=message_id,
        door="webmail",
        details=details,
    )

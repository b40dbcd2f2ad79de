"""The entrance: alone or in a class, whom to play, how to sign in. Everything is picked by a click, by POST."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import abort, make_response, redirect, request, url_for
from sqlalchemy import func, select

from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.journal import note
from bot.sandbox.store.people import Persona, World
from bot.sandbox.store.worlds import (
    EntryRefused,
    boxes_open_to,
    create_world,
    join,
    purge_expired,
    rejoin,
    release_persona,
    take_persona,
    world_of_code,
)
from bot.sandbox.training.handing_out import free_part, targets_of
from bot.sandbox.webmail import casting
from bot.sandbox.webmail.rooms import played
from bot.sandbox.webmail.shelves import shelf
from bot.sandbox.webmail.tokens import Pass
from bot.web.shell import page

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from bot.sandbox.store.people import Participant
    from bot.sandbox.webmail.rooms import Rooms

ALONE = "Visiteur"
MAX_LONE_WORLDS = 2_000
MAX_PARTS_IN_CLASS = 3


def entry_routes(bp: Blueprint, rooms: Rooms) -> None:
    """The pages before any box."""
    targets = targets_of(rooms.base.sections.exercises)

    @bp.get("", endpoint="home")
    def home() -> ResponseReturnValue:
        """What the sandbox is, and the ways in."""
        world, me = _present()
        return page("sandbox/home.html", world=world, me=me, told=request.args.get("fait", ""))

    @bp.get("/")
    def slash() -> ResponseReturnValue:
        return redirect(url_for("sandbox.home"))

    @bp.post("/entrer")
    def enter() -> ResponseReturnValue:
        """A world of one's own, for a day."""
        now = rooms.now()
        try:
            with rooms.store.writing() as session:
                purge_expired(session, now)
                lone = session.scalar(select(func.count()).select_from(World).where(World.kind == "solo"))
                if (lone or 0) >= MAX_LONE_WORLDS:
                    raise EntryRefused("Trop de visiteurs en ce moment ; réessayez dans une heure.")
                world = create_world(session, rooms.space, "solo", now)
                me, secret = join(session, world, ALONE, now)
                note(session, world.id, "entered_world", now, participant_id=me.id, door="webmail")
        except EntryRefused as error:
            return page("sandbox/home.html", world=None, me=None, told="", refused=str(error)), 422
        return _with_pass(Pass(secret), url_for("sandbox.cast"))

    @bp.get("/rejoindre", endpoint="join")
    def join_page() -> ResponseReturnValue:
        world, _ = _present()
        code = request.args.get("code", "")[:8]
        return page("sandbox/join.html", world=world, code=code if code.isalnum() else "", pseudonym="")

    @bp.post("/rejoindre", endpoint="join_now")
    def join_now() -> ResponseReturnValue:
        """A trainee comes in with the code and a pseudonym; a part is handed out at once."""
        now = rooms.now()
        code, pseudonym = request.form.get("code", ""), request.form.get("pseudonyme", "")
        try:
            with rooms.store.writing() as session:
                world = world_of_code(session, code, now)
                if world.kind != "class":
                    raise EntryRefused("Ce code n’est pas celui d’une session de formation.")
                me, secret = join(session, world, pseudonym, now)
                note(session, world.id, "entered_world", now, participant_id=me.id, door="webmail")
                part = free_part(session, world.id, targets)
                if part is not None:
                    take_persona(session, me, part, now)
                    note(session, world.id, "took_persona", now, participant_id=me.id, persona_id=part.id)
        except EntryRefused as error:
            told = page("sandbox/join.html", world=None, code=code[:8], pseudonym=pseudonym[:60], refused=str(error))
            return told, 422
        return _with_pass(Pass(secret), url_for("sandbox.cast"))

    @bp.get("/reprendre/<secret>", endpoint="come_back")
    def come_back(secret: str) -> ResponseReturnValue:
        """The page behind one's own link: nothing happens before the button."""
        return page("sandbox/come_back.html", secret=secret)

    @bp.post("/reprendre/<secret>")
    def come_back_now(secret: str) -> ResponseReturnValue:
        """The same participant on another device."""
        try:
            with rooms.store.reading() as session:
                _, me = rejoin(session, secret, rooms.now())
                trainer = me.role == "trainer"
        except EntryRefused as error:
            return page("sandbox/error.html", title="Lien sans effet", text=str(error), rule=""), 404
        return _with_pass(Pass(secret), url_for("training.board" if trainer else "sandbox.cast"))

    @bp.post("/quitter")
    def leave() -> ResponseReturnValue:
        """This browser forgets the class; what was done there stays."""
        response = make_response(redirect(url_for("sandbox.home", fait="sorti"), 303))
        rooms.tokens.forget(response)
        return response

    @bp.get("/personnes", endpoint="cast")
    def cast() -> ResponseReturnValue:
        """Whom to play."""
        with rooms.visit() as visit:
            mine = casting.mine(visit.session, visit.world.id, visit.me.id)
            return page(
                "sandbox/cast.html",
                visit=visit,
                mine=mine,
                proposed=casting.proposed(visit.session, visit.world.id),
                everyone=casting.everyone(visit.session, visit.world.id),
                told=request.args.get("fait", ""),
            )

    @bp.get("/personnes/<int:persona>/connexion", endpoint="sign_in")
    def sign_in(persona: int) -> ResponseReturnValue:
        """The ways to sign in as this persona."""
        with rooms.visit() as visit:
            return _sign_in_page(visit.session, visit.world.id, persona)

    @bp.post("/personnes/<int:persona>/connexion")
    def signed_in(persona: int) -> ResponseReturnValue:
        """Sign in as this persona, or learn why one cannot."""
        now = rooms.now()
        with rooms.visit(writing=True) as visit:
            found = _persona(visit.session, visit.world.id, persona)
            mode = casting.mode_of(found, request.form.get("mode", ""))
            refused = rooms.sign_in_refusal(visit, found, mode)
            told = partial(
                note,
                visit.session,
                visit.world.id,
                at=now,
                participant_id=visit.me.id,
                persona_id=found.id,
                door="webmail",
            )
            if refused is not None:
                details = {"mode": mode.id, "rule": refused.rule.id}
                told(act="sign_in_refused", details=details)
                return _sign_in_page(visit.session, visit.world.id, persona, refused=refused, mode=mode), 403
            try:
                _refuse_too_many(visit.session, visit.world, visit.me, found)
                take_persona(visit.session, visit.me, found, now)
            except EntryRefused as error:
                return _sign_in_page(visit.session, visit.world.id, persona, taken=str(error)), 409
            told(act="signed_in", details={"mode": mode.id})
            given = Pass(visit.given.secret, {**visit.given.modes, str(found.id): mode.id})
            boxes = boxes_open_to(visit.session, found)
            if len(boxes) == 1 and boxes[0][1].right == "own":
                return _with_pass(given, url_for("sandbox.inbox", persona=found.id, box=boxes[0][0].id))
        return _with_pass(given, url_for("sandbox.boxes", persona=persona))

    @bp.post("/personnes/<int:persona>/rendre")
    def give_back(persona: int) -> ResponseReturnValue:
        """Someone else may play it now."""
        with rooms.visit(writing=True) as visit:
            release_persona(visit.session, played(visit, persona))
            modes = {name: mode for name, mode in visit.given.modes.items() if name != str(persona)}
            given = Pass(visit.given.secret, modes)
        return _with_pass(given, url_for("sandbox.cast", fait="rendu"))

    @bp.get("/connexion/oubli", endpoint="forgotten")
    def forgotten() -> ResponseReturnValue:
        return page("sandbox/forgotten.html")

    @bp.get("/connexion/inscription", endpoint="sign_up")
    def sign_up() -> ResponseReturnValue:
        return page("sandbox/sign_up.html")

    def _present() -> tuple[World | None, Participant | None]:
        secret = rooms.tokens.read().secret
        if not secret:
            return None, None
        try:
            with rooms.store.reading() as session:
                return rejoin(session, secret, rooms.now())
        except EntryRefused:
            return None, None

    def _sign_in_page(session: Session, world_id: int, persona: int, **more: object) -> str:
        found = _persona(session, world_id, persona)
        language = "en" if request.args.get("langue") == "en" else "fr"
        modes = casting.modes_of(found)
        return page(
            "sandbox/sign_in.html",
            persona=found,
            box=session.scalar(select(Mailbox).where(Mailbox.world_id == world_id, Mailbox.address == found.key)),
            good=[mode for mode in modes if mode.good],
            bad=[mode for mode in modes if not mode.good],
            language=language,
            words=shelf("sign_in")["words"][language],
            **more,
        )

    def _with_pass(given: Pass, target: str) -> ResponseReturnValue:
        response = make_response(redirect(target, 303))
        rooms.tokens.write(response, given)
        return response


def _persona(session: Session, world_id: int, persona_id: int) -> Persona:
    found = session.scalar(select(Persona).where(Persona.world_id == world_id, Persona.id == persona_id))
    if found is None:
        abort(404, "Cette personne n’est pas dans votre monde.")
    return found


def _refuse_too_many(session: Session, world: World, me: Participant, wanted: Persona) -> None:
    """In a class parts are counted, so that there are some for everyone."""
    if world.kind != "class" or wanted.participant_id == me.id or me.role == "trainer":
        return
    held = session.scalar(
        select(func.count()).select_from(Persona).where(Persona.world_id == world.id, Persona.participant_id == me.id)
    )
    if (held or 0) >= MAX_PARTS_IN_CLASS:
        raise EntryRefused(f"Vous jouez déjà {held} personnes. Rendez-en une avant d’en prendre une autre.")

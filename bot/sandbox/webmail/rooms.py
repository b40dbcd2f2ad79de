"""What every page of the sandbox shares: the store, the pretend space, and who is at the desk. Opened at first use."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from flask import abort, request
from sqlalchemy import select

from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.post.senders import Sender
from bot.sandbox.store.database import Store, url_of, utc_now
from bot.sandbox.store.migrating import upgrade
from bot.sandbox.store.people import Participant, Persona, World
from bot.sandbox.store.worlds import EntryRefused, boxes_open_to, rejoin
from bot.sandbox.webmail.beating import start_beating
from bot.sandbox.webmail.casting import channel_of
from bot.sandbox.webmail.showing import rule_said
from bot.sandbox.webmail.tokens import Pass, Tokens, kept_key
from bot.sandbox.webmail.wording import PARIS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from bot.sandbox.store.boxes import Access, Mailbox, Right
    from bot.sandbox.webmail.casting import Mode
    from bot.sandbox.webmail.showing import Said
    from bot.sandbox.world import World as Space
    from bot.settings import Settings
    from knowledge.base import Base


class Visit(NamedTuple):
    """Someone in their world, whatever they play."""

    session: Session
    world: World
    me: Participant
    given: Pass


class Desk(NamedTuple):
    """Someone at work in a box, with their own identity. `access` tells by which right."""

    session: Session
    world: World
    me: Participant
    given: Pass
    persona: Persona
    box: Mailbox
    access: Access

    @property
    def right(self) -> Right:
        return self.access.right

    @property
    def mode(self) -> str:
        """How the persona signed in."""
        return self.given.modes.get(str(self.persona.id), "")


class Rooms:
    """One per application. Nothing touches the disk before the first visit."""

    def __init__(self, settings: Settings, base: Base, clock: Callable[[], datetime.datetime] = utc_now) -> None:
        self.settings = settings
        self.base = base
        self.now = clock
        self._lock = threading.RLock()
        self.stop = threading.Event()

    @cached_property
    def tokens(self) -> Tokens:
        with self._lock:
            return Tokens(kept_key(self.settings.var_dir))

    @property
    def store(self) -> Store:
        with self._lock:
            return self._store

    @cached_property
    def _store(self) -> Store:
        self.settings.var_dir.mkdir(parents=True, exist_ok=True)
        upgrade(self.settings)
        store = Store(url_of(self.settings))
        start_beating(store, self.office, self.stop)
        return store

    def close(self) -> None:
        """Stop beating and let go of the database."""
        self.stop.set()
        if "_store" in self.__dict__:
            self._store.close()

    @cached_property
    def office(self) -> PostOffice:
        """The only way a mail enters."""
        return PostOffice.of(self.base, self.now)

    @property
    def space(self) -> Space:
        """The fixtures a new world is peopled from."""
        return self.office.fixtures

    def hour(self, moment: datetime.datetime) -> str:
        """16:12, in French time."""
        return f"{moment.astimezone(PARIS):%H:%M}"

    def sign_in_refusal(self, visit: Visit, persona: Persona, mode: Mode) -> Said | None:
        """The rule that keeps this persona out when it signs in so, if any. A MED account may enter, though not write."""
        opened = boxes_open_to(visit.session, persona)
        first = opened[0][0].id if opened and persona.kind == "MED" else None
        sender = Sender(
            persona_id=persona.id, box_id=first, channel=channel_of(persona), auth=mode.auth, auth_state=mode.state
        )
        answer = self.office.judge_sign_in(visit.session, visit.world, sender)
        return rule_said(self.base, answer.rule) if not answer.accepted and answer.rule else None

    @contextmanager
    def visit(self, *, writing: bool = False) -> Iterator[Visit]:
        """The participant of this request; back to the entrance when there is none. Keeps what was done when `writing`."""
        given = self.tokens.read()
        if not given.secret:
            raise NotEntered
        with self.store.reading() as session:
            try:
                world, me = rejoin(session, given.secret, self.now())
            except EntryRefused:
                raise NotEntered from None
            world_id, me_id = world.id, me.id
        opened = self.store.writing(world_id) if writing else self.store.reading(world_id)
        with opened as session:
            yield Visit(session, session.get_one(World, world_id), _my(session, world_id, me_id), given)

    @contextmanager
    def desk(self, *, writing: bool = False) -> Iterator[Desk]:
        """The persona and the box that the address names. 404 unless this participant plays it and it may open it."""
        named = request.view_args or {}
        with self.visit(writing=writing) as visit:
            persona = played(visit, named.get("persona", 0))
            for box, access in boxes_open_to(visit.session, persona):
                if box.id == named.get("box"):
                    yield Desk(*visit, persona, box, access)
                    return
            abort(404, "Cette boîte ne vous est pas ouverte.")


class NotEntered(Exception):
    """Nobody has entered with this browser, or the world has expired."""


def played(visit: Visit, persona_id: int) -> Persona:
    """The persona of this id, if this participant plays it; else 404."""
    persona = visit.session.scalar(
        select(Persona).where(
            Persona.world_id == visit.world.id, Persona.id == persona_id, Persona.participant_id == visit.me.id
        )
    )
    if persona is None:
        abort(404, "Vous ne jouez pas cette personne, ou elle n’est plus à vous.")
    return persona


def _my(session: Session, world_id: int, me_id: int) -> Participant:
    found = session.scalar(select(Participant).where(Participant.world_id == world_id, Participant.id == me_id))
    if found is None:
        raise NotEntered
    return found

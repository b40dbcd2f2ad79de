"""Worlds are strangers to each other: by the queries, by the session, and by the database itself."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.sandbox.store import listing, worlds
from bot.sandbox.store.boxes import Access, Folder, Mailbox
from bot.sandbox.store.database import InWorld
from bot.sandbox.store.mail import Delivery, Message
from bot.sandbox.store.models import Base
from bot.sandbox.store.people import Persona, World
from bot.sandbox.store.sends import Submission
from tests.sandbox_store.scene import ALIX, CLAIRE, HUGO


def test_what_is_sent_in_a_world_stays_in_it(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    scene.send(CLAIRE, HUGO, subject="Ici")
    other.send(CLAIRE, HUGO, subject="Ailleurs")

    assert [line.subject for line in scene.lines(HUGO)] == ["Ici"]
    assert [line.subject for line in other.lines(HUGO)] == ["Ailleurs"]
    assert (scene.count(Submission), other.count(Submission)) == (1, 1)


def test_a_search_finds_nothing_of_another_world(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    other.send(CLAIRE, HUGO, subject="Coquelicot")
    assert scene.lines(HUGO, search="coquelicot") == []
    assert len(other.lines(HUGO, search="coquelicot")) == 1


def test_a_message_id_of_another_world_makes_no_thread(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    other.send(CLAIRE, HUGO)
    theirs = other.lines(HUGO)[0]
    scene.send(CLAIRE, HUGO, subject="Re: Avis", in_reply_to=other.read(theirs).message_id)
    assert scene.lines(HUGO)[0].thread != theirs.thread


def test_a_patient_of_another_world_is_a_stranger(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    other.send(CLAIRE, ALIX)
    assert scene.send(ALIX, CLAIRE).outcome == "impossible_ui"
    assert other.send(ALIX, CLAIRE).outcome == "delivered"


def test_a_box_closed_in_one_world_is_open_in_the_other(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    with scene.store.writing(1) as session:
        worlds.change_box(session, worlds.box_of(session, 1, HUGO), state="closed")
    assert scene.send(CLAIRE, HUGO).outcome == "bounced"
    assert other.send(CLAIRE, HUGO).outcome == "delivered"


def test_a_session_of_a_world_sees_no_other_even_when_a_query_forgets(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    other.send(CLAIRE, HUGO)
    with other.store.reading(other.world_id) as session:
        theirs = session.scalars(select(Message.id)).first()
        their_box = session.scalars(select(Mailbox.id)).first()
    with scene.store.reading(scene.world_id) as session:
        assert session.get(Message, theirs) is None
        assert session.get(Mailbox, their_box) is None
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert set(session.scalars(select(Mailbox.world_id))) == {scene.world_id}
        joined = select(Folder.world_id).join(Mailbox, Mailbox.id == Folder.mailbox_id)
        assert set(session.scalars(joined)) == {scene.world_id}


def test_every_table_of_a_world_says_which(scene: Any) -> None:
    mapped = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    assert set(mapped) == set(Base.metadata.tables)
    for name, model in mapped.items():
        assert name == "world" or issubclass(model, InWorld)


@pytest.mark.parametrize("table", [t for t in Base.metadata.sorted_tables if t.name != "world"], ids=lambda t: t.name)
def test_each_reference_stays_within_the_world(table: Any) -> None:
    for key in table.foreign_key_constraints:
        columns = [column.name for column in key.columns]
        assert columns[0] == "world_id", f"{table.name}: {columns} could name a row of another world"


def test_the_database_refuses_a_row_that_points_elsewhere(scene: Any, another_scene: Any) -> None:
    other = another_scene()
    with scene.store.reading() as session:
        stranger = worlds.persona_of(session, other.world_id, CLAIRE).id
        box = worlds.box_of(session, scene.world_id, HUGO).id
    with pytest.raises(IntegrityError), scene.store.writing() as session:
        session.add(Access(world_id=scene.world_id, persona_id=stranger, mailbox_id=box, right="member"))


def test_the_number_of_a_purged_world_is_never_given_again(scene: Any, another_scene: Any, clock: Any) -> None:
    first = another_scene().world_id
    with scene.store.writing() as session:
        session.delete(session.get_one(World, first))
    assert another_scene().world_id > first


def test_a_thread_shows_a_box_its_own_messages_only(scene: Any) -> None:
    scene.send(CLAIRE, HUGO)
    thread = scene.lines(HUGO)[0].thread
    with scene.store.reading(1) as session:
        box = worlds.box_of(session, 1, HUGO)
        assert [line.sender_address for line in listing.thread_of(session, box, thread)] == [CLAIRE]
        assert listing.thread_of(session, worlds.box_of(session, 1, ALIX), thread) == []


def test_no_name_of_a_persona_is_shared_by_two_rows(scene: Any) -> None:
    with scene.store.reading(1) as session:
        keys = session.scalars(select(Persona.key)).all()
    assert len(keys) == len(set(keys))
    with scene.store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []

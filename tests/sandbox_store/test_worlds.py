"""Making a world, entering it, coming back, leaving it to expire."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from sqlalchemy import event, select, text

from bot.sandbox.store import worlds
from bot.sandbox.store.boxes import Folder, Mailbox
from bot.sandbox.store.directory import search
from bot.sandbox.store.models import Base
from bot.sandbox.store.people import Participant, Persona, World
from tests.sandbox_store.scene import ALIX, CARDIOLOGY, CLAIRE, HUGO, JULIE, SECRETARY


def made(store: Any, office: Any, clock: Any, kind: Any = "solo", **how: Any) -> World:
    with store.writing() as session:
        return worlds.create_world(session, office.fixtures, kind, clock(), **how)


def test_a_world_holds_everyone_of_the_fixtures(store: Any, office: Any, clock: Any) -> None:
    world = made(store, office, clock)
    space = office.fixtures
    with store.reading(world.id) as session:
        assert len(session.scalars(select(Mailbox)).all()) == len(space.mailboxes) + len(space.patients)
        claire = worlds.persona_of(session, world.id, CLAIRE)
        opened = {(box.address, access.right) for box, access in worlds.boxes_open_to(session, claire)}
        assert (CLAIRE, "own") in opened
        assert (CARDIOLOGY, "member") in opened
        secretary = worlds.persona_of(session, world.id, SECRETARY)
        assert [(b.address, a.right) for b, a in worlds.boxes_open_to(session, secretary)] == [(CARDIOLOGY, "member")]
        julie = worlds.persona_of(session, world.id, JULIE)
        assert (CLAIRE, "delegate") in {(b.address, a.right) for b, a in worlds.boxes_open_to(session, julie)}


def test_a_box_has_two_trees_and_a_patient_one(store: Any, office: Any, clock: Any) -> None:
    world = made(store, office, clock)
    with store.reading(world.id) as session:

        def names(address: str) -> list[tuple[str, str | None]]:
            box = worlds.box_of(session, world.id, address)
            found = session.scalars(select(Folder).where(Folder.mailbox_id == box.id).order_by(Folder.id))
            return [(folder.name, folder.special_use) for folder in found]

        assert names(ALIX) == [
            ("INBOX", "inbox"),
            ("Messages envoyés", "sent"),
            ("Brouillons", "drafts"),
            ("Messages supprimés", "trash"),
        ]
        assert names(CLAIRE)[4:] == [
            ("Patients", None),
            ("Patients/Boîte de réception", "inbox"),
            ("Patients/Messages envoyés", "sent"),
            ("Patients/Brouillons", "drafts"),
            ("Patients/Messages supprimés", "trash"),
        ]


def test_no_uidvalidity_is_given_twice(store: Any, office: Any, clock: Any) -> None:
    world = made(store, office, clock)
    with store.reading(world.id) as session:
        given = session.scalars(select(Folder.uidvalidity)).all()
    assert len(set(given)) == len(given)


def test_making_a_world_takes_few_statements(store: Any, office: Any, clock: Any) -> None:
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    made(store, office, clock)
    assert len(asked) < 20, "a statement per box or per folder would make two thousand"


def test_a_code_is_six_signs_that_nobody_misreads(store: Any, office: Any, clock: Any) -> None:
    codes = [made(store, office, clock).code for _ in range(5)]
    assert all(re.fullmatch(r"[A-HJKMNP-Z2-9]{6}", code) for code in codes)
    assert len(set(codes)) == 5


def test_one_joins_with_the_code_and_comes_back_with_a_secret(store: Any, office: Any, clock: Any) -> None:
    world = made(store, office, clock, "class")
    with store.writing() as session:
        found = worlds.world_of_code(session, f" {world.code.lower()[:3]}-{world.code[3:]} ", clock())
        participant, token = worlds.join(session, found, "Camomille", clock())
        assert token not in (participant.token_sha256, "")
    with store.writing() as session:
        back, who = worlds.rejoin(session, token, clock())
        assert (back.id, who.pseudonym) == (world.id, "Camomille")


def test_a_pseudonym_is_taken_once_accents_and_case_put_aside(store: Any, office: Any, clock: Any) -> None:
    world = made(store, office, clock, "class")
    with store.writing() as session:
        worlds.join(session, world, "Éloïse", clock())
    with store.writing() as session, pytest.raises(worlds.EntryRefused, match="déjà pris"):
        worlds.join(session, world, "eloise", clock())


@pytest.mark.parametrize("pseudonym", ["", "   ", "x" * 41, "a\u202eb"])
def test_a_pseudonym_that_cannot_be_shown_is_refused(scene: Any, pseudonym: str) -> None:
    with scene.store.writing() as session, pytest.raises(worlds.EntryRefused, match="pseudonyme"):
        worlds.join(session, session.get_one(World, 1), pseudonym, scene.office.clock())


def test_a_persona_is_played_by_one_person(scene: Any) -> None:
    scene.taken(CLAIRE, "Une")
    with pytest.raises(worlds.EntryRefused, match="joue déjà"):
        scene.taken(CLAIRE, "Deux")
    with scene.store.writing(1) as session:
        worlds.release_persona(session, worlds.persona_of(session, 1, CLAIRE))
    scene.taken(CLAIRE, "Trois")


def test_an_expired_world_lets_nobody_in(scene: Any, clock: Any) -> None:
    with scene.store.writing() as session:
        world = session.get_one(World, 1)
        _, token = worlds.join(session, world, "Camomille", clock())
        code = world.code
    clock.forward(days=15)
    with scene.store.reading() as session:
        with pytest.raises(worlds.EntryRefused):
            worlds.rejoin(session, token, clock())
        with pytest.raises(worlds.EntryRefused):
            worlds.world_of_code(session, code, clock())


def test_a_purged_world_leaves_nothing_behind(scene: Any, another_scene: Any, clock: Any) -> None:
    other = another_scene()
    everything(scene)
    scene.send()
    other.send()
    with scene.store.writing() as session:
        session.get_one(World, 1).expires_at = clock() - datetime.timedelta(seconds=1)
    with scene.store.writing() as session:
        assert worlds.purge_expired(session, clock()) == 1
    with scene.store.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            column = "id" if table.name == "world" else "world_id"
            left = connection.execute(text(f"SELECT count(*) FROM {table.name} WHERE {column} = 1")).scalar()  # noqa: S608
            assert left == 0, table.name
        found = "SELECT count(*) FROM message_search WHERE message_search MATCH 'world_id : 1'"
        assert connection.execute(text(found)).scalar() == 0
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert other.kinds(HUGO) == ["ordinary"]


def everything(scene: Any) -> None:
    """A little of each thing a world may hold."""
    from bot.sandbox.post.drafts import save_draft
    from bot.sandbox.post.letters import Letter
    from bot.sandbox.store.boxes import Favourite, Signature
    from bot.sandbox.store.passwords import create_app_password
    from bot.sandbox.store.people import ExerciseProgress

    scene.taken(CLAIRE, "Camomille")
    scene.absent(HUGO)
    scene.send(CLAIRE, HUGO, read_receipt=True, delivery_receipt=True)
    scene.send(CLAIRE, ALIX)
    scene.send(CLAIRE, "parti.hier@ch-efgh.mssante.fr")
    now = scene.office.clock()
    with scene.store.writing(scene.world_id) as session:
        claire = worlds.persona_of(session, scene.world_id, CLAIRE)
        box = worlds.box_of(session, scene.world_id, CLAIRE)
        participant = session.scalars(select(Participant)).first()
        save_draft(session, box, claire, "brouillon", Letter(subject="À finir"), now)
        create_app_password(session, claire, "Thunderbird", now)
        session.add_all(
            [
                Favourite(world_id=1, persona_id=claire.id, address=HUGO, label="Hugo"),
                Signature(world_id=1, persona_id=claire.id, mailbox_id=box.id, text="Dr Durand"),
                ExerciseProgress(world_id=1, participant_id=participant.id, exercise="rebond", started_at=now),
            ]
        )


def test_the_directory_shows_what_is_published(scene: Any) -> None:
    with scene.store.reading(1) as session:
        claire, total = search(session, 1, "durand claire")
        assert ([box.address for box in claire], total) == ([CLAIRE], 1)
        for hidden in ("Discrète", "noreply", "Caradec", "Nomfictif"):
            assert search(session, 1, hidden)[1] == 0
        physicians, _ = search(session, 1, profession="medecin", place="13")
        assert HUGO in [box.address for box in physicians]
        assert search(session, 1, "cardiologie")[0][0].type == "ORG"
        assert {box.address for box in search(session, 1, "hugo leroy")[0]} >= {
            HUGO,
            "hugo.leroy2@medecin.zz.mssante.fr",
        }


def test_rights_given_and_taken_change_what_the_rules_see(scene: Any) -> None:
    assert scene.send(HUGO, CLAIRE, acting_as=CARDIOLOGY).outcome == "refused_login"
    with scene.store.writing(1) as session:
        hugo, box = worlds.persona_of(session, 1, HUGO), worlds.box_of(session, 1, CARDIOLOGY)
        worlds.grant(session, hugo, box)
    assert scene.send(HUGO, CLAIRE, acting_as=CARDIOLOGY).outcome == "delivered"
    with scene.store.writing(1) as session:
        worlds.withdraw(session, worlds.persona_of(session, 1, HUGO), worlds.box_of(session, 1, CARDIOLOGY))
    assert scene.send(HUGO, CLAIRE, acting_as=CARDIOLOGY).outcome == "refused_login"


def test_a_box_closed_by_the_trainer_bounces_at_once(scene: Any) -> None:
    assert scene.send(CLAIRE, HUGO).outcome == "delivered"
    with scene.store.writing(1) as session:
        worlds.change_box(session, worlds.box_of(session, 1, HUGO), state="closed")
    assert scene.send(CLAIRE, HUGO).outcome == "bounced"


def test_everyone_in_a_world_has_a_name(scene: Any) -> None:
    with scene.store.reading(1) as session:
        assert [p.key for p in session.scalars(select(Persona)) if not p.name] == []

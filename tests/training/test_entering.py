"""Into a class: the code, the pseudonym, the part that is handed out, the way back."""

from __future__ import annotations

import datetime
import re

import pytest
from sqlalchemy import func, select

from bot.sandbox.store.people import Participant, Persona, World
from bot.sandbox.store.worlds import ALPHABET, purge_expired
from bot.sandbox.training.exercises import exercises_of
from bot.sandbox.training.handing_out import targets_of
from tests.training.reading import TRAINING, grid_of, number_of, part_of, steps_of
from tests.webmail.visiting import ROOT

REAL_LOOKING = "1 85 05 78 006 084 36"


def refused(visitor, code, pseudonym):
    """What the page says to someone who does not get in."""
    someone = visitor()
    someone.get(f"{ROOT}/rejoindre")
    answer = someone.post(f"{ROOT}/rejoindre", code=code, pseudonyme=pseudonym)
    assert answer.status_code == 422
    return answer.text


def test_the_code_has_six_signs_that_nobody_takes_for_others(opened):
    assert re.fullmatch("[A-HJ-KM-NP-Z2-9]{6}", opened.code)
    assert not set(ALPHABET) & set("0O1IL")


def test_the_code_may_be_typed_in_small_letters_and_spaced(visitor, opened):
    code = opened.code.lower()

    assert visitor().join(f"{code[:3]} {code[3:]}", "Belette").token


def test_an_unknown_code_is_told(visitor):
    assert "Aucune session ouverte ne porte ce code" in refused(visitor, "ZZZZZZ", "Belette")


def test_a_pseudonym_that_could_be_somebodys_number_is_refused_and_never_repeated(visitor, opened, rooms):
    someone = visitor()
    someone.get(f"{ROOT}/rejoindre")
    answer = someone.post(f"{ROOT}/rejoindre", code=opened.code, pseudonyme=REAL_LOOKING)

    assert answer.status_code == 422
    assert "numéro" in answer.text
    assert REAL_LOOKING not in answer.text
    with rooms.store.reading() as session:
        assert session.scalar(select(func.count()).where(Participant.pseudonym.contains("006"))) == 0


@pytest.mark.parametrize("pseudonym", ["", "   ", "x" * 41, "a\x00b", "a\u202eb"])
def test_a_pseudonym_is_one_to_forty_visible_signs(visitor, opened, pseudonym):
    assert "Choisissez un pseudonyme" in refused(visitor, opened.code, pseudonym)


def test_two_trainees_never_bear_the_same_pseudonym(visitor, opened, join):
    join("Hérisson")

    assert "déjà pris" in refused(visitor, opened.code, "HERISSON")


def test_nobody_passes_for_the_trainer(visitor, opened):
    assert "déjà pris" in refused(visitor, opened.code, "formateur")


def test_what_was_typed_is_not_lost_when_the_class_refuses(visitor, opened, join):
    join("Hérisson")
    text = refused(visitor, opened.code, "Hérisson")

    assert f'value="{opened.code}"' in text
    assert 'value="Hérisson"' in text


def test_everyone_is_handed_a_part_of_their_own(trainer, join):
    names = ["Martre", "Belette", "Genette"]
    for name in names:
        join(name)

    assert len({part_of(trainer, name) for name in names}) == 3


def test_fifty_trainees_each_get_someone_who_enters_a_shared_box(rooms, opened, base):
    from bot.sandbox.store.worlds import boxes_open_to, join, take_persona, world_of_code
    from bot.sandbox.training.handing_out import free_part

    targets = targets_of(exercises_of(base))
    with rooms.store.writing() as session:
        world = world_of_code(session, opened.code, rooms.now())
        for number in range(50):
            person, _ = join(session, world, f"Stagiaire {number}", rooms.now())
            part = free_part(session, world.id, targets)
            take_persona(session, person, part, rooms.now())
        held = session.scalars(select(Persona).where(Persona.world_id == world.id, Persona.participant_id.is_not(None)))
        parts = list(held)
        shared = [any(box.type == "ORG" and box.state == "open" for box, _ in boxes_open_to(session, p)) for p in parts]

    assert all(shared)
    assert len(parts) == 50
    assert not {part.key for part in parts} & targets


def test_trainees_of_one_class_write_to_each_other(join, rooms):
    writer, reader = join("Martre"), join("Belette")
    for someone in (writer, reader):
        persona = int(
            re.search(rf"{ROOT}/personnes/(\d+)/connexion\">Se connecter", someone.get(f"{ROOT}/personnes").text)[1]
        )
        assert someone.post(f"{ROOT}/personnes/{persona}/connexion", mode="").status_code == 303
        someone.open(persona)
    address = re.search(r'<span class="soft">([^<]+@[^<]+)</span>', reader.get("/reglages").text)[1]

    writer.send(address, "Bonjour voisine")

    assert "Bonjour voisine" in reader.folder("Boîte de réception").text


def test_a_trainee_comes_back_on_another_device_to_the_work_they_left(visitor, join):
    first = join("Martre")
    link = re.search(rf'href="[^"]*({ROOT}/reprendre/[^"]+)"', first.get(f"{TRAINING}/mon-lien").text)[1]
    second = visitor()
    second.get(link)

    assert second.post(link).status_code == 303
    assert "Martre" in second.get(f"{ROOT}/personnes").text


def test_looking_at_a_way_back_changes_nothing(visitor, opened, rooms):
    someone = visitor()
    assert someone.get(f"{ROOT}/reprendre/{opened.secret}").status_code == 200

    assert someone.get(f"{TRAINING}/tableau").status_code == 302


def test_a_trainee_who_lost_their_browser_gets_a_new_link_from_the_trainer(visitor, trainer, join):
    lost = join("Martre")
    answer = trainer.post(f"{TRAINING}/tableau/lien", qui=number_of(trainer, "Martre"))
    link = re.search(rf'href="[^"]*({ROOT}/reprendre/[^"]+)"', answer.text)[1]
    back = visitor()
    back.get(link)

    assert back.post(link).status_code == 303
    assert steps_of(back) == "0"
    assert lost.get(f"{TRAINING}/exercices").status_code == 302


def test_a_class_that_has_expired_is_over_for_everyone_and_leaves_nothing(rooms, opened, visitor, join):
    join("Martre")
    with rooms.store.writing() as session:
        world = session.scalars(select(World).where(World.code == opened.code)).one()
        world_id = world.id
        world.expires_at = rooms.now() - datetime.timedelta(seconds=1)
    assert "Aucune session ouverte" in refused(visitor, opened.code, "Belette")

    with rooms.store.writing() as session:
        purge_expired(session, rooms.now())
        left = session.scalar(select(func.count()).where(Participant.world_id == world_id))

    assert left == 0


def test_one_class_sees_nothing_of_another(rooms, trainer, join, visitor):
    from bot.sandbox.training.classes import open_class

    join("Martre")
    with rooms.store.writing() as session:
        other = open_class(session, rooms.space, rooms.now(), "Autre")
    stranger = visitor()
    stranger.get(f"{ROOT}/reprendre/{other.secret}")
    stranger.post(f"{ROOT}/reprendre/{other.secret}")
    stranger.join(other.code, "Écureuil")
    stranger.get(f"{ROOT}/reprendre/{other.secret}")
    stranger.post(f"{ROOT}/reprendre/{other.secret}")
    stranger.get(f"{TRAINING}/tableau")

    assert list(grid_of(stranger)) == ["Écureuil"]
    assert stranger.post(f"{TRAINING}/tableau/lien", qui=number_of(trainer, "Martre")).status_code == 404

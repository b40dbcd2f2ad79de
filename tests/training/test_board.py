"""The trainer's board: the grid, beginning again, the results; for the trainer alone."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import text as sql

from bot.sandbox.training.exercises import exercises_of
from tests.training.reading import EXERCISES, TRAINING, grid_of, number_of, part_of, steps_of
from tests.webmail.visiting import ROOT

FORMER_INTERN = "ancien.interne@ch-abcd.mssante.fr"


@pytest.fixture
def at_work(join, trainer):
    """at_work("Martre"): a trainee signed in at the own box of the part they were handed."""

    def _at_work(pseudonym):
        trainee = join(pseudonym)
        return trainee.play(part_of(trainer, pseudonym))

    return _at_work


def results(trainer):
    """The lines of the CSV."""
    answer = trainer.get(f"{TRAINING}/resultats.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_the_grid_has_a_cell_for_each_step_of_each_trainee(trainer, join, base):
    join("Martre")
    join("Belette")
    steps = sum(len(one.steps) for one in exercises_of(base))

    assert grid_of(trainer) == {"Martre": ["pas encore"] * steps, "Belette": ["pas encore"] * steps}


def test_an_act_proves_its_step_in_the_grid_at_once(trainer, at_work):
    at_work("Martre").send(FORMER_INTERN, "Avis")

    assert grid_of(trainer)["Martre"][3:6] == ["fait", "en cours", "pas encore"]


def test_a_hint_is_given_and_counted(trainer, join):
    trainee = join("Martre")
    trainee.get(f"{TRAINING}/exercices")
    trainee.post(f"{TRAINING}/exercices/{EXERCISES[0]}/indice", etape="chercher")

    assert "Indice : L’annuaire est dans l’arbre des professionnels" in trainee.get(f"{TRAINING}/exercices").text
    assert "1 indice" in trainer.get(f"{TRAINING}/tableau/grille").text


def test_there_is_no_hint_for_a_step_that_does_not_exist(join):
    trainee = join("Martre")
    trainee.get(f"{TRAINING}/exercices")

    assert trainee.post(f"{TRAINING}/exercices/{EXERCISES[0]}/indice", etape="danser").status_code == 404
    assert trainee.post(f"{TRAINING}/exercices/danser/indice", etape="danser").status_code == 404


def test_the_trainer_makes_one_trainee_begin_again_and_no_other(trainer, at_work):
    for name in ("Martre", "Belette"):
        at_work(name).send(FORMER_INTERN, "Avis")
    trainer.post(f"{TRAINING}/tableau/recommencer", qui=number_of(trainer, "Martre"))

    assert "fait" not in grid_of(trainer)["Martre"]
    assert "fait" in grid_of(trainer)["Belette"]


def test_the_trainer_makes_the_whole_class_begin_again(trainer, at_work):
    trainees = {name: at_work(name) for name in ("Martre", "Belette")}
    for trainee in trainees.values():
        trainee.send(FORMER_INTERN, "Avis")
    trainer.get(f"{TRAINING}/tableau")
    trainer.post(f"{TRAINING}/tableau/recommencer", qui="tous")

    assert {cell for cells in grid_of(trainer).values() for cell in cells} == {"pas encore"}
    trainees["Martre"].send(FORMER_INTERN, "Encore")
    assert steps_of(trainees["Martre"]) == "1"


def test_beginning_again_keeps_the_mail_unless_the_boxes_are_to_be_emptied(trainer, at_work):
    trainee = at_work("Martre")
    trainee.send(FORMER_INTERN, "Avis perdu")
    trainee.post("/brouillon", cle="brouillon-un", a=FORMER_INTERN, objet="Pas fini", texte="…")
    trainer.post(f"{TRAINING}/tableau/recommencer", qui=number_of(trainer, "Martre"))
    assert "Avis perdu" in trainee.folder("Messages envoyés").text

    trainer.post(f"{TRAINING}/tableau/recommencer", qui=number_of(trainer, "Martre"), boites="1")

    for folder in ("Messages envoyés", "Boîte de réception", "Brouillons"):
        assert trainee.messages(folder) == []


def test_an_exercise_may_be_begun_again_by_its_trainee(trainer, at_work):
    trainee = at_work("Martre")
    trainee.send(FORMER_INTERN, "Avis")
    trainee.get(f"{TRAINING}/exercices")
    trainee.post(f"{TRAINING}/exercices/{EXERCISES[1]}/recommencer")

    assert "fait" not in grid_of(trainer)["Martre"]


def test_an_unchanged_grid_costs_an_empty_answer(trainer, join):
    join("Martre")
    first = trainer.get(f"{TRAINING}/tableau/grille")
    again = trainer.get(f"{TRAINING}/tableau/grille", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_what_was_proved_is_still_proved_after_a_restart_of_the_service(trainer, at_work, rooms, base):
    from bot.sandbox.store.worlds import rejoin
    from bot.sandbox.training.classes import trainees_of
    from bot.sandbox.training.watching import Watch

    trainee = at_work("Martre")
    trainee.send(FORMER_INTERN, "Avis")
    secret = re.search(r"reprendre/([^\"]+)\"", trainee.get(f"{TRAINING}/mon-lien").text)[1]
    with rooms.store.reading() as session:
        world, _ = rejoin(session, secret, rooms.now())
        people = trainees_of(session, world.id)
        anew = Watch().progress(session, exercises_of(base), people)

    assert [one.proved for one in anew[people[0].id]] == [0, 1, 0, 0, 0]


def test_the_results_have_a_line_for_each_step_with_its_time(trainer, at_work):
    at_work("Martre").send(FORMER_INTERN, "Avis")
    lines = results(trainer)
    proved = [line for line in lines if line["réussie"] == "oui"]

    assert len(lines) == 14
    assert [(line["pseudonyme"], line["étape"]) for line in proved] == [("Martre", "provoquer")]
    assert proved[0]["durée (s)"].isdecimal()
    assert proved[0]["rôles"] == part_of(trainer, "Martre")


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SOMME(A1)", "＝1+1", '=HYPERLINK("x";"y")'])
def test_a_spreadsheet_runs_nothing_that_a_trainee_wrote(trainer, join, name):
    join(name)

    assert {line["pseudonyme"] for line in results(trainer)} == {f"'{name}"}


def test_a_pseudonym_is_text_wherever_it_shows(trainer, join):
    join("<b>Martre</b>")

    for path in ("tableau", "tableau/grille"):
        shown = trainer.get(f"{TRAINING}/{path}").text
        assert "&lt;b&gt;Martre&lt;/b&gt;" in shown
        assert "<b>Martre" not in shown


def test_a_trainee_sees_nothing_of_the_board(join):
    trainee = join("Martre")

    for path in ("tableau", "tableau/grille", "projecteur", "projecteur/etat", "resultats.csv"):
        assert trainee.get(f"{TRAINING}/{path}").status_code == 404
    for path in ("tableau/recommencer", "tableau/lien"):
        assert trainee.post(f"{TRAINING}/{path}", qui="tous").status_code == 404


def test_the_projector_shows_the_code_and_no_name(trainer, join, opened):
    join("Martre")
    shown = trainer.get(f"{TRAINING}/projecteur").text

    assert f">{opened.code}</span>" in shown
    assert "<svg" in shown
    assert "<strong>1</strong> stagiaire dans la session" in shown
    assert "Martre" not in shown


def test_opening_the_pages_of_a_class_writes_nothing(trainer, join, rooms):
    join("Martre")
    with rooms.store.engine.connect() as connection:
        count = "SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM exercise_progress) + (SELECT count(*) FROM world)"
        before = connection.execute(sql(count)).scalar()
    for path in (
        "tableau",
        "tableau/grille",
        "projecteur",
        "projecteur/etat",
        "resultats.csv",
        "exercices",
        "mon-lien",
    ):
        assert trainer.get(f"{TRAINING}/{path}").status_code == 200
    with rooms.store.engine.connect() as connection:
        assert connection.execute(sql(count)).scalar() == before


def test_a_lone_visitor_has_the_exercises_too(visitor):
    assert steps_of(visitor().enter()) == "0"


def test_the_class_is_nobodys_before_one_enters(visitor):
    answer = visitor().get(f"{TRAINING}/exercices")

    assert answer.headers["Location"] == f"{ROOT}?fait=entrez"

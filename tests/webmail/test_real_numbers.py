"""A number that could be someone's is refused and kept nowhere, in whatever field of whatever form it is typed."""

from __future__ import annotations

import pytest

from tests.webmail.test_every_route import address, ids_of, live
from tests.webmail.test_writing import kept_anywhere

SPELLINGS = ("2 79 05 99 999 012 54", "279059999901254", "2.79.05.99.999.012", "1 85 12 2A 116 001 23")
KEPT_AS = ("0599999", "05 99 999", "05.99.999", "2A 116")
TEXT_FIELDS = (
    "a", "cc", "cci", "objet", "texte", "repondre_a", "nom", "lieu", "profession", "recherche", "pseudonyme", "code",
    "vers", "en_reponse_a", "fil", "etape",
)  # fmt: skip
NOTHING_TYPED = {"sandbox.leave", "sandbox.enter", "sandbox.give_back", "sandbox.delete_folder"}
CLOSED_FIELDS = {
    "active": "1", "partout": "1", "arbre": "professional", "faire": "verifier", "cle": "cle-de-cet-essai-1",
    "action": "lu", "reponse": "non", "mode": "adresse",
}  # fmt: skip


@pytest.mark.parametrize("number", SPELLINGS)
def test_no_form_keeps_it(claire, webmail, rooms, number):
    live(claire, "Revenu", "À moi", "Pas fini")
    ids = ids_of(claire, rooms)
    forms = [rule for rule in webmail.url_map.iter_rules() if rule.endpoint.startswith("sandbox.")]
    posted = 0
    for rule in forms:
        if "POST" not in rule.methods or rule.endpoint in NOTHING_TYPED:
            continue
        for field in TEXT_FIELDS:
            form = {**CLOSED_FIELDS, "objet": "Objet", "texte": "Texte", "nom": "Nom", field: f"M. X {number}"}
            answer = claire.post(address(rule, ids), **form)
            assert answer.status_code < 500, (rule, field)
            posted += 1

    assert posted > 200
    assert [mark for mark in KEPT_AS if kept_anywhere(rooms, mark)] == []


@pytest.mark.parametrize("number", SPELLINGS)
def test_a_joined_file_that_holds_one_is_refused_with_the_rule(claire, rooms, number):
    import io

    answer = claire.send(
        "hugo.leroy@medecin.zz.mssante.fr",
        "Liste",
        faire="joindre",
        fichier=(io.BytesIO(f"nom;ins\nX;{number}\n".encode()), "liste.csv"),
    )

    assert answer.status_code == 422
    assert "/regles-envoi/#numero-peut-etre-reel" in answer.text
    assert [mark for mark in KEPT_AS if kept_anywhere(rooms, mark)] == []


def test_a_number_of_the_fictional_kind_is_kept_like_any_text(claire, rooms):
    before = kept_anywhere(rooms, "279139999901254 suivi")

    assert claire.post("/signature", texte="Dossier 279139999901254 suivi").status_code == 303
    assert kept_anywhere(rooms, "279139999901254 suivi") == before + 1


@pytest.mark.parametrize("number", SPELLINGS)
@pytest.mark.parametrize(("path", "field"), [("/annuaire", "nom"), ("/annuaire", "lieu"), ("/ecrire", "texte")])
def test_no_page_repeats_it(claire, number, path, field):
    answer = claire.post(path, objet="Suivi", **{field: f"À propos de {number} demain"})

    assert answer.status_code == 422
    assert number not in answer.text
    assert [mark for mark in KEPT_AS if mark in answer.text] == []


@pytest.mark.parametrize("number", SPELLINGS)
def test_a_search_in_a_folder_does_not_repeat_it(claire, number):
    folder = claire.get("").headers["Location"]
    answer = claire.post(f"{folder}/recherche", recherche=number)

    assert answer.status_code == 422
    assert number not in answer.text


def test_the_words_around_the_number_are_not_lost(claire):
    answer = claire.post("/ecrire", objet="Suivi", texte="Bonjour, 2 79 05 99 999 012 54, à revoir.")

    assert "Bonjour, [numéro retiré]" in answer.text
    assert "à revoir." in answer.text


@pytest.mark.parametrize("folded", [False, True])
def test_a_pdf_that_shows_one_is_refused(claire, rooms, folded):
    import io
    import zlib

    drawing = b"BT /F1 12 Tf (Patient : 2 79 05 99 999 012 54) Tj ET"
    body = zlib.compress(drawing) if folded else drawing
    pdf = b"%PDF-1.4\n4 0 obj\n<</Length " + str(len(body)).encode() + b">>\nstream\n" + body + b"\nendstream\n"
    answer = claire.send("hugo.leroy@medecin.zz.mssante.fr", "Lettre", fichier=(io.BytesIO(pdf), "lettre.pdf"))

    assert answer.status_code == 422
    assert "/regles-envoi/#numero-peut-etre-reel" in answer.text

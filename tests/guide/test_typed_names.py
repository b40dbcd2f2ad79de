"""What a hurried reader types in the wizard: the best suggestion comes first, as in every other surface."""

from __future__ import annotations

import pytest

from eligibility.lookup import Lookup

TYPED = {
    "orthofoniste": "orthophoniste",
    "orthophonise": "orthophoniste",
    "ortoptiste": "orthoptiste",
    "orto": "orthophoniste",
    "docteur": "medecin",
    "toubib": "medecin",
    "medcin": "medecin",
    "anestésiste": "medecin",
    "psichiatre": "medecin",
    "medecin retraité": "medecin-retraite",
    "kiné": "masseur-kinesitherapeute",
    "Kinésithérapeutte": "masseur-kinesitherapeute",
    "psy": "psychologue",
    "psicologue": "psychologue",
    "psycomot": "psychomotricien",
    "AS": "aide-soignant",
    "aide-soiniante": "aide-soignant",
    "sage femme": "sage-femme",
    "sagefemme": "sage-femme",
    "infirmer": "infirmier",
    "infirmière libérale": "infirmier",
    "idec": "infirmier-coordinateur",
    "ibode": "infirmier-bloc-operatoire",
    "dentis": "chirurgien-dentiste",
    "farmacien": "pharmacien",
    "préparatrice": "preparateur-pharmacie",
    "opticiène": "opticien-lunetier",
    "audioprotésiste": "audioprothesiste",
    "osteopate": "osteopathe",
    "podo": "pedicure-podologue",
    "ergo": "ergotherapeute",
    "diététiciene": "dieteticien",
    "manip radio": "manipulateur-radio",
    "ambulanciere": "ambulancier",
    "asistante sociale": "assistant-service-social",
    "educ spé": "educateur-specialise",
    "secretaire": "secretaire-medicale",
    "mjpm": "mandataire-judiciaire",
    "sofrologue": "sophrologue",
    "naturo": "naturopathe",
    "interne en médecine": "interne",
    "étudiante infirmiere": "etudiant-infirmier",
    "assistante dentaire": "assistant-dentaire",
}


def test_the_engine_s_first_suggestion_is_the_one_meant(base):
    lookup = Lookup(base, ("professions", "vague"))
    first = {}
    for typed in TYPED:
        best = lookup.find(typed)[0]
        first[typed] = base.section("vague")[best.id].choices[0] if best.section == "vague" else best.id
    assert first == TYPED


@pytest.mark.browser
def test_the_wizard_s_first_suggestion_is_the_same(open_page):
    first = open_page("verifier/").evaluate(
        "all => Object.fromEntries(all.map(typed => [typed, mssanteSearch('profession', typed).choices[0].id]))",
        list(TYPED),
    )
    assert first == TYPED


def test_by_ear_an_acronym_stays_what_it_is(base):
    found = Lookup(base, ("professions", "vague")).find("AES")
    assert [match.id for match in found if match.score >= 0.96] == ["accompagnant-educatif-social"]

"""Dialogues as callers hold them: corrections, returns, follow-ups, options picked by words."""

from __future__ import annotations

import pytest

# Passwords


@pytest.mark.parametrize(
    "text",
    [
        "mon mot de passe est oublié, je fais quoi",
        "mon mdp est périmé depuis hier",
        "mon code est refusé à chaque fois",
        "mot de passe : il est bloqué !",
        "mon mot de passe medimail est erroné",
        "mon mdp c'est perdu",
        "mon code porteur est bloké",
        "mon mot de passe, c'est lequel ?",
        "le code d'erreur est 550",
        "mon code est à 6 chiffres ?",
    ],
)
def test_what_became_of_a_password_is_not_a_password(talk, text):
    assert "Ne donnez jamais un mot de passe" not in talk(text).text


@pytest.mark.parametrize(
    "text",
    [
        "mdp : Papillon92!",
        "mon mot de passe mailiz c'est Hiver2023$ et il est refusé",
        "identifiant dupont mot de passe Tulipe88 ça marche pas",
        "mon code porteur est 4821",
        "mon mot de passe est zorglub",
        "Azur!2020 c'est mon mot de passe",
        "mdp=qsdf1234",
    ],
)
def test_a_password_that_is_given_is_refused(talk, text):
    reply = talk(text)

    assert reply.kind == "refusal"
    assert "Ne donnez jamais un mot de passe" in reply.text
    assert not reply.heard


# Corrections


@pytest.mark.parametrize(
    ("turns", "profession"),
    [
        (("interne en médecine", "non, sage-femme"), "sage-femme"),
        (("orthophoniste", "nan, orthoptiste"), "orthoptiste"),
        (("infirmière en EHPAD", "non pas infirmière, aide-soignante"), "aide-soignant"),
        (("orthophoniste, oups orthoptiste",), "orthoptiste"),
        (("diététicienne heu non psychomotricienne",), "psychomotricien"),
        (
            ("sage-femme", "j'ai écrit sage-femme ? je voulais dire auxiliaire de puériculture"),
            "auxiliaire-puericulture",
        ),
    ],
)
def test_the_profession_said_last_replaces_the_other(hold, turns, profession):
    state, reply = hold(*turns)

    assert reply.verdicts[0].answers.profession == (profession,)
    assert [person.facts["profession"] for person in state.subjects] == [profession]


def test_a_corrected_profession_keeps_the_place(hold):
    state, _ = hold("infirmière en EHPAD", "non, psychologue")

    assert state.subjects[0].facts["employer"] == "ehpad"


def test_a_corrected_place_keeps_the_profession(hold):
    state, _ = hold("aide à domicile dans un SAAD", "non pardon chez un particulier")

    assert state.subjects[0].facts == {"profession": "aide-domicile", "employer": "particulier-employeur"}


@pytest.mark.parametrize("answer", ["non", "non, interne sans rpps"])
def test_no_still_answers_the_question(hold, answer):
    state, _ = hold("interne", answer)

    assert state.subjects[0].facts["rpps"] == "absent"


def test_whom_a_person_is_not_never_becomes_who_they_are(talk):
    reply = talk("secrétaire, non médecin, j'ai droit à une boîte ?")

    assert reply.verdicts[0].nominative == "no"


def test_not_caring_outlives_a_correction(talk):
    reply = talk("je ne soigne pas, je suis infirmière", "pardon, médecin")

    assert reply.verdicts[0].nominative != "yes"


# Facts first, returns, follow-ups


def test_a_fact_said_before_the_profession_is_kept(talk):
    reply = talk("je n'ai aucun rpps", "infirmière")

    assert reply.verdicts[0].rows[0] == talk("infirmière sans rpps").verdicts[0].rows[0] == "P06"


def test_the_right_of_the_one_talked_about_is_found_again_after_another_subject(talk):
    reply = talk(
        "secrétaire médicale", "comment mettre une pièce jointe ?", "pour en revenir à mon cas, j'y ai droit alors ?"
    )

    assert reply.verdicts[0].answers.profession == ("secretaire-medicale",)


def test_the_operator_asked_for_answers_about_the_same_problem(talk):
    reply = talk("ça marche pas", "chez Medimail")

    assert reply.topics[0] == "connexion_probleme"
    assert reply.kind == "answer"
    assert "Medimail" in reply.text
    assert "Quel est votre opérateur" not in reply.text


@pytest.mark.parametrize(
    ("words", "rank"),
    [("2", 1), ("la 1", 0), ("le troisième", 2), ("plutôt la deuxième", 1), ("celui du bas svp", -1), ("option 3", 2)],
)
def test_an_option_is_picked_by_its_rank(hold, talk, words, rank):
    options = talk("psy").asks.options

    state, _ = hold("psy", words)

    assert state.subjects[0].facts["profession"] == options[rank].value


def test_a_reading_is_picked_by_its_rank(dialogue, hold):
    state, unsure = hold("le truc mss")
    assert unsure.kind == "clarification"

    _, reply = dialogue.reply(state, "la première")

    assert dialogue.base.section("topics")[reply.topics[0]].label == unsure.suggestions[0]


def test_one_who_still_practises_keeps_the_profession(hold):
    state, _ = hold("médecin retraité", "j'exerce encore trois jours par mois")

    assert state.subjects[0].facts == {"profession": "medecin-retraite", "care": "yes"}


def test_one_who_no_longer_practises_is_granted_nothing(talk):
    reply = talk("médecin retraité", "je ne remplace plus")

    assert not reply.verdicts or reply.verdicts[0].nominative != "yes"


def test_why_gives_the_reasons_of_the_last_verdict(talk):
    first, reply = talk("secrétaire médicale"), talk("secrétaire médicale", "ah bon pourquoi ça ?")

    assert reply.text.startswith("*Pourquoi :*")
    assert reply.verdicts[0].rows == first.verdicts[0].rows


@pytest.mark.parametrize("first", ["comment ouvrir ma boîte mailiz", "sage-femme"])
def test_more_details_are_those_of_the_last_answer(talk, first):
    before, reply = talk(first), talk(first, "donne-moi plus de détails")

    assert before.details in reply.text
    assert reply.topics[0] == before.topics[0]


def test_and_me_asks_for_the_profession_in_the_same_place(hold):
    state, reply = hold("notre CPTS a droit à une boîte ?", "et moi ?")

    assert reply.asks.fact == "profession"
    assert state.subjects[0].facts == {"employer": "cpts"}


def test_someone_named_after_a_structure_is_asked_about_there(hold):
    state, reply = hold("notre CPTS a droit à une boîte ?", "et la coordinatrice ?")

    assert reply.verdicts
    assert state.subjects[0].facts["employer"] == "cpts"


@pytest.mark.parametrize("text", ["plus de détails", "et moi alors ?", "c'est urgent répondez", "bof", "et après ?"])
def test_nobody_is_offered_what_is_out_of_reach(dialogue, talk, text):
    topics = dialogue.base.section("topics")
    never = {topics[name].label for name in ("hors_sujet", "urgence_medicale", "avis_medical")}

    assert not never & set(talk("infirmière", text).suggestions)


@pytest.mark.parametrize("words", ["la première", "et le deuxième ?", "le dernier svp", "2"])
@pytest.mark.parametrize("before", [("je suis sage-femme, ai-je droit à une boîte ?",), ()])
def test_a_rank_with_nothing_to_choose_is_told_kindly(hold, before, words):
    state, reply = hold(*before, words)

    assert reply.kind == "clarification"
    assert "rien à choisir" in reply.text
    assert reply.suggestions
    assert len(state.subjects) == len(before)


def test_a_rank_beyond_the_list_offers_it_again(talk):
    reply = talk("psy", "le neuvième")

    assert "Aucune proposition ne porte ce rang" in reply.text
    assert reply.asks == talk("psy").asks


# The name of a profession as it was said


@pytest.mark.parametrize(
    ("turns", "subject"),
    [
        (("je suis infirmière libérale, j'ai droit à une boîte ?",), "infirmière"),
        (("infirmier libéral, j'ai droit à une boîte ?",), "infirmier"),
        (("JE SUIS DIRECTRICE D'EHPAD, J'AI DROIT ?",), "directrice d’établissement"),
        (("orthophoniste", "pardon, diététicienne"), "diététicienne"),
        (("infirmière", "pardon, psychomotricien"), "psychomotricien"),
    ],
)
def test_a_profession_is_named_as_it_was_said(talk, turns, subject):
    assert talk(*turns).verdicts[0].subject == subject


# The box of someone


@pytest.mark.parametrize(
    "text", ["biologiste, ma boite ?", "boite pour ehpad", "mss kiné", "quelle bal pour une secrétaire médicale"]
)
def test_the_box_of_someone_named_is_a_question_of_right(talk, text):
    reply = talk(text)

    assert reply.verdicts
    assert reply.topics[0].startswith("elig_")


# A few words that complete what was said


@pytest.mark.parametrize(
    ("turns", "profession"),
    [
        (("JE SUIS EDUCATRICE", "SPECIALISEE"), "educateur-specialise"),
        (("assistante", "dentaire"), "assistant-dentaire"),
        (("étudiante", "infirmière"), "etudiant-infirmier"),
        (("retraité", "médecin"), "medecin"),
        (("ma femme est psychologue", "en libéral"), "psychologue"),
    ],
)
def test_a_word_completes_the_name_said_before(hold, turns, profession):
    state, _ = hold(*turns)

    assert state.subjects[0].facts["profession"] == profession


@pytest.mark.parametrize(
    "turns", [("étudiante", "infirmière"), ("retraité", "médecin"), ("kiné", "stagiaire"), ("infirmière", "retraitée")]
)
def test_a_status_said_apart_grants_nothing(talk, turns):
    assert "yes" not in [verdict.nominative for verdict in talk(*turns).verdicts]


def test_where_someone_works_is_no_other_subject(hold):
    state, reply = hold("secrétaire médicale", "dans un cabinet de 3 médecins")

    assert state.subjects[0].facts == {"profession": "secretaire-medicale", "employer": "cabinet"}
    assert reply.verdicts[0].nominative == "no"


def test_and_the_practice_asks_for_the_practice(talk):
    assert talk("secrétaire médicale", "et le cabinet ?").abouts == ["structure"]


def test_without_a_number_answers_the_question_about_it(hold):
    state, _ = hold("une crèche", "oui on a une infirmière", "sans siret")

    assert state.subjects[0].facts["ident"] == "none"


@pytest.mark.parametrize("text", ["je ne suis pas médecin", "je ne soigne pas"])
def test_who_one_is_not_is_no_yes(talk, text):
    reply = talk(text)

    assert reply.kind == "clarification"
    assert reply.asks.fact == "profession"


def test_not_caring_said_first_counts_for_the_profession_said_next(talk):
    assert talk("je ne soigne pas", "je suis infirmière").verdicts[0].nominative != "yes"


def test_someone_at_ones_side_gives_no_right(talk):
    reply = talk("naturopathe", "même avec un médecin ?")

    assert "yes" not in [verdict.nominative for verdict in reply.verdicts]


@pytest.mark.parametrize("answer", ["oui", "non", "je ne sais pas"])
def test_an_answer_to_no_question_is_told_kindly(talk, answer):
    reply = talk("je suis sage-femme", answer)

    assert "Je n’attends pas de réponse" in reply.text
    assert reply.suggestions


def test_who_is_named_after_a_relation_is_someone_else(talk):
    assert talk("aide-soignante en EHPAD", "et ma chef infirmière coordinatrice ?").abouts == ["other"]
    assert talk("j'ai une dame au téléphone, elle est aide à domicile").abouts == ["other"]


@pytest.mark.parametrize(
    "question",
    [
        "elle a droit à une boîte ?",
        "y a-t-elle droit ?",
        "a-t-elle droit à une boîte ?",
        "peut-elle avoir une boîte ?",
        "donc elle peut ?",
    ],
)
@pytest.mark.parametrize(
    ("first", "nominative"),
    [("elle est secrétaire médicale en ehpad", "depends"), ("j'ai un naturopathe au téléphone", "no")],
)
def test_a_pronoun_means_the_one_talked_about(talk, first, nominative, question):
    assert [verdict.nominative for verdict in talk(first, question).verdicts] == [nominative]


def test_the_right_of_someone_unnamed_is_never_a_yes(talk):
    assert talk("elle a droit à une boîte ?").topics[0] == "elig_generale"

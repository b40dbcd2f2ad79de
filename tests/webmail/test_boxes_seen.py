"""What the holder of a box, its delegate and the patient see: the journal, the names, the answers still allowed."""

from __future__ import annotations

import re
from typing import Any

from tests.webmail.acting import ALIX, CLAIRE
from tests.webmail.visiting import ROOT, outcome_of


def addresses_of_professionals(page: str) -> list[str]:
    shown = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    return [found for found in re.findall(r"[\w.-]+@[\w.-]+mssante\.fr", shown) if "patient.mssante" not in found]


def written_to_alix(claire: Any, subject: str = "Vos résultats", **form: Any) -> Any:
    """Claire writes, then the visitor turns to Alix's side."""
    claire.send(ALIX, subject, arbre="patient", **form)
    return claire.play("Alix Nomfictif")


def test_the_holder_reads_what_the_delegate_did_and_so_does_the_delegate(claire):
    home = claire.home
    claire.play("Julie Simon", box=CLAIRE)
    claire.send("hugo.leroy@medecin.zz.mssante.fr", "Remplacement")
    link = re.search(r'href="([^"]+/journal)"', claire.get("/nouveau").text)
    seen_by_delegate = claire.get(link[1]).text
    claire.home = home
    seen_by_holder = claire.get("/journal").text

    for page in (seen_by_delegate, seen_by_holder):
        assert re.search(r"<td>Julie Simon</td>\s*<td>a ouvert la boîte par délégation", page)
        assert re.search(r"<td>Julie Simon</td>\s*<td>a envoyé", page)
    assert "Remplacement" not in seen_by_holder


def test_an_exchange_closed_by_fin_offers_no_answer_to_the_patient_and_says_why(claire):
    home = claire.home
    claire.send(ALIX, "Vos résultats", arbre="patient")
    claire.send(ALIX, "[FIN]", arbre="patient")
    alix = claire.play("Alix Nomfictif")
    pages = [alix.get(message).text for message in alix.messages()]

    assert len(pages) == 2
    for page in pages:
        assert "Le professionnel a clos cet échange par l’objet [FIN]" in page
        assert "Répondre</a>" not in page
    alix.home = home
    sent = alix.get(alix.messages("Messages envoyés", "patient")[0]).text
    assert "Reprendre ce message" in sent


def test_an_open_exchange_offers_the_answer(claire):
    alix = written_to_alix(claire)

    assert "Répondre</a>" in alix.get(alix.messages()[0]).text


def test_a_patient_sees_names_and_never_the_address_of_a_professional(claire):
    alix = written_to_alix(claire)
    message = alix.messages()[0]
    key = "cle-du-patient-0001"
    answer = alix.get(message + "/repondre").text
    to = re.search(r'name="a" value="([^"]*)"', answer)[1]
    checked = alix.post("/ecrire", cle=key, a=to, objet="Merci", texte="Merci", faire="verifier").text
    pages = {
        "list": alix.folder("Boîte de réception").text,
        "message": alix.get(message).text,
        "answer": answer,
        "check": checked,
        "contacts": alix.get("/echanges").text,
        "suggestions": alix.post("/correspondants", texte="claire").text,
    }

    assert "Claire Durand" in to
    assert {
        name: addresses_of_professionals(page) for name, page in pages.items() if addresses_of_professionals(page)
    } == {}
    assert alix.get(message + "/source").status_code == 404
    assert "jamais son adresse" in alix.get(message + "/source").text


def test_a_name_alone_brings_the_answer_to_its_box(claire):
    home = claire.home
    alix = written_to_alix(claire)
    to = re.search(r'name="a" value="([^"]*)"', alix.get(alix.messages()[0] + "/repondre").text)[1]
    result = alix.send(to, "Merci")
    sent = alix.get(alix.messages("Messages envoyés")[0]).text

    assert outcome_of(result)[0] == "delivered"
    assert addresses_of_professionals(result.text) == addresses_of_professionals(sent) == []
    alix.home = home
    assert len(alix.messages(tree="patient")) == 1


def test_a_refused_page_does_not_tell_the_address_either(claire):
    claire.send(ALIX, "Vos résultats", arbre="patient")
    claire.send(ALIX, "[FIN]", arbre="patient")
    alix = claire.play("Alix Nomfictif")
    to = re.search(r'name="a" value="([^"]*)"', alix.get(alix.messages()[0] + "/repondre").text)[1]
    refused = alix.send(to, "Encore une question")

    assert outcome_of(refused)[0] != "delivered"
    assert addresses_of_professionals(refused.text) == []
    drafts = alix.folder("Brouillons").text
    assert addresses_of_professionals(drafts) == []


def test_a_patient_is_given_no_address_by_the_number_of_a_box(claire):
    alix = claire.play("Alix Nomfictif")
    pages = [alix.get(f"{alix.home}/nouveau?a={number}").text for number in range(1, 30)]

    assert [found for page in pages for found in addresses_of_professionals(page)] == []
    assert ROOT in alix.home

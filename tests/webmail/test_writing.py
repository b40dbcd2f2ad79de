"""From the sheet to the result: check, send, confirm, come back, read, answer, forward, drafts."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from bot.sandbox.store.mail import Message
from tests.webmail.acting import ALIX, HUGO, PHARMACY, SHARED
from tests.webmail.visiting import ROOT, outcome_of


def test_a_message_goes_to_its_recipient_and_to_the_sent_folder(claire):
    answer = claire.send(HUGO, "Avis", document="courrier")

    assert outcome_of(answer) == ("delivered", "recipient_operator")
    assert len(claire.messages("Messages envoyés")) == 1
    claire.play("Hugo Leroy", box="hugo.leroy@")
    (received,) = claire.messages()
    shown = claire.get(received).text
    assert "courrier.pdf" in shown
    assert "Claire Durand - Centre hospitalier ABCD" in shown


def test_a_file_comes_back_as_it_was_and_is_never_shown_by_the_browser(claire):
    claire.send(HUGO, document="courrier")
    claire.play("Hugo Leroy", box="hugo.leroy@")
    answer = claire.get(claire.messages()[0] + "/piece/0")

    assert answer.data.startswith(b"%PDF-1.4")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_check_panel_says_what_is_kept_and_what_is_broken_with_sources(claire):
    answer = claire.send(f"{HUGO}, paul@courriel-perso.example", faire="verifier")

    assert "Ce message ne partirait pas." in answer.text
    assert "hors-espace-ecran" in answer.text
    assert "Règles respectées" in answer.text
    assert answer.text.count("Source :") > 10
    assert "boite-inexistante" not in answer.text


def test_what_servers_find_out_is_told_before_only_when_asked(claire):
    unknown = "nul@ch-efgh.mssante.fr"

    assert "Rien n’arrête ce message ici." in claire.send(unknown, faire="verifier").text
    assert "boite-inexistante" in claire.send(unknown, faire="reveler").text


def test_a_bounce_explains_itself_in_the_inbox(claire):
    answer = claire.send("ancien.interne@ch-abcd.mssante.fr")

    assert outcome_of(answer)[0] == "bounced"
    assert "/regles-envoi/#boite-supprimee" in answer.text
    assert "/chat?rule=boite-supprimee" in answer.text
    notice = claire.get(claire.messages()[0]).text
    assert "Comprendre ce retour" in notice
    assert "MAILER-DAEMON" in notice
    assert "boite-supprimee" in notice


def test_a_refused_message_stays_in_the_drafts_and_can_be_corrected(claire):
    answer = claire.send("paul@courriel-perso.example", "Avis", "Le texte écrit avec soin", document="courrier")

    assert outcome_of(answer) == ("refused_client", "client")
    draft = re.search(r'href="([^"]+/brouillon/\d+)"', answer.text)[1]
    sheet = claire.get(draft).text
    assert "Le texte écrit avec soin" in sheet
    assert re.search(r'value="courrier" checked', sheet)
    key = re.search(r'name="cle" value="([^"]+)"', sheet)[1]
    again = claire.send(HUGO, "Avis", "Le texte écrit avec soin", key=key)
    assert outcome_of(again)[0] == "delivered"
    assert claire.messages("Brouillons") == []


def test_a_warning_is_confirmed_before_anything_leaves(claire):
    asked = claire.send(HUGO, subject="", text="Bonjour")

    assert "Votre outil demande de confirmer" in asked.text
    assert claire.messages("Messages envoyés") == []
    key = re.search(r'name="cle" value="([^"]+)"', asked.text)[1]
    done = claire.send(HUGO, subject="", text="Bonjour", key=key, faire="confirme")
    assert outcome_of(done)[0] == "warned"
    assert len(claire.messages("Messages envoyés")) == 1


def test_the_same_send_twice_is_one_message(claire):
    first = claire.send(HUGO, key="deux-fois-le-meme-clic")
    second = claire.send(HUGO, key="deux-fois-le-meme-clic")

    assert outcome_of(first) == outcome_of(second)
    assert len(claire.messages("Messages envoyés")) == 1


def test_a_reply_keeps_the_thread_and_marks_what_it_answers(claire):
    claire.send(HUGO, "Avis sur un patient fictif")
    hugo = claire.play("Hugo Leroy", box="hugo.leroy@")
    received = hugo.messages()[0]
    sheet = hugo.get(received + "/repondre").text
    assert "claire.durand@ch-abcd.mssante.fr" in sheet
    assert "Re: Avis sur un patient fictif" in sheet
    fields = dict(re.findall(r'name="(cle|en_reponse_a|fil|repond)" value="([^"]*)"', sheet))
    fields["en_reponse_a"] = fields["en_reponse_a"].replace("&lt;", "<").replace("&gt;", ">")
    hugo.post(
        "/ecrire", faire="envoyer", a="claire.durand@ch-abcd.mssante.fr", objet="Re: Avis", texte="Oui.", **fields
    )

    assert "Répondu" in hugo.folder("Boîte de réception").text
    assert "Le fil : 2 messages" in hugo.get(received).text


def test_a_forward_carries_the_files(claire):
    claire.send(HUGO, "Compte rendu", document="compte-rendu")
    hugo = claire.play("Hugo Leroy", box="hugo.leroy@")
    sheet = hugo.get(hugo.messages()[0] + "/transferer").text
    assert "cr.pdf" in sheet
    carried = re.search(r'name="transfere" value="(\d+)"', sheet)[1]

    answer = hugo.send("ines.moreau@infirmier.zz.mssante.fr", "TR: Compte rendu", transfere=carried)

    assert outcome_of(answer)[0] == "delivered"
    assert "cr.pdf" in hugo.get(hugo.messages("Messages envoyés")[0]).text


def test_drafts_save_themselves_and_open_as_they_were_left(claire):
    answer = claire.post(
        "/brouillon", cle="un-brouillon-a-moi", a="hugo", objet="À finir", texte="Début", situation="urgence"
    )

    assert answer.json["message"].startswith("Brouillon enregistré à ")
    listed = claire.messages("Brouillons")
    assert len(listed) == 1
    sheet = claire.get(listed[0], follow_redirects=True).text
    assert "À finir" in sheet
    assert re.search(r'value="urgence" checked', sheet)
    assert (
        claire.post("/brouillon", cle="un-brouillon-a-moi", a="hugo", objet="À finir", texte="Suite").status_code == 200
    )
    assert len(claire.messages("Brouillons")) == 1


def test_files_of_ones_own_are_joined_and_taken_off(claire):
    sheet = claire.get("/nouveau").text
    key = re.search(r'name="cle" value="([^"]+)"', sheet)[1]
    joined = claire.post(
        "/ecrire",
        cle=key,
        a=HUGO,
        objet="Fichier",
        texte="x",
        faire="joindre",
        fichier=(io.BytesIO(b"bonjour"), "note.txt"),
    ).text
    assert "note.txt" in joined
    number = re.search(r'value="retirer-(\d+)"', joined)[1]
    taken = claire.post("/ecrire", cle=key, a=HUGO, objet="Fichier", texte="x", faire=f"retirer-{number}").text
    assert "note.txt" not in taken


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\u202egnp.exe", "x" * 300 + ".pdf", "dossier/fichier.pdf"])
def test_hostile_file_names_are_refused_in_french_or_made_harmless(claire, name):
    sheet = claire.get("/nouveau").text
    key = re.search(r'name="cle" value="([^"]+)"', sheet)[1]
    answer = claire.post(
        "/ecrire", cle=key, a=HUGO, objet="Fichier", texte="x", faire="joindre", fichier=(io.BytesIO(b"x"), name)
    )

    assert answer.status_code == 422
    assert "nom d’une pièce jointe" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {"objet": "2 79 05 99 999 012"},
        {"texte": "INS 279059999901254"},
        {"a": "279059999901254@patient.mssante.fr"},
        {"cc": "1 85 12 75 116 001 23 <x@ch-abcd.mssante.fr>"},
    ],
)
def test_a_number_that_could_be_someones_is_refused_and_kept_nowhere(claire, rooms, form):
    for faire in ("envoyer", "verifier", "brouillon"):
        answer = claire.send(
            **{"to": form.get("a", HUGO), "faire": faire, **{k: v for k, v in form.items() if k != "a"}}
        )
        assert answer.status_code == 422
        assert "numero-peut-etre-reel" in answer.text
    assert claire.post("/brouillon", cle="numero-de-quelqu-un", **{"objet": "x", **form}).status_code == 422
    assert kept_anywhere(rooms, "0599999") == 0
    assert kept_anywhere(rooms, "05 99 999") == 0
    assert kept_anywhere(rooms, "12 75 116") == 0


def kept_anywhere(rooms, text):
    """How many cells of the database hold this text."""
    from sqlalchemy import inspect
    from sqlalchemy import text as sql

    count = 0
    with rooms.store.engine.connect() as connection:
        for table in inspect(rooms.store.engine).get_table_names():
            for column in inspect(rooms.store.engine).get_columns(table):
                asked = sql(f'SELECT count(*) FROM "{table}" WHERE CAST("{column["name"]}" AS TEXT) LIKE :wanted')  # noqa: S608
                count += connection.execute(asked, {"wanted": f"%{text}%"}).scalar() or 0
    return count


def test_a_number_of_the_fictional_kind_is_welcome(claire):
    assert outcome_of(claire.send(ALIX, "Vos résultats", "INS fictive 279139999901254"))[0] == "delivered"


@pytest.mark.parametrize("field", ["objet", "a", "cc"])
def test_a_field_never_becomes_a_header(claire, field):
    answer = claire.send(
        **{"to": HUGO, "objet" if field == "objet" else field: f"{HUGO}\r\nBcc: paul@courriel-perso.example"}
    )

    assert "Message envoyé" not in answer.text
    assert claire.messages("Messages envoyés") == []


def test_ten_thousand_recipients_get_a_clear_refusal_and_the_service_goes_on(claire):
    crowd = ", ".join(f"a{n}@ch-abcd.mssante.fr" for n in range(10_000))
    answer = claire.send(crowd)

    assert answer.status_code in (200, 422)
    assert "destinataires" in answer.text
    assert outcome_of(claire.send(HUGO))[0] == "delivered"


def test_a_post_too_heavy_is_told_in_french(claire):
    answer = claire.post("/brouillon", texte="x" * 3_000_000)

    assert answer.status_code == 413
    assert "Envoi trop lourd" in answer.text


def test_a_reading_receipt_is_asked_once_and_goes_from_the_box_that_received(claire):
    claire.send(SHARED, "Convocation", accuse_lecture="1")
    claire.open(claire_persona(claire), SHARED)
    received = claire.messages()[0]
    assert "demande un accusé de lecture" in claire.get(received).text
    claire.post(received + "/accuse", reponse="oui")
    assert "demande un accusé de lecture" not in claire.get(received).text
    claire.open(claire_persona(claire), "claire.durand@")
    receipt = claire.get(claire.messages()[0]).text
    assert "Accusé de lecture" in receipt
    assert SHARED in receipt


def claire_persona(someone):
    return int(re.search(r"/b/(\d+)/", someone.home)[1])


def test_a_refused_receipt_is_not_asked_again(claire):
    claire.send(HUGO, accuse_lecture="1")
    hugo = claire.play("Hugo Leroy", box="hugo.leroy@")
    received = hugo.messages()[0]
    answer = hugo.post(received + "/accuse", reponse="non")

    assert "demande un accusé" not in hugo.get(answer.headers["Location"]).text
    assert hugo.post(received + "/accuse", reponse="oui").status_code == 303
    assert hugo.messages("Messages envoyés") == []


def test_a_delivery_receipt_comes_back(claire):
    claire.send(HUGO, accuse_remise="1")

    assert "Accusé de réception" in claire.folder("Boîte de réception").text


def test_an_automatic_reply_is_sent_once(claire):
    hugo = claire.play("Hugo Leroy", box="hugo.leroy@")
    hugo.post("/absence", active="1", objet="Absent", texte="De retour lundi.", debut="", fin="")
    claire.play("Claire Durand", box="claire.durand@")
    claire.send(HUGO)
    claire.send(HUGO)

    listed = claire.folder("Boîte de réception").text
    assert listed.count("Réponse automatique") == 1


def test_the_med_account_writes_only_from_its_shared_box(visitor):
    odile = visitor().enter()
    persona = odile.persona("Odile Fixture")
    odile.post(f"{ROOT}/personnes/{persona}/connexion", mode="compte-med")
    refused = odile.post(f"{ROOT}/b/{persona}/sans-adresse", a=HUGO)
    assert outcome_of(refused) == ("refused_client", "client")
    assert "med-sans-adresse" in refused.text

    odile.open(persona, SHARED)
    assert outcome_of(odile.send(HUGO, "Convocation")) == ("delivered", "recipient_operator")
    assert "Odile Fixture" in odile.get("/journal").text


def test_the_patient_answers_but_does_not_begin_save_to_its_pharmacy(visitor):
    alix = visitor().enter().play("Alix Nomfictif")
    assert outcome_of(alix.send(HUGO, "Question"))[0] == "impossible_ui"
    assert outcome_of(alix.send(PHARMACY, "Mon ordonnance", document="ordonnance"))[0] == "delivered"
    claire = alix.play("Claire Durand", box="claire.durand@")
    claire.send(ALIX, "Vos résultats")
    alix = claire.open(alix_persona(claire))
    assert outcome_of(alix.send("claire.durand@ch-abcd.mssante.fr", "Merci"))[0] == "delivered"
    claire.open(claire.persona_of("Claire Durand"), "claire.durand@")
    assert "Merci" in claire.folder("Boîte de réception", "patient").text
    claire.send(ALIX, "[FIN]", "")
    alix.open(alix_persona(claire))
    assert outcome_of(alix.send("claire.durand@ch-abcd.mssante.fr", "Encore"))[0] == "impossible_ui"


def alix_persona(someone):
    return someone.persona_of("Alix Nomfictif")


def test_those_whom_nobody_plays_answer_by_themselves(claire, rooms, monkeypatch):
    import datetime

    from bot.sandbox.webmail.beating import beat

    claire.send(HUGO, "Avis")
    later = rooms.now() + datetime.timedelta(minutes=2)
    monkeypatch.setattr(rooms.office, "clock", lambda: later)
    beat(rooms.store, rooms.office)

    assert "Réponse simulée" in claire.folder("Boîte de réception").text


def bomb():
    """An archive of a few kilobytes that would unfold into gigabytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number}.txt", b"\0" * 30_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("lot.zip", bomb, "taille démesurée"),
        ("IHE_XDM.ZIP", bomb, "taille démesurée"),
        ("notes.txt", lambda: b"x" * 46_000_000, "Envoi trop lourd"),
    ],
    ids=["zip", "xdm", "heavy"],
)
def test_a_file_that_would_harm_is_refused_in_french_and_the_service_goes_on(claire, name, content, said):
    answer = claire.send(HUGO, "Fichier", fichier=(io.BytesIO(content()), name))

    assert said in answer.text
    assert claire.messages("Messages envoyés") == []
    assert outcome_of(claire.send(HUGO, "Bonjour"))[0] == "delivered"


def test_a_bounced_message_is_taken_up_for_those_who_did_not_get_it(claire):
    answer = claire.send(f"{HUGO}, ancien.interne@ch-abcd.mssante.fr", "Avis", "Mon texte", document="courrier")
    sheet = claire.get(re.search(r'href="([^"]+/reprendre)"', answer.text)[1]).text

    assert re.search(r'name="a" value="ancien\.interne@ch-abcd\.mssante\.fr"', sheet)
    assert "Mon texte" in sheet
    assert "courrier.pdf" in sheet
    assert "Seuls les destinataires qui ne l’ont pas reçu sont repris" in sheet


HEAVY = b"%PDF-1.4\n" + b"\0" * 40_000_000


def test_heavy_files_of_refused_sends_are_kept_up_to_a_quota_and_no_typed_word_is_lost(claire):
    first = claire.send(HUGO, "Scanner", fichier=(io.BytesIO(HEAVY), "scanner.pdf"))
    second = claire.send(HUGO, "Irm", "Une phrase à garder.", fichier=(io.BytesIO(HEAVY), "irm.pdf"))

    assert outcome_of(first)[0] == "refused_submission"
    assert second.status_code == 422
    assert "Vos brouillons gardent déjà 40,0 Mo de fichiers" in second.text
    assert "Une phrase à garder." in second.text
    assert "Une phrase à garder." in claire.folder("Brouillons").text


def test_a_heavy_draft_lies_once_on_the_disk_and_opens_with_its_file(claire, rooms):
    answer = claire.send(HUGO, "Scanner", fichier=(io.BytesIO(HEAVY), "scanner.pdf"), faire="joindre")
    with rooms.store.reading() as session:
        sizes = session.scalars(select(Message.size).where(Message.subject == "Scanner", Message.kind == "draft"))
        assert max(sizes) < 10_000

    assert "scanner.pdf" in answer.text
    (draft,) = re.findall(rf'href="({ROOT}/b/\d+/\d+/message/\d+)', claire.folder("Brouillons").text)
    assert "scanner.pdf" in claire.get(claire.get(draft).headers["Location"]).text


def test_files_beyond_what_a_request_may_hold_are_told_with_what_to_do(claire):
    answer = claire.send(HUGO, "Scanner", fichier=(io.BytesIO(b"\0" * 46_000_000), "scanner.pdf"))

    assert answer.status_code == 413
    assert "dépassent 45 Mo" in answer.text


def test_a_person_who_writes_from_the_box_of_a_software_is_told_so_before_and_after(visitor):
    laboratory = visitor().enter().play("Envoi des résultats", mode="personne-a-l-ecran")
    before = laboratory.send(HUGO, "Résultats", faire="verifier").text
    after = laboratory.send(HUGO, "Résultats").text

    assert "Boîte applicative ouverte par une personne" in before
    assert "Boîte applicative ouverte par une personne" in after


def test_a_software_that_writes_alone_is_not_told_so(visitor):
    laboratory = visitor().enter().play("Envoi des résultats", mode="certificat")

    assert "ouverte par une personne" not in laboratory.send(HUGO, "Résultats").text

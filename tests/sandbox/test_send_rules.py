"""What becomes of a send: the labelled cases, then the rules one by one where the cases are silent."""

from __future__ import annotations

import pytest

from bot.sandbox import judge
from tests.conftest import load_cases
from tests.sandbox.attempts import ALIX, CLAIRE, HUGO, RESULT

CASES = load_cases("send.yaml")
OUTSIDE = "paul.martin@courriel-perso.example"
ARCHIVE = {"name": "IHE_XDM.ZIP", "size_mb": 0.3, "document": {"kind": "xdm"}}
PDF = {"name": "20260105_CR_NOMFICTIF_Alix.pdf", "size_mb": 0.2, "document": {"kind": "pdf"}}
XDM_SUBJECT = "XDM/1.0/DDM+CR NOMFICTIF Alix 01/01/1980"
BY_SOFTWARE = {"channel": "business_software", "auth": "token"}
BY_PLATFORM = {
    "from": "noreply@ch-abcd.mssante.fr",
    "from_type": "APP",
    "channel": "application",
    "auth": "client_certificate",
    "subject": XDM_SUBJECT,
}


def ending(result):
    return result["outcome"], result["decided_by"]


def told(result):
    return [finding["rule"] for finding in result["findings"]]


def fates(result):
    return [recipient["outcome"] for recipient in result["recipients"]]


def archive(**document):
    return [{**ARCHIVE, "document": {"kind": "xdm", **document}}, PDF]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_labelled_case_ends_as_expected(case, check):
    result = check.of(case["attempt"])

    assert ending(result) == (case["expected"]["outcome"], case["expected"]["decided_by"]), told(result)
    RESULT.validate(result)


def test_every_refusal_is_explained_by_a_rule_with_its_sources(check, base):
    for case in CASES:
        result = check.of(case["attempt"])
        for recipient in result["recipients"]:
            assert recipient["outcome"] == "delivered" or recipient["rule"] in told(result)
        for finding in result["findings"]:
            assert finding["sources"]
            assert base.entry(f"send_rules/{finding['rule']}").why in finding["message"]


# What never happened is not told


UNKNOWN_PATIENT = "250139999900101@patient.mssante.fr"
NEVER_TOLD = {
    "no receipt for a box that does not exist": (
        {"to": ["nobody@medecin.zz.mssante.fr"], "dsn_requested": True},
        "boite-inexistante",
        "accuse-de-reception",
    ),
    "the next operator never sees what one's own refused": (
        {"attachments": [{"name": "a.pdf", "size_mb": 40}]},
        "taille-emetteur",
        "taille-destinataire",
    ),
    "no exchange closes with a patient that is not found": (
        {"to": [UNKNOWN_PATIENT], "subject": "[FIN]"},
        "patient-inconnu",
        "fin-par-l-objet",
    ),
    "no patient is told of a send without a session": (
        {"to": [ALIX], "auth_state": "wrong_password"},
        "mot-de-passe-faux",
        "patient-prevenu",
    ),
    "no patient is told of what was refused for its size": (
        {"to": [ALIX], "attachments": [{"name": "a.pdf", "size_mb": 26}]},
        "taille-emetteur",
        "patient-prevenu",
    ),
    "a stopped correction replaces nothing": (
        {"auth_state": "wrong_password", **{"attachments": [{**ARCHIVE, "document": {"replaces": "latest"}}]}},
        "mot-de-passe-faux",
        "annule-et-remplace",
    ),
}


@pytest.mark.parametrize("name", NEVER_TOLD)
def test_a_message_that_was_stopped_tells_nothing_of_what_lies_beyond(send, name):
    changes, stopped_by, beyond = NEVER_TOLD[name]
    result = send(**changes)

    assert stopped_by in told(result)
    assert beyond not in told(result)


def test_what_holds_for_the_served_recipient_is_told_though_another_bounced(send):
    result = send(to=[HUGO, "nobody@medecin.zz.mssante.fr"], dsn_requested=True)

    assert fates(result) == ["delivered_with_notice", "bounced"]
    assert {"accuse-de-reception", "boite-inexistante"} <= set(told(result))


# Answers that nobody would read


def test_an_exchange_that_the_message_closes_needs_no_one_to_answer(send):
    closed = {"Reply-To": None, "X-MSS-MES": "FIN"}
    to_a_patient = send(**BY_PLATFORM, to=[ALIX], headers=closed, attachments=archive())
    to_a_physician = send(**BY_PLATFORM, to=[HUGO], headers=closed, attachments=archive())

    assert ending(to_a_patient) == ("delivered", "patient_space")
    assert "reponse-sans-lecteur" not in told(to_a_patient)
    assert "reponse-sans-lecteur" in told(to_a_physician)


# The trust space


@pytest.mark.parametrize("place", ["to", "cc", "bcc"])
def test_at_the_screen_one_outside_address_stops_everyone_wherever_it_stands(send, place):
    result = send(**{"to": [HUGO], place: [HUGO, OUTSIDE]})

    assert set(fates(result)) == {"refused_client"}


def test_over_smtp_only_the_outside_recipient_is_refused(send):
    result = send(**BY_SOFTWARE, to=[HUGO, OUTSIDE, CLAIRE])

    assert fates(result) == ["delivered", "refused_submission", "delivered"]
    assert result["smtp"] == {"stage": "rcpt", "code": 550, "enhanced": "5.7.1"}


def test_an_ending_in_mssante_is_no_proof_and_its_absence_neither(send):
    assert ending(send(to=["x@jamais-inscrit.mssante.fr"])) == ("bounced", "sender_operator")
    assert ending(send(to=["confrere@interop-mssante.apicrypt.org"])) == ("delivered", "gateway")


def test_an_address_is_read_with_its_name_and_in_any_case(send):
    assert ending(send(to=["Hugo LEROY <Hugo.Leroy@Medecin.ZZ.mssante.fr>"])) == ("delivered", "recipient_operator")


@pytest.mark.parametrize("typed", ["", "hugo", "@x.fr", "hugo.leroy@", "a@b", "a b@c.fr", "a@b.fr;c@d.fr", "a@-b.fr"])
def test_a_malformed_address_never_leaves_the_tool(send, typed):
    assert ending(send(to=[typed])) == ("refused_client", "client")
    assert ending(send(**BY_SOFTWARE, to=[typed])) == ("refused_client", "client")


def test_a_forged_sender_coming_from_an_ordinary_server_is_still_outside(send):
    result = send(channel="external_server", auth="none")

    assert ending(result) == ("refused_peer", "recipient_operator")


def test_a_box_of_a_domain_that_left_the_list_is_refused_by_the_other_side(send):
    result = send(**{"from": "ancien@ch-ferme.mssante.fr"}, to=[HUGO])

    assert ending(result) == ("refused_peer", "recipient_operator")


def test_a_faulty_certificate_is_refused_by_whoever_meets_it(send):
    faulty = "test@cert-expire.operateur-fictif.mssante.fr"

    assert ending(send(to=[faulty])) == ("refused_peer", "sender_operator")
    assert ending(send(**{"from": faulty}, to=[HUGO])) == ("refused_peer", "recipient_operator")


# Sign-in


def test_a_person_on_the_access_list_enters_the_shared_box_under_their_own_name(send):
    result = send(acting_as="cardiologie@ch-abcd.mssante.fr")

    assert ending(result) == ("delivered", "recipient_operator")
    assert "entree-sous-son-nom" in told(result)


@pytest.mark.parametrize(
    ("acting_as", "rule"),
    [
        ("urgences@ch-efgh.mssante.fr", "boite-partagee-non-autorisee"),
        (HUGO, "boite-d-autrui"),
        ("nulle.part@ch-abcd.mssante.fr", "boite-ouverte-introuvable"),
    ],
)
def test_nobody_enters_a_box_that_is_not_open_to_them(send, acting_as, rule):
    result = send(acting_as=acting_as)

    assert ending(result) == ("refused_login", "sender_operator")
    assert rule in told(result)


def test_a_med_account_only_enters_the_boxes_it_is_attached_to(send):
    med = {"from": None, "from_type": "MED", "auth": "med_account"}

    assert send(**med, acting_as="cardiologie@ch-abcd.mssante.fr")["outcome"] == "delivered"
    assert send(**med, acting_as="urgences@ch-efgh.mssante.fr")["outcome"] == "refused_login"


def test_a_refused_sign_in_stops_everything_else(send):
    result = send(auth_state="wrong_password", to=[HUGO, OUTSIDE, "hugo.leroy@"])

    assert set(fates(result)) == {"refused_login"}
    assert result["smtp"] is None


def test_a_sign_in_over_smtp_shows_its_reply(send):
    assert send(**BY_SOFTWARE, auth_state="wrong_password")["smtp"]["code"] == 535


@pytest.mark.parametrize(
    ("transport", "outcome"),
    [
        ({"port": 25, "trusts_igc": False}, "refused_submission"),
        ({"port": 465, "tls": "implicit"}, "operator_dependent"),
        ({"tls": "none"}, "refused_submission"),
        ({"tls": "tls1_0"}, "refused_login"),
        ({"trusts_igc": False}, "refused_client"),
        ({"port": 587}, "delivered"),
    ],
)
def test_the_link_fails_at_its_first_fault(send, transport, outcome):
    assert send(channel="mail_client", auth="token", transport=transport)["outcome"] == outcome


def test_the_link_of_a_webmail_is_not_the_persons_business(send):
    assert send(transport={"port": 25, "tls": "none"})["outcome"] == "delivered"


# Patients


@pytest.mark.parametrize("typed", ["279059999901254@patient.mssante.fr", "2790599999012@patient.mssante.fr"])
def test_a_number_that_may_be_real_is_refused_whatever_its_key(send, typed):
    assert ending(send(to=[typed])) == ("refused_client", "client")
    assert "numero-peut-etre-reel" in told(send(to=[typed]))


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_real_number_is_refused_in_the_text_too_and_a_fictional_one_is_not(send, field):
    assert send(**{field: "patient 2 79 05 2A 001 001 12"})["outcome"] == "refused_client"
    assert send(**{field: "patient 2 79 13 99 999 012 54"})["outcome"] == "delivered"
    assert send(**{field: "CIP 3400934998766"})["outcome"] == "delivered"


def test_only_the_exact_subject_closes_the_exchange(send):
    assert "fin-par-l-objet" in told(send(to=[ALIX], subject="[FIN]", body=""))
    for almost in ("[fin]", "FIN", " [FIN]"):
        assert "fin-mal-ecrite" in told(send(to=[ALIX], subject=almost))


def test_a_patient_sees_a_shared_reply_address_as_their_contact(send):
    result = send(to=[ALIX], headers={"Reply-To": "cardiologie@ch-abcd.mssante.fr"})

    assert ending(result) == ("delivered", "patient_space")
    assert "contact-par-reply-to" in told(result)


@pytest.mark.parametrize(
    ("to", "context", "outcome"),
    [
        ("officine@pharmacie-fictive.mssante.fr", {}, "delivered"),
        ("officine@pharmacie-fictive.mssante.fr", {"pharmacy_known": False}, "impossible_ui"),
        ("officine@pharmacie-fictive.mssante.fr", {"pharmacy_published": False}, "impossible_ui"),
        ("samir.benali@pharmacien.zz.mssante.fr", {}, "impossible_ui"),
        ("officine@pharmacie-castelfable.mssante.fr", {}, "delivered"),
        (CLAIRE, {"thread": "open"}, "delivered"),
        (CLAIRE, {"thread": "closed"}, "impossible_ui"),
        ("noreply@ch-abcd.mssante.fr", {"thread": "open"}, "impossible_ui"),
        ("288139999900409@patient.mssante.fr", {"thread": "open"}, "impossible_ui"),
        (OUTSIDE, {"thread": "open"}, "impossible_ui"),
    ],
)
def test_a_patient_writes_first_to_a_pharmacy_only(send, to, context, outcome):
    patient = {"from": ALIX, "from_type": "patient", "channel": "patient_space", "auth": "password"}

    assert send(**patient, to=[to], context=context)["outcome"] == outcome


def test_two_patients_never_share_a_message_even_in_blind_copy(send):
    result = send(to=[ALIX], bcc=["288139999900409@patient.mssante.fr"])

    assert ending(result) == ("allowed_bad_practice", "patient_space")


@pytest.mark.parametrize(
    ("document", "to", "outcome"),
    [
        ({"masque_ps": True}, [HUGO], "refused_client"),
        ({"masque_ps": True}, [ALIX], "delivered"),
        ({"masque_ps": True, "dmp": True}, [ALIX], "refused_client"),
        ({"invisible_patient": True}, [HUGO], "delivered"),
        ({"invisible_patient": True}, [HUGO, ALIX], "refused_client"),
        ({"masque_ps": True, "invisible_patient": True}, [HUGO], "refused_client"),
        ({"dmp": True}, [HUGO, ALIX], "delivered"),
        ({}, [HUGO], "delivered"),
    ],
)
def test_the_platform_applies_the_visibility_matrix(send, document, to, outcome):
    assert send(**BY_PLATFORM, to=to, attachments=archive(**document))["outcome"] == outcome


def test_a_webmail_does_not_read_the_masks_and_says_so_afterwards(send):
    result = send(to=[ALIX], subject=XDM_SUBJECT, attachments=archive(invisible_patient=True))

    assert ending(result) == ("allowed_bad_practice", "patient_space")


# Content, headers, receipts, integration


def test_sizes_count_after_encoding_and_the_lowest_limit_wins(send):
    def sized(size, **changes):
        return ending(send(attachments=[{"name": "a.zip", "size_mb": size}], **changes))

    industry = {"from": "officine@pharmacie-fictive.mssante.fr", "from_type": "ORG", "auth": "password"}
    assert sized(7.5) == ("delivered", "recipient_operator")
    assert sized(7.6) == ("refused_submission", "sender_operator")
    assert sized(7.6, **industry) == ("bounced", "recipient_operator")
    assert sized(18.75, **industry, to=[ALIX]) == ("delivered", "patient_space")
    assert sized(25, **industry, to=[ALIX]) == ("operator_dependent", "patient_space")
    assert sized(25.1, **industry, to=[ALIX]) == ("bounced", "patient_space")


@pytest.mark.parametrize(
    "headers",
    [
        {"message-id": None},
        {"X-MSS-NIL": ""},
        {"X-MSS-INS": "oui"},
        {"X-MSS-INS": "O"},
        {"From": CLAIRE},
        {"From": f"Hugo Leroy <{CLAIRE}>"},
        {"X-MSS-CODECDA": "11488-4"},
        {"X-MSS-MES": "fin"},
    ],
    ids=str,
)
def test_a_header_that_departs_from_the_referential_passes_and_is_told(send, headers):
    assert ending(send(**BY_SOFTWARE, headers=headers)) == ("allowed_nonconformity", "client")


@pytest.mark.parametrize(
    "headers",
    [
        {"From": f"Dr_Claire_DURAND_CH ABCD <{CLAIRE}>"},
        {"X-MSS-INS": "N"},
        {"Message-ID": "<1@ch-abcd.mssante.fr>"},
        {"X-MSS-CODECDA": None},
        {"In-Reply-To": None},
    ],
    ids=str,
)
def test_a_conforming_header_changes_nothing(send, headers):
    assert send(**BY_SOFTWARE, headers=headers)["outcome"] == "delivered"


def test_writing_under_another_address_is_refused(send):
    assert ending(send(**BY_SOFTWARE, headers={"From": f"Hugo <{HUGO}>"})) == ("refused_submission", "sender_operator")


def test_a_shared_box_shows_the_entity_not_the_person(send):
    box = "cardiologie@ch-abcd.mssante.fr"

    assert send(acting_as=box, headers={"From": f"Cardiologie CH ABCD <{box}>"})["outcome"] == "delivered"
    assert send(acting_as=box, headers={"From": f"Claire Durand <{box}>"})["outcome"] == "allowed_nonconformity"
    assert send(acting_as=box, headers={"From": f"Claire Durand <{CLAIRE}>"})["outcome"] == "allowed_nonconformity"


def test_a_receipt_is_told_by_whoever_writes_it(send):
    asked = {"mdn_requested": True}

    assert ending(send(**asked)) == ("delivered", "recipient_operator")
    assert ending(send(**asked, context={"mdn_reply": "accept"})) == ("delivered_with_notice", "recipient_client")
    assert ending(send(**asked, context={"mdn_reply": "refuse"})) == ("delivered", "recipient_client")
    assert ending(send(**asked, to=[ALIX], context={"mdn_reply": "refuse"})) == (
        "delivered_with_notice",
        "patient_space",
    )
    assert ending(send(dsn_requested=True, to=[ALIX])) == ("delivered_with_notice", "patient_space")
    assert ending(send(context={"recipient_auto_reply": True})) == ("delivered_with_notice", "recipient_operator")


@pytest.mark.parametrize(
    ("document", "context", "code"),
    [
        ({"replaces": "outdated"}, {}, "900"),
        ({"replaces": "not_author"}, {}, "901"),
        ({}, {"recipient_software": "patient_unknown"}, "902"),
        ({"ins": "absent"}, {}, "903"),
        ({"ins": "other_person"}, {}, "904"),
        ({"ins": "partial"}, {}, "905"),
        ({}, {"recipient_software": "error"}, "906"),
    ],
)
def test_a_refusal_to_integrate_is_told_only_when_asked(send, document, context, code):
    to_software = {**BY_PLATFORM, "to": ["dpi@ch-efgh.mssante.fr"], "attachments": archive(**document)}
    silent, told_of = send(**to_software, context=context), send(**to_software, context=context, mdn_requested=True)

    assert ending(silent) == ("delivered_not_integrated", "recipient_software")
    assert ending(told_of) == ("delivered_with_notice", "recipient_software")
    assert f"integration-code-{code}" in told(silent)


def test_a_name_does_not_make_an_archive(send):
    fake = [{"name": "IHE_XDM.ZIP", "size_mb": 0.1}]

    assert send(**{**BY_PLATFORM, "subject": "CR"}, to=["dpi@ch-efgh.mssante.fr"], attachments=fake)["outcome"] == (
        "delivered_not_integrated"
    )


def test_the_message_is_looked_at_once_however_many_receive_it(send, monkeypatch):
    """Ten thousand recipients take ten thousand looks at an address, and one at the message."""
    looks = []
    original = judge.message_facts
    monkeypatch.setattr(judge, "message_facts", lambda *told: looks.append(1) or original(*told))
    result = send(to=[f"n{i}@ch-abcd.mssante.fr" for i in range(10_000)])

    assert result["outcome"] == "bounced"
    assert len(result["recipients"]) == 10_000
    assert len(looks) == 1

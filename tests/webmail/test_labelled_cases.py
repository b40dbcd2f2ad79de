"""The labelled cases that a webmail, or Mon espace santé, can make: the same outcome on the screen, in a real browser."""

from __future__ import annotations

import pytest
import yaml

from bot.sandbox.webmail.shelves import DATA
from tests.conftest import load_cases
from tests.sandbox_store.documents import file_of
from tests.webmail.acting import Actor

pytestmark = pytest.mark.browser

CASES = [case for case in load_cases("send.yaml") if case["attempt"]["channel"] in ("webmail", "patient_space")]
WHO = {
    "claire.durand@ch-abcd.mssante.fr": "Claire Durand",
    "yann.caradec@ch-abcd.mssante.fr": "Yann Caradec",
    "julie.simon@pro.zz.mssante.fr": "Julie Simon",
    "cardiologie@ch-abcd.mssante.fr": "Claire Durand",
    "officine@pharmacie-fictive.mssante.fr": "Samir Benali",
    "cabinet-tilleuls@medecin.zz.mssante.fr": "Hugo Leroy",
    "279139999901254@patient.mssante.fr": "Alix Nomfictif",
    None: "Odile Fixture",
}
"""Who signs in, with their own identity, to write from this box."""
OF_THE_WORLD = {"thread", "pharmacy_known", "pharmacy_published", "several_boxes"}
"""What the world itself knows: no box to tick for these."""
MODES = yaml.safe_load((DATA / "sign_in.yaml").read_text("utf-8"))
SITUATIONS = {s["field"]: s for s in yaml.safe_load((DATA / "situations.yaml").read_text("utf-8"))["situations"]}


@pytest.fixture(scope="module")
def actor(browser, site):
    """One browser session for all cases; each begins in a world of its own."""
    context = browser.new_context(locale="fr-FR")
    yield Actor(context.new_page(), site)
    context.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_screen_ends_as_labelled(actor, case):
    attempt, expected = case["attempt"], case["expected"]
    actor.enter()
    begin_exchange(actor, attempt)
    actor.choose(WHO[attempt["from"]]).sign_in(mode_of(attempt))

    if "/connexion" not in actor.page.url:
        write_and_send(actor, attempt)

    assert actor.outcome == (expected["outcome"], expected["decided_by"])


def begin_exchange(actor, attempt):
    """What happened before, as the case tells it: the professional wrote first, and perhaps closed."""
    thread = attempt.get("context", {}).get("thread", "none")
    if thread == "none":
        return
    patient = next(a for a in (attempt["from"], *attempt["to"]) if a.endswith("@patient.mssante.fr"))
    actor.play("Claire Durand").open("claire.durand@")
    actor.write(patient, "Premier message", tree="patient").send()
    if thread == "closed":
        actor.write(patient, "[FIN]", "", tree="patient").send()


def mode_of(attempt):
    """The label of the way to sign in; a delegate comes in as themselves."""
    kind = {None: "MED", "patient": "PATIENT"}.get(attempt["from"] and attempt["from_type"], "PER")
    auth = {"delegate": "psc"}.get(attempt["auth"], attempt["auth"])
    wanted = (auth, attempt.get("auth_state", "ok"))
    offered = [mode for mode in MODES["modes"] if mode["id"] in MODES["offered"][kind]]
    return next(mode["label"] for mode in offered if (mode["auth"], mode.get("state", "ok")) == wanted)


def write_and_send(actor, attempt):
    box = attempt.get("acting_as") or attempt["from"]
    if box is None:
        actor.page.get_by_role("link", name="Essayer d’écrire sans boîte").click()
        actor.page.get_by_label("À").fill(", ".join(attempt["to"]))
        actor.press("Envoyer")
        return
    actor.open(box)
    told = {name: value for name, value in attempt.get("context", {}).items() if name not in OF_THE_WORLD}
    assert all(SITUATIONS[name]["value"] == value for name, value in told.items())
    patients = [address for address in attempt["to"] if address.endswith("@patient.mssante.fr")]
    actor.write(
        ", ".join(attempt["to"]),
        attempt["subject"],
        attempt.get("body", "Bonjour"),
        cc=", ".join(attempt.get("cc", [])),
        bcc=", ".join(attempt.get("bcc", [])),
        situations=tuple(SITUATIONS[name]["id"] for name in told),
        tree="patient" if patients and attempt["channel"] == "webmail" else "",
    )
    files = [file_of(attachment) for attachment in attempt.get("attachments", [])]
    payload = [{"name": f.name, "mimeType": f.media_type, "buffer": f.content} for f in files]
    if payload:
        actor.page.get_by_label("Un fichier de votre ordinateur").set_input_files(payload)
    actor.send()


def test_the_webmail_can_make_most_of_the_cases():
    assert len(CASES) >= 60

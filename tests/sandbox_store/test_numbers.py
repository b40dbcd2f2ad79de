"""No number that could be somebody's is kept: however it is written, wherever it is typed, and never told in a fault."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import String, Text, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from bot.sandbox.post.documents import File
from bot.sandbox.post.drafts import save_draft
from bot.sandbox.post.letters import Letter
from bot.sandbox.store import deliveries, folders, worlds
from bot.sandbox.store.boxes import AppPassword, AutoReply, Favourite, ForwardRule, Mailbox, Signature
from bot.sandbox.store.database import table_of
from bot.sandbox.store.models import Base
from bot.sandbox.store.numbers import RealNumber, Typed, TypedJson, holds_real_number
from bot.sandbox.store.passwords import create_app_password
from bot.sandbox.store.people import Persona, World
from tests.sandbox_store.conftest import START
from tests.sandbox_store.scene import CLAIRE, HUGO, wire
from tests.sandbox_store.test_sending import nothing_of_it

REAL = "1 85 05 78 006 084 36"
BARE = "185057800608436"

WRITTEN = {
    "bare": BARE,
    "without its key": "1850578006084",
    "against a word": f"NIR{BARE}",
    "before a letter": f"{BARE}X",
    "with strokes": "1/85/05/78/006/084/36",
    "with strokes apart": "1 / 85 / 05 / 78 / 006 / 084 / 36",
    "with underscores": "1_85_05_78_006_084_36",
    "with commas": "1,85,05,78,006,084,36",
    "with a bracket": "(1)85 05 78 006 084",
    "in figures of another alphabet": "".join(chr(0x660 + int(figure)) for figure in BARE),
    "spaced": REAL,
    "dotted": "1.85.05.78.006.084.36",
    "dashed": "1-85-05-78-006-084-36",
    "of Corsica": "1 85 05 2a 006 084 36",
    "with hard spaces": REAL.replace(" ", "\u00a0"),
    "with narrow spaces": REAL.replace(" ", "\u202f"),
    "with two spaces": REAL.replace(" ", "  "),
    "over two lines": "1 85 05 78\r\n006 084 36",
    "with signs that nobody sees": "\u200b".join(BARE),
    "in wide figures": "".join(chr(ord(figure) + 0xFEE0) for figure in BARE),
    "within a sentence": f"Patient n°{REAL}, vu ce jour.",
}


@pytest.mark.parametrize("shape", WRITTEN, ids=list(WRITTEN))
def test_a_number_is_known_however_it_is_written(shape: str) -> None:
    assert holds_real_number(WRITTEN[shape])


@pytest.mark.parametrize(
    "text",
    [
        "279139999901254",  # the fictional kind
        "2 79 13 99 999 012 54",
        "06 12 34 56 78",
        "3400930000001",  # a medicine
        "10000000001",  # a directory number
        "Facture 2026-11-23, 1 250,00 €",
        "FINESS 130000001 ; SIRET 12345678900012x",
    ],
)
def test_other_figures_are_left_alone(text: str) -> None:
    assert not holds_real_number(text)


TYPED_IN_A_FILE = {
    "wide text": File("a.txt", REAL.encode("utf-16")),
    "a page whose tags part it": File("a.html", b"<p>1 85 05 <b>78</b> 006 <i>084</i> 36</p>"),
    "a page that hides its figures": File("a.htm", b"<p>&#49;850578006084</p>"),
    "a table": File("a.csv", f"nom;numero\nX;{BARE}\n".encode()),
    "a message": File("a.eml", wire(text=REAL)),
}


@pytest.mark.parametrize("name", TYPED_IN_A_FILE, ids=list(TYPED_IN_A_FILE))
def test_a_number_in_a_file_is_refused_and_kept_nowhere(scene: Any, database: Any, name: str) -> None:
    sent = scene.send(CLAIRE, HUGO, files=(TYPED_IN_A_FILE[name],))
    assert (sent.state, sent.result["findings"][0]["rule"]) == ("refused", "numero-peut-etre-reel")
    nothing_of_it(scene, database)


def test_a_number_in_a_header_too_long_to_be_decoded_at_once_is_seen(scene: Any, database: Any) -> None:
    words = "\r\n ".join(["=?utf-8?q?avis_avis_avis_avis_avis?="] * 140 + ["=?utf-8?q?185=30578006084?="])
    sent = scene.submit_raw(wire(subject=words))
    assert (sent.state, sent.smtp_reply) == ("refused", "550 5.7.1 numero-peut-etre-reel")
    nothing_of_it(scene, database)


def folder(session: Any, box: Mailbox, persona: Persona) -> None:
    folders.create_folder(session, box, f"Suivi/{REAL}")


def renamed(session: Any, box: Mailbox, persona: Persona) -> None:
    folders.rename_folder(session, folders.create_folder(session, box, "Suivi"), BARE)


def keyword(session: Any, box: Mailbox, persona: Persona) -> None:
    deliveries.split_flags(["$Label1", BARE])


def draft(session: Any, box: Mailbox, persona: Persona) -> None:
    save_draft(session, box, persona, "clé", Letter(subject=REAL), START)


def absence(session: Any, box: Mailbox, persona: Persona) -> None:
    session.add(AutoReply(world_id=1, mailbox_id=box.id, text=f"Je suis {REAL}"))
    session.flush()


def signature(session: Any, box: Mailbox, persona: Persona) -> None:
    session.add(Signature(world_id=1, persona_id=persona.id, mailbox_id=box.id, text=REAL))
    session.flush()


def favourite(session: Any, box: Mailbox, persona: Persona) -> None:
    session.add(Favourite(world_id=1, persona_id=persona.id, address=HUGO, label=REAL))
    session.flush()


def forwarding(session: Any, box: Mailbox, persona: Persona) -> None:
    session.add(ForwardRule(world_id=1, mailbox_id=box.id, target=f"{BARE}@patient.mssante.fr"))
    session.flush()


def pseudonym(session: Any, box: Mailbox, persona: Persona) -> None:
    worlds.join(session, session.get_one(World, 1), BARE, START)


def password(session: Any, box: Mailbox, persona: Persona) -> None:
    create_app_password(session, persona, REAL, START)


def title(session: Any, box: Mailbox, persona: Persona) -> None:
    session.get_one(World, 1).title = f"Classe {REAL}"
    session.flush()


PLACES = [folder, renamed, keyword, draft, absence, signature, favourite, forwarding, pseudonym, password, title]


@pytest.mark.parametrize("typed", PLACES, ids=lambda place: place.__name__)
def test_no_place_keeps_a_number_that_may_be_real(scene: Any, database: Any, typed: Any) -> None:
    with pytest.raises(RealNumber) as refused, scene.store.writing(1) as session:
        typed(session, worlds.box_of(session, 1, CLAIRE), worlds.persona_of(session, 1, CLAIRE))
    assert "ne le garde pas" in str(refused.value)
    assert "185" not in str(refused.value)
    nothing_of_it(scene, database)


def test_a_fault_of_the_database_tells_nothing_of_what_was_typed(scene: Any, caplog: Any) -> None:
    row = {
        "world_id": 1,
        "persona_id": -1,
        "kind": "app",
        "label": "Mot-rare",
        "token_sha256": "x",
        "created_at": START,
    }
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(IntegrityError) as fault,
        scene.store.writing(1) as session,
    ):
        session.execute(insert(table_of(AppPassword)), row)
    assert "Mot-rare" not in str(fault.value)
    assert "Mot-rare" not in caplog.text


OURS = {
    # Written by us, by a machine, or made of what was judged before.
    "access.right", "addressee.field", "addressee.outcome", "addressee.rule", "addressee.state", "app_password.kind",
    "app_password.token_sha256", "app_password.tool", "auto_reply_sent.address", "delivery.keywords", "delivery.thread",
    "draft.key", "draft_file.media_type", "exchange.closed_by", "exchange.state", "exchange.thread",
    "exercise_progress.exercise", "exercise_progress.step", "folder.special_use", "folder.tree", "journal.act",
    "journal.door", "message.kind", "message.message_id", "message.return_path", "message.sha256", "message.subject_folded",
    "message.thread", "message.words", "participant.role", "participant.token_sha256", "persona.key", "persona.kind",
    "persona.name", "persona.profession", "persona.role", "planned_answer.text", "planned_answer.thread",
    "receipt_request.recipient", "receipt_request.state", "receipt_request.wanted_by", "submission.channel",
    "submission.decided_by", "submission.door", "submission.idempotency_key", "submission.outcome",
    "submission.smtp_reply", "submission.state", "transcript.connection", "transcript.door", "world.code", "world.kind",
}  # fmt: skip


def test_each_column_of_text_is_barred_or_known_to_be_ours() -> None:
    open_to_all = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        if table.name != "mailbox"  # the fixtures
        for column in table.columns
        if _is_text(column.type) and not isinstance(column.type, Typed | TypedJson)
    }
    assert open_to_all <= OURS


def _is_text(kind: Any) -> bool:
    return isinstance(kind, String) or (isinstance(kind, TypeDecorator) and isinstance(kind.impl, String | Text))

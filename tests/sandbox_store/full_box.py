"""An inbox of many messages, filled by the shortest way: for lists, searches and measures."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.sandbox.store import folders, worlds
from bot.sandbox.store.database import table_of
from bot.sandbox.store.mail import Delivery, Message, Source
from tests.sandbox_store.scene import CLAIRE, HUGO

WORDS = [
    "avis",
    "ordonnance",
    "biologie",
    "résultat",
    "consultation",
    "diabète",
    "hémoglobine",
    "plaie",
    "sortie",
    "dossier",
]


def fill(store: Any, address: str, count: int) -> int:
    """Put many messages in an inbox, by the shortest way."""
    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    with store.writing(1) as session:
        box = worlds.box_of(session, 1, address)
        inbox = folders.special_folder(session, box, "inbox")
        session.execute(
            insert(table_of(Source)), [{"world_id": 1, "content": b"Subject: x\r\n\r\n" + b"a" * 3_000}] * count
        )
        sources = session.scalars(
            select(Source.id).where(Source.content.is_not(None)).order_by(Source.id.desc()).limit(count)
        ).all()
        rows = []
        for i, source in enumerate(reversed(sources)):
            words = (
                f" {WORDS[i % 10]} {WORDS[i // 10 % 10]} numero{i} {WORDS[(i * 7) % 10]} " + "texte du message " * 40
            )
            rows.append(
                {
                    "world_id": 1, "source_id": source, "kind": "ordinary", "size": 3_014, "sha256": "0" * 64,
                    "message_id": f"<m{i}@x.fr>", "thread": f"t{i}", "date": at, "subject": f"{WORDS[i % 10]} {i}",
                    "subject_folded": f"{WORDS[i % 10]} {i}", "sender_name": f"Nom {i % 97}", "sender_address": CLAIRE,
                    "return_path": CLAIRE, "to_line": HUGO, "attachments": i % 3, "urgent": False, "preview": "texte",
                    "words": words, "prefix": b"", "envelope": [], "structure": {},
                }
            )  # fmt: skip
        session.execute(insert(table_of(Message)), rows)
        ids = session.scalars(
            select(Message.id)
            .where(Message.source_id.in_(sources[:1]) | (Message.preview == "texte"))
            .order_by(Message.id)
        ).all()
        session.execute(
            insert(table_of(Delivery)),
            [
                {
                    "world_id": 1, "folder_id": inbox.id, "message_id": message, "uid": inbox.uidnext + i, "seen": i % 4 != 0,
                    "answered": False, "flagged": False, "deleted": False, "draft": False, "keywords": frozenset(),
                    "internal_date": at + datetime.timedelta(minutes=i), "modseq": 1, "thread": f"t{i}",
                    "previous_folder_id": None,
                }
                for i, message in enumerate(ids)
            ],
        )  # fmt: skip
        inbox.uidnext += len(ids)
        return len(ids)

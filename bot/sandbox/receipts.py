"""Receipts asked for: delivery (DSN, RFC 3461-3464) and reading or integration (MDN, RFC 8098). Two different things.

An MDN exists only if Disposition-Notification-To is there; when it differs from Return-Path a person confirms
(ANS, IG courriel MSSanté 2025; dossier § 2.4). A patient cannot refuse it (dossier § 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.addresses import parse
from bot.sandbox.settings import YesNo, yes

if TYPE_CHECKING:
    from bot.sandbox.attempt import Attempt

Mdn: TypeAlias = Literal["no", "asked", "elsewhere", "lost"]


class ReceiptFacts(Struct, frozen=True):
    """`mdn`: asked to the Return-Path, elsewhere, or asked without the header that asks."""

    mdn: Mdn
    dsn: YesNo


def receipt_facts(attempt: Attempt) -> ReceiptFacts:
    """What the sender asks to be told."""
    return ReceiptFacts(mdn=mdn_of(attempt), dsn=yes(attempt.dsn_requested))


def mdn_of(attempt: Attempt) -> Mdn:
    """The header decides; the wish alone writes the header a conforming client writes."""
    imposed, value = attempt.header("Disposition-Notification-To")
    if not imposed:
        return "asked" if attempt.mdn_requested else "no"
    if value is None or not value.strip():
        return "lost" if attempt.mdn_requested else "no"
    wanted, path = parse(value), attempt.sending_address
    return "asked" if wanted is not None and path is not None and wanted == parse(path) else "elsewhere"

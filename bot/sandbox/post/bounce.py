"""Notices of the service: what could not be handed over, and what was taken in charge (RFC 3464, in French).

Each recipient has its reason, what to do, and the id of its rule: the same id everywhere.
"""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.post.compose import folded, new_message_id, person, plain_part, report, returned_part, text_part, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.post.reading import Reading
    from bot.sandbox.rulebook import Rule

RETURNED_WHOLE = 300_000
"""Beyond, only the headers come back."""


class Failed(NamedTuple):
    """A recipient that could not be served, and the rule that says why. `original`: ORCPT, if the client gave one."""

    address: str
    rule: Rule
    original: str = ""


def mailer_daemon(domain: str) -> str:
    return f"MAILER-DAEMON@{domain}"


def bounce(
    failed: Sequence[Failed],
    reading: Reading,
    *,
    reporter: str,
    to: str,
    at: datetime.datetime,
    envelope_id: str = "",
    headers_only: bool = False,
) -> bytes:
    """The notice of non-delivery. `reporter`: the domain whose server gives up."""
    told = [_why(one) for one in failed]
    text = (
        "Ceci est un avis automatique de la messagerie simulée ; ce n’est pas une vraie messagerie de santé.\n\n"
        "Votre message n’a pas pu être remis "
        + ("au destinataire suivant :" if len(failed) == 1 else "aux destinataires suivants :")
        + "\n\n"
        + "\n\n".join(told)
        + f"\n\nMessage concerné : « {reading.subject or '(sans objet)'} »"
    )
    status = [f"Reporting-MTA: dns; mta.{reporter}", *_envelope(envelope_id), f"Arrival-Date: {format_datetime(at)}"]
    for one in failed:
        smtp = one.rule.smtp
        enhanced = (smtp.enhanced if smtp else None) or "5.0.0"
        status += [
            "",
            *_original(one.original),
            f"Final-Recipient: rfc822; {one.address}",
            "Action: failed",
            f"Status: {enhanced}",
            f"Remote-MTA: dns; mx.{one.address.rpartition('@')[2]}",
            f"Diagnostic-Code: smtp; {smtp.code if smtp else 550} {enhanced} {one.rule.id}",
            f"X-MSS-Regle: {one.rule.id}",
        ]
    return _notice("Undelivered Mail Returned to Sender", text, status, reading, reporter, to, at, headers_only)


def taken_in_charge(
    addresses: Sequence[str],
    reading: Reading,
    *,
    reporter: str,
    to: str,
    at: datetime.datetime,
    envelope_id: str = "",
    originals: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """The delivery receipt that was asked for: the server has it, nobody has read it yet."""
    text = (
        "Ceci est un avis automatique de la messagerie simulée.\n\n"
        f"Le serveur de {reporter} a pris en charge votre message « {reading.subject or '(sans objet)'} » pour :\n\n"
        + "\n".join(f"  {address}" for address in addresses)
        + "\n\nC’est un accusé de réception (DSN) : le serveur a le message, personne ne l’a encore lu.\n"
        "Règle : accuse-de-reception"
    )
    status = [f"Reporting-MTA: dns; mta.{reporter}", *_envelope(envelope_id), f"Arrival-Date: {format_datetime(at)}"]
    for address in addresses:
        status += ["", *_original(originals.get(address, ""))]
        status += [f"Final-Recipient: rfc822; {address}", "Action: delivered", "Status: 2.0.0"]
    return _notice("Successful Mail Delivery Report", text, status, reading, reporter, to, at, headers_only=True)


def _why(one: Failed) -> str:
    entry = one.rule.entry
    smtp = one.rule.smtp
    lines = [f"  {one.address}", f"  {entry.label}", "", f"Pourquoi : {entry.why}", f"Que faire : {entry.remedy}"]
    if entry.assumption:
        lines.append(f"Choix du bac à sable : {entry.assumption}")
    if smtp:
        lines.append(f"Réponse du serveur : {smtp.code} {smtp.enhanced or ''}".rstrip())
    lines.append(f"Règle : {entry.id}")
    return "\n".join(lines)


def _original(address: str) -> list[str]:
    shown = _printable(address[:300])
    return [f"Original-Recipient: rfc822; {shown}"] if shown else []


def _envelope(envelope_id: str) -> list[str]:
    shown = _printable(envelope_id[:100])
    return [f"Original-Envelope-Id: {shown}"] if shown else []


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isprintable())


def _notice(
    subject: str,
    text: str,
    status: list[str],
    reading: Reading,
    reporter: str,
    to: str,
    at: datetime.datetime,
    headers_only: bool,
) -> bytes:
    whole = len(reading.raw) <= RETURNED_WHOLE and not headers_only
    if whole:
        returned = returned_part("message/rfc822", reading.raw)
    else:
        returned = returned_part("text/rfc822-headers", reading.raw[: reading.root.head[1]])
    fields = [
        ("From", person("Mail Delivery System", mailer_daemon(reporter))),
        ("To", to),
        ("Subject", words(subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", new_message_id(reporter)),
        *_thread(reading),
        ("Auto-Submitted", "auto-replied"),
    ]
    parts = [text_part(text), plain_part("message/delivery-status", status), returned]
    return report(fields, "delivery-status", parts)


def _thread(reading: Reading) -> list[tuple[str, str]]:
    """The notice stands in the thread of the message it is about, when that one has a well-formed id."""
    original = reading.message_id
    if not (original.startswith("<") and original.endswith(">") and original.isascii() and len(original) < 300):
        return []
    chain = [known for known in reversed(reading.answered_ids[:10]) if known.isascii() and len(known) < 300]
    return [("In-Reply-To", original), ("References", folded([*chain, original], " "))]

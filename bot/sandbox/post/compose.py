"""Write a message: from a form, or as the service does. RFC 5322 with CRLF, text in UTF-8, no line too long.

The bytes never hold Bcc: the sender's own copy gets it as a prefix, the others get the trace of the way.
"""

from __future__ import annotations

import binascii
import datetime
import quopri
import re
import secrets
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from bot.sandbox.addresses import parse
from bot.sandbox.post.reading import addresses_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.sandbox.post.documents import File
    from bot.sandbox.post.letters import Letter

PRODUCT = "BAC-A-SABLE-GUIDE-MSSANTE"
"""What X-MSS-NIL bears: the sandbox itself, so that no real product is named."""
_WELL_KNOWN = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}$")


def new_message_id(domain: str) -> str:
    """Random letters, never figures alone: it must not look like anybody's number."""
    return f"<{secrets.token_hex(12)}.mss@{domain}>"


def compose(
    letter: Letter, label: str, address: str, at: datetime.datetime, message_id: str, automatic: str = ""
) -> bytes:
    """The message of a form, without Bcc. `automatic`: value of Auto-Submitted, for a box that writes alone."""
    text = _NOT_TEXT.sub("", letter.text.replace("\r\n", "\n").replace("\r", "\n"))
    head = [
        ("From", person(label, address)),
        *(("To", people(letter.to)) for _ in letter.to[:1]),
        *(("Cc", people(letter.cc)) for _ in letter.cc[:1]),
        ("Subject", words(letter.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id),
        ("X-MSS-NIL", PRODUCT),
        ("X-MSS-INS", "N"),
    ]
    if letter.in_reply_to:
        chain = [*letter.references[-20:], letter.in_reply_to]
        head += [("In-Reply-To", letter.in_reply_to), ("References", folded(list(dict.fromkeys(chain)), " "))]
    if letter.reply_to:
        head.append(("Reply-To", people((letter.reply_to,))))
    if letter.read_receipt:
        head.append(("Disposition-Notification-To", person(label, address)))
    if letter.urgent:
        head += [("Importance", "high"), ("X-Priority", "1")]
    if letter.close_exchange:
        head.append(("X-MSS-MES", "FIN"))
    if automatic:
        head.append(("Auto-Submitted", automatic))
    return b"".join((header_block(head), *_content(text, letter.files)))


def header_block(fields: list[tuple[str, str]]) -> bytes:
    """Header lines as bytes. A value that would begin another line is a fault of ours, so it stops here."""
    lines = []
    for name, value in fields:
        for line in value.split("\r\n")[1:]:
            if not line.startswith((" ", "\t")):
                raise ValueError(f"header {name} would begin another line")
        if "\n" in value.replace("\r\n", "") or "\r" in value.replace("\r\n", ""):
            raise ValueError(f"header {name} holds a bare line end")
        lines.append(f"{name}: {value}\r\n".encode("ascii", "replace"))
    return b"".join(lines)


def person(label: str, address: str) -> str:
    """« Nom <adresse> », the name encoded when it must be."""
    if not label:
        return address
    shown = "".join(char for char in label if char.isprintable())
    if not shown.isascii():
        return f"{Header(shown, 'utf-8', maxlinelen=75).encode(linesep='')} <{address}>".replace("\n", "\r\n")
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address}>'


def people(typed: tuple[str, ...]) -> str:
    """A list of correspondents, folded. One that has no acceptable form is left as a comment would be: out."""
    shown = []
    for text in typed:
        address = parse(text)
        if address is not None:
            label = next((name.label for name in addresses_in(text)), "")
            domain = address.domain if address.domain.isascii() else address.domain.encode("idna", "replace").decode()
            shown.append(person(label, f"{address.local}@{domain}"))
    return folded(shown, ", ")


def folded(items: list[str], between: str) -> str:
    """Several items on as many lines."""
    return f"{between.rstrip()}\r\n ".join(items)


def words(text: str) -> str:
    """Free words in a header, encoded and folded when they must be."""
    shown = "".join(char for char in text if char.isprintable())
    if shown.isascii() and len(shown) <= 60 and "=?" not in shown:
        return shown
    return Header(shown, "utf-8", maxlinelen=75, header_name="Subject").encode(linesep="\r\n")


def _encoding(text: str) -> str:
    """Plain for short ASCII lines, else what keeps accents readable in the source."""
    short = all(len(line) < 900 for line in text.split("\n"))
    return "7bit" if text.isascii() and short else "quoted-printable"


def _content(text: str, files: Sequence[File]) -> Iterator[bytes]:
    """The text, then the files: pieces to put end to end, so that a heavy file is encoded once and copied once."""
    part = EmailMessage(policy=SMTP)
    part.set_content(text or "\n", charset="utf-8", cte=_encoding(text))
    if not files:
        yield part.as_bytes()
        return
    del part["MIME-Version"]
    boundary = f"=_{secrets.token_hex(16)}"
    between = f"--{boundary}\r\n".encode()
    yield header_block([("MIME-Version", "1.0"), ("Content-Type", f'multipart/mixed; boundary="{boundary}"')])
    yield from (b"\r\n", between, part.as_bytes())
    for file in files:
        yield from (b"\r\n", between, _headers_of(file), base64_lines(file.content))
    yield f"--{boundary}--\r\n".encode()


def _headers_of(file: File) -> bytes:
    kind = file.media_type.lower()
    if not _TYPE.match(kind) or kind.startswith(("multipart/", "message/")):
        kind = _WELL_KNOWN.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
    main, _, sub = kind.partition("/")
    part = EmailMessage(policy=SMTP)
    part.set_content(
        b"", maintype=main, subtype=sub, disposition="attachment", filename=file.name or "piece-jointe", cte="base64"
    )
    del part["MIME-Version"]
    return part.as_bytes()


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76 signs. Encoded at once then cut: line by line costs twenty times as much."""
    encoded = binascii.b2a_base64(content, newline=False)
    lines = [encoded[start : start + 76] for start in range(0, len(encoded), 76)]
    return b"\r\n".join((*lines, b""))


# What the service writes itself


def text_part(text: str) -> bytes:
    """A text/plain part in French."""
    body = quopri.encodestring(text.replace("\r\n", "\n").encode(), quotetabs=False).replace(b"\n", b"\r\n")
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    return head + b"Content-Language: fr\r\n\r\n" + body


def plain_part(media_type: str, lines: list[str]) -> bytes:
    """A part made of ASCII lines."""
    return f"Content-Type: {media_type}\r\n\r\n".encode() + "\r\n".join(lines).encode("ascii", "replace") + b"\r\n"


def returned_part(media_type: str, content: bytes) -> bytes:
    """The message a report is about, or its headers."""
    coding = b"" if content.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
    return f"Content-Type: {media_type}\r\n".encode() + coding + b"\r\n" + content


def report(
    fields: list[tuple[str, str]], report_type: str, parts: list[bytes], extra: list[File] | None = None
) -> bytes:
    """A multipart/report (RFC 6522)."""
    boundary = f"=_{secrets.token_hex(16)}"
    kind = f'multipart/report; report-type={report_type};\r\n boundary="{boundary}"'
    pieces = [*parts, *(_file_part(file) for file in extra or [])]
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + piece + b"\r\n" for piece in pieces)
    head = header_block([*fields, ("MIME-Version", "1.0"), ("Content-Type", kind)])
    return head + b"\r\n" + body + b"--" + boundary.encode() + b"--\r\n"


def _file_part(file: File) -> bytes:
    name = "".join(char for char in file.name if char.isascii() and char.isprintable() and char not in '"\\') or "piece"
    head = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64_lines(file.content)

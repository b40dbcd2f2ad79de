"""Fictional documents, made when they are joined: real formats, so that the rules see what they would really see."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from bot.sandbox.post.documents import MB, File
from bot.sandbox.webmail.shelves import shelf

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENT = "279139999901254"
"""Alix Nomfictif, born in month 13: nobody."""
_OID = "1.2.250.1.213.1.4.8"
# A white square of one point.
_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA"
    "/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z"
)


class Ready(NamedTuple):
    """A document on the shelf."""

    id: str
    name: str
    label: str
    make: str
    mb: float
    lines: tuple[str, ...] = ()


def on_the_shelf() -> tuple[Ready, ...]:
    """Every document that can be joined by a click."""
    return tuple(
        Ready(**{**entry, "lines": tuple(entry.get("lines", ()))}) for entry in shelf("documents")["documents"]
    )


def made(document_id: str) -> File | None:
    """The file itself; None when no document has this id."""
    for ready in on_the_shelf():
        if ready.id == document_id:
            return _MAKERS[ready.make](ready)
    return None


def _pdf(ready: Ready) -> File:
    """One page of text, then comment lines up to the wanted weight."""
    shown = [line.replace("’", "'").encode("cp1252", "replace") for line in ready.lines]
    escaped = [text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") for text in shown]
    drawing = b"BT /F1 14 Tf 60 780 Td 22 TL " + b" ".join(b"(" + text + b") Tj T*" for text in escaped) + b" ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n" % len(drawing) + drawing + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    out += (b"%" + b" " * 78 + b"\n") * max(0, (int(ready.mb * MB) - len(out) - 400) // 80)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return File(ready.name, bytes(out), "application/pdf")


def _jpeg(ready: Ready) -> File:
    return File(ready.name, _JPEG + b"\0" * max(0, int(ready.mb * MB) - len(_JPEG)), "image/jpeg")


def _exe(ready: Ready) -> File:
    """Two letters of a program and nothing that runs."""
    return File(ready.name, b"MZ" + b"\0" * int(ready.mb * MB), "application/octet-stream")


def _zip(ready: Ready) -> File:
    return File(ready.name, _zipped({"images/serie-1.bin": b"\0" * int(ready.mb * MB)}), "application/zip")


def _xdm(ready: Ready, patient: str = PATIENT) -> File:
    return File(
        ready.name,
        _zipped(
            {
                "INDEX.HTM": b"<!doctype html><title>Archive fictive</title><p>Compte rendu fictif.</p>",
                "README.TXT": b"Archive IHE XDM fictive, bac a sable du Guide MSSante.\r\n",
                "IHE_XDM/SUBSET01/METADATA.XML": _metadata(patient),
                "IHE_XDM/SUBSET01/DOC00001.XML": _cda(patient),
            }
        ),
        "application/zip",
    )


def _xdm_without_ins(ready: Ready) -> File:
    return _xdm(ready, patient="")


def _cda(patient: str) -> bytes:
    number = f'<id root="{_OID}" extension="{patient}"/>' if patient else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
        '<code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/><title>Compte rendu fictif</title>'
        f"<recordTarget><patientRole>{number}<patient><name><family>NOMFICTIF</family><given>Alix</given></name>"
        '<administrativeGenderCode code="F"/><birthTime value="1979"/></patient></patientRole></recordTarget></ClinicalDocument>'
    ).encode()


def _metadata(patient: str) -> bytes:
    slot = f'<ExternalIdentifier value="{patient}^^^&amp;{_OID}&amp;ISO^NH"/>' if patient else ""
    return f'<?xml version="1.0"?><SubmitObjectsRequest>{slot}</SubmitObjectsRequest>'.encode()


def _zipped(entries: dict[str, bytes]) -> bytes:
    holder = io.BytesIO()
    with zipfile.ZipFile(holder, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content)
    return holder.getvalue()


_MAKERS: dict[str, Callable[[Ready], File]] = {
    "pdf": _pdf,
    "jpeg": _jpeg,
    "exe": _exe,
    "zip": _zip,
    "xdm": _xdm,
    "xdm_without_ins": _xdm_without_ins,
}

"""What a joined file really holds, whatever its name: the facts the rules ask of a document.

Archives are looked at by their table of contents first: one that would unfold beyond reason, or out of its folder, is
refused and never unfolded. No XML parser is let loose on them; the few facts needed are looked for in the bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from bot.sandbox.attempt import Attachment, Document
from bot.sandbox.post.reading import refuse_hostile_name
from bot.sandbox.post.refusals import Unacceptable
from bot.sandbox.store.numbers import holds_real_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.attempt import DocumentIns, DocumentKind

MB = 1_000_000
MAX_ENTRIES = 2_000
MAX_UNFOLDED = 300 * MB
MAX_RATIO = 150
RATIO_COUNTS_FROM = 10 * MB
LOOKED_AT = 300_000
MAX_LOOKED_AT = 20

_EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
_INS_OID = rb"1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)"
_ID_TAG = re.compile(rb"<id\b[^<>]{0,400}>")
_ROOT = re.compile(rb"root\s*=\s*[\"']" + _INS_OID + rb"[\"']")
_EXTENSION = re.compile(rb"extension\s*=\s*[\"']([0-9ABab]{13,15})[\"']")
_PATIENT_IN_METADATA = re.compile(rb"([0-9ABab]{13,15})\^\^\^(?:[^<>\"']{0,80})" + _INS_OID)
_TRAITS = (b"<family", b"<given", b"<birthTime", b"<administrativeGenderCode")


class File(NamedTuple):
    """A file to join."""

    name: str
    content: bytes
    media_type: str = ""


def attachment_of(file: File) -> Attachment:
    """The file as an attempt describes it. Raises Unacceptable."""
    refuse_hostile_name(file.name)
    return Attachment(name=file.name or "piece-jointe", size_mb=len(file.content) / MB, document=_document(file))


def holds_number(file: File) -> bool:
    """Does an archive hold, in a text one could read, a number that is not of the fictional kind?"""
    return any(
        holds_real_number(name, text.decode("utf-8", "replace")) for name, text in _texts_of_archive(file.content)
    )


def _document(file: File) -> Document:
    head = file.content[:2_000]
    if _EICAR in head:
        return Document(kind="eicar")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _archive(file)
    if head.startswith((b"MZ", b"\x7fELF")):
        return Document(kind="exe")
    if head.startswith(b"%PDF"):
        return Document(kind="pdf")
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        return Document(kind="image")
    if head[128:132] == b"DICM":
        return Document(kind="dicom")
    if b"<ClinicalDocument" in head:
        return structs.replace(_of_cdas([file.content[:LOOKED_AT]], metadata=None), kind="cda")
    # What no first bytes tell, the extension does.
    return Document(kind=None if _plausible(file.name) else "other")


def _plausible(name: str) -> bool:
    """Executables and archives have first bytes of their own; scripts and texts have not."""
    return name.rpartition(".")[2].lower() not in ("zip", "dcm", "dicom") or "." not in name


def _archive(file: File) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            entries = archive.infolist()
            _refuse_trap(entries, len(file.content))
            names = {entry.filename.upper().rpartition("/")[2] for entry in entries}
            if "METADATA.XML" not in names:
                office = "[CONTENT_TYPES].XML" in names
                return Document(kind="other" if office else "zip")
            metadata, cdas = b"", []
            for name, text in _texts(archive):
                if name.upper().rpartition("/")[2] == "METADATA.XML":
                    metadata += text
                elif b"<ClinicalDocument" in text[:4_000]:
                    cdas.append(text)
            return structs.replace(_of_cdas(cdas, metadata), kind="xdm", cda_count=len(cdas))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        return Document(kind="zip" if file.name.lower().endswith(".zip") else "other")


def _refuse_trap(entries: list[zipfile.ZipInfo], size: int) -> None:
    unfolded = sum(entry.file_size for entry in entries)
    deep = unfolded > RATIO_COUNTS_FROM and unfolded > MAX_RATIO * max(size, 1)
    outside = any(
        entry.filename.startswith(("/", "\\")) or ".." in entry.filename.replace("\\", "/").split("/")
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unfolded > MAX_UNFOLDED or deep or outside:
        raise Unacceptable("archive-piegee")


def _texts_of_archive(content: bytes) -> Iterator[tuple[str, bytes]]:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_trap(archive.infolist(), len(content))
            yield from _texts(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        return


def _texts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The beginning of each text of an archive. Sizes in the table may lie, so each is read to a limit."""
    looked_at = 0
    for entry in archive.infolist():
        wanted = entry.filename.lower().rpartition(".")[2] in ("xml", "txt", "csv", "json", "html", "htm", "rels")
        if entry.is_dir() or not wanted or entry.flag_bits & 1:
            continue
        looked_at += 1
        if looked_at > MAX_LOOKED_AT:
            return
        try:
            with archive.open(entry) as stream:
                yield entry.filename, stream.read(LOOKED_AT)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
            continue


def _of_cdas(cdas: list[bytes], metadata: bytes | None) -> Document:
    """Identity and marks of the documents. Which patient the recipient expects is for the recipient to say."""
    in_each = [_numbers(text) for text in cdas]
    found = [number for numbers in in_each for number in numbers]
    told = [match.decode() for match in _PATIENT_IN_METADATA.findall(metadata)] if metadata is not None else found
    ins: DocumentIns = "ok"
    if cdas and not all(in_each):
        ins = "absent"
    elif cdas and not all(trait in text for text in cdas for trait in _TRAITS):
        ins = "partial"
    elif metadata is not None and not told:
        ins = "no_metadata"
    marks = metadata or b""
    replaces = any(b"relatedDocument" in text and b"RPLC" in text for text in cdas)
    kind: DocumentKind = "cda"
    return Document(
        kind=kind,
        ins=ins,
        replaces="latest" if replaces else "none",
        invisible_patient=b"INVISIBLE_PATIENT" in marks,
        masque_ps=b"MASQUE_PS" in marks,
        patients=tuple(dict.fromkeys(number[:13].upper() for number in (*found, *told))) or ("patient-1",),
    )


def _numbers(cda: bytes) -> list[str]:
    """The INS that a CDA bears."""
    tags = (tag for tag in _ID_TAG.findall(cda) if _ROOT.search(tag))
    return [found[1].decode() for tag in tags if (found := _EXTENSION.search(tag))]

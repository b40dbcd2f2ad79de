"""Files that really hold what the cases say they hold."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from bot.sandbox.post.documents import MB, File

INS = "279139999901254"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def cda(ins: str | None = INS, *, complete: bool = True, replaces: bool = False) -> str:
    identity = f'<id root="1.2.250.1.213.1.4.8" extension="{ins}"/>' if ins else ""
    traits = "<birthTime value='19791301'/><administrativeGenderCode code='F'/>" if complete else ""
    link = '<relatedDocument typeCode="RPLC"/>' if replaces else ""
    names = "<family>NOMFICTIF</family><given>Alix</given>"
    return f'<?xml version="1.0"?><ClinicalDocument>{identity}{names}{traits}{link}</ClinicalDocument>'


def xdm(document: dict[str, Any]) -> bytes:
    """An IHE_XDM archive as a case describes it."""
    ins = document.get("ins", "ok")
    number = None if ins == "absent" else INS
    marks = ("INVISIBLE_PATIENT " if document.get("invisible_patient") else "") + (
        "MASQUE_PS" if document.get("masque_ps") else ""
    )
    patient = "" if ins == "no_metadata" else f"{INS}^^^&amp;1.2.250.1.213.1.4.8&amp;ISO^NH"
    files = {"IHE_XDM/SUBSET01/METADATA.XML": f"<SubmitObjectsRequest>{patient} {marks}</SubmitObjectsRequest>"}
    for i in range(document.get("cda_count", 1)):
        text = cda(number, complete=ins != "partial", replaces=document.get("replaces", "none") != "none")
        files[f"IHE_XDM/SUBSET01/DOC{i:05}.XML"] = text
    return archive(files)


def archive(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return made.getvalue()


def file_of(attachment: dict[str, Any]) -> File:
    """The file of a case, at its size."""
    document = attachment.get("document", {})
    kind = document.get("kind")
    head: bytes = {
        "pdf": b"%PDF-1.7\n",
        "image": b"\xff\xd8\xff\xe0",
        "exe": b"MZ\x90\0",
        "eicar": EICAR.encode(),
        "dicom": b"\0" * 128 + b"DICM",
        "cda": cda().encode(),
        None: b"",
    }.get(kind, b"")
    if kind == "xdm":
        return File(attachment["name"], xdm(document), "application/zip")
    size = int(attachment["size_mb"] * MB)
    if kind == "zip":
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
            target.writestr("images.bin", b"\1" * max(size - 120, 1))
        return File(attachment["name"], made.getvalue() + b"", "application/zip")
    return File(attachment["name"], head + b"\1" * max(size - len(head), 0))

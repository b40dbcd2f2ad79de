"""The fingerprint of everything a built guide depends on: knowledge, templates, configuration."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

WATCHED = ("knowledge", "eligibility", "site", "mkdocs.yml")
SETTINGS = ("MSSANTE_BOT_URL", "MSSANTE_CORRECTIONS")
LEFT_OUT = ("genere", "__pycache__", "voices")


def guide_mark(root: Path) -> str:
    """SHA-256 of the paths and bytes that make the guide."""
    total = hashlib.sha256()
    for name in SETTINGS:
        total.update(f"{name}={os.environ.get(name, '')}\0".encode())
    for name in WATCHED:
        top = root / name
        paths = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        for path in paths:
            if not set(path.parts) & set(LEFT_OUT):
                total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()

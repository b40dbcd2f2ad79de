"""Styles and scripts under an address that changes with their content: a browser asks for each once, and keeps it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Flask, Response

FOLDER = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"


def install_assets(app: Flask, endpoint: str) -> None:
    """Mark the addresses of this static endpoint, and let browsers keep what bears the mark of today."""

    @app.url_defaults
    def _mark(asked: str, values: dict[str, Any]) -> None:
        if asked == endpoint and "filename" in values:
            values.setdefault("v", mark_of(values["filename"]))

    @app.after_request
    def _keep(response: Response) -> Response:
        mark = request.args.get("v")
        if mark and request.endpoint == endpoint and mark == mark_of((request.view_args or {})["filename"]):
            response.headers["Cache-Control"] = KEPT
        return response


def mark_of(name: str) -> str:
    """A few signs that stand for what the file holds now; empty where there is none."""
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file():
        return ""
    return _digest(path, Path(path).stat().st_mtime_ns)


@cache
def _digest(path: str, changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]

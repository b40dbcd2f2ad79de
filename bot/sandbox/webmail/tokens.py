"""The cookie that brings a participant back, and the token that every form carries.

The cookie holds the participant's random secret and how each persona signed in, signed; the database keeps the
secret's SHA-256 only. The form token is an HMAC of that cookie's secret (a seed of its own before entry): a signed
double submit, so a page of another site, or of another participant, cannot send a form here.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from msgspec import Struct, field
from werkzeug.exceptions import Forbidden

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response

COOKIE = "bac"
SEED = "bac_graine"
FIELD = "jeton"
HEADER = "X-Jeton"
PATH = "/bac-a-sable"
MONTH = 31 * 24 * 3600


class Pass(Struct):
    """What the cookie says: the secret, and the sign-in mode chosen for each persona (its id → mode)."""

    secret: str = ""
    modes: dict[str, str] = field(default_factory=dict)


class Tokens:
    """Reads and writes the cookies of the sandbox with the key of this deployment."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._serializer = URLSafeSerializer(key, salt="bac-a-sable")

    def read(self) -> Pass:
        """The pass of this request; an empty one when there is none or it is not ours."""
        found = self._loaded(COOKIE)
        secret, modes = found.get("s"), found.get("m")
        if not isinstance(secret, str) or not isinstance(modes, dict):
            return Pass()
        return Pass(secret, {str(name): str(mode) for name, mode in modes.items()})

    def write(self, response: Response, given: Pass) -> None:
        """Give the pass to the browser: unreadable by scripts, never sent from another site."""
        value = self._serializer.dumps({"s": given.secret, "m": given.modes})
        self._set(response, COOKIE, str(value))

    def forget(self, response: Response) -> None:
        """Leave: the browser keeps nothing."""
        for name in (COOKIE, SEED):
            response.delete_cookie(name, path=PATH)

    def seed(self) -> str:
        """What the form token is made from: the secret, else the seed of someone who has not entered."""
        return self.read().secret or self._seed_cookie()

    def fresh_seed(self) -> str:
        """A seed for someone who has not entered yet."""
        return secrets.token_urlsafe(24)

    def set_seed(self, response: Response, seed: str) -> None:
        """Give it to the browser."""
        self._set(response, SEED, str(self._serializer.dumps({"g": seed})))

    def form_token(self, seed: str) -> str:
        """What a form of this visitor carries."""
        return hmac.new(self._key, b"formulaire|" + seed.encode(), hashlib.sha256).hexdigest()

    def check_form(self) -> None:
        """Is this POST one of our own forms? Raises Forbidden."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Forbidden("Cette action ne vient pas d’une page du bac à sable.")
        given = request.headers.get(HEADER) or request.form.get(FIELD, "")
        seed = self.seed()
        if not seed or not hmac.compare_digest(given.encode(), self.form_token(seed).encode()):
            raise Forbidden("Cette page a vieilli : revenez en arrière, rechargez-la, puis recommencez.")

    def _seed_cookie(self) -> str:
        seed = self._loaded(SEED).get("g")
        return seed if isinstance(seed, str) else ""

    def _loaded(self, name: str) -> dict[str, Any]:
        try:
            found = self._serializer.loads(request.cookies.get(name, ""))
        except BadSignature:
            return {}
        return found if isinstance(found, dict) else {}

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, max_age=MONTH, path=PATH, httponly=True, samesite="Lax", secure=request.is_secure
        )


def kept_key(folder: Path) -> str:
    """The key of this deployment, kept beside the database: a class survives a restart of the service."""
    path = folder / "sandbox.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f"sandbox.key.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), "ascii")
        with suppress(FileExistsError):  # a link appears whole, and only once, whichever process comes first
            os.link(made, path)
        made.unlink()
    return path.read_text("ascii")

"""The only reader of the environment. A faulty variable is named."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")


@dataclass(frozen=True)
class Settings:
    """Where things are, and what this deployment allows.

    `guide_dir`: the built guide. `var_dir`: user data. `secret_key`: signs the state held by clients;
    made anew at each start unless MSSANTE_SECRET_KEY is set, so that several processes may share it.
    `widget_origins`: sites that may show the chat in a frame, besides this one.
    `mail_host`: where the SMTP and IMAP doors listen; `mail_name`: what mail clients are told to connect to.
    """

    guide_dir: Path = ROOT / "build" / "guide"
    var_dir: Path = ROOT / "var"
    secret_key: str = ""
    widget_origins: tuple[str, ...] = ()
    mail_host: str = "127.0.0.1"
    mail_name: str = "localhost"
    smtp_port: int = 2587
    imap_port: int = 2143

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the MSSANTE_* variables listed in the README. Raises ValueError."""
        env = os.environ if environ is None else environ
        key = env.get("MSSANTE_SECRET_KEY", "")
        if key and len(key) < 32:
            raise ValueError("MSSANTE_SECRET_KEY : au moins 32 caractères sont attendus.")
        return cls(
            guide_dir=Path(env.get("MSSANTE_GUIDE_DIR") or cls.guide_dir),
            var_dir=Path(env.get("MSSANTE_VAR_DIR") or cls.var_dir),
            secret_key=key or secrets.token_urlsafe(48),
            widget_origins=_origins(env.get("MSSANTE_WIDGET_ORIGINS", "")),
            mail_host=env.get("MSSANTE_MAIL_HOST") or cls.mail_host,
            mail_name=_host_name(env.get("MSSANTE_MAIL_NAME") or cls.mail_name),
            smtp_port=_port("MSSANTE_SMTP_PORT", env.get("MSSANTE_SMTP_PORT"), cls.smtp_port),
            imap_port=_port("MSSANTE_IMAP_PORT", env.get("MSSANTE_IMAP_PORT"), cls.imap_port),
        )


def _port(name: str, text: str | None, usual: int) -> int:
    """A port number; absent: the usual one."""
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65535:
        raise ValueError(f"{name} : « {text} » n’est pas un port ; écrivez un nombre de 1 à 65535.")
    return int(text)


def _host_name(text: str) -> str:
    """The name that the certificate is made for and that clients connect to."""
    if not _HOST.fullmatch(text) or len(text) > 64:
        raise ValueError(f"MSSANTE_MAIL_NAME : « {text} » n’est pas un nom de machine, comme formation.exemple.fr.")
    return text.lower()


def _origins(text: str) -> tuple[str, ...]:
    """Origins separated by spaces or commas: "https://exemple.fr https://autre.fr:8443"."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"MSSANTE_WIDGET_ORIGINS : « {origin} » n’est pas une origine ; écrivez https://exemple.fr, sans chemin."
            )
    return found

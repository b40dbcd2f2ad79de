"""The only reader of the environment. A faulty variable is named."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")


@dataclass(frozen=True)
class Settings:
    """Where things are, and what this deployment allows.

    `guide_dir`: the built guide. `var_dir`: user data. `secret_key`: signs the state held by clients;
    made anew at each start unless MSSANTE_SECRET_KEY is set, so that several processes may share it.
    `widget_origins`: sites that may show the chat in a frame, besides this one.
    """

    guide_dir: Path = ROOT / "build" / "guide"
    var_dir: Path = ROOT / "var"
    secret_key: str = ""
    widget_origins: tuple[str, ...] = ()

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read MSSANTE_GUIDE_DIR, MSSANTE_VAR_DIR, MSSANTE_SECRET_KEY and MSSANTE_WIDGET_ORIGINS. Raises ValueError."""
        env = os.environ if environ is None else environ
        key = env.get("MSSANTE_SECRET_KEY", "")
        if key and len(key) < 32:
            raise ValueError("MSSANTE_SECRET_KEY : au moins 32 caractères sont attendus.")
        return cls(
            guide_dir=Path(env.get("MSSANTE_GUIDE_DIR") or cls.guide_dir),
            var_dir=Path(env.get("MSSANTE_VAR_DIR") or cls.var_dir),
            secret_key=key or secrets.token_urlsafe(48),
            widget_origins=_origins(env.get("MSSANTE_WIDGET_ORIGINS", "")),
        )


def _origins(text: str) -> tuple[str, ...]:
    """Origins separated by spaces or commas: "https://exemple.fr https://autre.fr:8443"."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"MSSANTE_WIDGET_ORIGINS : « {origin} » n’est pas une origine ; écrivez https://exemple.fr, sans chemin."
            )
    return found

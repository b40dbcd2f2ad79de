"""What only the publisher of the guide knows: where corrections are sent. Set at build, never guessed."""

from __future__ import annotations

import os
import re
from html import escape
from typing import Any

from mkdocs.exceptions import ConfigurationError
from typography import french

SETTING = "MSSANTE_CORRECTIONS"
MARK = "<!-- adresse des corrections -->"
"""Where the base's page leaves room for the address."""

_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[A-Za-z]{2,}")
_URL = re.compile(r"https?://[^\s<>\"]+")


def on_config(config: Any) -> Any:
    """A setting that is no address stops the build."""
    corrections(os.environ.get(SETTING, ""))
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """The address where the page leaves room for it."""
    return markdown.replace(MARK, french(corrections(os.environ.get(SETTING, ""))))


def corrections(address: str) -> str:
    """Where to send a correction, in Markdown; without an address, what to do all the same."""
    address = address.strip()
    if not address:
        return (
            '!!! note "Adresse des corrections : pas encore donnée"\n\n'
            "    La personne qui publie ce guide n’a pas encore donné d’adresse. Remettez vos cinq lignes à celle ou "
            "celui qui vous l’a fait connaître : votre service informatique, votre GRADeS, votre formateur.\n\n"
            f"    **Vous publiez ce guide ?** Donnez une adresse électronique ou une page : "
            f"`{SETTING}=corrections@exemple.fr make guide`. Elle s’affichera ici."
        )
    if _EMAIL.fullmatch(address):
        link = f"mailto:{address}"
    elif _URL.fullmatch(address):
        link = address
    else:
        raise ConfigurationError(
            f"{SETTING} : « {address} » n’est ni une adresse électronique ni une page ; "
            "écrivez corrections@exemple.fr ou https://exemple.fr/corrections."
        )
    return f'**Adresse des corrections :** <a href="{escape(link)}">{escape(address)}</a>'

"""How a command ends when the base is faulty: every fault on the error output, exit 1."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.problems import InvalidKnowledge


def current_base() -> Base:
    """The current base, or exit 1 with every fault of the YAML."""
    from knowledge.base import load_base
    from knowledge.problems import InvalidKnowledge

    try:
        return load_base()
    except InvalidKnowledge as error:
        stop_on(error)


def stop_on(error: InvalidKnowledge) -> NoReturn:
    """Exit 1 with every fault and their number."""
    n = len(error.problems)
    fail(f"{error}\n\n{n} défaut{'s' if n > 1 else ''} dans la base de connaissances.")


FILE_FAULTS = {
    errno.ENOENT: "ce fichier n’existe pas, ou son dossier",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "ce chemin passe par un fichier qui n’est pas un dossier",
    errno.EACCES: "l’accès est refusé",
    errno.EPERM: "l’accès est refusé",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "ce disque ne s’écrit pas",
    errno.ENAMETOOLONG: "ce nom est trop long",
}


def unreadable(error: OSError) -> str:
    """A file that cannot be read or written, and why, in French."""
    why = FILE_FAULTS.get(error.errno or 0, f"erreur {error.errno} du système")
    place = f"{os.fsdecode(error.filename)} : " if error.filename is not None else ""
    return f"{place}lecture ou écriture impossible, {why}."


def fail(message: str) -> NoReturn:
    """Exit 1 with a French sentence."""
    click.echo(message, err=True)
    sys.exit(1)

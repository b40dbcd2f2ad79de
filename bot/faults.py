"""How a command ends when the base is faulty: every fault on the error output, exit 1."""

from __future__ import annotations

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


def fail(message: str) -> NoReturn:
    """Exit 1 with a French sentence."""
    click.echo(message, err=True)
    sys.exit(1)

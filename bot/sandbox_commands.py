"""`mssante send-check` and `mssante db`. Nothing imported before it is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from bot.faults import current_base, fail
from bot.french_click import FrenchCommand, FrenchGroup


@click.command("send-check", cls=FrenchCommand)
@click.argument("file", metavar="FICHIER.json", required=False, type=click.Path(path_type=Path))
@click.option(
    "--batch", "source", metavar="ENTREE.jsonl", type=click.Path(path_type=Path), help="Une tentative par ligne."
)
@click.option("--out", "target", metavar="SORTIE.jsonl", type=click.Path(path_type=Path), help="Un résultat par ligne.")
@click.option("--schema", is_flag=True, help="Affiche le schéma JSON des tentatives et des résultats.")
def send_check(file: Path | None, source: Path | None, target: Path | None, schema: bool) -> None:
    """Joue les règles d’envoi sans rien envoyer."""
    if sum((file is not None, source is not None, schema)) != 1:
        raise click.UsageError("donnez un fichier, ou --batch et --out, ou --schema.")
    if (source is None) != (target is None):
        raise click.UsageError("--batch et --out vont ensemble.")
    from bot.sandbox.check_command import check_batch, check_file, schema_text

    if schema:
        click.echo(schema_text(), nl=False)
    elif source is not None and target is not None:
        if target.exists() and source.exists() and target.samefile(source):
            raise click.UsageError("--out doit être un autre fichier que --batch.")
        try:
            sys.exit(check_batch(source, target, current_base()))
        except OSError as error:
            fail(f"{error.filename} : lecture ou écriture impossible ({error.strerror}).")
    elif file is not None:
        status, text = check_file(file, current_base())
        click.echo(text, err=status != 0)
        sys.exit(status)


@click.group(cls=FrenchGroup)
def db() -> None:
    """La base de données du bac à sable."""


@db.command()
def upgrade() -> None:
    """Amène les tables à la version du logiciel."""
    from bot.sandbox.store.migrating import DatabaseRefused
    from bot.sandbox.store.migrating import upgrade as migrate
    from bot.settings import Settings

    try:
        revision = migrate(Settings.from_env())
    except DatabaseRefused as error:
        fail(f"Base de données refusée : {error}")
    except ValueError as error:
        fail(f"Réglage refusé — {error}")
    click.echo(f"Base de données à jour (révision {revision}).")


@click.group(cls=FrenchGroup)
def sandbox() -> None:
    """Le bac à sable et les logiciels de messagerie."""


@sandbox.command("test-connection")
@click.option(
    "--door", type=click.Choice(["smtp", "imap"]), default="smtp", show_default=True, help="Envoi ou lecture."
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, metavar="PORT", help="Port (celui du réglage).")
@click.option(
    "--encryption",
    type=click.Choice(["starttls", "implicit", "none"]),
    default="starttls",
    show_default=True,
    help="Chiffrement réglé dans le logiciel.",
)
@click.option("--login", required=True, metavar="ADRESSE", help="Adresse de la boîte fictive.")
def test_connection(
    door: Literal["smtp", "imap"], port: int | None, encryption: Literal["starttls", "implicit", "none"], login: str
) -> None:
    """Essaie les réglages d’un logiciel sur cette machine et dit ce qui échoue.

    Le mot de passe d’application est demandé, ou lu sur l’entrée standard ; il n’est pas gardé.
    """
    from bot.sandbox.clients.connection_test import Wanted, try_settings
    from bot.settings import Settings

    terminal = sys.stdin.isatty()
    secret = str(click.prompt("Mot de passe d’application", hide_input=True)) if terminal else sys.stdin.readline()
    try:
        settings = Settings.from_env()
    except ValueError as error:
        fail(f"Réglage refusé — {error}")
    steps = try_settings(settings, current_base(), Wanted(login, secret.strip(), door, port or 0, encryption))
    for step in steps:
        rule = f" (règle {step.rule})" if step.rule else ""
        click.echo(f"{'réussi' if step.passed else 'échec '}  {step.label} : {step.told}{rule}")
    sys.exit(0 if all(step.passed for step in steps) else 1)

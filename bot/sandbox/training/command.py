"""`mssante training new`: open a class, print its code, its trainer's secret link and the QR code of both."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from bot.faults import fail
from bot.french_click import FrenchGroup


@click.group(cls=FrenchGroup)
def training() -> None:
    """Les sessions de formation du bac à sable."""


def read_root(context: click.Context, parameter: click.Parameter, text: str) -> str:
    """The address of the service without its final slash. Raises BadParameter."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise click.BadParameter(f"« {text} » n’est pas une adresse ; écrivez https://exemple.fr.", context, parameter)
    return text.rstrip("/")


@training.command("new")
@click.option("--title", default="", metavar="TEXTE", help="Nom de la session, montré aux stagiaires.")
@click.option(
    "--days", default=14, metavar="N", show_default=True, type=click.IntRange(1, 60), help="Jours avant effacement."
)
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    metavar="ADRESSE",
    callback=read_root,
    help="Adresse du service, telle que la classe l’ouvrira.",
)
def training_new(title: str, days: int, url: str) -> None:
    """Ouvre une session et imprime ses liens, avec leurs codes QR."""
    from bot.sandbox.store.database import Store, url_of, utc_now
    from bot.sandbox.store.migrating import upgrade
    from bot.sandbox.store.numbers import RealNumber
    from bot.sandbox.training.classes import open_class
    from bot.sandbox.training.drawing import qr_text
    from bot.sandbox.webmail.wording import when
    from bot.sandbox.world import load_world
    from bot.settings import Settings

    try:
        settings = Settings.from_env()
    except ValueError as error:
        fail(f"Réglage refusé — {error}")
    upgrade(settings)
    store = Store(url_of(settings))
    try:
        with store.writing() as session:
            made = open_class(session, load_world(), utc_now(), title, days)
    except RealNumber as error:
        fail(str(error))
    finally:
        store.close()
    secret, join = f"{url}/bac-a-sable/reprendre/{made.secret}", f"{url}/bac-a-sable/rejoindre?code={made.code}"
    click.echo(f"Code de la session : {made.code}  (s’efface le {when(made.expires_at)})\n")
    click.echo("Lien secret du formateur, à ne pas projeter :")
    click.echo(f"  {secret}\n{qr_text(secret)}")
    click.echo("Lien des stagiaires :")
    click.echo(f"  {join}\n{qr_text(join)}")

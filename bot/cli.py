"""The `mssante` command. Thin: one function a command, and nothing imported before it is used."""

from __future__ import annotations

import datetime
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.chat_commands import ask, evaluate
from bot.faults import current_base, fail
from bot.french_click import FrenchGroup, run
from bot.knowledge_commands import knowledge
from bot.sandbox.training.command import training
from bot.sandbox_commands import db, sandbox, send_check

if TYPE_CHECKING:
    from eligibility.engine import Engine


@click.group(cls=FrenchGroup)
@click.version_option(
    package_name="mssante-guide", prog_name="mssante", message="%(prog)s %(version)s", help="Affiche la version."
)
def cli() -> None:
    """Guide MSSanté : qui a droit à quelle boîte, pourquoi, et d’où on le tient."""


# Serving


@cli.command()
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", show_default=True, help="Adresse d’écoute des pages.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), metavar="PORT", help="Port web."
)
def serve(host: str, port: int) -> None:
    """Tout sur une machine, sans rien configurer : guide, chat, hotline, bac à sable, SMTP et IMAP."""
    from bot.serving import serve_all

    sys.exit(serve_all(host, port))


_with_parent = click.option(
    "--with-parent", is_flag=True, hidden=True, help="S’arrête avec le processus qui l’a lancé."
)


@cli.command()
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", show_default=True, help="Adresse d’écoute.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), metavar="PORT", help="Port web."
)
@_with_parent
def web(host: str, port: int, with_parent: bool) -> None:
    """Les pages seules, pour un déploiement."""
    from bot.family import leave_with_parent
    from bot.serving import serve_web

    if with_parent:
        leave_with_parent()
    sys.exit(serve_web(host, port))


@cli.command()
@_with_parent
def mail(with_parent: bool) -> None:
    """Les portes SMTP et IMAP du bac à sable seules, pour un déploiement (ports : MSSANTE_SMTP_PORT, MSSANTE_IMAP_PORT)."""
    from bot.family import leave_with_parent
    from bot.serving import serve_mail

    if with_parent:
        leave_with_parent()
    sys.exit(serve_mail())


@cli.group(cls=FrenchGroup)
def guide() -> None:
    """Le guide statique."""


@guide.command("build")
@click.option(
    "--out", type=click.Path(file_okay=False), default=None, help="Dossier de sortie (build/guide par défaut)."
)
def guide_build(out: str | None) -> None:
    """Construit le guide statique, comme « mkdocs build --strict »."""
    from bot.guide import build_guide

    sys.exit(build_guide(out))


# Eligibility


@cli.command()
@click.option("--fact", "facts", multiple=True, metavar="NOM=VALEUR", help="Un fait ; à répéter.")
@click.option("--on", "day", metavar="AAAA-MM-JJ", default=None, help="Répondre au droit de ce jour.")
@click.option("--json", "as_json", is_flag=True, help="Réponse en JSON.")
def eligible(facts: tuple[str, ...], day: str | None, as_json: bool) -> None:
    """Décide, ou pose la question suivante. Sans fait et dans un terminal : une interview."""
    from eligibility.answers import FactError, read_answers
    from eligibility.engine import Engine
    from eligibility.report import decision_json, text_report
    from knowledge.base import DateNotCovered

    given = _facts(facts)
    base = current_base()
    try:
        engine = Engine(base.at(_day(day)))
        if day is None and base.is_stale(datetime.datetime.now(tz=datetime.UTC).date()):
            click.echo(base.wording("stale", day=f"{base.as_of:%d/%m/%Y}"), err=True)
        if not given and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
            _interview(engine)
            return
        decision = engine.decide(read_answers(engine.base, given))
    except (DateNotCovered, FactError) as error:
        fail(str(error))
    else:
        if as_json:
            click.echo(json.dumps(decision_json(engine, decision), ensure_ascii=False, indent=2))
        else:
            click.echo(text_report(engine, decision))


def _facts(typed: tuple[str, ...]) -> dict[str, list[str]]:
    """What each --fact says, by name; several values of one fact are separated by commas or given apart."""
    given: dict[str, list[str]] = {}
    wrong = []
    for fact in typed:
        name, _, value = fact.partition("=")
        if not name.strip() or not value.strip():
            wrong.append(f"« {fact} »")
            continue
        values = value.split(",") if name in ("profession", "need") else [value]
        given.setdefault(name.strip(), []).extend(values)
    if wrong:
        raise click.UsageError(f"{', '.join(wrong)} : écrivez NOM=VALEUR, par exemple --fact profession=infirmier.")
    return given


def _day(text: str | None) -> Any:
    from knowledge.base import read_day

    if text is None:
        return None
    try:
        return read_day(text)
    except ValueError:
        raise click.BadParameter(f"« {text} » n’est pas une date : écrivez AAAA-MM-JJ.", param_hint="--on") from None


def _interview(engine: Engine) -> None:
    from bot.interview.terminal import interview

    interview(engine, ask=lambda prompt: str(click.prompt(prompt)), say=click.echo)


for command in (ask, evaluate, send_check, sandbox, db, knowledge, training):
    cli.add_command(command)


def main() -> None:
    """Entry point: French usage errors, exit 0, 1 or 2 (DESIGN § 2)."""
    run(cli)

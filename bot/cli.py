"""The `mssante` command. Thin: one function a command, and nothing imported before it is used."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.french_click import FrenchGroup, run

if TYPE_CHECKING:
    from eligibility.engine import Engine
    from knowledge.base import Base


@click.group(cls=FrenchGroup)
@click.version_option(
    package_name="mssante-guide", prog_name="mssante", message="%(prog)s %(version)s", help="Affiche la version."
)
def cli() -> None:
    """Guide MSSanté : qui a droit à quelle boîte, pourquoi, et d’où on le tient."""


def _base() -> Base:
    """The current base, or exit 1 with every fault of the YAML."""
    from knowledge.base import load_base
    from knowledge.problems import InvalidKnowledge

    try:
        return load_base()
    except InvalidKnowledge as error:
        _show_problems(error)
        sys.exit(1)


def _show_problems(error: Any) -> None:
    click.echo(str(error), err=True)
    n = len(error.problems)
    click.echo(f"\n{n} défaut{'s' if n > 1 else ''} dans knowledge/data.", err=True)


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)


# Serving


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port web.")
def serve(host: str, port: int) -> None:
    """Tout sur une machine, sans rien configurer : guide et interview."""
    from bot.serving import serve_all

    sys.exit(serve_all(host, port))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port web.")
def web(host: str, port: int) -> None:
    """Les pages seules, pour un déploiement."""
    from bot.serving import serve_web

    sys.exit(serve_web(host, port))


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

    given: dict[str, str] = {}
    for fact in facts:
        name, separator, value = fact.partition("=")
        if not separator or not name:
            raise click.UsageError(f"« {fact} » : écrivez NOM=VALEUR, par exemple --fact profession=infirmier.")
        if name in given:
            value = f"{given[name]},{value}"
        given[name] = value
    base = _base()
    try:
        engine = Engine(base.at(_day(day)))
        if not given and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
            _interview(engine)
            return
        decision = engine.decide(read_answers(engine.base, given))
    except DateNotCovered as error:
        _fail(str(error))
    except FactError as error:
        _fail(str(error))
    else:
        if as_json:
            click.echo(json.dumps(decision_json(engine, decision), ensure_ascii=False, indent=2))
        else:
            click.echo(text_report(engine, decision))


def _day(text: str | None) -> Any:
    import datetime

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"« {text} » n’est pas une date : écrivez AAAA-MM-JJ.", param_hint="--on") from None


def _interview(engine: Engine) -> None:
    from bot.interview.terminal import interview

    interview(engine, ask=lambda prompt: str(click.prompt(prompt)), say=click.echo)


# Knowledge


@cli.group(cls=FrenchGroup)
def knowledge() -> None:
    """La base de connaissances : vérifier, prouver."""


@knowledge.command()
def lint() -> None:
    """Vérifie tout le YAML : fichier, ligne, colonne, défaut, remède."""
    from knowledge.loading import DATA, compile_sources, read_sources, shown_path
    from knowledge.problems import InvalidKnowledge

    try:
        compiled = compile_sources(read_sources(), shown_path(DATA))
    except InvalidKnowledge as error:
        _show_problems(error)
        sys.exit(1)
    entries = sum(len(getattr(compiled.sections, name)) for name in compiled.sections.__struct_fields__)
    click.echo(f"{entries} fiches, 0 défaut. Empreinte : {compiled.digest}")


@knowledge.command()
def prove() -> None:
    """Prouve que chaque situation est décidée une fois et une seule."""
    from eligibility.proof import prove as prove_tables
    from eligibility.proof import report

    base = _base()
    proofs = prove_tables(base)
    for line in report(base, proofs):
        click.echo(line)
    sys.exit(0 if all(proof.holds for proof in proofs) else 1)


@knowledge.command()
def schema() -> None:
    """JSON Schema des fichiers YAML, pour les éditeurs."""
    from knowledge.editor_schema import editor_schema

    click.echo(json.dumps(editor_schema(), ensure_ascii=False, indent=2))


def main() -> None:
    """Entry point: French usage errors, exit 0, 1 or 2 (DESIGN § 2)."""
    run(cli)

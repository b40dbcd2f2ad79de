"""`mssante knowledge …`: check, prove, date and compare the base. Nothing imported before it is used."""

from __future__ import annotations

import datetime
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.faults import current_base, fail, stop_on
from bot.french_click import FrenchGroup

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.loading import Compiled
    from knowledge.reliance import Reliance


@click.group(cls=FrenchGroup)
def knowledge() -> None:
    """La base de connaissances : vérifier, prouver, mesurer ce qu’une modification change."""


@knowledge.command()
def lint() -> None:
    """Vérifie tout le YAML : fichier, ligne, colonne, défaut, remède."""
    from eligibility.proof import rows_without_effect
    from knowledge.base import Base
    from knowledge.loading import DATA, compile_sources, read_known_ids, read_sources, shown_path
    from knowledge.problems import InvalidKnowledge

    try:
        compiled = compile_sources(read_sources(), shown_path(DATA), read_known_ids())
        dead = rows_without_effect(Base(compiled))
        if dead:
            raise InvalidKnowledge(dead)
    except InvalidKnowledge as error:
        stop_on(error)
    for warning in _warnings(compiled, _today()):
        click.echo(warning)
    entries = sum(len(getattr(compiled.sections, name)) for name in compiled.sections.__struct_fields__)
    click.echo(f"{entries} fiches, 0 défaut. Empreinte : {compiled.digest}")


def _warnings(compiled: Compiled, today: datetime.date) -> list[str]:
    """What deserves a look and stops nothing: old checks, ids not listed yet."""
    from knowledge.checks import STALE_DAYS, overdue
    from knowledge.known_ids import not_listed, published, read_known
    from knowledge.loading import read_known_ids

    said = []
    old = overdue(compiled.sections, today)
    if old:
        shown = "".join(f"\n    {compiled.places[key]}: « {key} », vérifié le {day:%d/%m/%Y}" for key, day in old[:10])
        rest = f"\n    et {len(old) - 10} autres" if len(old) > 10 else ""
        said.append(
            f"Attention : {len(old)} fiche(s) non revérifiée(s) depuis plus de {STALE_DAYS} jours.{shown}{rest}"
        )
    file = read_known_ids()
    known, _ = read_known(file.content.decode(), file.path) if file else ([], [])
    new = not_listed(published(compiled.sections), known)
    if new:
        names = ", ".join(new[:5]) + ("…" if len(new) > 5 else "")
        said.append(
            f"Rappel : {len(new)} identifiant(s) pas encore inscrit(s) ({names}). "
            "Avant de publier : mssante knowledge ids --update"
        )
    return said


@knowledge.command()
def prove() -> None:
    """Prouve que chaque situation est décidée une fois et une seule, à toute date couverte."""
    from eligibility.proof import periods, report
    from eligibility.proof import prove as prove_tables

    holds = True
    stretches = periods(current_base())
    for base in stretches:
        if len(stretches) > 1:
            click.echo(f"Règles en vigueur le {base.day:%d/%m/%Y} :")
        proofs = prove_tables(base)
        for line in report(base, proofs):
            click.echo(line)
        holds = holds and all(proof.holds for proof in proofs)
    sys.exit(0 if holds else 1)


@knowledge.command()
@click.argument("revision", metavar="RÉVISION")
@click.option("--json", "as_json", is_flag=True, help="Rapport complet en JSON.")
def impact(revision: str, as_json: bool) -> None:
    """Chaque situation dont la réponse a changé depuis une révision git."""
    from eligibility.engine import Engine
    from eligibility.impact import impact as compare
    from eligibility.impact_report import impact_json, impact_lines
    from knowledge.history import History, NoSuchRevision, Unreadable
    from knowledge.loading import read_sources

    base = current_base()
    history = History(base.compiled, read_sources())
    try:
        then = history.revision(revision)
        old = history.base_at(then)
        found = compare(old, base)
    except NoSuchRevision as error:
        fail(str(error))
    except (Unreadable, LookupError) as error:
        said = str(error) if isinstance(error, Unreadable) else f"révision {then} : une situation n’y est pas décidée."
        oldest = history.oldest_readable()
        fail(f"{said}\nPlus ancienne révision lisible : {oldest or 'aucune'}")
    if as_json:
        _echo_json(impact_json(old, base, found, then.commit))
        return
    for line in impact_lines(Engine(base), old, found, str(then)):
        click.echo(line)


@knowledge.command()
@click.option(
    "--by",
    "order",
    type=click.Choice(["age", "use"]),
    default="age",
    show_default=True,
    help="Ordre : ancienneté de la vérification (age), ou ce qui repose dessus (use).",
)
@click.option("--json", "as_json", is_flag=True, help="Liste en JSON.")
def sources(order: str, as_json: bool) -> None:
    """Les sources : lues comment, vérifiées quand, et ce qui repose sur chacune."""
    from knowledge.reliance import by_age, by_use, reliance

    base, today = current_base(), _today()
    found = (by_age if order == "age" else by_use)(reliance(base))
    if as_json:
        _echo_json([_source_json(one, today) for one in found])
        return
    for one in found:
        click.echo(_source_line(base, one, today))
    weak = sum(one.source.weak for one in found)
    click.echo(
        f"{len(found)} sources, dont {weak} faibles ; {sum(not one.entries for one in found)} dont rien ne dépend."
    )


def _source_line(base: Base, one: Reliance, today: datetime.date) -> str:
    source = one.source
    read = base.wording(f"guide.read_as.{source.read_as}") + (" ; source faible" if source.weak else "")
    rests = f"{len(one.entries)} fiche{'s' if len(one.entries) > 1 else ''}"
    if one.rows:
        rests += f", {len(one.rows)} ligne{'s' if len(one.rows) > 1 else ''} de décision ({', '.join(one.rows)})"
    return f"{source.checked_on:%d/%m/%Y} ({one.age(today)} j)  {source.id} : {source.title}\n    {read} ; {rests}"


def _source_json(one: Reliance, today: datetime.date) -> dict[str, Any]:
    source = one.source
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "date": source.date,
        "version": source.version,
        "read_as": source.read_as,
        "weak": source.weak,
        "checked_on": source.checked_on.isoformat(),
        "age_days": one.age(today),
        "entries": list(one.entries),
        "rows": list(one.rows),
    }


@knowledge.command()
@click.option("--update", is_flag=True, help="Inscrit les nouveaux identifiants dans knowledge/known_ids.txt.")
def ids(update: bool) -> None:
    """Les identifiants publiés : ceux qui manquent à la liste, et les inscrire."""
    from knowledge.known_ids import not_listed, published, read_known, updated
    from knowledge.loading import DATA, KNOWN_IDS, read_known_ids

    base = current_base()
    file = read_known_ids()
    text = file.content.decode() if file else ""
    known, _ = read_known(text, KNOWN_IDS)
    new = not_listed(published(base.compiled.sections), known)
    if update and new:
        (DATA.parent / KNOWN_IDS).write_text(updated(text, new), encoding="utf-8")
        click.echo(f"{len(new)} identifiant(s) inscrit(s) dans knowledge/{KNOWN_IDS}.")
        return
    for key in new:
        click.echo(key)
    retired = sum(one.retired is not None for one in known)
    click.echo(f"{len(known)} inscrits, dont {retired} retirés ; {len(new)} à inscrire.")


@knowledge.command()
def schema() -> None:
    """JSON Schema des fichiers YAML, pour les éditeurs."""
    from knowledge.editor_schema import editor_schema

    _echo_json(editor_schema())


def _echo_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()

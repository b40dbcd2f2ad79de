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
    from knowledge.problems import InvalidKnowledge
    from knowledge.reliance import Reliance


@click.group(cls=FrenchGroup)
def knowledge() -> None:
    """La base de connaissances : vérifier, prouver, mesurer ce qu’une modification change."""


@knowledge.command()
def lint() -> None:
    """Vérifie tout le YAML : fichier, ligne, colonne, défaut, remède."""
    from eligibility.proof import periods, rows_without_effect, undecided
    from knowledge.base import Base
    from knowledge.loading import DATA, compile_sources, read_known_ids, read_sources, shown_path
    from knowledge.problems import InvalidKnowledge

    try:
        compiled = compile_sources(read_sources(), shown_path(DATA), read_known_ids(), _today())
        base = Base(compiled)
        faults = [*(fault for then in periods(base) for fault in undecided(then)), *rows_without_effect(base)]
        if faults:
            raise InvalidKnowledge(faults)
    except InvalidKnowledge as error:
        stop_on(error)
    for warning in _warnings(compiled, _today()):
        click.echo(warning)
    entries = sum(len(getattr(compiled.sections, name)) for name in compiled.sections.__struct_fields__)
    click.echo(f"{entries} fiches, 0 défaut. Empreinte : {compiled.digest}")


def _warnings(compiled: Compiled, today: datetime.date) -> list[str]:
    """What deserves a look and stops nothing: a review of another base, old checks, ids not listed yet."""
    from knowledge.checks import STALE_DAYS, overdue
    from knowledge.known_ids import not_listed, published, read_known
    from knowledge.loading import read_known_ids

    said = []
    review = compiled.review
    if review.digest and review.day and review.digest != compiled.digest:
        said.append(
            f"Attention : la relecture du {review.day:%d/%m/%Y} porte sur une autre base ({review.digest[:12]}). "
            "Tout porte de nouveau la mention « Version de travail »."
        )
    old = overdue(compiled.sections, today)
    if old:
        shown = "".join(f"\n    {compiled.places[key]}: « {key} », vérifié le {day:%d/%m/%Y}" for key, day in old[:10])
        rest = f"\n    et {len(old) - 10} autres" if len(old) > 10 else ""
        said.append(
            f"Attention : depuis plus de {STALE_DAYS} jours, personne n’a revérifié {_count(len(old), 'fiche')}.{shown}{rest}"
        )
    file = read_known_ids()
    known, _ = read_known(file.content.decode(), file.path) if file else ([], [])
    new = not_listed(published(compiled.sections), known)
    if new:
        names = ", ".join(new[:5]) + ("…" if len(new) > 5 else "")
        said.append(
            f"Rappel : il reste {_count(len(new), 'identifiant')} à inscrire ({names}). "
            "Avant de publier : mssante knowledge ids --update"
        )
    return said


@knowledge.command()
def prove() -> None:
    """Prouve que chaque situation est décidée une fois et une seule, à toute date couverte."""
    from eligibility.proof import periods, report
    from eligibility.proof import prove as prove_tables

    base, faults = _provable_base()
    holds = not faults
    stretches = periods(base) if base else []
    for then in stretches:
        if len(stretches) > 1:
            click.echo(f"Règles en vigueur le {then.day:%d/%m/%Y} :")
        proofs = prove_tables(then)
        for line in report(then, proofs):
            click.echo(line)
        holds = holds and all(proof.holds for proof in proofs)
    if faults:
        stop_on(faults)
    sys.exit(0 if holds else 1)


def _provable_base() -> tuple[Base | None, InvalidKnowledge | None]:
    """The base, and its faults. One that only has faults beside its tables (an id gone with its row) is proved too."""
    from knowledge.base import Base, load_base
    from knowledge.loading import DATA, examine_sources, read_known_ids, read_sources, shown_path
    from knowledge.problems import InvalidKnowledge

    try:
        return load_base(), None
    except InvalidKnowledge as error:
        compiled = examine_sources(read_sources(), shown_path(DATA), read_known_ids()).compiled
        return (Base(compiled) if compiled else None), error


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
    from knowledge.problems import InvalidKnowledge

    base = current_base()
    engine = Engine(base)
    history = History(base.compiled, read_sources())
    try:
        then = history.revision(revision)
        old, unread = history.past(then)
        found = compare(old, base)
    except NoSuchRevision as error:
        fail(str(error))
    except (Unreadable, InvalidKnowledge) as error:
        said = str(error) if isinstance(error, Unreadable) else f"révision {then} : une situation n’y est pas décidée."
        oldest = history.oldest_readable()
        fail(f"{said}\nPlus ancienne révision lisible : {oldest or 'aucune'}")
    if unread:
        click.echo(
            f"Laissés de côté, car ils ne décident rien et le code d’aujourd’hui ne lit plus leur ancienne écriture : "
            f"{', '.join(unread)}.",
            err=True,
        )
    if as_json:
        _echo_json(impact_json(old, base, found, then.commit))
        return
    for line in impact_lines(engine, old, found, str(then)):
        click.echo(line)


@knowledge.command()
@click.option(
    "--by",
    "order",
    type=click.Choice(["age", "usage"]),
    default="age",
    show_default=True,
    help="Ordre : ancienneté de la vérification (age), ou ce qui repose dessus (usage).",
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
    rests = _count(len(one.entries), "fiche")
    if one.rows:
        rests += f", {_count(len(one.rows), 'ligne')} de décision ({', '.join(one.rows)})"
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
        click.echo(f"Fait : {_count(len(new), 'identifiant')} de plus dans knowledge/{KNOWN_IDS}.")
        return
    for key in new:
        click.echo(key)
    retired = sum(one.retired is not None for one in known)
    click.echo(
        f"{_count(len(known), 'identifiant')} dans la liste, dont {_count(retired, 'retrait')} ; {len(new)} à inscrire."
    )


@knowledge.command()
def schema() -> None:
    """JSON Schema des fichiers YAML, pour les éditeurs."""
    from knowledge.editor_schema import editor_schema

    _echo_json(editor_schema())


def _echo_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'s' if n > 1 else ''}"


def _today() -> datetime.date:
    """The day where the author is: UTC would refuse what is checked just after midnight in Paris."""
    return datetime.datetime.now().astimezone().date()

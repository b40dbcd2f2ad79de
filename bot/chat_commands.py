"""`mssante ask` and `mssante evaluate`. Nothing imported before it is used."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.faults import current_base, fail, unreadable
from bot.french_click import FrenchCommand

if TYPE_CHECKING:
    from bot.chat.conversation import Conversation


@click.command(cls=FrenchCommand)
@click.argument("texts", metavar="TEXTE", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Réponse en JSON.")
@click.option(
    "--batch", "source", metavar="ENTREE.jsonl", type=click.Path(path_type=Path), help="Une question par ligne."
)
@click.option("--out", "target", metavar="SORTIE.jsonl", type=click.Path(path_type=Path), help="Une réponse par ligne.")
def ask(texts: tuple[str, ...], as_json: bool, source: Path | None, target: Path | None) -> None:
    """Pose une question à l’assistant, ou toutes celles d’un fichier."""
    if source is not None:
        if texts or as_json:
            raise click.UsageError("avec --batch, ni texte ni --json : les questions sont dans le fichier.")
        if target is None:
            raise click.UsageError("avec --batch, ajoutez --out SORTIE.jsonl.")
        if target.exists() and source.exists() and target.samefile(source):
            raise click.UsageError("--out doit être un autre fichier que --batch.")
        sys.exit(_batch(source, target))
    if target is not None:
        raise click.UsageError("--out ne va qu’avec --batch.")
    if len(texts) > 1:
        raise click.UsageError('Arguments en trop : mettez la question entre guillemets, mssante ask "…".')
    if not texts or not texts[0].strip():
        raise click.UsageError('il manque la question, mssante ask "…", ou --batch ENTREE.jsonl --out SORTIE.jsonl.')
    _one(texts[0], as_json)


def _one(text: str, as_json: bool) -> None:
    from bot.chat.state import State
    from bot.chat.terminal import reply_text

    conversation = _conversation()
    _, reply = conversation.say(State(), text)
    if as_json:
        click.echo(json.dumps(reply.as_json(conversation.base, _today()), ensure_ascii=False, indent=2))
    else:
        click.echo(reply_text(conversation.base, reply, _today()))


def _batch(source: Path, target: Path) -> int:
    """0, or 1 when a line was faulty."""
    from bot.chat.batch import answers, dumps

    said = faults = 0
    try:
        # The files first: who misspelt a name is told at once.
        with source.open("rb") as lines, target.open("wb") as out:
            for answer in answers(_conversation(), lines, _today()):
                said += 1
                if "error" in answer:
                    faults += 1
                    click.echo(answer["error"], err=True)
                out.write(dumps(answer))
    except OSError as error:
        fail(unreadable(error))
    if faults:
        click.echo(f"Lignes en faute : {faults} sur {said}. Les autres ont leur réponse dans {target}.", err=True)
    return 1 if faults else 0


@click.command(cls=FrenchCommand)
@click.option("--worst", is_flag=True, help="Montre les cinquante pires messages.")
@click.option("--json", "as_json", is_flag=True, help="Tous les chiffres en JSON.")
def evaluate(worst: bool, as_json: bool) -> None:
    """Mesure l’assistant sur les questions étiquetées du dépôt."""
    from bot.chat.assistant import make_dialogue
    from bot.chat.scoreboard import evaluated, report
    from eligibility.engine import Engine

    dialogue = make_dialogue(Engine(current_base()))
    try:
        found = evaluated(dialogue)
    except FileNotFoundError as error:
        fail(f"{error.filename} : questions étiquetées absentes. La mesure se fait depuis le dépôt.")
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else report(found, worst))


def _today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()


def _conversation() -> Conversation:
    from bot.chat.assistant import make_dialogue
    from bot.chat.conversation import Conversation
    from eligibility.engine import Engine

    engine = Engine(current_base())
    dialogue = make_dialogue(engine)
    return Conversation(engine, lambda: dialogue)

"""Click speaking French: help headings, usage errors, exit statuses."""

from __future__ import annotations

import os
import sys
from typing import Any

import click


class FrenchCommand(click.Command):
    """A command whose help page is in French."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [
            p.replace("[OPTIONS]", "[OPTIONS]").replace("COMMAND [ARGS]...", "COMMANDE […]")
            for p in self.collect_usage_pieces(ctx)
        ]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Usage : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [r for p in self.get_params(ctx) if (r := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("Options"):
                formatter.write_dl([(name, help_.replace("[default: ", "[défaut : ")) for name, help_ in records])


class FrenchGroup(FrenchCommand, click.Group):
    """A group whose help page is in French, and its commands'."""

    command_class = FrenchCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        FrenchCommand.format_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(90)) for name in self.list_commands(ctx)]
        with formatter.section("Commandes"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


FrenchGroup.group_class = FrenchGroup


def run(command: click.Command) -> None:
    """Run the command; usage errors in French with status 2, and no traceback on a closed pipe."""
    try:
        status: Any = command.main(standalone_mode=False)
    except click.UsageError as error:
        click.echo(f"Erreur d’usage : {in_french(error)}", err=True)
        if error.ctx is not None:
            click.echo(f"Voir « {error.ctx.command_path} --help ».", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("Interrompu.", err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def in_french(error: click.UsageError) -> str:
    """What a usage error says, in French."""
    if isinstance(error, click.NoSuchOption):
        near = f" Vouliez-vous dire {error.possibilities[0]} ?" if error.possibilities else ""
        return f"option inconnue {error.option_name}.{near}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else "un argument"
        return f"il manque {name}."
    if isinstance(error, click.BadParameter):
        hint = error.param_hint or (error.param.opts[0] if error.param else "")
        return f"valeur refusée pour {hint} : {error.message}"
    message = error.message
    if message.startswith("No such command"):
        return f"commande inconnue {message.removeprefix('No such command ').rstrip('.')}."
    if message.startswith("Got unexpected extra argument"):
        return f"argument en trop {message.split('(', 1)[-1].rstrip(').')}."
    if message.startswith("Missing command"):
        return "il manque une commande."
    return message

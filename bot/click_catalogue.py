"""What click says, in French: its own messages → ours. A test reads click's source and finds each one here."""

from __future__ import annotations

FRENCH = {
    # Help pages
    "Usage:": "Usage :",
    "Options": "Options ",
    "Positional arguments": "Arguments ",
    "Commands": "Commandes ",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "Confirm the action without prompting.": "Confirme sans poser de question.",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "env var: {var}": "variable d’environnement : {var}",
    "default: {default}": "défaut : {default}",
    "(dynamic)": "(selon le cas)",
    "required": "obligatoire",
    "deprecated": "déconseillé",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    # Usage errors
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "Voir « {command} {option} ».",
    "Aborted!": "Interrompu.",
    "unknown error": "erreur inconnue",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque {param_type}",
    "No such option {name!r}.": "Option inconnue « {name} ».",
    "No such command {name!r}.": "Commande inconnue « {name} ».",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "Vouliez-vous dire l’une de celles-ci : {possibilities} ?",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}.",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}.",
    "Invalid start character for option ({option})": "Une option ne commence pas ainsi : {option}.",
    "Option {name!r} does not take a value.": "L’option « {name} » ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L’option « {name} » attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L’option « {name} » attend {nargs} valeurs.",
    "Argument {name!r} takes {nargs} values.": "L’argument « {name} » attend {nargs} valeurs.",
    "Takes {nargs} values but 1 was given.": "{nargs} valeurs attendues, une seule donnée.",
    "Takes {nargs} values but {len} were given.": "{nargs} valeurs attendues, {len} données.",
    "{len_type} values are required, but {len_value} was given.": "{len_type} valeurs attendues, {len_value} donnée.",
    "{len_type} values are required, but {len_value} were given.": "{len_type} valeurs attendues, {len_value} données.",
    "Value must be an iterable.": "Plusieurs valeurs sont attendues.",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "Choice({choices})": "choix parmi {choices}",
    "{value!r} is not {choice}.": "« {value} » ; seule valeur admise : {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » ; valeurs admises : {choices}.",
    "{value!r} does not match the format {format}.": "« {value} » ne suit pas le format {format}.",
    "{value!r} does not match the formats {formats}.": "« {value} » ne suit aucun des formats {formats}.",
    "{value} is not in the range {range}.": "{value} n’est pas dans l’intervalle {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "« {value} » n’est ni oui ni non ; admis : {states}",
    "{value!r} is not a valid {number_type}.": "« {value} » n’est pas un nombre admis.",
    "{value!r} is not a valid UUID.": "« {value} » n’est pas un identifiant UUID.",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier ; un dossier est attendu.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier ; un fichier est attendu.",
    "{name} {filename!r} is not readable.": "« {filename} » ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "« {filename} » ne peut pas être écrit.",
    "{name} {filename!r} is not executable.": "« {filename} » ne peut pas être exécuté.",
    "{name} {filename!r} does not exist.": "« {filename} » n’existe pas.",
    "Could not open file {filename!r}: {message}": "« {filename} » ne s’ouvre pas : {message}",
    # Questions at a terminal
    "Do you want to continue?": "Voulez-vous continuer ?",
    "Press any key to continue...": "Appuyez sur une touche pour continuer…",
    "Repeat for confirmation": "Répétez pour confirmer",
    "Error: The two entered values do not match.": "Les deux valeurs ne sont pas les mêmes.",
    "Error: invalid input": "Réponse non comprise.",
    "{editor}: Editing failed": "{editor} : modification impossible",
    "{editor}: Editing failed: {e}": "{editor} : modification impossible ({e})",
}

METAVARS = {
    "TEXT": "TEXTE",
    "INTEGER": "NOMBRE",
    "INTEGER RANGE": "NOMBRE",
    "FLOAT": "NOMBRE",
    "FLOAT RANGE": "NOMBRE",
    "BOOLEAN": "OUI|NON",
    "FILENAME": "FICHIER",
    "FILE": "FICHIER",
    "DIRECTORY": "DOSSIER",
    "PATH": "CHEMIN",
}
"""Names that click gives to values for want of one of ours."""


def gettext(message: str) -> str:
    """A message of click in French."""
    return FRENCH.get(message, message)


def ngettext(one: str, several: str, count: int) -> str:
    """The same for a message that agrees in number; French counts 0 and 1 as one."""
    return gettext(one if count < 2 else several)

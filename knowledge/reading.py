"""YAML text → plain nodes that remember where they stand. Knows nothing of the domain."""

from __future__ import annotations

import yaml

from knowledge.problems import Place, Problem

# libyaml is about ten times faster; the pure Python loader gives the same nodes.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null"}


class Node:
    """A YAML value: `None`, text, a list of nodes, or a mapping of text to nodes, with its place."""

    __slots__ = ("key_places", "place", "quoted", "value")

    def __init__(
        self,
        value: str | list[Node] | dict[str, Node] | None,
        place: Place,
        key_places: dict[str, Place] | None = None,
        quoted: bool = False,
    ) -> None:
        self.value = value
        self.place = place
        self.key_places = key_places or {}
        self.quoted = quoted

    def kind(self) -> str:
        """What this is, in French, for a message."""
        if self.value is None:
            return "rien"
        if isinstance(self.value, str):
            shown = self.value if len(self.value) <= 40 else self.value[:39] + "…"
            return f"le texte « {shown} »"
        return "une liste" if isinstance(self.value, list) else "un bloc « clé: valeur »"


def read_text(text: str, shown_as: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document. Every scalar stays as it was typed (`no`, `0612` and dates are text).

    Returns the root node, or None, with the problems met.
    """
    try:
        documents = list(yaml.compose_all(text, Loader=_Loader))
    except RecursionError:
        place = Place(shown_as, 1)
        return None, [Problem(place, "des blocs imbriqués trop profondément", "relisez les crochets et les accolades")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown_as, mark.line + 1, mark.column + 1) if mark else Place(shown_as, 1)
        return None, [Problem(place, f"YAML illisible : {_in_french(str(error.problem))}", _remedy(text, mark))]
    except yaml.YAMLError as error:
        # Control characters and the like: PyYAML gives no mark, only a position.
        position = getattr(error, "position", 0) or 0
        line = text[:position].count("\n") + 1
        return None, [Problem(Place(shown_as, line), "caractère interdit en YAML", "supprimez ce caractère invisible")]
    if not documents or documents[0] is None:
        return None, [
            Problem(Place(shown_as, 1), "fichier vide", "attendu : un bloc « entries: » avec au moins une fiche")
        ]
    if len(documents) > 1:
        mark = documents[1].start_mark
        return None, [
            Problem(
                Place(shown_as, mark.line + 1, mark.column + 1),
                "un second document YAML commence ici",
                "supprimez la ligne « --- » : un fichier contient un seul document",
            )
        ]
    problems: list[Problem] = []
    return _convert(documents[0], shown_as, problems, ()), problems


def _convert(node: yaml.Node, file: str, problems: list[Problem], above: tuple[int, ...]) -> Node:
    place = Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in above:
        problems.append(Problem(place, "cette ancre se contient elle-même", "écrivez la valeur en toutes lettres"))
        return Node(None, place)
    if isinstance(node, yaml.ScalarNode):
        plain = not node.style  # libyaml says "", the Python loader None
        value = None if plain and node.value in _NULLS else str(node.value)
        return Node(value, place, quoted=not plain)
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(child, file, problems, above) for child in node.value], place)
    mapping: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key_place = Place(file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(key_place, "une clé doit être un mot", "écrivez « clé: valeur »"))
            continue
        key = str(key_node.value)
        if key in mapping:
            problems.append(
                Problem(
                    key_place, f"clé répétée « {key} »", f"déjà écrite ligne {keys[key].line} : gardez-en une seule"
                )
            )
            continue
        mapping[key] = _convert(value_node, file, problems, above)
        keys[key] = key_place
    return Node(mapping, place, keys)


_FRENCH = {
    "mapping values are not allowed here": "un « : » de trop, ou un texte à mettre entre guillemets",
    "mapping values are not allowed in this context": "un « : » de trop, ou un texte à mettre entre guillemets",
    "could not find expected ':'": "il manque un « : » après la clé",
    "did not find expected key": "une clé était attendue ici : retrait ou guillemet oublié",
    "did not find expected '-' indicator": "un tiret « - » était attendu ici : vérifiez le retrait",
    "found character that cannot start any token": "caractère interdit ici (tabulation, @, `)",
    "found undefined alias": "ce renvoi « * » ne correspond à aucune ancre « & »",
    "did not find expected ',' or ']'": "il manque une virgule ou un crochet « ] »",
    "did not find expected ',' or '}'": "il manque une virgule ou une accolade « } »",
    "found unexpected end of stream": "un guillemet ouvert n'est jamais refermé",
    "did not find expected <document start>": "retrait incohérent au début du fichier",
}


def _in_french(problem: str) -> str:
    return _FRENCH.get(problem, problem)


def _remedy(text: str, mark: yaml.Mark | None) -> str:
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return "vérifiez les guillemets et les crochets restés ouverts"
    line = lines[mark.line]
    if "\t" in line:
        return "remplacez la tabulation par des espaces"
    return f"relisez cette ligne : {line.strip()[:80]}" if line.strip() else "vérifiez le retrait de cette ligne"


__all__ = ["Node", "read_text"]

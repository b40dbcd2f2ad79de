"""Everyday abbreviations and greetings, spelled out or left aside before the topic of a message is looked for."""

from __future__ import annotations

SPELLED = {
    "bal": "boite",
    "bals": "boites",
    "bcp": "beaucoup",
    "cest": "c est",
    "ck": "c est quoi",
    "cmt": "comment",
    "comen": "comment",
    "coment": "comment",
    "commen": "comment",
    "comman": "comment",
    "dc": "donc",
    "doc": "docteur",
    "ds": "dans",
    "dss": "dans",
    "esk": "est ce que",
    "esque": "est ce que",
    "fo": "faut",
    "g": "j ai",
    "jai": "j ai",
    "jarrive": "j arrive",
    "jcomprend": "je comprends",
    "jdois": "je dois",
    "jfais": "je fais",
    "jpe": "je peux",
    "jpeu": "je peux",
    "jpeux": "je peux",
    "jsuis": "je suis",
    "chui": "je suis",
    "chuis": "je suis",
    "jutilise": "j utilise",
    "jveu": "je veux",
    "jveux": "je veux",
    "jve": "je veux",
    "jvois": "je vois",
    "k": "que",
    "kan": "quand",
    "kel": "quel",
    "kelle": "quelle",
    "ke": "que",
    "ki": "qui",
    "koi": "quoi",
    "kom": "comme",
    "ls": "les",
    "lhopital": "l hopital",
    "lappli": "l application",
    "appli": "application",
    "mdp": "mot de passe",
    "pass": "mot de passe",
    "mm": "meme",
    "nb": "nombre",
    "ns": "nous",
    "ordo": "ordonnance",
    "ordos": "ordonnances",
    "pb": "probleme",
    "pbs": "problemes",
    "pblm": "probleme",
    "pck": "parce que",
    "pcq": "parce que",
    "pe": "peux",
    "peu": "peut",
    "peuve": "peuvent",
    "pk": "pourquoi",
    "pkoi": "pourquoi",
    "pq": "pourquoi",
    "pr": "pour",
    "qd": "quand",
    "qq": "quelque",
    "qqn": "quelqu un",
    "qqun": "quelqu un",
    "quelquun": "quelqu un",
    "rdv": "rendez vous",
    "rempl": "remplacement",
    "slt": "salut",
    "ss": "sans",
    "tt": "tout",
    "tte": "toute",
    "ttes": "toutes",
    "tlm": "tout le monde",
    "vla": "voila",
    "ya": "il y a",
    "yaura": "il y aura",
}
"""Abbreviation, folded → words. Left out: what also is a word of its own in what people write to us."""

POLITE = frozenset(
    [
        "bonjour",
        "bonsoir",
        "salut",
        "hello",
        "coucou",
        "allo",
        "svp",
        "stp",
        "merci",
        "madame",
        "monsieur",
        "docteur",
        "cordialement",
        "bjr",
        "bsr",
        "slt",
        "cdt",
        "alors",
        "euh",
    ]
)
"""Words of courtesy: they say nothing of a topic once something else is said."""

ENOUGH = 3
"""From this many other words on, courtesy is left aside."""


def spelled_out(plain: str) -> str:
    """A folded text with abbreviations spelled out, without the courtesy around a question."""
    words = plain.split()
    said = [word for word in words if word not in POLITE]
    kept = said if len(said) >= ENOUGH else words
    return " ".join(SPELLED.get(word, word) for word in kept)

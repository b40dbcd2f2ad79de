"""What the post office does not take, whatever the rules say: a form that no honest mail has. Told in French."""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """A refusal: its id, its SMTP reply, what is said."""

    rule: str
    smtp: str
    message: str


SHAPES = {
    shape.rule: shape
    for shape in (
        Shape(
            "message-trop-gros",
            "552 5.3.4",
            "Ce message dépasse ce que le bac à sable peut recevoir. Allégez les pièces, ou envoyez-les en plusieurs messages.",
        ),
        Shape(
            "ligne-trop-longue",
            "554 5.6.0",
            "Ce message contient une ligne de plus de 998 caractères, que le courriel ne sait pas transporter "
            "(RFC 5321). Laissez votre logiciel coder le texte, ou coupez la ligne.",
        ),
        Shape(
            "fins-de-ligne-melees",
            "554 5.6.0",
            "Les lignes de ce message ne finissent pas toutes par retour et saut de ligne, ou il contient un octet nul. "
            "C’est ainsi que l’on glisse un second message dans le premier ; il est refusé.",
        ),
        Shape(
            "en-tete-injecte",
            "554 5.6.0",
            "Un champ (objet, nom ou adresse) contient un retour à la ligne ou un signe de commande, qui ajouterait un "
            "en-tête au message. Retapez ce champ sur une seule ligne.",
        ),
        Shape(
            "en-tetes-mal-formes",
            "554 5.6.0",
            "Les en-têtes de ce message sont mal formés, trop nombreux ou trop longs, ou n’ont pas un expéditeur (From) et un "
            "seul. Refaites-le depuis votre logiciel.",
        ),
        Shape(
            "mime-mal-forme",
            "554 5.6.0",
            "Les parties de ce message (texte, pièces) sont mal délimitées ; on ne saurait dire ce qu’il contient. "
            "Refaites-le depuis votre logiciel.",
        ),
        Shape(
            "trop-de-parties",
            "554 5.6.0",
            "Ce message a trop de parties, ou elles s’emboîtent trop profondément. Joignez moins de fichiers.",
        ),
        Shape(
            "archive-piegee",
            "554 5.7.1",
            "Une archive jointe se déploierait en une taille démesurée, ou contient des chemins qui sortent de son dossier. "
            "Joignez les documents eux-mêmes.",
        ),
        Shape(
            "nom-de-fichier-piege",
            "554 5.7.1",
            "Le nom d’une pièce jointe contient un chemin ou un signe invisible qui trompe sur sa nature. Renommez le fichier.",
        ),
        Shape(
            "trop-de-destinataires",
            "452 4.5.3",
            "Ce message a plus de destinataires que le bac à sable n’en accepte (200, nombre choisi par lui). "
            "Envoyez en plusieurs fois, et seulement à ceux qui en ont besoin.",
        ),
    )
}


class Unacceptable(Exception):
    """The message is refused for its form. Nothing of it is kept. Not a ValueError: parsers raise those."""

    def __init__(self, rule: str) -> None:
        self.shape = SHAPES[rule]
        super().__init__(self.shape.message)

    @property
    def smtp_reply(self) -> str:
        return f"{self.shape.smtp} {self.shape.rule}"

"""The five exercises, done in a browser as a trainee would. Each function leaves every step of its exercise proved."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from tests.training.reading import EXERCISES
from tests.webmail.acting import ALIX, HUGO, PHARMACY, SHARED, Actor

FORMER_INTERN = "ancien.interne@ch-abcd.mssante.fr"
PERSONAL = "paul.martin@courriel-perso.example"


class Trainee(Actor):
    """Someone in a class, at the own box of the part they were handed."""

    name = ""

    def settle(self) -> Trainee:
        """Sign in as the part handed out and open its own box."""
        self.go("/bac-a-sable/personnes")
        card = self.page.locator(".cast").first.locator("li").first
        self.name = card.locator("strong").inner_text()
        card.get_by_role("link", name="Se connecter").click()
        return self.sign_in().open("@")  # type: ignore[return-value]

    def look_up(self, text: str) -> None:
        self.go(f"{self.home}/annuaire")
        self.page.get_by_label("Nom, service ou structure").fill(text)
        self.page.get_by_role("button", name="Chercher").click()


def prescription_to_the_pharmacy(trainee: Trainee, rooms: Any) -> None:
    trainee.look_up("Pharmacie Fictive")
    trainee.write(PHARMACY, "Ordonnance", documents=("ordonnance",))
    trainee.press("Vérifier avant l’envoi")
    trainee.send()


def bounce_understood_and_corrected(trainee: Trainee, rooms: Any) -> None:
    trainee.write(FORMER_INTERN, "Demande d’avis").send()
    trainee.folder("Boîte de réception")
    trainee.page.locator(".messages tbody .subject a").first.click()
    trainee.write(SHARED, "Demande d’avis").send()


def shared_box_in_ones_own_name(trainee: Trainee, rooms: Any) -> None:
    trainee.go("/bac-a-sable/personnes")
    trainee.page.get_by_role("link", name=f"Se connecter autrement : {trainee.name}").click()
    trainee.page.get_by_role("button", name="Le mot de passe commun du service").click()
    trainee.choose(trainee.name)
    trainee.page.locator(".cast li", has_text="(ORG)").first.get_by_role("button").click()
    trainee._remember()
    trainee.write(HUGO, "Compte rendu").send()


def exchange_with_a_patient(trainee: Trainee, rooms: Any) -> None:
    trainee.write(ALIX, "Votre rendez-vous", tree="patient").send()
    let_them_answer(rooms)
    trainee.folder("Boîte de réception", tree="patient")
    trainee.page.locator(".messages tbody .subject a").first.click()
    trainee.write(ALIX, "[FIN]", tree="patient").send()


def personal_address_refused(trainee: Trainee, rooms: Any) -> None:
    trainee.write(PERSONAL, "Courrier").send()
    trainee.page.get_by_role("link", name="Corriger le message").click()
    trainee.page.locator("#a").fill(HUGO)
    trainee.send()


PLAYED: dict[str, Callable[[Trainee, Any], None]] = dict(
    zip(
        EXERCISES,
        (
            prescription_to_the_pharmacy,
            bounce_understood_and_corrected,
            shared_box_in_ones_own_name,
            exchange_with_a_patient,
            personal_address_refused,
        ),
        strict=True,
    )
)


def let_them_answer(rooms: Any) -> None:
    """Those whom nobody plays answer now rather than in twenty seconds."""
    from bot.sandbox.store.sends import PlannedAnswer
    from bot.sandbox.webmail.beating import beat

    with rooms.store.writing() as session:
        session.execute(update(PlannedAnswer).values(due_at=rooms.now() - datetime.timedelta(seconds=1)))
    beat(rooms.store, rooms.office)

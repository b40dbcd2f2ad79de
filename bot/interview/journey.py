"""What the address of a page of the interview holds: ids, what is asked about and the day. Never a typed word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from msgspec import Struct, structs

from bot.interview.naming import named_again
from eligibility.answers import FACT_NAMES

if TYPE_CHECKING:
    from eligibility.answers import Answers
    from knowledge.base import Base

ABOUTS = ("person", "structure", "both")


class Journey(Struct, frozen=True):
    """The facts as the address gives them, what is asked about ("" : it follows from them), the day ("" : today's law)."""

    facts: dict[str, str]
    about: str = ""
    on: str = ""

    @classmethod
    def read(cls, source: Any) -> Journey:
        """From form or query values."""
        facts = {name: source[name] for name in FACT_NAMES if source.get(name)}
        return cls(facts, source.get("about", ""), source.get("on", ""))

    @property
    def kept(self) -> dict[str, str]:
        """What every link and form of the page carries besides the facts."""
        carried = {"about": self.about if self.about in ABOUTS else "", "on": self.on}
        return {name: value for name, value in carried.items() if value}

    @property
    def empty(self) -> bool:
        """Was nothing answered yet?"""
        return not self.facts and not self.about

    def address(self, **more: str) -> str:
        """The page of these facts; `change="rpps"` asks that question again."""
        values: dict[str, Any] = {**self.facts, **self.kept, **more}
        return url_for("interview.show", **values)

    def of(self, base: Base, answers: Answers) -> Journey:
        """The same journey with the facts as the base reads them, professions in the form they were named in."""
        facts = answers.facts()
        if "profession" in facts:
            facts["profession"] = named_again(base, self.facts.get("profession", ""), facts["profession"])
        return structs.replace(self, facts=facts)

    def without(self, *names: str) -> Journey:
        """The journey less some facts, the day or what is asked about."""
        facts = {name: value for name, value in self.facts.items() if name not in names}
        return Journey(facts, "" if "about" in names else self.about, "" if "on" in names else self.on)

    def with_fact(self, name: str, value: str) -> Journey:
        """The journey with one more answer, or another."""
        return structs.replace(self, facts={**self.facts, name: value})

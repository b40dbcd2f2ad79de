"""Everything the send rules may ask, as one mapping of words; the words are checked against what the rules say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, inspect

from bot.sandbox.attempt import Context
from bot.sandbox.content import ContentFacts, content_facts
from bot.sandbox.headers import HeaderFacts, header_facts
from bot.sandbox.link import LinkFacts, link_facts
from bot.sandbox.patients import PatientFacts, patient_facts
from bot.sandbox.receipts import ReceiptFacts, receipt_facts
from bot.sandbox.recipient import RecipientFacts, professionals_among, recipient_facts
from bot.sandbox.settings import yes
from bot.sandbox.sign_in import SignInFacts, sign_in_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.sandbox.attempt import Attempt
    from bot.sandbox.world import World

OF_THE_MESSAGE: tuple[type[Struct], ...] = (
    LinkFacts,
    SignInFacts,
    ContentFacts,
    HeaderFacts,
    ReceiptFacts,
    PatientFacts,
    Context,
)
OF_A_RECIPIENT: tuple[type[Struct], ...] = (RecipientFacts,)


def message_facts(attempt: Attempt, world: World) -> dict[str, str]:
    """What holds for the whole message; the context is told as it is, true and false as yes and no."""
    found: dict[str, str] = {}
    for facts in (
        link_facts(attempt),
        sign_in_facts(attempt, world),
        content_facts(attempt, world),
        header_facts(attempt, world),
        receipt_facts(attempt),
        patient_facts(attempt, world),
    ):
        found.update(msgspec.structs.asdict(facts))
    for name, value in msgspec.structs.asdict(attempt.context).items():
        if isinstance(value, (bool, str)):
            found[name] = yes(value) if isinstance(value, bool) else value
    return found


def facts_of_recipients(attempt: Attempt, world: World) -> Iterator[dict[str, str]]:
    """What holds for each recipient, in the order of to, cc, bcc."""
    to_professionals = professionals_among(attempt, world)
    for typed in attempt.recipients:
        yield msgspec.structs.asdict(recipient_facts(typed, to_professionals, attempt, world))


@cache
def vocabulary() -> Mapping[str, frozenset[str]]:
    """Every fact and the values it may take, read from the types themselves."""
    words: dict[str, frozenset[str]] = {}
    for shape in (*OF_THE_MESSAGE, *OF_A_RECIPIENT):
        for name, values in _words(shape).items():
            if name in words:
                raise TypeError(f"fact told twice: {name}")
            words[name] = values
    return words


@cache
def recipient_words() -> frozenset[str]:
    """The facts that belong to a recipient: a rule that asks one is judged recipient by recipient."""
    return frozenset(name for shape in OF_A_RECIPIENT for name in _words(shape))


def _words(shape: type[Struct]) -> dict[str, frozenset[str]]:
    kind = inspect.type_info(shape)
    assert isinstance(kind, inspect.StructType)  # noqa: S101 - narrows the type for mypy
    words: dict[str, frozenset[str]] = {}
    for field in kind.fields:
        found: Any = field.type
        if isinstance(found, inspect.LiteralType):
            words[field.name] = frozenset(map(str, found.values))
        elif isinstance(found, inspect.BoolType):
            words[field.name] = frozenset(("yes", "no"))
    return words

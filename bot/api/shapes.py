"""What goes in and out of /api/v1, as types: they check what comes in and give the OpenAPI document its schemas."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from eligibility.answers import UNKNOWN
from knowledge.model import BoxCode, Condition_, FactName, Slug

if TYPE_CHECKING:
    from knowledge.base import Base

OrNone: TypeAlias = Literal["yes", "no", "depends", "n/a"]
ReplyKind: TypeAlias = Literal[
    "answer", "verdict", "clarification", "refusal", "emergency", "out_of_scope", "smalltalk"
]
LONGEST_TEXT, LONGEST_STATE, LONGEST_QUERY = 10_000, 20_000, 200


class Exact(Struct, forbid_unknown_fields=True, kw_only=True):
    """An object with these fields and no other."""


# What every answer holds


class Knowledge(Exact):
    """Which base answered: its digest, the day it was last checked, and the day answered for when it is another."""

    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    as_of: datetime.date
    on: datetime.date | UnsetType = UNSET


class Option(Exact):
    value: str
    label: str


class Asks(Exact):
    """The one question that would settle it. An empty list of options: answer with words."""

    fact: FactName
    question: str
    options: list[Option]


class SourceRef(Exact):
    id: Slug
    title: str
    locator: str
    url: str
    checked_on: datetime.date


class GivenFacts(Exact):
    """The facts a verdict rests on; several professions or needs are joined by commas."""

    profession: str | UnsetType = UNSET
    employer: str | UnsetType = UNSET
    care: str | UnsetType = UNSET
    rpps: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    ident: str | UnsetType = UNSET
    habil: str | UnsetType = UNSET
    need: str | UnsetType = UNSET


class Verdict(Exact):
    """May this person hold a box, enter the structure's, may the structure hold boxes (DESIGN § 1)."""

    about: Literal["self", "other", "structure"]
    subject: str
    nominative: OrNone
    org_access: OrNone
    structure_boxes: OrNone
    boxes: list[BoxCode] | None
    conditions: list[Condition_]
    rows: list[Annotated[str, Meta(pattern=r"^[A-Z]\d\d$")]]
    facts: GivenFacts


class OneFault(Exact):
    """One of the things that were refused: where it stands in the body, and which fact it is."""

    detail: str
    pointer: str | UnsetType = UNSET
    fact: str | UnsetType = UNSET


class Problem(Struct, kw_only=True):
    """RFC 9457, in French. `errors`: everything that was refused; `fact`: the first fact among it."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    fact: str | UnsetType = UNSET
    errors: list[OneFault] | UnsetType = UNSET


# Chat


class ChatRequest(Exact):
    """A message, and the state given back with the last reply. `explain` and `html` add to the reply."""

    text: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    state: Annotated[str, Meta(max_length=LONGEST_STATE)] | None = None
    explain: bool = False
    html: bool = False


class Link(Exact):
    label: str
    url: str


class Explanation(Exact):
    """The rest of the answer, what was recognised, and the pages of the guide."""

    details: str
    heard: list[str]
    links: list[Link]


class ChatReply(Exact):
    """A reply, and the state to give back with the next message."""

    kind: ReplyKind
    topics: list[Slug]
    reply: str
    verdicts: list[Verdict]
    asks: Asks | None
    sources: list[SourceRef]
    suggestions: list[str]
    knowledge: Knowledge
    state: str
    explanation: Explanation | UnsetType = UNSET
    html: str | UnsetType = UNSET


# Eligibility


class Reason(Exact):
    text: str
    fact: FactName | None
    value: str | None
    row: str | None
    basis: list[str]
    presumed: bool


class FailedFact(Exact):
    fact: str
    found: str
    needed: list[str]


class NearRow(Exact):
    """A row that would have answered better, and what kept it from holding."""

    row: str
    text: str
    failed: list[FailedFact]


class Sufficient(Exact):
    fact: FactName
    value: str
    text: str
    presumed: bool


class OneChange(Exact):
    """Another answer to one question, and the verdict it would give."""

    fact: FactName
    value: str
    text: str
    verdict: Verdict
    sources: list[SourceRef]


class EligibilityRequest(Exact):
    """The facts known so far, and the day to answer for. Their values are checked against the base (`fits`)."""

    facts: dict[str, Any] = {}
    on: str | None = None


class Question(Exact, tag_field="step", tag="question"):
    asks: Asks
    possible: list[Verdict]
    knowledge: Knowledge


class Decision(Exact, tag_field="step", tag="decision"):
    verdict: Verdict
    why: list[Reason]
    why_not: list[NearRow]
    possible: list[Verdict]
    minimal: list[Sufficient]
    changes: list[OneChange]
    asks: Asks | None
    sources: list[SourceRef]
    knowledge: Knowledge


# Entries and search


class Index(Exact):
    """Where everything is: the description of the API, then its addresses by name."""

    title: str
    openapi: str
    links: dict[str, str]
    knowledge: Knowledge


class Item(Exact):
    id: Slug
    label: str
    url: str


class Listing(Exact):
    items: list[Item]
    knowledge: Knowledge


class SearchRequest(Exact):
    query: Annotated[str, Meta(min_length=1, max_length=LONGEST_QUERY)]


class Found(Exact):
    section: Literal["professions", "structures", "faq", "glossary", "topics"]
    id: Slug
    label: str
    url: str


class SearchResults(Exact):
    results: list[Found]
    knowledge: Knowledge


def values_of(base: Base, fact: str) -> tuple[str, ...]:
    """The answers a fact admits, exactly as they are written."""
    if fact == "profession":
        return (*base.professions, UNKNOWN)
    if fact == "employer":
        return (*base.structures, UNKNOWN)
    return tuple(option.value for option in base.section("facts")[fact].options)


def fits(base: Base, fact: str, value: object) -> bool:
    """Is this a way the API admits of giving a fact: one value, several with commas or in a list, or null?"""
    if value is None:
        return True
    admitted, many = values_of(base, fact), base.section("facts")[fact].many
    if isinstance(value, list):
        return many and all(isinstance(one, str) and one in admitted for one in value)
    if not isinstance(value, str):
        return False
    return all(one in admitted for one in (value.split(",") if many else [value]))

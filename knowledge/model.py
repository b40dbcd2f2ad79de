"""The shape of everything the guide knows: frozen types, one per kind of entry.

The same types check the YAML (see `shaping`), give the JSON Schema for editors and read the compiled
artefact. Keys are English, ids French slugs, content French Markdown. Vocabulary: DESIGN.md § 1.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Day: TypeAlias = datetime.date
Slug: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$")]
Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Answer: TypeAlias = Literal["yes", "no", "depends"]
BoxCode: TypeAlias = Literal["PER", "ORG", "CAB", "APP"]
Status: TypeAlias = Literal["confirmed", "secondary", "presentation", "background", "ours"]
Condition_: TypeAlias = Literal[
    "check_rpps", "register_first", "under_responsibility", "check_structure_id", "register_structure_first"
]
Quality: TypeAlias = Literal["PS4", "R2_TITLE", "R2_PLACE", "EDGE", "TRAINEE", "STAFF", "NONE", "UNKNOWN"]
Kind: TypeAlias = Literal["CARE_OR_ESSMS", "PRACTICE", "R2_BODY", "PUBLIC_OR_HYBRID", "INDUSTRY", "OTHER", "UNKNOWN"]
FactName: TypeAlias = Literal["profession", "employer", "care", "rpps", "kind", "ident", "habil", "need"]
SendOutcome: TypeAlias = Literal[
    "refused_login",
    "refused_client",
    "refused_submission",
    "refused_peer",
    "bounced",
    "impossible_ui",
    "operator_dependent",
    "delivered_not_integrated",
    "warned",
    "allowed_nonconformity",
    "allowed_bad_practice",
    "delivered_with_notice",
    "delivered",
]
"""What becomes of a send, from the worst to the best: the order of precedence of send.schema.json."""
SendStep: TypeAlias = Literal[
    "link",
    "sign_in",
    "client",
    "submission",
    "relay",
    "mailbox",
    "patient_space",
    "integration",
    "receipts",
    "conformity",
    "practice",
]
"""Where on the way of a message a rule acts, in the order of the way: settles equal outcomes."""
SendDecider: TypeAlias = Literal[
    "client",
    "sender_operator",
    "recipient_operator",
    "patient_space",
    "recipient_software",
    "recipient_client",
    "gateway",
    "directory",
    "server",
    "carrier",
]
Sector: TypeAlias = Literal[
    "sanitaire", "liberal", "pharmacie", "biologie", "imagerie", "medico-social", "social", "patient", "institution"
]


class Shape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A closed set of keys: an unknown key is a fault."""


class Cite(Shape, frozen=True, kw_only=True):
    """Where a statement was read: a source of the base and the place in it."""

    source: Slug
    at: str = ""


class InForce(Shape, frozen=True, kw_only=True):
    """Days between which an entry holds, both included; no `until` while the text has no end."""

    since: Day
    until: Day | None = None


class Entry(Shape, frozen=True, kw_only=True):
    """What every entry carries: who it is, what it rests on, since when, and when it was last checked.

    `status`: confirmed (read), secondary (read in a third party's account), presentation (founding
    presentation), background (general knowledge, never alone behind a verdict), ours (a choice of this
    guide). `open` says in French what a jurist could not accept as settled.
    """

    id: Slug
    cites: tuple[Cite, ...]
    status: Status
    in_force: InForce
    checked_on: Day
    open: str = ""


class Point(Shape, frozen=True, kw_only=True):
    """One sourced statement inside an entry. Without `cites`/`status`, those of the entry hold."""

    id: Slug
    label: Text
    text: Text
    cites: tuple[Cite, ...] = ()
    status: Status | None = None
    open: str = ""


class Source(Shape, frozen=True, kw_only=True):
    """A document. `keys` are its marks in the research dossier (elig:LF, boxes:S02, usages:S01)."""

    id: Slug
    title: Text
    publisher: Text
    url: str = ""
    date: str
    version: str = ""
    read_as: Literal["direct", "secondary", "presentation", "background"]
    checked_on: Day
    weak: bool = False
    note: str = ""
    keys: tuple[str, ...] = ()


class Part(Shape, frozen=True, kw_only=True):
    """A paragraph, number or letter of a text, addressed as `article/part` in a `basis`."""

    id: Slug
    label: Text
    says: Text
    means: str = ""
    status: Status
    repealed: bool = False
    cites: tuple[Cite, ...] = ()
    open: str = ""


class Article(Entry, frozen=True, kw_only=True):
    """A legal text: what it says, what it means for MSSanté."""

    label: Text
    code: str
    kind: Literal["law", "regulation", "decree", "order", "ruling", "doctrine"]
    title: Text
    says: Text
    means: Text
    parts: tuple[Part, ...] = ()


class Reminder(Entry, frozen=True, kw_only=True):
    """A condition of use, message by message, recalled with every verdict and never 'checked' by the guide."""

    label: Text
    text: Text
    basis: tuple[str, ...]


class FactOption(Shape, frozen=True, kw_only=True):
    """An answer one may give."""

    value: Slug
    label: Text
    help: str = ""


class Fact(Entry, frozen=True, kw_only=True):
    """A criterion of the decision: the question put to people and the answers allowed.

    `examples` are structures proposed when the employer is asked for; any other may be named.
    `derived` facts (quality, and the two of the combination table) are never asked: they follow from others.
    """

    label: Text
    subject: Literal["person", "structure", "both"]
    question: str = ""
    why: str = ""
    options: tuple[FactOption, ...] = ()
    examples: tuple[Slug, ...] = ()
    derived: bool = False
    many: bool = False


class Table(Entry, frozen=True, kw_only=True):
    """A decision table: its facts in order, and the French name of what it decides."""

    label: Text
    facts: tuple[Slug, ...]


class Outcome(Shape, frozen=True, kw_only=True):
    """What a row concludes. A key absent is not decided by that table; `boxes: null` is 'not yet decided'."""

    nominative: Answer | None = None
    org_access: Answer | None = None
    structure_boxes: Answer | None = None
    boxes: tuple[BoxCode, ...] | None = None
    conditions: tuple[Condition_, ...] = ()


class Row(Entry, frozen=True, kw_only=True):
    """A row of a decision table. `when`: every key must hold, a list means 'any of', an absent key 'whatever'.

    `overrides` names the rows whose overlap with this one is intended; this one then wins there.
    """

    table: Slug
    label: Text
    when: dict[Slug, tuple[str, ...]]
    then: Outcome
    because: Text
    basis: tuple[str, ...] = ()
    ambiguities: tuple[Slug, ...] = ()
    overrides: tuple[Slug, ...] = ()


class Presumption(Entry, frozen=True, kw_only=True):
    """A fact taken for granted while not answered, always stated in the answer."""

    fact: Slug
    value: Slug
    scope: Literal["structure", "employer", "practice_of_the_person"]
    kinds: tuple[Kind, ...]
    text: Text
    condition: Condition_ | None = None


class NosCode(Shape, frozen=True, kw_only=True):
    """A code of the ANS nomenclatures (table and code); `note` says what became of it."""

    table: Text
    code: Text
    note: str = ""


class LegalHome(Shape, frozen=True, kw_only=True):
    """The text that defines a profession or a structure."""

    text: Text
    status: Status
    cites: tuple[Cite, ...] = ()


class PlaceRule(Shape, frozen=True, kw_only=True):
    """How the employer changes a person's quality (letters g, i, j of R1110-2 2°).

    `quality` holds with an employer of one of `letters`; `otherwise` with another one. `ask` puts the
    question of the employer before anything is decided. `care` overrides `ordinary_care` at such an employer.
    """

    letters: tuple[Literal["g", "i", "j"], ...]
    quality: Quality
    otherwise: Quality
    ask: bool = False
    care: Literal["yes", "ask", "no"] | None = None


class Profession(Entry, frozen=True, kw_only=True):
    """A profession, role or situation a person may state, and what follows in law.

    `ordinary_care`: does the plain statement imply taking part in care (DESIGN § 1)? `ask_care_in`: settings
    of an employer where it does not. `implies` holds facts that the statement settles (a student who cannot be registered:
    rpps=absent).
    """

    label: Text
    feminine: str = ""
    inclusive: str = ""
    also: tuple[str, ...] = ()
    group: Literal["soin", "titre", "social", "soutien", "formation", "bordure", "hors", "usager"]
    quality: Quality
    place: PlaceRule | None = None
    ordinary_care: Literal["yes", "ask", "no"]
    ask_care_in: tuple[Literal["school"], ...] = ()
    implies: dict[FactName, Slug] = {}
    basis: tuple[str, ...] = ()
    defined_by: tuple[LegalHome, ...] = ()
    nos: tuple[NosCode, ...] = ()
    in_j71: Literal["yes", "no", "unknown", "n/a"] = "n/a"
    registered_by: Literal["ordre", "ars", "rpps-plus", "ordre-formation", "none", "unknown"] = "unknown"
    registration: str = ""
    rpps_since: str = ""
    remark: str = ""
    ask_also: str = ""
    ambiguities: tuple[Slug, ...] = ()


class Organisation(Entry, frozen=True, kw_only=True):
    """A kind of structure. `letter`: the letter of R1110-2 2° its non-care staff may fall under, if any.

    `ordinary_care`: does working here leave the ordinary presumption of care in place? Not where nobody is cared for.
    `without_carer`: what "aucun soignant" says of `habil` here (letter g also reaches non-carers: unknown).
    """

    label: Text
    also: tuple[str, ...] = ()
    kind: Kind
    letter: Literal["g", "i", "j", "none", "unknown"]
    without_carer: Literal["no", "unknown"] = "no"
    ordinary_care: Literal["yes", "ask"] = "yes"
    setting: Literal["", "school"] = ""
    basis: tuple[str, ...] = ()
    defined_by: tuple[LegalHome, ...] = ()
    identifier: str = ""
    remark: str = ""
    ambiguities: tuple[Slug, ...] = ()


class VagueTerm(Entry, frozen=True, kw_only=True):
    """A word that several professions share (auxiliaire, psy…): never an answer, always a question."""

    label: Text
    also: tuple[str, ...] = ()
    question: Text
    choices: tuple[Slug, ...]


class ConditionText(Entry, frozen=True, kw_only=True):
    """What a yes rests on, and what to do about it."""

    label: Text
    text: Text
    contacts: tuple[Slug, ...] = ()
    basis: tuple[str, ...] = ()


class Ambiguity(Entry, frozen=True, kw_only=True):
    """A question that the law leaves open: why, the honest answer, and who decides."""

    question: Text
    why_open: Text
    answer: Text
    who_decides: Text
    contacts: tuple[Slug, ...] = ()


class Identifier(Entry, frozen=True, kw_only=True):
    """An identifier: its form, its key, what a right key proves (never that the number exists)."""

    label: Text
    expansion: str = ""
    form: Text
    key: Text
    algorithm: Literal["luhn", "luhn-corse", "siret", "nir", "none"]
    length: int | None = None
    accepted: Literal["yes", "orient", "refuse"]
    proves: Text
    advice: Text
    points: tuple[Point, ...] = ()


class Box(Entry, frozen=True, kw_only=True):
    """A type of mailbox or account: whose it is, who opens it, answers for it, enters it."""

    code: Literal["PER", "ORG", "APP", "CAB", "MED", "PATIENT"]
    label: Text
    official: bool
    summary: Text
    attached_to: Text
    opened_by: Text
    responsible: Text
    entered_by: Text
    example: str = ""
    points: tuple[Point, ...] = ()


class Note(Entry, frozen=True, kw_only=True):
    """A sourced statement that needs no more structure (life cycle, naming, directory, Medimail…)."""

    label: Text
    text: Text
    theme: Text


class Step(Entry, frozen=True, kw_only=True):
    """A step from eligible to first send. Empty filters mean 'everyone'."""

    order: int
    subject: Literal["person", "structure"]
    title: Text
    text: Text
    registered_by: tuple[Literal["ordre", "ars", "rpps-plus", "ordre-formation", "none", "unknown"], ...] = ()
    professions: tuple[Slug, ...] = ()
    qualities: tuple[Quality, ...] = ()
    employers: tuple[Kind, ...] = ()
    regions: tuple[Slug, ...] = ()
    conditions: tuple[Condition_, ...] = ()
    boxes: tuple[BoxCode, ...] = ()
    delay: str = ""
    proof: str = ""
    contacts: tuple[Slug, ...] = ()


class Side(Shape, frozen=True, kw_only=True):
    """One end of a usage: who, in which sector, with which boxes."""

    who: Text
    sector: tuple[Sector, ...]
    boxes: tuple[Literal["PER", "ORG", "CAB", "APP", "PATIENT"], ...]


class Usage(Entry, frozen=True, kw_only=True):
    """A documented use: who sends what to whom. `boxes_deduced`: the box types are our deduction."""

    number: Text
    title: Text
    theme: Text
    sender: Side
    recipient: Side
    both_ways: bool = False
    documents: tuple[str, ...]
    steps: tuple[str, ...] = ()
    generic_steps: bool = True
    benefits: tuple[str, ...] = ()
    boxes_deduced: bool = True
    legal: str = ""
    note: str = ""


class AntiUsage(Entry, frozen=True, kw_only=True):
    """What must not be done, why, and what to do instead."""

    title: Text
    why: Text
    instead: Text
    basis: tuple[str, ...] = ()


class Operator(Entry, frozen=True, kw_only=True):
    """A mail operator of the trust space, as read in the public whitelist or elsewhere."""

    label: Text
    service: str = ""
    family: Literal["industriel", "grades", "etablissement", "institution", "groupe", "groupement", "passerelle"]
    domains: int | None = None
    family_deduced: bool = True
    regions: tuple[Slug, ...] = ()
    remark: str = ""
    points: tuple[Point, ...] = ()


class Region(Entry, frozen=True, kw_only=True):
    """A region: its GRADeS, what it deploys, whom to contact."""

    label: Text
    also: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    grades: str = ""
    deploys: Text
    operators: tuple[Slug, ...] = ()
    contacts: tuple[Slug, ...] = ()
    remark: str = ""


class Mode(Entry, frozen=True, kw_only=True):
    """A way of reading and sending one's mail."""

    label: Text
    summary: Text
    points: tuple[Point, ...] = ()


class Requirement(Entry, frozen=True, kw_only=True):
    """A requirement, version, header, code or limit of the référentiels, or what was sought and not found."""

    number: str = ""
    family: Literal[
        "version",
        "client",
        "header",
        "document",
        "receipt",
        "visibility",
        "mdn-code",
        "size",
        "trust",
        "environment",
        "not-found",
        "trap",
    ]
    title: Text
    text: Text
    teaches: str = ""


class PatientRule(Entry, frozen=True, kw_only=True):
    """A rule of the patients' messaging in Mon espace santé."""

    question: Text
    answer: Text
    detail: str = ""


class Figure(Entry, frozen=True, kw_only=True):
    """A dated figure. `day` sorts it; `when` is how the source dates it; `value` only when it can be drawn."""

    day: Day
    when: Text
    label: Text
    text: Text
    series: str = ""
    value: float | None = None
    unit: str = ""


class Contact(Entry, frozen=True, kw_only=True):
    """Whom to ask. `to_verify`: shown with « à vérifier »."""

    label: Text
    role: Text
    email: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    url: str = ""
    when: Text
    to_verify: bool = False


class Faq(Entry, frozen=True, kw_only=True):
    """A question found in a public FAQ, with the facts of its answer."""

    number: Text
    theme: Text
    question: Text
    answer: Text
    detail: str = ""
    operator_dependent: Literal["yes", "no", "partly"]
    seen: Literal["whole", "partial", "answer-only", "none", "presentation"]
    nuance: str = ""


class Term(Entry, frozen=True, kw_only=True):
    """A term or acronym of the field."""

    term: Text
    expansion: str = ""
    definition: Text
    also: tuple[str, ...] = ()
    see: str = ""


class Topic(Entry, frozen=True, kw_only=True):
    """A subject the assistant can answer: one sentence, then more, then what to do and whom to ask.

    `kind`: the kind of reply (DESIGN § 3) when no verdict is at stake. `related` are page keys
    (`faq/f01`, `boxes/org`…).
    """

    label: Text
    theme: Text
    kind: Literal["answer", "clarification", "refusal", "emergency", "out_of_scope", "smalltalk"]
    short: Text
    full: Text
    next: Text
    contacts: tuple[Slug, ...] = ()
    related: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    by_operator: bool = False
    by_region: bool = False


class Voice(Shape, frozen=True, kw_only=True):
    """Phrasings of the topics in one voice, by one writer. Never shown; only recognised."""

    id: Slug
    label: Text
    writer: Text
    phrasings: dict[Slug, tuple[str, ...]]


class Cue(Shape, frozen=True, kw_only=True):
    """Words by which the assistant hears something. Folded at use: no accent, no capital, no punctuation.

    "…" stands for up to four other words. `unless`: heard only where none of these is.
    kind: fact (sets `fact` to `value`), need, subject, guard, asking, dialogue.
    """

    id: Slug
    kind: Literal["fact", "need", "role", "guard", "asking", "dialogue"]
    fact: str = ""
    value: str = ""
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()


class SendRule(Entry, frozen=True, kw_only=True):
    """A rule that has something to say about a send in the sandbox, under the same id everywhere.

    `when` reads as in a decision row, on the facts of `bot.sandbox`. Without `outcome` the rule only informs.
    `decided_by`: `server` is whoever runs the recipient's box; `carrier` the same, or the reader's client
    when a read receipt was refused. `smtp`: "stage code enhanced". `sandbox_choice`: reality does not
    document it, we chose; `assumption` then says what we chose.
    """

    label: Text
    says: Text
    why: Text
    remedy: Text
    step: SendStep
    when: dict[Slug, tuple[str, ...]]
    outcome: SendOutcome | None = None
    decided_by: SendDecider | None = None
    level: Literal["block", "warn", "nonconformity", "bad_practice", "info"] = "info"
    confidence: Literal["high", "medium", "low"]
    smtp: str = ""
    sandbox_choice: bool = False
    assumption: str = ""
    related: tuple[str, ...] = ()


class ExerciseStep(Shape, frozen=True, kw_only=True):
    """One observable act of an exercise and how the journal proves it. `label`: a word or two for a narrow column."""

    id: Slug
    label: Text
    text: Text
    proof: dict[Slug, str]
    hints: tuple[str, ...] = ()


class Exercise(Entry, frozen=True, kw_only=True):
    """A training exercise: goal, steps, what to say afterwards."""

    title: Text
    goal: Text
    persona: Slug
    steps: tuple[ExerciseStep, ...]
    debrief: Text
    related: tuple[str, ...] = ()


class Course(Entry, frozen=True, kw_only=True):
    """A course or tutorial seen elsewhere."""

    title: Text
    form: Text
    where: Text
    truncated: bool = False


class Change(Entry, frozen=True, kw_only=True):
    """A change of the rules: when, what, who is concerned. Newest texts first in the changelog."""

    day: Day
    when: Text
    title: Text
    text: Text
    concerns: tuple[str, ...]


class GuidePage(Entry, frozen=True, kw_only=True):
    """A page of the guide that is prose: what it is for, then its Markdown."""

    title: Text
    menu: Text
    place: Literal["accueil", "comprendre", "former", "hotline", "base", "legal"]
    order: int
    lead: Text
    text: Text
    related: tuple[str, ...] = ()


class Symptom(Entry, frozen=True, kw_only=True):
    """A hotline cheat sheet: what the caller says, what to say, what to check, whom to hand over to.

    `also`: the words under which an agent looks for it (abbreviations, jargon).
    """

    title: Text
    also: tuple[str, ...] = ()
    theme: Text
    heard: tuple[str, ...]
    say: Text
    check: tuple[str, ...]
    hand_over: Text
    topics: tuple[Slug, ...] = ()
    contacts: tuple[Slug, ...] = ()
    related: tuple[str, ...] = ()


class LearningPath(Entry, frozen=True, kw_only=True):
    """A path through the guide for one public of learners."""

    title: Text
    public: Text
    duration: Text
    goal: Text
    steps: tuple[str, ...]
    related: tuple[str, ...] = ()


class Wording(Entry, frozen=True, kw_only=True):
    """A sentence that several surfaces say in the same words (verdict labels, banners, footer)."""

    text: Text


class LeftOut(Shape, frozen=True, kw_only=True):
    """A statement of the dossier that is not in the base, and why."""

    id: Slug
    where: Text
    statement: Text
    why: Text


class Review(Shape, frozen=True, kw_only=True):
    """Who reviewed the base: role, day and digest of what was reviewed; all empty until then."""

    role: str = ""
    day: Day | None = None
    digest: str = ""


class Sections(Shape, frozen=True, kw_only=True):
    """Every kind of entry by section; a section is a folder of `knowledge/data`."""

    sources: tuple[Source, ...] = ()
    articles: tuple[Article, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    rows: tuple[Row, ...] = ()
    presumptions: tuple[Presumption, ...] = ()
    professions: tuple[Profession, ...] = ()
    structures: tuple[Organisation, ...] = ()
    vague: tuple[VagueTerm, ...] = ()
    conditions: tuple[ConditionText, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    boxes: tuple[Box, ...] = ()
    notes: tuple[Note, ...] = ()
    onboarding: tuple[Step, ...] = ()
    usages: tuple[Usage, ...] = ()
    anti_usages: tuple[AntiUsage, ...] = ()
    operators: tuple[Operator, ...] = ()
    regions: tuple[Region, ...] = ()
    modes: tuple[Mode, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    patient_messaging: tuple[PatientRule, ...] = ()
    figures: tuple[Figure, ...] = ()
    contacts: tuple[Contact, ...] = ()
    faq: tuple[Faq, ...] = ()
    glossary: tuple[Term, ...] = ()
    topics: tuple[Topic, ...] = ()
    cues: tuple[Cue, ...] = ()
    send_rules: tuple[SendRule, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    courses: tuple[Course, ...] = ()
    changes: tuple[Change, ...] = ()
    pages: tuple[GuidePage, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    paths: tuple[LearningPath, ...] = ()
    wording: tuple[Wording, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

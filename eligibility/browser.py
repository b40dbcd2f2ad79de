"""The base and the engine's answers as one script for the page: everything tabulated, no rule left to compute.

The engine is asked every question in advance, on a specimen of the base where each profession is called
"{p}" and each structure "{e}": its own sentences come back as templates, each kept once. The page then only
looks up: profession and employer → profile; profile, care, RPPS → point; structure, habil, ident → point;
two points → verdict, reasons and next question. The tests compare each of them with the engine.
"""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

from eligibility.answers import FACT_NAMES, UNKNOWN, Answers, read_answers
from eligibility.derivation import behaviour_of, derive_person, derive_structure
from eligibility.engine import Engine
from eligibility.questions import completions, effect_of, next_question, open_of, representatives
from eligibility.whatif import ABOUT_PERSON, ABOUT_STRUCTURE, CHANGED
from knowledge.base import STALE_AFTER, Base
from knowledge.naming import fold, forms_of
from knowledge.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from eligibility.decision import Reason
    from eligibility.derivation import Person, Structure
    from eligibility.tables import NearRow
    from knowledge.model import Cite, Organisation, Profession

PROFESSION, EMPLOYER = "{p}", "{e}"
NOT_STATED = ""
REFINES = {"check_rpps": "rpps", "check_structure_id": "ident"}
"""The fact that lifts a condition, offered beside the verdict (as on the server's interview)."""

REGISTERING = ("check_rpps", "register_first")
"""The conditions that how one's profession is registered explains."""

WORDINGS = (
    *("verdict.", "answer.", "question.", "box.", "subject.", "to_verify", "unofficial"),
    *("whatif.change", "whatif.employer", "whatif.none", "near."),
)
"""The shared sentences that the page says, by the beginning of their ids."""

Variant = tuple[str, tuple[str, ...], str]
"""All of a structure that a verdict looks at: its row, the conditions presumed, its category if it may hold boxes."""


def tree(base: Base) -> dict[str, Any]:
    """Everything the page needs, as plain JSON values."""
    return _Tabulation(base).tree()


def tree_script(base: Base) -> str:
    """The tree as a classic script, safe inside any HTML page (modules and fetch fail on file://)."""
    text = json.dumps(tree(base), ensure_ascii=False, separators=(",", ":"))
    for char in "<\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f"window.MSSANTE_TREE = {text};\n"


class _Pool:
    """Values kept once, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.values: list[Any] = []

    def add(self, value: Any) -> int:
        key = json.dumps(value, ensure_ascii=False)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


class _Classes:
    """Numbers for what behaves alike; 0 is « not asked about »."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.members: list[Any] = [None]

    def add(self, key: Hashable, member: Any) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.members)
            self.members.append(member)
        return self._numbers[key]


def _specimen(base: Base) -> Base:
    """The base with « {p} » for any profession and « {e} » for any structure, their legal basis included.

    Labels are « x{p} » and « x{e} »: where the engine puts a capital, it reads « X ».
    """
    sections = base.sections
    letters = {f"r1110-2/2-{s.letter}" for s in sections.structures}
    change = msgspec.structs.replace
    blank = sections.articles[0]
    named = {
        "professions": tuple(
            change(p, label=f"x{PROFESSION}", basis=(PROFESSION, *(r for r in p.basis if r in letters)))
            for p in sections.professions
        ),
        "structures": tuple(change(s, label=f"x{EMPLOYER}", basis=(EMPLOYER,)) for s in sections.structures),
        "articles": (*sections.articles, *(change(blank, id=i, parts=(), cites=()) for i in (PROFESSION, EMPLOYER))),
    }
    return Base(change(base.compiled, sections=change(sections, **named)))


class _Tabulation:
    """One compilation: asks the engine, collects what it says."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.specimen = _specimen(base)
        self.engine = Engine(self.specimen)
        facts = base.section("facts")
        self.values = {n: (None, *(o.value for o in facts[n].options)) for n in FACT_NAMES if facts[n].options}
        self.tables = (self.engine.person_table, self.engine.structure_table)
        self.reasons, self.near, self.cites = _Pool(), _Pool(), _Pool()
        self.ranks, self.profiles, self.cells, self.points = _Pool(), _Pool(), _Pool(), _Pool()
        self.signatures: list[list[int]] = []
        self.structure_cells, self.structure_points = _Pool(), _Pool()
        self.box_sets, self.finals = _Pool(), _Pool()
        self.person_asks, self.structure_asks = _Classes(), _Classes()
        self.sways: dict[Hashable, tuple[int, Answers | None]] = {}
        self.person_samples: dict[str, dict[tuple[int, int, bool], Answers]] = {}
        self.structure_samples: dict[Variant, list[Answers]] = {}
        self.known_points: dict[Hashable, int] = {}
        self.known_rest: dict[Hashable, list[int]] = {}
        self.lacks: dict[str, dict[str, str]] = {}
        self.sources: dict[str, int] = {}
        self.basis: dict[str, dict[str, Any]] = {}
        # One structure stands for all those that have the same effect.
        self.examples = {effect_of(base.structures[name]): name for name in representatives(self.engine)}
        self.employers = (None, UNKNOWN, *self.examples.values())
        self.classes = {effect: number for number, effect in enumerate(self.examples, 2)}

    def tree(self) -> dict[str, Any]:
        base = self.base
        self._sway(None, None)
        signatures, profession_signature = self._signatures()
        self.signatures = [[self.profiles.add(self._profile(name, e)) for e in self.employers] for name in signatures]
        structure = [self._structure_column(e, None) for e in self.employers]
        structure += [self._structure_column(None, kind) for kind in self.values["kind"][1:]]
        needs, boxes, duo = self._duo()
        places = {name: number for number, name in enumerate(base.professions)}
        tabulated = {
            "signatures": self.signatures,
            "profiles": self.profiles.values,
            "ranks": self.ranks.values,
            "points": self.points.values,
            "cells": self.cells.values,
            "structure": structure,
            "structure_points": self.structure_points.values,
            "structure_cells": self.structure_cells.values,
            "solo": self._solo(),
            "needs": needs,
            "boxes": boxes,
            "box_sets": [self._box_set(rows) for rows in self.box_sets.values],
            "duo": duo,
            "finals": self.finals.values,
            "asks": self._asks(),
        }
        # Names side by side, then texts, then numbers: gzip looks back 32 KB, this order saves it a tenth.
        return {
            "professions": _columns(self._profession(p, profession_signature[p.id]) for p in base.professions.values()),
            "structures": _columns(self._organisation(s) for s in base.structures.values()),
            "vague": _columns(
                _bare(names=_names(v), label=v.label, question=v.question, choices=[places[c] for c in v.choices])
                for v in base.section("vague").values()
            ),
            "digest": base.digest,
            "as_of": base.as_of.isoformat(),
            "stale_after": (base.as_of + STALE_AFTER).isoformat(),
            "footer": self._footer(),
            "wording": self._wordings(),
            "about": self._about(),
            "facts": self._facts(),
            "examples": [list(base.structures).index(name) for name in self.examples.values()],
            "open": {"person": ["care", "rpps"], "structure": ["habil", "ident"]},
            "changed": {
                about: [fact for fact in FACT_NAMES if fact in facts and fact in CHANGED]
                for about, facts in (
                    ("person", ABOUT_PERSON),
                    ("structure", ABOUT_STRUCTURE),
                    ("both", ABOUT_PERSON + ABOUT_STRUCTURE),
                )
            },
            "refines": REFINES,
            "registering": REGISTERING,
            "rows": {row.id: self._row(row) for row in base.sections.rows},
            "reasons": self.reasons.values,
            "near": self.near.values,
            "lacks": self.lacks,
            "qualities": self.engine.person_table.labels["quality"],
            **self._texts(),
            "basis": self.basis,
            "cites": self.cites.values,
            "sources": [self._source(name) for name in self.sources],
            "pages": {s: page_of(f"{s}/_").removesuffix("_/") for s in ("professions", "structures")},
            "tables": tabulated,
        }

    # The person

    def _signatures(self) -> tuple[list[str | None], dict[str, int]]:
        """One profession for each way of behaving; not stated and « je ne sais pas » come first."""
        found: dict[Hashable, int] = {}
        samples: list[str | None] = [None, UNKNOWN]
        of_profession: dict[str, int] = {}
        for p in self.specimen.professions.values():
            implied = {**p.implies}
            if "employer" in implied:
                implied["employer"] = repr(effect_of(self.base.structures[implied["employer"]]))
            key = (*behaviour_of(p), tuple(sorted(implied.items())), p.basis, bool(p.ask_also))
            if key not in found:
                found[key] = len(samples)
                samples.append(p.id)
            of_profession[p.id] = found[key]
        return samples, of_profession

    def _profile(self, profession: str | None, employer: str | None) -> list[int]:
        """The point of each answer on care and RPPS, for a profession at an employer, after how they are ranked."""
        asked = [
            Answers(
                profession=None if profession is None else (profession,),
                employer=employer,
                care=care,
                rpps=rpps,
                about="person",
            )
            for care, rpps in product(self.values["care"], self.values["rpps"])
        ]
        people = [derive_person(self.specimen, answers, self.engine.ranks) for answers in asked]
        # Of several professions the lowest rank wins, as in `derive_person`.
        ranks = [self.engine.ranks[p.quality or "UNKNOWN"] * len(FACT_NAMES) + len(p.implied) for p in people]
        points = [self._point(answers, person) for answers, person in zip(asked, people, strict=True)]
        return [self.ranks.add(ranks), *points]

    def _point(self, answers: Answers, person: Person) -> int:
        found, row = _person_found(person), self._person_row(person)
        # Employers of one letter are one and the same to a profession.
        alike = msgspec.structs.astuple(msgspec.structs.replace(person, profession=None, employer=None))
        key = (answers.profession, answers.care, answers.rpps, person.employer is None, alike)
        if key not in self.known_points:
            decision = self.engine.decide(answers)
            cell = self.cells.add([row, self._near(decision.why_not), *found])
            sides = [self._sway(person, answers), self._person_ask(person, answers)]
            self.known_points[key] = self.points.add([cell, *sides, *self._reasons(_until(decision.why, row))])
        point = self.known_points[key]
        employer = 1 if answers.employer == UNKNOWN else self._class_of(person.employer)
        sample = (self.points.values[point][1], employer, answers.employer is None and self._is_free(answers))
        self.person_samples.setdefault(row, {}).setdefault(sample, answers)
        return point

    def _sway(self, person: Person | None, answers: Answers | None) -> int:
        """What the person lets us presume of a structure, as a number; 0 is what nobody in particular does."""
        key = tuple(
            derive_structure(self.specimen, Answers(kind=kind, about="both"), person and _without_employer(person))
            for kind in self.values["kind"]
        )
        if key not in self.sways:
            self.sways[key] = (len(self.sways), None)
        number, sample = self.sways[key]
        if sample is None and answers and answers.profession and answers.employer is None and self._is_free(answers):
            self.sways[key] = (number, answers)
        return number

    def _person_ask(self, person: Person, answers: Answers) -> int:
        more = bool(person.profession and person.profession.ask_also and person.quality == "UNKNOWN")
        open_facts = open_of(person, None)
        worlds = tuple(completions(self.engine, person, None, open_facts))
        key = (answers.profession is None, person.needs_employer, more, tuple(open_facts), worlds)
        return self.person_asks.add(key, (answers, person))

    # The structure

    def _structure_column(self, employer: str | None, kind: str | None) -> dict[str, Any]:
        """What introduces a structure, then its point for each answer on habil and ident, by sway of the person."""
        samples = [sample for _, sample in self.sways.values()]
        intro = self.engine.decide(Answers(employer=employer, kind=kind, about="structure")).why[:1]
        named = tuple(r for r in intro if not r.row and not r.presumed)
        points = [
            [
                self._structure_point(Answers(employer=employer, kind=kind, habil=habil, ident=ident), sample, named)
                for habil, ident in product(self.values["habil"], self.values["ident"])
            ]
            for sample in samples
        ]
        return _bare(intro=self._reasons(named), points=points)

    def _structure_point(self, asked: Answers, sample: Answers | None, intro: tuple[Reason, ...]) -> int:
        answers = _together(sample, asked)
        person = derive_person(self.specimen, answers, self.engine.ranks) if sample else None
        structure = derive_structure(self.specimen, answers, person)
        found, variant = _structure_found(structure), self._variant(structure)
        self.structure_samples.setdefault(variant, []).append(asked)
        cell = self.engine.structure_table.decide(*found)
        decision = self.engine.decide(answers)
        before = len(_until(decision.why, decision.verdict.rows[0])) if sample else 0
        why = self._reasons(_until(decision.why, variant[0])[before + len(intro) :])
        sides = [list(self.structure_samples).index(variant), self._structure_ask(structure)]
        return self.structure_points.add(
            [self.structure_cells.add([variant[0], self._near(cell.near), *found]), *sides, *why]
        )

    def _structure_ask(self, structure: Structure) -> int:
        """What is left to ask of a structure, as a number: alone, and weighed against what is left of a person."""
        open_facts = open_of(None, structure)
        worlds = tuple(completions(self.engine, None, structure, open_facts))
        alone = next_question(self.engine, Answers(about="structure"), None, structure)
        key = (alone and alone.fact, tuple(open_facts), worlds)
        return self.structure_asks.add(key, structure)

    # Both together

    def _solo(self) -> dict[str, list[int | None]]:
        """The verdict on a person alone: row of the person, then class of the employer."""
        found: dict[str, list[int | None]] = {}
        for row, samples in self.person_samples.items():
            by_employer = {employer: answers for (_, employer, _), answers in samples.items()}
            known = [by_employer.get(number) for number in range(len(self.employers))]
            found[row] = [None if answers is None else self._final(answers) for answers in known]
        return found

    def _class_of(self, organisation: Organisation | None) -> int:
        return self.classes[effect_of(organisation)] if organisation else 0

    def _is_free(self, answers: Answers) -> bool:
        """Can these answers go with any structure, the quality of the person staying what it is?"""
        names = [n for n in answers.profession or () if n != UNKNOWN]
        return not any(self.base.professions[n].place or "employer" in self.base.professions[n].implies for n in names)

    def _duo(self) -> tuple[list[int], list[Any], dict[str, list[Any]]]:
        """The verdict on a structure, with a person (by row) or alone (""): by variant, then by class of needs.

        Needs are counted in bits; two combinations that no verdict tells apart are one class.
        """
        free_of: dict[str, list[Answers | None]] = {NOT_STATED: [None]}
        for row, samples in self.person_samples.items():
            free_of[row] = list({sway: answers for (sway, _, free), answers in samples.items() if free}.values())
        cells = {
            (row, variant): self._first(row, variant, product(people, structures))
            for row, people in free_of.items()
            for variant, structures in self.structure_samples.items()
        }
        options = self.values["need"][1:]
        masks = [tuple(n for bit, n in enumerate(options) if mask >> bit & 1) for mask in range(1 << len(options))]
        finals = {
            cell: answers and [self._final(_needing(answers, n)) for n in masks] for cell, answers in cells.items()
        }
        boxes = [[self._boxes(cells[NOT_STATED, v], needs) for needs in masks] for v in self.structure_samples]
        columns = [
            (*(numbers and numbers[mask] for numbers in finals.values()), *(sets[mask] for sets in boxes))
            for mask in range(len(masks))
        ]
        classes = {column: number for number, column in enumerate(dict.fromkeys(columns))}
        first = [columns.index(column) for column in classes]
        return (
            [classes[column] for column in columns],
            [_one_or_all([sets[mask] for mask in first]) for sets in boxes],
            {
                row: [
                    (numbers := finals[row, variant]) and _one_or_all([numbers[mask] for mask in first])
                    for variant in self.structure_samples
                ]
                for row in free_of
            },
        )

    def _first(self, row: str, variant: Variant, tried: Iterable[tuple[Answers | None, Answers]]) -> Answers | None:
        """The first answers that lead to this row of the person and this variant of the structure."""
        for sample, asked in tried:
            answers = _together(sample, asked)
            person = derive_person(self.specimen, answers, self.engine.ranks) if sample else None
            theirs = self._person_row(person) if person else NOT_STATED
            if theirs == row and self._variant(derive_structure(self.specimen, answers, person)) == variant:
                return answers
        return None

    def _boxes(self, answers: Answers | None, needs: tuple[str, ...]) -> int:
        """The rows that choose the boxes of a structure, as a number."""
        cells = self.engine.rule(_needing(answers, needs)).box_cells if answers else ()
        return self.box_sets.add(list(dict.fromkeys(cell.row.id for cell in cells)))

    def _box_set(self, rows: list[str]) -> dict[str, Any]:
        because = {row.id: row for row in self.base.rows("boites")}
        return _bare(rows=rows, why=[self._reason(because[r].because, because[r].basis) for r in rows])

    def _person_row(self, person: Person) -> str:
        return self.engine.person_table.decide(*_person_found(person)).row.id

    def _variant(self, structure: Structure) -> Variant:
        found = _structure_found(structure)
        row = self.engine.structure_table.decide(*found).row
        if row.then.structure_boxes != "yes":
            return row.id, (), ""
        return row.id, tuple(p.condition for p in structure.presumed if p.condition), found[0]

    def _final(self, answers: Answers) -> int:
        """The verdict, and the reasons that come after those of the person and of the structure."""
        v = self.engine.verdict(answers)
        key = (answers.structure_asked, v.rows, answers if not answers.structure_asked else None)
        if key not in self.known_rest:
            why = self.engine.decide(answers).why
            rest = why[len(_until(why, v.rows[-1] if answers.structure_asked else v.rows[0])) :]
            boxes = {row.id for row in self.base.rows("boites")}
            self.known_rest[key] = self._reasons(r for r in rest if r.row not in boxes)
        wanted = None if v.boxes is None else list(v.boxes)
        # The page knows the rows of those asked about; an employer that clouds the access adds its own.
        more = [] if answers.structure_asked else list(v.rows[1:])
        answered = [v.nominative, v.org_access, v.structure_boxes]
        return self.finals.add([*answered, wanted, list(v.conditions), more, self.known_rest[key]])

    def _asks(self) -> list[list[str]]:
        """The next question, by what is open on the person's side and on the structure's; "" when none."""
        return [
            [self._ask(person, structure) for structure in self.structure_asks.members]
            for person in self.person_asks.members
        ]

    def _ask(self, asked: tuple[Answers, Person] | None, structure: Structure | None) -> str:
        answers, person = asked or (Answers(about="structure"), None)
        ask = next_question(self.engine, answers, person, structure)
        if ask is None:
            return ""
        return "more" if ask.fact == "profession" and answers.profession is not None else ask.fact

    # Texts, each once

    def _reasons(self, reasons: Iterable[Reason]) -> list[int]:
        return [self._reason(r.text, r.basis) for r in reasons]

    def _reason(self, text: str, basis: Sequence[str]) -> int:
        for ref in basis:
            self._basis(ref)
        return self.reasons.add([text, *basis])

    def _near(self, near: Iterable[NearRow]) -> int:
        """Better rows, each with the facts it lacks; what it needs of a fact is said once."""
        found = []
        for n in near:
            row = next(r for r in self.base.sections.rows if r.id == n.row)
            said = n.text.removeprefix(self.base.wording("near.row", label=row.label, row=row.id, lacks="")).split(
                " ; "
            )
            for failed, part in zip(n.failed, said, strict=True):
                table = next(t for t in self.tables if failed.fact in t.facts)
                needs = part.removesuffix(table.found_text(failed.fact, failed.found))
                self.lacks.setdefault(n.row, {})[failed.fact] = needs
            found.append([n.row, *(self._place(failed.fact) for failed in n.failed)])
        return self.near.add(found)

    def _place(self, fact: str) -> int:
        return next(t.facts.index(fact) for t in self.tables if fact in t.facts)

    def _basis(self, ref: str) -> None:
        if ref in (PROFESSION, EMPLOYER) or ref in self.basis:
            return
        name, _, part = ref.partition("/")
        page = page_of(f"articles/{name}") + (f"#{part}" if part else "")
        self.basis[ref] = _bare(
            label=self.base.basis_label(ref), page=page, cites=self._cites(self.base.basis_cites(ref))
        )

    def _cites(self, cites: Iterable[Cite]) -> list[int]:
        return [self.cites.add([self.sources.setdefault(c.source, len(self.sources)), c.at]) for c in cites]

    def _source(self, name: str) -> dict[str, Any]:
        s = self.base.source(name)
        return _bare(id=s.id, title=s.title, url=s.url, date=s.date, checked=s.checked_on.isoformat())

    def _row(self, row: Any) -> dict[str, Any]:
        for ref in row.basis:
            self._basis(ref)
        return _bare(label=row.label, basis=list(row.basis), cites=self._cites(row.cites), open=list(row.ambiguities))

    def _profession(self, p: Profession, signature: int) -> dict[str, Any]:
        for ref in p.basis:
            self._basis(ref)
        return _bare(
            signature=signature,
            employer=p.implies.get("employer"),
            basis=list(p.basis),
            cites=self._cites(p.cites),
            open=list(p.ambiguities),
            more=p.ask_also if p.quality == "UNKNOWN" else "",
            registration=p.registration if self._may_register(signature) else "",
            remark=p.remark,
            id=_own_id(p),
            label=p.label,
            names=_names(p, _own_id(p)),
        )

    def _may_register(self, signature: int) -> bool:
        """Is an RPPS a condition of some verdict on these professions?"""
        rows = {
            self.cells.values[self.points.values[point][0]][0]
            for profile in self.signatures[signature]
            for point in self.profiles.values[profile][1:]
        }
        wanted = [row.then.conditions for row in self.base.rows("personne") if row.id in rows]
        return any(condition in REGISTERING for conditions in wanted for condition in conditions)

    def _organisation(self, s: Organisation) -> dict[str, Any]:
        for ref in s.basis:
            self._basis(ref)
        return _bare(
            names=_names(s, _own_id(s)),
            label=s.label,
            id=_own_id(s),
            effect=self._class_of(s),
            kind=s.kind,
            basis=list(s.basis),
            cites=self._cites(s.cites),
            open=list(s.ambiguities),
            identifier=s.identifier,
        )

    def _facts(self) -> dict[str, Any]:
        entries = {name: self.base.section("facts")[name] for name in FACT_NAMES}
        places = {name: number for number, name in enumerate(self.base.structures)}
        return {
            name: _bare(
                label=fact.label,
                question=fact.question,
                why=fact.why,
                many=fact.many,
                options=[_bare(value=o.value, label=o.label, help=o.help) for o in fact.options],
                examples=[places[key] for key in fact.examples],
            )
            for name, fact in entries.items()
        }

    def _texts(self) -> dict[str, Any]:
        base = self.base
        conditions, ambiguities = base.section("conditions"), base.section("ambiguities")
        wanted = {c for entry in (*conditions.values(), *ambiguities.values()) for c in entry.contacts}
        contacts = {k: v for k, v in base.section("contacts").items() if k in wanted}
        return {
            "conditions": {
                k: _bare(label=c.label, text=c.text, contacts=list(c.contacts)) for k, c in conditions.items()
            },
            "ambiguities": {
                k: _bare(question=a.question, answer=a.answer, who=a.who_decides, contacts=list(a.contacts))
                for k, a in ambiguities.items()
            },
            "contacts": {
                k: _bare(label=c.label, when=c.when, reach=[*c.email, *c.phone], url=c.url, to_verify=c.to_verify)
                for k, c in contacts.items()
            },
            "reminders": [[r.label, r.text] for r in base.section("reminders").values()],
        }

    def _wordings(self) -> dict[str, str]:
        return {k: w.text for k, w in self.base.section("wording").items() if k.startswith(WORDINGS)}

    def _footer(self) -> dict[str, str]:
        base, review = self.base, self.base.compiled.review
        day = f"{base.as_of:%d/%m/%Y}"
        said = base.wording("not_reviewed")
        if base.reviewed and review.day:
            said = base.wording("reviewed", role=review.role, day=f"{review.day:%d/%m/%Y}")
        return {
            "state": base.wording("state", digest=base.digest[:12], day=day),
            "review": said,
            "stale": base.wording("stale", day=day),
        }

    def _about(self) -> dict[str, Any]:
        """Which side each answer brings in (1 structure, 2 person), as `read_answers` infers it, and what follows."""

        def sides(name: str, value: str) -> int:
            alone = read_answers(self.base, {name: value}).about
            with_structure = read_answers(self.base, {"ident": "finess", name: value}).about
            return (alone == "structure") + 2 * (with_structure == "both")

        some = {"profession": UNKNOWN, "employer": UNKNOWN, **{n: v[1] for n, v in self.values.items()}}
        return {
            "facts": {n: s for n, v in some.items() if n != "need" and (s := sides(n, str(v)))},
            "needs": {v: s for v in self.values["need"][1:] if (s := sides("need", str(v)))},
            "sides": ["person", "structure", "person", "both"],
        }


def _person_found(person: Person) -> tuple[str, str, str]:
    return person.quality or "UNKNOWN", person.care or UNKNOWN, person.rpps or UNKNOWN


def _structure_found(structure: Structure) -> tuple[str, str, str]:
    return structure.kind or "UNKNOWN", structure.habil or UNKNOWN, structure.ident or UNKNOWN


def _without_employer(person: Person) -> Person:
    return msgspec.structs.replace(person, employer=None)


def _together(person: Answers | None, structure: Answers) -> Answers:
    if person is None:
        return msgspec.structs.replace(structure, about="structure")
    return msgspec.structs.replace(
        structure, profession=person.profession, care=person.care, rpps=person.rpps, about="both"
    )


def _needing(answers: Answers, needs: tuple[str, ...]) -> Answers:
    return msgspec.structs.replace(answers, need=needs or None)


def _one_or_all(values: list[int]) -> int | list[int]:
    """One number where all are the same."""
    return values if len(set(values)) > 1 else values[0]


def _until(reasons: tuple[Reason, ...], row: str) -> tuple[Reason, ...]:
    """The reasons up to the one that states a row."""
    end = next((i for i, r in enumerate(reasons) if r.row == row), -1)
    return reasons[: end + 1]


def _columns(entries: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """Entries as columns: what looks alike stands together, and compresses better."""
    rows = list(entries)
    return {key: [row.get(key, 0) for row in rows] for key in dict.fromkeys(k for row in rows for k in row)}


def _own_id(entry: Any) -> str:
    """The id, unless the page can make it from the label."""
    return "" if entry.id == fold(entry.label).replace(" ", "-") else entry.id


def _names(entry: Any, own_id: str = "") -> str:
    """The folded names that the page cannot make from the label and the id it is given."""
    own = {fold(entry.label), fold(own_id)}
    return "|".join(form for form in forms_of(entry) if form not in own)


def _bare(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}, False)}

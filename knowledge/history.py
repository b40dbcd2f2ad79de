"""The base as it stood at a git revision: the old YAML, read by today's code. Never touches the work tree."""

from __future__ import annotations

import datetime
import io
import subprocess
import tarfile
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from knowledge import checks
from knowledge.base import Base
from knowledge.compiling import Shaped, shape_sections
from knowledge.loading import DATA, PACKAGE, Compiled, Source, digest_of
from knowledge.model import Sections
from knowledge.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

ROOT = PACKAGE.parent
FOLDER = DATA.relative_to(ROOT).as_posix()
DECIDING = frozenset(
    {"sources", "articles", "facts", "tables", "rows", "presumptions"}
    | {"professions", "structures", "conditions", "ambiguities", "wording"}
)
"""Sections without which a decision cannot be taken, explained or sourced."""


class NoSuchRevision(ValueError):
    """Not a revision of this repository, or not a repository."""


class Unreadable(ValueError):
    """Old YAML that today's code cannot read. `problems`: why."""

    def __init__(self, revision: Revision, problems: list[Problem]) -> None:
        self.problems = problems
        first = f"premier défaut : {problems[0]}" if problems else f"aucune règle dans {FOLDER}"
        super().__init__(f"révision {revision} : illisible par le code d’aujourd’hui ; {first}")


class Revision(Struct, frozen=True):
    """A commit and its day."""

    commit: str
    day: datetime.date

    def __str__(self) -> str:
        return f"{self.commit[:7]} ({self.day:%d/%m/%Y})"


class Past(NamedTuple):
    """The base of a revision; `unread`: its files that decide nothing and that today's code cannot read."""

    base: Base
    unread: tuple[str, ...]


class History:
    """The revisions of one repository, read beside the base of today, whose unchanged files are not read again."""

    def __init__(self, today: Compiled, sources: list[Source], root: Path = ROOT) -> None:
        self.root = root
        self.today = today
        self._sources = {source.path: source.content for source in sources}
        self._by_file = _by_file(today.sections, {key: p.rpartition(":")[0] for key, p in today.places.items()})

    def revision(self, name: str) -> Revision:
        """The commit that `name` stands for. Raises NoSuchRevision."""
        commit = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = commit.decode().strip()
        if not found:
            raise NoSuchRevision(
                f"« {name} » n’est pas une révision de ce dépôt git. Exemples : HEAD~1, v1.0, 2618f00."
            )
        return self._dated(found)

    def base_at(self, revision: Revision) -> Base:
        """The base of that revision. Raises Unreadable."""
        return self.past(revision).base

    def past(self, revision: Revision) -> Past:
        """The base of that revision, and the files beside the rules that today's code cannot read. Raises Unreadable.

        Entries of those files are taken as they are today, so that none seems added, removed or edited.
        """
        sources = self.sources_at(revision)
        shown = f"{revision.commit[:7]}:{FOLDER}"
        changed = [source for source in sources if self._sources.get(source.path) != source.content]
        unread = {s.path for s in changed if not _decides(s.path) and shape_sections([s], shown).problems}
        shaped = shape_sections([source for source in changed if source.path not in unread], shown)
        if not shaped.problems:
            shaped.sections = self._merged(sources, shaped, unread)
            shaped.problems = [problem for check in checks.DECIDING for problem in check(shaped)]
        if shaped.problems or not shaped.sections.rows:
            raise Unreadable(revision, sorted(shaped.problems))
        compiled = Compiled(digest=digest_of(sources), review=shaped.review, sections=shaped.sections, places={})
        return Past(Base(compiled), tuple(sorted(unread)))

    def sources_at(self, revision: Revision) -> list[Source]:
        """The YAML files of that revision that make the base, in the order of `read_sources`."""
        archive = self._git("archive", "--format=tar", revision.commit, "--", FOLDER)
        found: list[Source] = []
        if archive:
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                for member in tar:
                    path = member.name.removeprefix(f"{FOLDER}/")
                    content = tar.extractfile(member) if path.endswith((".yaml", ".yml")) else None
                    if content is not None and not path.startswith("voices/"):
                        found.append(Source(path, content.read()))
        return sorted(found)

    def oldest_readable(self) -> Revision | None:
        """The oldest revision of the base that today's code reads, taking it that reading only ever gets lost backwards."""
        commits = self._git("rev-list", "--reverse", "HEAD", "--", FOLDER).decode().split()
        low, high = 0, len(commits)
        while low < high:
            middle = (low + high) // 2
            if self._readable(commits[middle]):
                high = middle
            else:
                low = middle + 1
        return self._dated(commits[low]) if low < len(commits) else None

    def _readable(self, commit: str) -> bool:
        try:
            self.base_at(self._dated(commit))
        except Unreadable:
            return False
        return True

    def _merged(self, sources: list[Source], changed: Shaped, unread: set[str]) -> Sections:
        """The sections in the order of the files, entries of unchanged and unread files taken from the base of today."""
        by_file = _by_file(changed.sections, {key: place.file for key, place in changed.places.items()})
        merged: dict[str, list[Any]] = defaultdict(list)
        for source in sources:
            same = self._sources.get(source.path) == source.content or source.path in unread
            files = self._by_file if same else by_file
            merged[source.path.split("/")[0]].extend(files.get(source.path, ()))
        if sources:
            # Today's code says sentences that the past had not written: they decide nothing.
            said = {wording.id for wording in merged["wording"]}
            merged["wording"] += [wording for wording in self.today.sections.wording if wording.id not in said]
        known = changed.sections.__struct_fields__
        return Sections(**{name: tuple(entries) for name, entries in merged.items() if name in known})

    def _dated(self, commit: str) -> Revision:
        day = self._git("show", "--no-patch", "--format=%cs", commit).decode().strip()
        return Revision(commit, datetime.date.fromisoformat(day))

    def _git(self, *arguments: str) -> bytes:
        try:
            # A fixed program; what a person typed only ever stands after --end-of-options.
            done = subprocess.run(  # noqa: S603
                ["git", "-C", str(self.root), *arguments],  # noqa: S607
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise NoSuchRevision(f"git est introuvable ({error.strerror}) : il faut git et un dépôt cloné.") from None
        if done.returncode == 128 and b"not a git repository" in done.stderr:
            raise NoSuchRevision(f"{self.root} n’est pas un dépôt git : il faut un dépôt cloné avec son historique.")
        return done.stdout


def _decides(path: str) -> bool:
    return path.split("/")[0] in DECIDING


def _by_file(sections: Sections, files: dict[str, str]) -> dict[str, list[Any]]:
    """The entries of each file, by its path inside the data folder; `files`: "section/id" → shown path."""
    found: dict[str, list[Any]] = defaultdict(list)
    for name in sections.__struct_fields__:
        for entry in getattr(sections, name):
            found[f"{name}/" + files[f"{name}/{entry.id}"].rpartition(f"/{name}/")[2]].append(entry)
    return found

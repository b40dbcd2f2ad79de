"""From the folder of YAML to the compiled artefact, and back from the artefact in a few milliseconds.

The digest is the SHA-256 of the YAML itself (paths and bytes, line ends normalised, the review file
left out): what was reviewed can be named, and a stale artefact can never be taken for the current one.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from knowledge.model import Review, Sections, Voice
from knowledge.problems import InvalidKnowledge, Place, Problem

if TYPE_CHECKING:
    import datetime


PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
REVIEW = "review.yaml"
KNOWN_IDS = "known_ids.txt"


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """The whole base as one artefact. `places`: "section/id" → "file:line"."""

    digest: str
    review: Review
    sections: Sections
    places: dict[str, str]


class Source(NamedTuple):
    """A YAML file of the base: its path inside the data folder and its bytes."""

    path: str
    content: bytes


def read_sources(data: Path = DATA) -> list[Source]:
    """Every YAML file of the folder, in a fixed order. Raises InvalidKnowledge naming those that cannot be read."""
    found: list[Source] = []
    unread: list[Problem] = []
    for folder, folders, files in os.walk(data):
        folders.sort()
        for name in sorted(files):
            if name.endswith((".yaml", ".yml")):
                path = Path(folder, name)
                try:
                    found.append(Source(path.relative_to(data).as_posix(), path.read_bytes()))
                except OSError as error:
                    place = Place(f"{shown_path(data)}/{path.relative_to(data).as_posix()}", 1)
                    unread.append(
                        Problem(place, f"fichier illisible : {error.strerror}", "retirez-le ou rétablissez-le")
                    )
    if unread:
        raise InvalidKnowledge(unread)
    found.sort()
    return found


def read_known_ids(data: Path = DATA) -> Source | None:
    """The file of published ids, which stands beside the data folder; None where there is none."""
    path = data.parent / KNOWN_IDS
    try:
        return Source(KNOWN_IDS, path.read_bytes())
    except OSError:
        return None


def digest_of(sources: list[Source]) -> str:
    """The base's digest: 64 hexadecimal digits. Voices (phrasings) and the review do not count: they decide nothing."""
    total = hashlib.sha256()
    for path, content in sources:
        if path != REVIEW and not path.startswith("voices/"):
            total.update(path.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


def load_compiled(data: Path = DATA, cache_dir: Path | None = None) -> Compiled:
    """The compiled base, from the artefact when there is one for exactly these files, else compiled now.

    Raises InvalidKnowledge with every fault found.
    """
    sources = read_sources(data)
    known = read_known_ids(data)
    folder = cache_dir if cache_dir is not None else default_cache()
    key = hashlib.sha256(
        _code_mark() + b"".join(p.encode() + b"\0" + c + b"\0" for p, c in sources if not p.startswith("voices/"))
    )
    key.update(known.content if known else b"")
    artefact = folder / f"base-{key.hexdigest()[:24]}.msgpack"
    try:
        return msgspec.msgpack.decode(artefact.read_bytes(), type=Compiled)
    except (OSError, msgspec.MsgspecError):
        pass
    compiled = compile_sources(sources, shown_path(data), known)
    _write(artefact, msgspec.msgpack.encode(compiled))
    return compiled


def load_voices(data: Path = DATA) -> tuple[Voice, ...]:
    """The phrasings of the topics, one voice a file. Raises InvalidKnowledge."""
    from knowledge.compiling import shape_voices

    sources = [s for s in read_sources(data) if s.path.startswith("voices/")]
    voices, problems = shape_voices(sources, shown_path(data))
    if problems:
        raise InvalidKnowledge(problems)
    return voices


class Examined(NamedTuple):
    """What the files give: every fault, and the base as far as decisions can be taken on it (else None)."""

    problems: list[Problem]
    compiled: Compiled | None


def compile_sources(
    sources: list[Source], shown_under: str, known: Source | None = None, today: datetime.date | None = None
) -> Compiled:
    """Read, shape and cross-check the files. Raises InvalidKnowledge with all faults at once."""
    problems, compiled = examine_sources(sources, shown_under, known, today)
    if problems or compiled is None:
        raise InvalidKnowledge(problems)
    return compiled


def examine_sources(
    sources: list[Source], shown_under: str, known: Source | None = None, today: datetime.date | None = None
) -> Examined:
    """Read, shape and cross-check the files; a base that only has faults beside its decisions is given too.

    `known`: the published ids, none of which may have vanished. `today`: the day after which nothing can have
    been checked. Without them these checks are left out: what the files alone give depends on no clock.
    """
    # Imported here: a command that finds its artefact never pays for the YAML parser.
    from knowledge import checks, known_ids
    from knowledge.compiling import shape_sections

    shaped = shape_sections(sources, shown_under)
    if shaped.problems:
        return Examined(shaped.problems, None)
    problems = checks.all_problems(shaped)
    if known is not None:
        shown = f"{Path(shown_under).parent.as_posix()}/{known.path}"
        problems += known_ids.problems(shaped.sections, known.content.decode(errors="replace"), shown)
    if today is not None:
        problems += checks.dates_to_come(shaped, today)
    if any(True for check in checks.DECIDING for _ in check(shaped)):
        return Examined(problems, None)
    compiled = Compiled(
        digest=digest_of(sources),
        review=shaped.review,
        sections=shaped.sections,
        places={key: f"{place.file}:{place.line}" for key, place in shaped.places.items()},
    )
    return Examined(problems, compiled)


def default_cache() -> Path:
    """`build/` of the checkout, or of the current folder when installed elsewhere."""
    root = PACKAGE.parent
    return (root if (root / "pyproject.toml").exists() else Path.cwd()) / "build" / "knowledge"


def shown_path(data: Path) -> str:
    """How the data folder is named in messages: relative to where the reader stands."""
    try:
        return data.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        try:
            return data.resolve().relative_to(PACKAGE.parent).as_posix()
        except ValueError:
            return data.as_posix()


def _write(path: Path, content: bytes) -> None:
    # Written aside then renamed: two processes may compile at once. A read-only disk only costs time.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
            temporary.write(content)
        Path(temporary.name).replace(path)
        stale = sorted(path.parent.glob("base-*.msgpack"), key=lambda p: p.stat().st_mtime, reverse=True)[8:]
        for old in stale:
            old.unlink(missing_ok=True)
    except OSError:
        return


@cache
def _code_mark() -> bytes:
    """Changes when the code that shapes the base changes, so that no artefact outlives its reader."""
    mark = hashlib.sha256()
    for name in ("model.py", "shaping.py", "reading.py", "compiling.py", "checks.py", "loading.py", "known_ids.py"):
        path = PACKAGE / name
        if path.exists():
            mark.update(path.read_bytes())
    return mark.digest()

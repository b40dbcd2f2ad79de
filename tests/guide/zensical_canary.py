"""Canary: build the same Markdown with Zensical, where it can be had, and say what differs. Never fails.

Material for MkDocs ends in May 2027; its successor reads the pages on disk but ignores hooks. `make canary` builds
the guide, fetches the newest Zensical that can be installed and runs this: it copies the generated pages and the
assets beside a configuration without hooks, into build/zensical.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "zensical"
LEFT_OUT = ("hooks", "watch", "validation", "docs_dir", "site_dir", "theme.custom_dir")


def prepare() -> None:
    """Lay out the pages as an ordinary project: no generated folder, no hook, no theme change."""
    shutil.rmtree(WORK, ignore_errors=True)
    docs = WORK / "docs"
    shutil.copytree(ROOT / "site" / "docs" / "genere", docs)
    shutil.copytree(ROOT / "site" / "docs" / "assets", docs / "assets", dirs_exist_ok=True)
    kept, skipping = [], False
    for line in (ROOT / "mkdocs.yml").read_text(encoding="utf-8").splitlines():
        key = re.match(r"([a-z_]+):", line)
        if key:
            skipping = key[1] in LEFT_OUT
        if not skipping and "custom_dir" not in line:
            kept.append(re.sub(r"!ENV \[[^,]*, (\"[^\"]*\")\]", r"\1", line))
    kept += ["docs_dir: docs", "site_dir: site"]
    (WORK / "mkdocs.yml").write_text("\n".join(kept) + "\n", encoding="utf-8")


def pages(folder: Path) -> set[str]:
    """The addresses of the pages of a built site."""
    return {p.parent.relative_to(folder).as_posix() for p in folder.rglob("index.html")}


def content(page: Path) -> str:
    """What a page says, without the shell of its theme."""
    text = page.read_text(encoding="utf-8")
    return text[text.find("<article") : text.find("</article>")]


def anchors(text: str) -> set[str]:
    """The ids to which links may lead."""
    return set(re.findall(r'\bid="([^"]+)"', text))


def words(text: str) -> str:
    """The letters and digits alone: spaces and markup are each builder's own."""
    return re.sub(r"\W+", "", re.sub(r"<[^>]+>", " ", text))


def compare(ours: Path, theirs: Path) -> list[str]:
    """Pages, anchors and words that one has and the other lacks."""
    left, right = pages(ours), pages(theirs)
    lines = [f"MkDocs : {len(left)} pages ; Zensical : {len(right)} pages"]
    lines += [f"  absente chez Zensical : {url}" for url in sorted(left - right)]
    lines += [f"  en plus chez Zensical : {url}" for url in sorted(right - left)]
    for url in sorted(left & right):
        mine, other = (content(folder / url / "index.html") for folder in (ours, theirs))
        lost = sorted(anchors(mine) - anchors(other))
        if lost:
            lines.append(f"  ancres perdues dans {url} : {', '.join(lost[:5])}")
        if words(mine) != words(other):
            lines.append(f"  texte différent dans {url}")
    return lines if len(lines) > 1 else [*lines, "  aucune différence de pages, d’ancres ni de texte"]


def main() -> None:
    """Build, compare, report; the exit status is always 0."""
    if shutil.which("zensical") is None:
        print("Zensical n'est pas installé : rien à comparer.")
        return
    if not (ROOT / "site" / "docs" / "genere").is_dir():
        print("Aucune page générée : lancez d'abord « mssante guide build ».")
        return
    prepare()
    built = subprocess.run(["zensical", "build"], cwd=WORK, capture_output=True, text=True, check=False)
    print(built.stdout[-2000:], built.stderr[-2000:])
    if (WORK / "site").is_dir():
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "guide"
        print("\n".join(compare(folder, WORK / "site")))


if __name__ == "__main__":
    main()

"""The build costs little more than MkDocs alone on the same Markdown: measured in processor time, in one run."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST = 1.5

pytestmark = pytest.mark.accept


def processor_time(command: list[str], folder: Path) -> float:
    """Seconds of processor used by a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_build_takes_at_most_half_as_long_again_as_mkdocs_alone(tmp_path, guide_folder):
    from page_writer import write_guide

    from knowledge.base import load_base

    bare = tmp_path / "bare"
    write_guide(load_base(), bare, ROOT / "site" / "templates")
    (bare / "genere").rename(bare / "docs")
    shutil.copytree(ROOT / "site" / "docs" / "assets", bare / "docs" / "assets", dirs_exist_ok=True)
    lines = (ROOT / "mkdocs.yml").read_text("utf-8").splitlines()
    start = lines.index("hooks:")
    after = next(i for i, line in enumerate(lines) if i > start and not line.startswith(" "))
    kept = [
        line for line in lines[:start] + lines[after:] if not line.startswith(("docs_dir", "site_dir", "  custom_dir"))
    ]
    kept = kept[: kept.index("watch:")]
    (bare / "mkdocs.yml").write_text("\n".join([*kept, "docs_dir: docs", "site_dir: site"]) + "\n", encoding="utf-8")
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    alone = processor_time(mkdocs, bare)
    ours = processor_time([*mkdocs, "--strict", "--site-dir", str(tmp_path / "ours")], ROOT)
    assert ours <= MOST * alone, f"{ours:.1f} s contre {alone:.1f} s"

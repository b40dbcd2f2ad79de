"""`python -m knowledge.check_files FILE…`: the schema check alone, for someone writing a single file."""

from __future__ import annotations

import sys
from pathlib import Path

from knowledge.compiling import shape_sections
from knowledge.loading import DATA, Source, shown_path


def main(paths: list[str]) -> int:
    """Print the problems of the named files; 1 if there are any."""
    sources = [Source(Path(p).resolve().relative_to(DATA.resolve()).as_posix(), Path(p).read_bytes()) for p in paths]
    shaped = shape_sections(sources, shown_path(DATA))
    for problem in sorted(shaped.problems):
        print(problem)
    return 1 if shaped.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

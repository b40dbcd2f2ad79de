"""Our IMAP door in a process of its own: for benches, and where its memory is looked at.

python -m tests.imap.own_process VAR_DIR; makes a world, says the port and a password of WHO.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bot.sandbox.doors import doors_open, open_house
from bot.sandbox.imap.limits import Limits
from bot.sandbox.imap.server import open_imap
from bot.sandbox.store.passwords import create_app_password
from bot.sandbox.store.worlds import create_world, persona_of
from bot.settings import Settings
from knowledge.base import load_base
from tests.conftest import ROOT

WHO = "hugo.leroy@medecin.zz.mssante.fr"


class Own(NamedTuple):
    """The process and how to come in."""

    port: int
    password: str
    pid: int

    def resident_mb(self) -> float:
        """The memory it holds."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")


@contextmanager
def running(var_dir: Path) -> Iterator[Own]:
    """While the block runs."""
    command = [sys.executable, "-m", "tests.imap.own_process", str(var_dir)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port, password = process.stdout.readline().split()
        yield Own(int(port), password, process.pid)
    finally:
        process.kill()
        process.wait()


def main() -> None:
    house = open_house(Settings(var_dir=Path(sys.argv[1]), imap_port=0), load_base())
    with house.store.writing() as session:
        world = create_world(session, house.office.fixtures, "class", house.now())
        secret = create_app_password(session, persona_of(session, world.id, WHO), "Essai", house.now())
    with doors_open(house, lambda house: open_imap(house, Limits(connections_of_a_persona=1_000))) as (port,):
        print(port, secret, flush=True)
        time.sleep(100_000)


if __name__ == "__main__":
    main()

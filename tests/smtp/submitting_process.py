"""A mail process of its own, killed by the crash test at any moment.

python -m tests.smtp.submitting_process DATABASE CERTIFICATES; it says its port, then serves until it dies.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bot.sandbox.doors import House, doors_open
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.smtp.server import open_smtp
from bot.sandbox.store.database import Store
from bot.sandbox.tls.certificates import certificates
from bot.settings import Settings
from knowledge.base import load_base


def main() -> None:
    database, var_dir = sys.argv[1], Path(sys.argv[2])
    tls = certificates(var_dir).server_context()
    house = House(
        Settings(var_dir=var_dir, smtp_port=0), Store(f"sqlite:///{database}"), PostOffice.of(load_base()), tls
    )
    with doors_open(house, open_smtp) as (port,):
        print(port, flush=True)
        time.sleep(100_000)


if __name__ == "__main__":
    main()

"""The submission door in a process of its own, for the bench.

python -m tests.bench.submission_door VAR_DIR closed|open; says its port and a password. `open`: neither TLS nor AUTH,
everybody is Claire Durand, so that it can be compared with a server that has neither. The product has no such mode.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bot.sandbox.doors import House, doors_open
from bot.sandbox.identity.accounts import Account, identify
from bot.sandbox.identity.credentials import Credentials
from bot.sandbox.post.post_office import PostOffice
from bot.sandbox.smtp.conversation import Conversation
from bot.sandbox.smtp.counter import Counter
from bot.sandbox.smtp.hall import Hall
from bot.sandbox.smtp.server import open_smtp
from bot.sandbox.store.database import Store
from bot.sandbox.store.migrating import upgrade_engine
from bot.sandbox.store.passwords import create_app_password
from bot.sandbox.store.worlds import create_world, persona_of
from bot.sandbox.tls.certificates import certificates
from bot.settings import Settings
from knowledge.base import load_base
from tests.sandbox_store.scene import CLAIRE


class OpenConversation(Conversation):
    """Everybody is known, in clear."""

    needs_tls = False
    everybody: Account

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.account = self.everybody
        super().connection_made(transport)


async def open_to_all(house: House) -> asyncio.Server:
    hall, counter = Hall(house), Counter(house)
    return await asyncio.get_running_loop().create_server(lambda: OpenConversation(hall, counter), "127.0.0.1", 0)


def main() -> None:
    var_dir = Path(sys.argv[1])
    store = Store(f"sqlite:///{var_dir}/sandbox.sqlite3")
    upgrade_engine(store.engine)
    office = PostOffice.of(load_base())
    with store.writing() as session:
        world_id = create_world(session, office.fixtures, "class", office.clock()).id
    with store.writing(world_id) as session:
        secret = create_app_password(session, persona_of(session, world_id, CLAIRE), "Banc", office.clock())
    with store.reading() as session:
        found = identify(session, office, Credentials(CLAIRE, secret, is_token=False))
    assert isinstance(found, Account)
    OpenConversation.everybody = found
    house = House(Settings(var_dir=var_dir, smtp_port=0), store, office, certificates(var_dir).server_context())
    with doors_open(house, open_to_all if sys.argv[2] == "open" else open_smtp) as (port,):
        print(port, secret, flush=True)
        time.sleep(100_000)


if __name__ == "__main__":
    main()

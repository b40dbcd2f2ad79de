"""Dovecot as the oracle: a foreground child with a configuration, users and mail of its own, gone with the test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

STARTS_WITHIN_SECONDS = 20


class Dovecot(NamedTuple):
    """Where it listens, on loopback, and who may sign in."""

    port: int
    user: str
    password: str
    mail: Path


def find() -> str | None:
    """The daemon, if Debian's package is there."""
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def running(daemon: str, certificate: Path) -> Iterator[Dovecot]:
    """While the block runs. Needs root, as Dovecot itself does to give each user an identity."""
    with tempfile.TemporaryDirectory(prefix="dovecot-") as made:
        base = Path(made)
        base.chmod(0o755)
        account = pwd.getpwnam("nobody")
        mail = base / "mail"
        mail.mkdir()
        os.chown(mail, account.pw_uid, account.pw_gid)
        port = _free_port()
        (base / "users").write_text("essai:{PLAIN}secret\n")
        (base / "users").chmod(0o644)
        (base / "dovecot.conf").write_text(_configuration(base, certificate, port, account.pw_uid, account.pw_gid))
        log = (base / "stdout").open("wb")
        process = subprocess.Popen([daemon, "-F", "-c", str(base / "dovecot.conf")], stdout=log, stderr=log)
        try:
            _wait(process, port, base)
            yield Dovecot(port, "essai", "secret", mail)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, base: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            if probe.recv(20).startswith(b"* OK"):
                return
        time.sleep(0.1)
    logs = "".join(path.read_text(errors="replace") for path in (base / "stdout", base / "log") if path.exists())
    raise AssertionError(f"Dovecot did not start: {logs}")


def _configuration(base: Path, certificate: Path, port: int, uid: int, gid: int) -> str:
    return f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
instance_name = essai-{port}
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = {uid}
mail_uid = {uid}
mail_gid = {gid}
mail_home = {base}/mail/%u
mail_location = maildir:~/Maildir:LAYOUT=fs
mailbox_list_index = yes
imap_capability = +SPECIAL-USE
mail_attribute_dict = file:%h/attributes
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = yes
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
ssl_dh =
passdb {{
  driver = passwd-file
  args = {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  process_limit = 64
}}
"""

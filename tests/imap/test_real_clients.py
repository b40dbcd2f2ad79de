"""Mail clients that people use, on the same boxes: Python's imaplib, IMAPClient, and mbsync, curl, mutt from Debian."""

from __future__ import annotations

import imaplib
import mailbox
import os
import pty
import select as waiting
import shutil
import subprocess
import time
from pathlib import Path

import imapclient
import pytest

from bot.sandbox.tls.certificates import Certificates
from tests.imap.desk import Desk
from tests.imap.samples import ACCENTS, NESTED, PLAIN
from tests.sandbox_store.scene import CARDIOLOGY, CLAIRE, HUGO, Scene

PATIENCE = 30


# imaplib


def test_imaplib_reads_files_searches_marks_and_moves(desk: Desk, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, subject="Bilan rénal")
    with desk.imaplib() as client:
        assert client.select("INBOX") == ("OK", [b"1"])
        assert client.append("INBOX", "(\\Flagged)", imaplib.Time2Internaldate(1_700_000_000), ACCENTS)[0] == "OK"
        client.literal = "hémoglobine".encode()
        assert client.search("UTF-8", "SUBJECT")[1] == [b"2"]
        _, parts = client.fetch("1", "(FLAGS BODY.PEEK[HEADER])")
        assert b"Subject: =?utf-8?" in parts[0][1]
        assert client.store("1", "+FLAGS", "$MDNSent")[0] == "OK"
        assert client.create("Tri")[0] == "OK"
        assert client.uid("MOVE", "2", "Tri")[0] == "OK"
        assert client.status("Tri", "(MESSAGES)")[1] == [b'"Tri" (MESSAGES 1)']
        assert client.namespace()[0] == "OK"
        assert client.expunge()[0] == "OK"
        assert client.close()[0] == "OK"


def test_imaplib_speaks_utf8_once_enabled(desk: Desk) -> None:
    with desk.imaplib() as client:
        # First, since once UTF-8 is enabled this imaplib puts « UTF8 ( » within the message itself.
        assert client.append("INBOX", "", "", ACCENTS)[0] == "OK"
        client._get_capabilities()  # type: ignore[attr-defined] # it does not ask again after signing in
        assert client.enable("UTF8=ACCEPT")[0] == "OK"
        assert client.create('"Éléments triés"')[0] == "OK"
        client.select("INBOX")
        assert client.search(None, 'SUBJECT "hémoglobine"')[1] == [b"1"]
        assert client.uid("COPY", "1", '"Éléments triés"')[0] == "OK"


def test_imaplib_signs_in_with_a_token(desk: Desk) -> None:
    access, _ = desk.tokens()
    with imaplib.IMAP4("127.0.0.1", desk.port, timeout=20) as client:
        client.starttls(desk.tls)
        client.authenticate("XOAUTH2", lambda _: f"user={CLAIRE}\x01auth=Bearer {access}\x01\x01".encode())
        assert client.select("INBOX")[0] == "OK"


# IMAPClient


@pytest.fixture
def client(desk: Desk) -> imapclient.IMAPClient:
    made = imapclient.IMAPClient("127.0.0.1", desk.port, ssl=False, timeout=20)
    made.starttls(desk.tls)
    made.login(CLAIRE, desk.password())
    return made


def test_imapclient_lists_the_trees_and_the_shared_boxes(client: imapclient.IMAPClient) -> None:
    names = [name for _, _, name in client.list_folders()]
    assert "Messages envoyés" in names
    assert "Patients/Boîte de réception" in names
    assert f"Boîtes partagées/{CARDIOLOGY}/INBOX" in names
    assert client.find_special_folder(b"\\Sent") == "Messages envoyés"
    assert client.find_special_folder(b"\\Trash") == "Messages supprimés"
    assert client.namespace().shared == (("Boîtes partagées/", "/"),)


def test_imapclient_reads_envelopes_and_structures(client: imapclient.IMAPClient, scene: Scene) -> None:
    scene.send(HUGO, CLAIRE, subject="Avis")
    client.select_folder("INBOX")
    client.append("INBOX", NESTED, flags=[imapclient.SEEN])
    told = client.fetch([1, 2], ["ENVELOPE", "BODYSTRUCTURE", "FLAGS", "RFC822.SIZE", "INTERNALDATE"])
    assert told[1][b"ENVELOPE"].subject == b"Avis"
    assert str(told[1][b"ENVELOPE"].from_[0]).endswith(f"<{HUGO}>")
    assert told[2][b"BODYSTRUCTURE"].is_multipart
    assert told[2][b"ENVELOPE"].date.hour in (8, 9, 10)
    assert told[2][b"RFC822.SIZE"] == len(NESTED)


def test_imapclient_searches_marks_copies_moves_and_expunges(client: imapclient.IMAPClient) -> None:
    client.create_folder("Été/À trier")
    for raw in (PLAIN, ACCENTS, NESTED):
        client.append("INBOX", raw)
    client.select_folder("INBOX")
    assert client.search(["SUBJECT", "hémoglobine"], charset="UTF-8") == [2]
    client.add_flags([1], ["$MDNSent", "$Forwarded"])
    assert client.search(["KEYWORD", "$MDNSent"]) == [1]
    client.copy([1], "Été/À trier")
    client.move([2], "Été/À trier")
    client.delete_messages([3])
    client.uid_expunge([3])
    assert client.search() == [1]
    assert client.folder_status("Été/À trier")[b"MESSAGES"] == 2
    client.rename_folder("Été/À trier", "Été/Trié")
    assert client.folder_exists("Été/Trié")


def test_imapclient_is_told_of_mail_while_it_waits(client: imapclient.IMAPClient, scene: Scene) -> None:
    client.select_folder("INBOX")
    client.idle()
    scene.send(HUGO, CLAIRE)
    assert (1, b"EXISTS") in client.idle_check(timeout=20)
    client.idle_done()


def test_imapclient_uses_changed_since(client: imapclient.IMAPClient) -> None:
    for raw in (PLAIN, ACCENTS):
        client.append("INBOX", raw)
    highest = client.select_folder("INBOX")[b"HIGHESTMODSEQ"]
    client.add_flags([2], [imapclient.FLAGGED])
    assert list(client.fetch([1, 2], ["FLAGS"], [f"CHANGEDSINCE {highest}"])) == [2]


# Debian's


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} est absent : sudo apt install {package} (make accept s’en charge)")
    return found


@pytest.fixture
def authority(given_certificates: Certificates, tmp_path: Path) -> Path:
    path = tmp_path / "autorite.pem"
    path.write_bytes(given_certificates.authority_pem)
    return path


def curl(desk: Desk, authority: Path, *told: str, who: str = CLAIRE) -> str:
    path, *rest = told
    command = [program("curl", "curl"), "--silent", "--show-error", "--ssl-reqd", "--cacert", str(authority)]
    command += ["--user", f"{who}:{desk.password(who)}", f"imap://127.0.0.1:{desk.port}/{path}", *rest]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.mark.accept
def test_curl_files_reads_lists_and_searches(desk: Desk, authority: Path, tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(PLAIN)
    curl(desk, authority, "INBOX", "--upload-file", str(tmp_path / "un.eml"))
    assert "kalitemie" in curl(desk, authority, "INBOX;MAILINDEX=1")
    assert "kalitemie" in curl(desk, authority, "INBOX;UID=1;SECTION=TEXT")
    assert '"Patients/Brouillons"' in curl(desk, authority, "")
    assert "* SEARCH 1" in curl(desk, authority, "INBOX?SUBJECT%20avis")
    curl(desk, authority, "INBOX", "--request", "STORE 1 +FLAGS ($MDNSent)")
    assert "$MDNSent" in curl(desk, authority, "INBOX", "--request", "FETCH 1 FLAGS")


@pytest.mark.accept
def test_curl_signs_in_with_a_token(desk: Desk, authority: Path) -> None:
    access, _ = desk.tokens()
    command = [program("curl", "curl"), "--silent", "--show-error", "--ssl-reqd", "--cacert", str(authority)]
    command += ["--user", CLAIRE, "--oauth2-bearer", access, "--login-options", "AUTH=XOAUTH2"]
    done = subprocess.run(
        [*command, f"imap://127.0.0.1:{desk.port}/"], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b'"INBOX"' in done.stdout


@pytest.mark.accept
def test_mbsync_keeps_both_sides_equal(desk: Desk, scene: Scene, authority: Path, tmp_path: Path) -> None:
    local = tmp_path / "Maildir"
    local.mkdir()
    (tmp_path / "mbsyncrc").write_text(
        f"""IMAPAccount bac
Host localhost
Port {desk.port}
User {CLAIRE}
Pass {desk.password()}
SSLType STARTTLS
SystemCertificates no
CertificateFile {authority}
PipelineDepth 20

IMAPStore loin
Account bac

MaildirStore pres
Path {local}/
Inbox {local}/INBOX
SubFolders Verbatim

Channel tout
Far :loin:
Near :pres:
Patterns *
Create Both
Expunge Both
Sync All
SyncState *
CopyArrivalDate yes
"""
    )

    def sync() -> None:
        command = [program("mbsync", "isync"), "-c", str(tmp_path / "mbsyncrc"), "-a"]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr.decode()

    for number in range(30):
        scene.send(HUGO, CLAIRE, subject=f"Message {number}")
    scene.send(HUGO, CARDIOLOGY, subject="Pour le service")
    sync()
    inbox = mailbox.Maildir(local / "INBOX", create=False)
    assert sorted(message["Subject"] for message in inbox) == sorted(f"Message {number}" for number in range(30))
    shared = local / "Bo&AO4-tes partag&AOk-es" / CARDIOLOGY / "INBOX"
    assert [message["Subject"] for message in mailbox.Maildir(shared, create=False)] == ["Pour le service"]

    for key, message in list(inbox.items()):
        if message["Subject"] == "Message 3":
            message.add_flag("T")
            inbox[key] = message
        if message["Subject"] == "Message 4":
            message.add_flag("SF")
            inbox[key] = message
    inbox.add(NESTED.replace(b"\r\n", b"\n"))
    scene.send(HUGO, CLAIRE, subject="Entre-temps")
    sync()
    here = {line.subject: line for line in scene.lines(CLAIRE)}
    assert "Message 3" not in here
    assert (here["Message 4"].seen, here["Message 4"].flagged) == (True, True)
    assert {"Plusieurs parties", "Entre-temps"} <= set(here)
    assert len(mailbox.Maildir(local / "INBOX", create=False)) == 31
    before = sorted(path.name for path in (local / "INBOX").rglob("*"))
    sync()
    assert sorted(path.name for path in (local / "INBOX").rglob("*")) == before


@pytest.mark.accept
def test_mutt_opens_copies_and_flags(desk: Desk, scene: Scene, authority: Path, tmp_path: Path) -> None:
    scene.send(HUGO, CLAIRE, subject="Bilan")
    scene.send(HUGO, CLAIRE, subject="Suite du bilan")
    copied = tmp_path / "copie"
    (tmp_path / "Mail").mkdir()  # else it would ask, and take our keys for the answer
    (tmp_path / "muttrc").write_text(
        f"""set imap_user="{CLAIRE}"
set imap_pass="{desk.password()}"
set ssl_starttls=yes
set ssl_force_tls=yes
set ssl_ca_certificates_file="{authority}"
set certificate_file="{authority}"
set mbox_type=mbox
set confirmappend=no
set confirmcreate=no
set copy=no
set quit=yes
set delete=yes
set mark_old=no
set imap_idle=yes
set resolve=no
set sort=mailbox-order
folder-hook INBOX 'push "<first-entry><copy-message>{copied}<enter><next-entry><copy-message>{copied}<enter><flag-message><sync-mailbox><quit>"'
"""
    )
    command = [program("mutt", "mutt"), "-F", str(tmp_path / "muttrc"), "-f", f"imap://localhost:{desk.port}/INBOX"]
    _on_a_terminal(command, tmp_path)
    assert sorted(str(message["Subject"]) for message in mailbox.mbox(copied)) == ["Bilan", "Suite du bilan"]
    assert sum(line.flagged for line in scene.lines(CLAIRE)) == 1


def _on_a_terminal(command: list[str], home: Path) -> None:
    """Run a program that wants a screen, and throw the screen away."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "HOME": str(home), "LINES": "40", "COLUMNS": "120"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True)
    os.close(theirs)
    shown = b""
    ends = time.monotonic() + PATIENCE
    try:
        while process.poll() is None:
            if waiting.select([ours], [], [], 0.1)[0]:
                try:
                    shown += os.read(ours, 65_536)
                except OSError:
                    break
            assert time.monotonic() < ends, shown[-2_000:]
        assert process.wait(PATIENCE) == 0, shown[-2_000:]
    finally:
        process.kill()
        process.wait()
        os.close(ours)

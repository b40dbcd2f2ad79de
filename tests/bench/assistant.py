"""The assistant's speed: its engine on one core, and the service from its start to its first answer."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from bot.chat.assistant import make_dialogue
from bot.chat.evaluation import latency
from bot.chat.labelled import MESSAGES, messages
from eligibility.engine import Engine
from knowledge.base import Base
from tests.conftest import ROOT

Claim = tuple[str, bool]


def engine_speed(base: Base) -> Claim:
    """Median, slowest hundredth and rate over every labelled message, the reply written included."""
    dialogue = make_dialogue(Engine(base))
    texts = [m["text"] for name in MESSAGES for m in messages(name)]
    latency(dialogue, texts[:50])
    runs = [latency(dialogue, texts) for _ in range(3)]
    median, slowest, rate = (statistics.median(run[i] for run in runs) for i in range(3))
    text = (
        f"assistant : médiane {median:.1f} ms (voulu ≤ 5), 99e centile {slowest:.1f} ms (voulu ≤ 25), "
        f"{rate:.0f} messages par seconde sur un cœur (voulu ≥ 300)"
    )
    return text, median <= 5 and slowest <= 25 and rate >= 300


def service_start() -> Claim:
    """Seconds from the start of the web service to its first page and first answer; its memory then."""
    port = _free_port()
    command = [str(ROOT / ".venv" / "bin" / "mssante"), "web", "--port", str(port)]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = _until(lambda: _get(f"http://127.0.0.1:{port}/chat"), start)
        question = {"text": "je suis kinésithérapeute, ai-je droit à une boîte ?"}
        answer = _until(lambda: _post(f"http://127.0.0.1:{port}/api/v1/chat", question), start)
        memory = _megabytes(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
    text = (
        f"service : première page {page:.1f} s (voulu ≤ 1), première réponse {answer:.1f} s (voulu ≤ 5), "
        f"{memory} Mo (voulu < 400)"
    )
    return text, page <= 1 and answer <= 5 and memory < 400


def _until(work: Any, start: float, most: float = 60) -> float:
    while time.perf_counter() - start < most:
        try:
            work()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return time.perf_counter() - start
    raise TimeoutError


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310 - our own service
        found: bytes = response.read()
        return found


def _post(address: str, body: dict[str, str]) -> bytes:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - our own service
        found: bytes = response.read()
        return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _megabytes(pid: int) -> int:
    """The most memory that a process has held (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024

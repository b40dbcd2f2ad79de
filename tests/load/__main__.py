"""`python -m tests.load`: thirty trainees and a trainer for five minutes on this machine; p50, p95, lost acts.

The service runs as the product runs it, in a process of its own. Exit status 1 when an act was lost, an answer failed
or, with `--p95`, when the measure is above.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from locust.env import Environment  # first: it replaces the sockets

from tests.load.acknowledged import Acknowledged
from tests.load.counting import lost_acts
from tests.load.people import Trainee, Trainer
from tests.load.serving import new_class, served

ENDING = 150
"""Seconds left to each to finish what they are doing."""


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        var_dir = Path(folder)
        told = Acknowledged()
        Trainee.told = Trainer.told = told
        Trainee.code, Trainer.secret = new_class(var_dir)
        with served(var_dir) as service:
            stats = _run(service.address, options.trainees, options.seconds)
            busy = service.processor_seconds()
        lost = lost_acts(var_dir, told)
    total = stats.total
    p50, p95, p99 = (total.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99))
    print(_table(stats))
    print(f"{options.trainees} stagiaires et un formateur, {options.seconds} s : {total.num_requests} requêtes,")
    print(f"p50 {p50} ms, p95 {p95} ms, p99 {p99} ms ; {total.num_failures} échecs, {len(lost)} actes perdus")
    each = 1000 * busy / total.num_requests
    print(
        f"service : {busy:.0f} s de processeur, {each:.1f} ms par requête ; charge de la machine {os.getloadavg()[0]:.1f}"
    )
    print(f"{len(told.sent)} messages, {len(told.finished)} exercices terminés, {len(told.joined)} entrées acquittés")
    for line in (
        *lost[:20],
        *told.unexpected[:20],
        *(f"{e.name} : {e.error}, {e.occurrences} fois" for e in stats.errors.values()),
    ):
        print(f"  ✗ {line}")
    wrong = lost or told.unexpected or total.num_failures or not told.finished
    return int(bool(wrong) or (options.p95 is not None and p95 > options.p95))


def _run(address: str, trainees: int, seconds: float):
    from gevent import sleep

    env = Environment(user_classes=[Trainee, Trainer], host=address, stop_timeout=ENDING)
    runner = env.create_local_runner()
    runner.start(trainees + 1, spawn_rate=5)
    sleep(seconds)
    stats = env.stats
    runner.stop()
    runner.quit()
    return stats


def _table(stats) -> str:
    lines = [f"{'':52} {'n':>6} {'p50':>6} {'p95':>6} {'max':>6}"]
    for entry in sorted(stats.entries.values(), key=lambda one: -one.total_response_time)[:25]:
        p50, p95 = (entry.get_response_time_percentile(share) for share in (0.5, 0.95))
        lines.append(f"{entry.name[:52]:52} {entry.num_requests:6} {p50:6} {p95:6} {entry.max_response_time:6.0f}")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainees", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--p95", type=float, help="milliseconds not to exceed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

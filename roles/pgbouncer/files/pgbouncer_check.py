# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether PgBouncer would accept a configuration file, without serving it: pgbouncer_check.py FILE

PgBouncer has no option for that, and a reload of a faulty file resets the settings behind the fault to their
defaults. So it is started with nowhere to listen: after all else was loaded without a word, that is what ends it.
"""
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile

PROGRAM = "/usr/sbin/pgbouncer"
USER = "postgres"  # PgBouncer refuses to run as root
TIMEOUT = 10  # seconds
WITHOUT_EFFECT = "listen_addr =\nunix_socket_dir =\nlogfile =\npidfile =\n"
ACCEPTED = "nowhere to listen on"


def without_effect(text: str) -> str:
    """The same configuration, neither listening nor writing anywhere."""
    text = re.sub(r"(?m)^\s*(listen_addr|unix_socket_dir|logfile|pidfile|user)\s*=.*\n?", "", text)
    return re.sub(r"(?m)^\[pgbouncer\]\s*$", lambda found: f"{found[0]}\n{WITHOUT_EFFECT}", text, count=1)


def load(text: str) -> str:
    """What PgBouncer says while it loads this configuration."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "pgbouncer.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return subprocess.run(
            [PROGRAM, path], user=USER, extra_groups=[], group=USER, stderr=subprocess.PIPE, text=True,
            timeout=TIMEOUT, check=False,
        ).stderr


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        said = load(without_effect(file.read()))
    faults = [line for line in said.splitlines() if re.search(r"\b(ERROR|FATAL)\b", line) and ACCEPTED not in line]
    if ACCEPTED in said and not faults:
        return 0
    print("\n".join(faults) or said, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller keeps of the pool hosts' certificates, by the real ansible-playbook."""
from __future__ import annotations

import json
import os
import pathlib
import subprocess
import typing as t

from tests.support.ansible import PLAYBOOK, ROOT

MODULE = "pgbouncer_trust"


def publish(tmp_path: pathlib.Path, *arguments: str, **options: t.Any) -> str:
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{f"launch.database.{MODULE}": {"folder": str(tmp_path / "pool"), **options}}]}
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    done = subprocess.run(
        [str(PLAYBOOK), "-i", "localhost,", "-c", "local", str(playbook), *arguments], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False, timeout=60,
    )
    return done.stdout + done.stderr


def test_it_writes_what_clients_trust_once_and_nothing_in_check_mode(tmp_path: pathlib.Path) -> None:
    folder, certificates = tmp_path / "pool", {"one": "CERT 1\n", "two": "CERT 2\n"}
    publish(tmp_path, "--check", certificates=certificates)
    assert not folder.exists()
    assert "changed=1" in publish(tmp_path, certificates=certificates)
    assert (folder / "ca.pem").read_text() == "CERT 1\nCERT 2\n"
    assert "changed=0" in publish(tmp_path, certificates=certificates)
    assert "changed=1" in publish(tmp_path, certificates={"one": "CERT 1\n"}, keep=[])
    assert (folder / "ca.pem").read_text() == "CERT 1\n" and not (folder / "two.crt").exists()


def test_a_folder_that_can_not_be_made_is_refused_by_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pool").write_text("a file", encoding="utf-8")
    refused = publish(tmp_path, certificates={"one": "CERT 1\n"})
    assert "can't be written: File exists. Give one on the controller that this user may write." in " ".join(refused.split())

# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between commands."""

from __future__ import annotations

import threading

from local import locks


def test_who_comes_second_waits(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(locks, "STATE", tmp_path)
    entered = threading.Event()

    def enter() -> None:
        with locks.exclusive("images"):
            entered.set()

    second = threading.Thread(target=enter)
    with locks.exclusive("images"), locks.exclusive("another"):
        second.start()
        assert not entered.wait(0.2)
    assert entered.wait(5)
    second.join()

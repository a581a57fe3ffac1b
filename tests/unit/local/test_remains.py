# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is swept away after the tests, and what is somebody's."""

from __future__ import annotations

import os
import subprocess

import pytest

from local import locks, remains


@pytest.fixture
def removed(tmp_path, monkeypatch) -> list[str]:
    """Names of the profiles that are removed, on a machine where nothing is left; tests change that."""
    names: list[str] = []
    monkeypatch.setattr(locks, "STATE", tmp_path)
    monkeypatch.setattr(remains, "write_settings", lambda: None)
    monkeypatch.setattr(remains, "_networks", list)
    monkeypatch.setattr(remains, "ssh_masters", lambda _: [])
    monkeypatch.setattr(remains.stack, "is_ours", lambda _: True)
    monkeypatch.setattr(remains.stack, "remains", lambda _: False)
    monkeypatch.setattr(remains.stack, "remove", lambda profile: names.append(profile.name) or "1 container(s)")
    return names


def test_the_site_is_never_swept() -> None:
    assert sorted(remains.TESTS) == ["molecule", "notes", "sitetest", "stacktest", "test"]


def test_nothing_left(removed: list[str]) -> None:
    assert (remains.sweep(["test", "molecule"]), removed) == ([], [])


def test_what_is_left_is_removed_and_said(removed: list[str], monkeypatch) -> None:
    monkeypatch.setattr(remains.stack, "remains", lambda profile: profile.name == "test")
    assert remains.sweep(["test", "molecule"]) == ["test: 1 container(s)"]
    assert removed == ["test"]


def test_an_ssh_master_alone_is_something_left(removed: list[str], monkeypatch) -> None:
    monkeypatch.setattr(remains, "ssh_masters", lambda address: [7] if address == "10.63.16.1" else [])
    assert remains.sweep(["test", "molecule"]) == ["molecule: 1 container(s)"]


def test_stack_of_another_checkout_is_left_alone(removed: list[str], monkeypatch) -> None:
    monkeypatch.setattr(remains.stack, "remains", lambda _: True)
    monkeypatch.setattr(remains.stack, "is_ours", lambda _: False)
    assert (remains.sweep(["test"]), removed) == ([], [])


@pytest.fixture
def ended(removed: list[str], monkeypatch) -> str:
    """The network of a test session that ended, beside that of one that runs."""
    process = subprocess.Popen(["true"])
    process.wait()
    network = f"launch-pytest-{process.pid}-1"
    monkeypatch.setattr(remains, "_networks", lambda: [f"launch-pytest-{os.getpid()}-2", network])
    monkeypatch.setattr(remains, "succeeds", lambda *_: True)
    monkeypatch.setattr(remains, "remove_network", removed.append)
    return network


def test_databases_of_running_tests_are_left_alone(removed: list[str], ended: str) -> None:
    assert (remains.sweep(["test"]), removed) == ([f"pytest: {ended}"], [ended])


def test_without_a_name_no_profile_is_swept(removed: list[str], ended: str, monkeypatch) -> None:
    monkeypatch.setattr(remains.stack, "remains", lambda _: True)
    assert (remains.sweep([]), removed) == ([f"pytest: {ended}"], [ended])

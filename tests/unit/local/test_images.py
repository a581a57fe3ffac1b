# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When images are built."""

from __future__ import annotations

import pytest

from local import images
from local.errors import StackError


@pytest.fixture
def recipe(tmp_path):
    file = tmp_path / "recipe"
    file.write_text("one", encoding="utf-8")
    return file


def test_another_recipe_is_another_image(recipe) -> None:
    image = images.Image("name", (recipe,))
    before = image.fingerprint()
    assert image.fingerprint() == before
    recipe.write_text("two", encoding="utf-8")
    assert image.fingerprint() != before


@pytest.mark.parametrize(
    ("exists", "label", "expected"), [(False, "same", False), (True, "same", True), (True, "other", False)]
)
def test_current(recipe, monkeypatch, exists: bool, label: str, expected: bool) -> None:
    image = images.Image("name", (recipe,))
    monkeypatch.setattr(images, "succeeds", lambda *_: exists)
    monkeypatch.setattr(images, "podman", lambda *_: f"{image.fingerprint() if label == 'same' else label}\n")
    assert image.is_current() is expected


def test_only_what_is_out_of_date_is_built(monkeypatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(images.Image, "is_current", lambda image: image is images.BASE)
    monkeypatch.setattr(images, "build_base", lambda: built.append("base"))
    monkeypatch.setattr(images, "build_db", lambda: built.append("db"))
    assert (images.ensure(), built) == ([images.DB.name], ["db"])


def test_a_layer_of_tests_is_built_where_it_is_asked_for(recipe, monkeypatch) -> None:
    built: list[str] = []
    layer = images.Image("layer", (recipe,))
    monkeypatch.setattr(images.Image, "is_current", lambda image: image is not layer)
    monkeypatch.setattr(images, "build_layer", lambda image: built.append(image.name))
    assert (images.ensure(), images.ensure(layer), built) == ([], ["layer"], ["layer"])


def test_database_image_follows_the_base_recipe() -> None:
    assert set(images.BASE.recipe) < set(images.DB.recipe)


def test_failed_build_names_the_image(monkeypatch) -> None:
    def fail() -> None:
        raise StackError("no space left")

    monkeypatch.setattr(images.Image, "is_current", lambda _: False)
    monkeypatch.setattr(images, "build_base", fail)
    with pytest.raises(StackError, match=r"cannot build localhost/launch-base:latest: no space left"):
        images.ensure()

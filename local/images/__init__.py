# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images built from Debian packages only: the two of the local stack, and layers on the base that tests need."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local.containers import podman, succeeds
from local.errors import StackError
from local.locks import exclusive
from local.paths import PACKAGE
from local.shell import run

HERE = PACKAGE / "images"
RECIPE_LABEL = "launch.recipe"
BUILD_TIMEOUT = 900  # seconds; about 40 s on two idle cores


@dataclass(frozen=True)
class Image:
    """An image and the files that decide what is in it."""

    name: str
    recipe: tuple[Path, ...]

    def fingerprint(self) -> str:
        """Return the sha256 of the recipe: another recipe, another image."""
        digest = hashlib.sha256()
        for path in self.recipe:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def is_current(self) -> bool:
        """Return whether the image exists and was built from today's recipe."""
        if not succeeds("image", "exists", self.name):
            return False
        label = podman("image", "inspect", f'--format={{{{index .Labels "{RECIPE_LABEL}"}}}}', self.name)
        return label.strip() == self.fingerprint()

    def identity(self) -> str:
        """Return podman's id of the image."""
        return podman("image", "inspect", "--format={{.Id}}", self.name).strip()


BASE = Image("localhost/launch-base:latest", (HERE / "base.sh",))
DB = Image("localhost/launch-db:latest", (HERE / "base.sh", HERE / "db.containerfile", HERE / "db-host.sh"))


def build_base() -> None:
    """Build the image of the pool hosts."""
    with tempfile.TemporaryDirectory(prefix="launch-base-") as folder:
        archive = Path(folder) / "root.tar"
        run(["bash", str(BASE.recipe[0]), str(archive)], timeout=BUILD_TIMEOUT)
        podman(
            "import",
            "--quiet",
            '--change=CMD ["/lib/systemd/systemd"]',
            "--change=STOPSIGNAL SIGRTMIN+3",
            f"--change=LABEL {RECIPE_LABEL}={BASE.fingerprint()}",
            str(archive),
            BASE.name,
        )


def build_layer(image: Image) -> None:
    """Build an image on the base image: the containerfile of its recipe, with the files beside it."""
    containerfile = next(path for path in image.recipe if path.suffix == ".containerfile")
    podman(
        "build",
        "--quiet",
        f"--tag={image.name}",
        f"--label={RECIPE_LABEL}={image.fingerprint()}",
        f"--file={containerfile}",
        str(containerfile.parent),
        timeout=BUILD_TIMEOUT,
    )


def build_db() -> None:
    """Build the image of the DB instances."""
    build_layer(DB)


def outdated() -> list[str]:
    """Return the names of the images that are missing or not of today's recipe."""
    return [image.name for image in (BASE, DB) if not image.is_current()]


def ensure(*more: Image) -> list[str]:
    """Build what is missing or out of date and return the names of the images built.

    :arg more: layers on the base image, beside the images of the stack.
    Raises StackError: an image cannot be built; the text has the last words of the tool.
    """
    with exclusive("images"):  # who comes second finds them built
        stale = outdated() + [image.name for image in more if not image.is_current()]
        builds = {BASE.name: build_base, DB.name: build_db} | {image.name: partial(build_layer, image) for image in more}
        for name in stale:
            _build(name, builds[name])
    return stale


def _build(name: str, build: Callable[[], None]) -> None:
    try:
        build()
    except StackError as error:
        raise StackError(f"cannot build {name}: {error}") from error

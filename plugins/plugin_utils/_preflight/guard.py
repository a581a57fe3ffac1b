# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What says that the preflight passed in this very run.

A fact alone could be forged on the command line or in an inventory. This one can't: its value comes from a secret that each
process of ansible-playbook makes for itself when the action plugin is loaded, before it forks its workers.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import hmac
import secrets
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import names

FACT = names.RESERVED
_SECRET = secrets.token_bytes(32)


def seal(account: str) -> dict[str, str]:
    """The fact that a preflight leaves behind where it passed.

    :arg account: that answered; empty where none was asked.
    """
    return {"account": account, "seal": _sealed(account)}


def passed(fact: t.Any) -> bool:
    """Whether a fact is from this run."""
    if not isinstance(fact, t.Mapping):
        return False
    return hmac.compare_digest(str(fact.get("seal")).encode(), _sealed(str(fact.get("account"))).encode())


def _sealed(account: str) -> str:
    return hmac.new(_SECRET, account.encode(), "sha256").hexdigest()


def refusal(fact: t.Any, extra: t.Collection[str], limit: str | None, skipped: t.Collection[str]) -> list[LaunchError]:
    """Refuse to go on where no preflight passed in this run.

    :arg extra: names of variables of the command line.
    :arg limit: of the command line.
    :arg skipped: tags that the command line leaves out.
    """
    if passed(fact):
        return []
    forged = [names.reserved()] if FACT in extra else []
    remedy = "Begin with playbooks/preflight.yml, as the playbooks of the collection do."
    skips = [tag for tag in ("always", "preflight") if tag in skipped]
    if skips:
        remedy = f"Leave --skip-tags {skips[0]} out."
    elif limit:
        remedy = f"Add localhost to the limit, where the preflight runs: --limit '{limit},localhost'."
    return forged + [LaunchError(
        "it did not pass in this run, so that nobody looked at what would be done, or where.", option="preflight", remedy=f"{remedy} Nothing was changed here.",
    )]

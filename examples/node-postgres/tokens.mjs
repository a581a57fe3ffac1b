// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Tokens for set_context(token), with nothing but node. Copy it.
//
// It belongs where requests are authenticated. Who has the key can be any tenant: the code that makes SQL gets tokens, not the key.

import { createHmac } from 'node:crypto';

const LIFE = 60; // seconds; longer than a client may wait for a connection of the pool (30), and the database refuses more than 300

const mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');

/** A token for one transaction of a tenant, made with the `key` of the secret, for the database of that name. */
export function issue(key, database, tenant, actor, life = LIFE) {
  if ([tenant, actor].some((part) => !part || part.includes(' '))) throw new RangeError('tenant and actor are ids without a space');
  const expiry = String(Math.floor(Date.now() / 1000) + life).padStart(10, '0');
  const signed = `${mac(key, 'key id').slice(0, 8)}${expiry}${tenant} ${actor}`;
  return mac(key, `${signed} ${database}`) + signed;
}

// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Transactions of a tenant with node-postgres. Copy it; docs/applications.md says why it is as it is.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const SET_CONTEXT = 'select app.set_context($1)';
const ATTEMPTS = 5;
const PAUSE = 50; // ms; doubles with each attempt

/** A pool whose connections go to the pool, with its certificate verified. Leave query_timeout out: the query would go on. */
export function openPool({ ca, ...options }) {
  const pool = new pg.Pool({ port: 6432, ...options, ssl: { ca, ...options.ssl } });
  pool.on('error', () => {}); // a connection that was lost while nobody used it; without a listener node ends
  return pool;
}

/** The connection was lost while a transaction was being committed: nobody here knows whether it was. */
export class MayBeCommitted extends Error {}

/** A statement failed and its error was not passed on. PostgreSQL takes COMMIT for ROLLBACK then, and says so in its answer only. */
export class NothingCommitted extends Error {}

/**
 * A transaction of the token's tenant: committed when work is done, rolled back when it throws.
 * begin: what else the transaction is, as in 'begin isolation level serializable read only'. So nothing of it stays.
 */
export async function tenant(pool, token, work, begin = 'begin') {
  const state = { lost: true, committing: false };
  let client;
  const onEnd = () => { state.lost = true; };
  try {
    client = await pool.connect();
    state.lost = false;
    client.on('end', onEnd).on('error', onEnd); // without a listener node ends
    await client.query(begin);
    await client.query(SET_CONTEXT, [token]);
    const result = await work(client);
    state.committing = true;
    const { command } = await client.query('commit');
    if (command === 'ROLLBACK') throw new NothingCommitted('a statement failed and its error was not passed on');
    return result;
  } catch (error) {
    if (client && !state.lost) await client.query('rollback').catch(onEnd);
    state.lost ||= isLost(error);
    throw Object.assign(error, state);
  } finally {
    client?.off('end', onEnd).off('error', onEnd).release(state.lost);
  }
}

/**
 * Do work in a transaction, and all of it again, with a new token, where that is what helps.
 * repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
 * Throws MayBeCommitted: the connection was lost during COMMIT.
 */
export async function run(pool, makeToken, work, { repeatable = false, attempts = ATTEMPTS, begin = 'begin' } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tenant(pool, await makeToken(), work, begin);
    } catch (error) {
      if (error.committing && error.lost && !repeatable) throw new MayBeCommitted('the connection was lost', { cause: error });
      if (attempt >= attempts || !(error.lost || isConflict(error))) throw error;
    }
    await sleep((0.5 + Math.random() / 2) * PAUSE * 2 ** (attempt - 1));
  }
}

/** What is done within it is undone where it throws; the rest of the transaction, the context too, stays. */
export async function savepoint(client, work) {
  await client.query('savepoint nested');
  try {
    const result = await work(client);
    await client.query('release savepoint nested');
    return result;
  } catch (error) {
    await client.query('rollback to savepoint nested');
    throw error;
  }
}

/** Another transaction was in the way; this one was rolled back. */
export function isConflict(error) {
  return ['40001', '40P01'].includes(error.code);
}

/** The connection is gone, or there was none to be had: class 08, or what a server says that goes away. */
export function isLost(error) {
  return /^08|^57P0[123]$/.test(error.code ?? '');
}

// created_at is text: a Date has milliseconds, and the next page would begin before this one's end.
const page = (after) => `select created_at::text as created_at, id, name from app.projects ${after}
  order by app.projects.created_at, id limit $1`;

/** All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is. */
export async function* projects(pool, makeToken, size = 100) {
  let last;
  for (;;) {
    const after = last ? 'where (created_at, id) > ($2::timestamptz, $3)' : '';
    const values = last ? [size, last.created_at, last.id] : [size];
    const { rows } = await run(pool, makeToken, (client) => client.query(page(after), values), { repeatable: true });
    yield* rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

/** Many rows in one statement; COPY is refused for tenants' tables. */
export function addProjects(client, names) {
  return client.query('insert into app.projects (name) select unnest($1::text[])', [names]);
}

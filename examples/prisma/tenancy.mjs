// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Transactions of a tenant with Prisma 6 and its adapter for node-postgres. Copy it; docs/applications.md says why it is as it is.

import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '@prisma/client';

const ATTEMPTS = 5;
const PAUSE = 50; // ms; doubles with each attempt

/** A client whose connections go to the pool, with its certificate verified. */
export function openClient({ ca, ...options }) {
  return new PrismaClient({ adapter: new PrismaPg({ port: 6432, ssl: { ca }, connectionTimeoutMillis: 10_000, ...options }) });
}

/** The connection was lost while a transaction was being committed: nobody here knows whether it was. */
export class MayBeCommitted extends Error {}

/**
 * A transaction of the token's tenant: committed when work is done, rolled back when it throws. Work has to use the client that it is
 * given. Not $extends() with a transaction for each operation: each would be committed by itself, whatever becomes of the others.
 */
export function tenant(prisma, token, work, options = {}) {
  const { readOnly = false, ...begin } = options;
  return prisma.$transaction(async (tx) => {
    if (readOnly) await tx.$executeRaw`set transaction read only`;
    await tx.$queryRaw`select app.set_context(${token})`;
    return work(tx);
  }, begin);
}

/**
 * Do work in a transaction, and all of it again, with a new token, where that is what helps.
 * repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
 * options: isolationLevel: 'Serializable', readOnly, timeout of the transaction (5000 ms by default), maxWait.
 * Throws MayBeCommitted: the connection was lost during COMMIT.
 */
export async function run(prisma, makeToken, work, { repeatable = false, attempts = ATTEMPTS, ...options } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    let done = false;
    try {
      return await tenant(prisma, await makeToken(), async (tx) => {
        const result = await work(tx);
        done = true;
        return result;
      }, options);
    } catch (error) {
      if (done && isLost(error) && !repeatable) throw new MayBeCommitted('the connection was lost', { cause: error });
      if (attempt >= attempts || !(isLost(error) || isConflict(error))) throw error;
    }
    await sleep((0.5 + Math.random() / 2) * PAUSE * 2 ** (attempt - 1));
  }
}

/** What PostgreSQL said, whichever of Prisma's codes it came under. */
export function sqlstate(error) {
  const cause = error.meta?.driverAdapterError?.cause ?? error.cause;
  return cause?.originalCode ?? error.meta?.code ?? null;
}

/** Another transaction was in the way; this one was rolled back. P2034 is Prisma's word for it. */
export function isConflict(error) {
  return error.code === 'P2034' || ['40001', '40P01'].includes(sqlstate(error));
}

/** The connection is gone, or there was none to be had. What node-postgres says by itself has no code: its text is all there is. */
export function isLost(error) {
  return ['P1001', 'P1002', 'P1008', 'P1017', 'P2024'].includes(error.code) || /^08|^57P0[123]$/.test(sqlstate(error) ?? '')
    || /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(error.message);
}

/** All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is. */
export async function* projects(prisma, makeToken, size = 100) {
  let last;
  for (;;) {
    // created_at is text: a Date has milliseconds, and the next page would begin before this one's end.
    const after = last ? Prisma.sql`where (created_at, id) > (${last.created_at}::timestamptz, ${last.id})` : Prisma.empty;
    const rows = await run(prisma, makeToken, (tx) => tx.$queryRaw`select created_at::text as created_at, id::text, name
      from app.projects ${after} order by app.projects.created_at, app.projects.id limit ${size}`, { repeatable: true });
    yield* rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

/** Many rows; COPY is refused for tenants' tables. */
export function addProjects(tx, names) {
  return tx.project.createMany({ data: names.map((name) => ({ name })) });
}

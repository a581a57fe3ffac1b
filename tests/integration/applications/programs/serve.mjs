// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the programs in JavaScript have in common: lines in, lines out, and the steps of a transaction.

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? Number(value) : value))}\n`);

class ApplicationError extends Error {}

/** An adapter says by `describe` what it knows better. */
const described = (adapter, error) => ({
  kind: error.constructor.name, sqlstate: error.code ?? null, constraint: error.constraint ?? null, text: error.message,
  ...adapter.describe?.(error),
});

/** Answer requests until there are no more. */
export async function serve(opened) {
  const adapter = await opened(JSON.parse(await next()));
  tell({ ready: true });
  for (let line = await next(); line !== undefined; line = await next()) {
    const count = { attempts: 0 };
    const answer = await answered(adapter, JSON.parse(line), count).catch((error) => ({ error: described(adapter, error) }));
    tell({ ...answer, ...count });
  }
  process.exit(0);
}

async function answered(adapter, request, count) {
  const { tokens = [] } = request;
  const makeToken = () => (tokens.length > 1 ? tokens.shift() : tokens[0]);
  switch (request.do) {
    case 'run':
      return { rows: await adapter.run(request, makeToken, (client) => done(adapter, client, request.steps, (count.attempts += 1))) };
    case 'bare':
      return { rows: await adapter.bare(request.sql) };
    case 'pages':
      return { names: await adapter.pages(makeToken, request.size) };
    case 'bulk':
      return { count: await adapter.run(request, makeToken, (client) => adapter.bulk(client, request.names)) };
    default:
      return adapter[request.do](request, makeToken);
  }
}

/** The rows of each query, one after another. */
async function done(adapter, client, steps, attempt) {
  const found = [];
  for (const step of steps) {
    if (step.sql) found.push(await adapter.query(client, step.sql, step.values ?? []));
    if (step.savepoint) {
      await adapter.savepoint(client, async (inner) => found.push(...await done(adapter, inner ?? client, step.savepoint, attempt)))
        .catch((error) => found.push(described(adapter, error)));
    }
    if (step.swallow) await adapter.query(client, step.swallow, []).catch((error) => found.push(described(adapter, error)));
    if (step.fail) throw new ApplicationError('asked to fail');
    if (step.ask && attempt <= (step.until ?? attempt)) {
      tell({ ask: step.ask });
      await next();
    }
  }
  return found;
}

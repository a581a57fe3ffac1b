// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// examples/node-postgres.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serve } from './serve.mjs';

const examples = new URL('../../../../examples/node-postgres/', import.meta.url);
const tenancy = await import(new URL('tenancy.mjs', examples));
const tokens = await import(new URL('tokens.mjs', examples));

serve((config) => {
  const open = (login, more = {}) => tenancy.openPool({
    host: config.hosts.at(-1), port: config.ports.at(-1), database: config.database, ca: readFileSync(config.ca, 'utf8'), max: 2, ...login, ...more,
  });
  const pools = Object.fromEntries(Object.entries(config.logins).map(([profile, login]) => [profile, open(login)]));
  // With a name it is prepared; those of another client are the same.
  const named = (sql) => createHash('md5').update(sql).digest('hex');
  const query = async (client, sql, values) => (await client.query({ name: named(sql), text: sql, values, rowMode: 'array' })).rows;
  return {
    query,
    savepoint: tenancy.savepoint,
    run: ({ profile, serializable, read_only: readOnly, repeatable, attempts }, makeToken, work) => {
      const begin = `begin${serializable ? ' isolation level serializable' : ''}${readOnly ? ' read only' : ''}`;
      return tenancy.run(pools[profile], makeToken, work, { repeatable, attempts, begin });
    },
    bare: (sql) => query(pools.write, sql, []),
    pages: async (makeToken, size) => {
      const names = [];
      for await (const { name } of tenancy.projects(pools.write, makeToken, size)) names.push(name);
      return names;
    },
    bulk: async (client, names) => (await tenancy.addProjects(client, names)).rowCount,
    issue: ({ key, database, tenant, actor, life }) => ({ token: tokens.issue(key, database, tenant, actor, life) }),
    /** A query that the client gives up: does the server? */
    trap: async ({ query_timeout }) => {
      const pool = open(config.logins.write, { query_timeout });
      try {
        await pool.query("select pg_sleep(3) as given_up");
        return {};
      } catch (error) {
        return { text: error.message };
      } finally {
        pool.end().catch(() => {});
      }
    },
  };
});

// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// examples/prisma. Prisma has no savepoint: that step and its test are not for it.

import { readFileSync } from 'node:fs';
import { serve } from './serve.mjs';

const tenancy = await import(new URL('../../../../examples/prisma/tenancy.mjs', import.meta.url));

serve((config) => {
  // The adapter takes the options of node-postgres; here the name's address is told, and the name is what the certificate has.
  const open = (login) => tenancy.openClient({
    host: config.addresses.at(-1), port: config.ports.at(-1), database: config.database, max: config.max ?? 6, ...login,
    ssl: { ca: readFileSync(config.ca, 'utf8'), servername: config.hosts.at(-1) },
  });
  const clients = Object.fromEntries(Object.entries(config.logins).map(([profile, login]) => [profile, open(login)]));
  const query = async (tx, sql, values) => (await tx.$queryRawUnsafe(sql, ...values)).map((row) => Object.values(row));
  return {
    query,
    describe: (error) => ({ sqlstate: tenancy.sqlstate(error), constraint: error.meta?.driverAdapterError?.cause?.constraint?.index ?? null, error: JSON.stringify(error) }),
    run: ({ profile, serializable, read_only: readOnly, repeatable, attempts }, makeToken, work) => {
      const begin = serializable ? { isolationLevel: 'Serializable' } : {};
      return tenancy.run(clients[profile], makeToken, work, { repeatable, attempts, readOnly, timeout: 60_000, maxWait: 60_000, ...begin });
    },
    bare: (sql) => query(clients.write, sql, []),
    pages: async (makeToken, size) => {
      const names = [];
      for await (const { name } of tenancy.projects(clients.write, makeToken, size)) names.push(name);
      return names;
    },
    bulk: async (tx, names) => (await tenancy.addProjects(tx, names)).count,
    model: async ({ name }, makeToken) => {
      const made = await tenancy.run(clients.write, makeToken, (tx) => tx.project.create({ data: { name } }));
      const changed = await tenancy.run(clients.write, makeToken, (tx) => tx.project.update({ where: { id: made.id }, data: { isActive: false } }));
      const snake = (row) => Object.fromEntries(Object.entries(row).map(([field, value]) => [field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
      return { rows: [snake(made), snake(changed)] };
    },
    /** A transaction for each operation, as an extension: the second fails, and the first stays. */
    trap: async ({ name }, makeToken) => {
      const extended = clients.write.$extends({
        query: {
          async $allOperations({ args, query: operation }) {
            const [, result] = await clients.write.$transaction([clients.write.$queryRaw`select app.set_context(${makeToken()})`, operation(args)]);
            return result;
          },
        },
      });
      const answer = await extended.$transaction(async (tx) => {
        await tx.project.create({ data: { name } });
        throw new Error('after a write');
      }).catch((error) => ({ text: error.message }));
      return answer;
    },
  };
});

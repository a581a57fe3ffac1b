-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Published weaknesses of the server by which a login that only runs SQL reads past policies, or becomes the server. A
-- line for each and for each major version: the minor version that closed it, what it opens, and where that is said:
-- https://www.postgresql.org/support/security/<CVE>/, and the release notes of that version. Weaknesses of clients,
-- of replication and of modules that have to be created first are not among them. A provider that closes one
-- without changing the version is an exception with its own source.

with weakness (cve, major, minor, what) as (values
  ('CVE-2024-10976', 15,  9, 'a cached plan keeps the policies of another role'),
  ('CVE-2024-10976', 16,  5, 'a cached plan keeps the policies of another role'),
  ('CVE-2024-10976', 17,  1, 'a cached plan keeps the policies of another role'),
  ('CVE-2025-8713',  15, 14, 'statistics of a partition are told past the policies of its parent'),
  ('CVE-2025-8713',  16, 10, 'statistics of a partition are told past the policies of its parent'),
  ('CVE-2025-8713',  17,  6, 'statistics of a partition are told past the policies of its parent'),
  ('CVE-2026-2003',  15, 16, 'an oidvector discloses memory of the server'),
  ('CVE-2026-2003',  16, 12, 'an oidvector discloses memory of the server'),
  ('CVE-2026-2003',  17,  8, 'an oidvector discloses memory of the server'),
  ('CVE-2026-2003',  18,  2, 'an oidvector discloses memory of the server'),
  ('CVE-2026-2006',  15, 16, 'a text in multibyte characters runs code as the server'),
  ('CVE-2026-2006',  16, 12, 'a text in multibyte characters runs code as the server'),
  ('CVE-2026-2006',  17,  8, 'a text in multibyte characters runs code as the server'),
  ('CVE-2026-2006',  18,  2, 'a text in multibyte characters runs code as the server'),
  ('CVE-2026-6473',  15, 18, 'sizes that wrap around write past a buffer of the server'),
  ('CVE-2026-6473',  16, 14, 'sizes that wrap around write past a buffer of the server'),
  ('CVE-2026-6473',  17, 10, 'sizes that wrap around write past a buffer of the server'),
  ('CVE-2026-6473',  18,  4, 'sizes that wrap around write past a buffer of the server'),
  ('CVE-2026-14664', 15, 19, 'a regular expression runs code as the server'),
  ('CVE-2026-14664', 16, 15, 'a regular expression runs code as the server'),
  ('CVE-2026-14664', 17, 11, 'a regular expression runs code as the server'),
  ('CVE-2026-14664', 18,  6, 'a regular expression runs code as the server'),
  ('CVE-2026-14666', 15, 19, 'a cached plan keeps policies after a change of memberships or of the owner'),
  ('CVE-2026-14666', 16, 15, 'a cached plan keeps policies after a change of memberships or of the owner'),
  ('CVE-2026-14666', 17, 11, 'a cached plan keeps policies after a change of memberships or of the owner'),
  ('CVE-2026-14666', 18,  6, 'a cached plan keeps policies after a change of memberships or of the owner'),
  ('CVE-2026-14680', 15, 19, 'a call with an argument of the type internal runs code as the server'),
  ('CVE-2026-14680', 16, 15, 'a call with an argument of the type internal runs code as the server'),
  ('CVE-2026-14680', 17, 11, 'a call with an argument of the type internal runs code as the server'),
  ('CVE-2026-14680', 18,  6, 'a call with an argument of the type internal runs code as the server')
), server as (
  select number / 10000 as major, number % 10000 as minor
  from pg_catalog.current_setting('server_version_num') as text
  cross join lateral (select text::pg_catalog.int4 as number) as version
)
select
  'R37' as rule,
  'error' as severity,
  pg_catalog.format('PostgreSQL %s.%s', s.major, s.minor) as object,
  case
    when s.major < 15 then 'no weakness of this major version is known to this rule'
    when w.cve is not null then pg_catalog.format('%s is open: %s', w.cve, w.what) end as detail,
  case when w.cve is null then 'upgrade to a major version that is supported'
    else pg_catalog.format('upgrade to %s.%s or later', w.major, w.minor) end as remedy
from server s
left join weakness w on w.major = s.major and s.minor < w.minor
order by object, detail;

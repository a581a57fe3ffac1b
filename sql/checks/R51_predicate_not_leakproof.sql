-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- R24 finds indexes that no condition can use beside a policy. Here is what the application really asks: statements that
-- pg_stat_statements keeps at this moment, whose condition an index has an operator for that is not LEAKPROOF (LIKE, a
-- timestamp compared with a date, @>), so that the index waits for the policy. Whether an operator is one, and whether an
-- index knows it, the catalogs say. The text is only taken apart into "column operator $n" and "function(column) operator
-- $n", joined by AND after WHERE: what is not clear is left out, as are texts that hold a value. It is about speed, so
-- that what could not be read is told (unseen) and is not unknown as a rule's without anything to look at.

with source as materialized (
  select s.nspname,
         case
           when pg_catalog.current_setting('pg_stat_statements.max', true) is null then 'the server has not loaded pg_stat_statements'
           when not pg_catalog.has_schema_privilege(s.oid, 'USAGE') or v.oid is null or not pg_catalog.has_table_privilege(v.oid, 'SELECT')
             then pg_catalog.format('this login can not read the statements in schema %I', s.nspname)
         end as closed,
         pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') as has_all
  from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace s on s.oid = e.extnamespace
  left join pg_catalog.pg_class v on v.relnamespace = s.oid and v.relname = 'pg_stat_statements'
  where e.extname = 'pg_stat_statements'
), kept as materialized (
  -- The extension may not be there, so that the query is made here; as digits, since XML has no control characters.
  select pg_catalog.convert_from(pg_catalog.decode(read.digits, 'hex'), 'UTF8') as query
  from source o
  cross join lateral xmltable('/table/row' passing pg_catalog.query_to_xml(pg_catalog.format(
    'select pg_catalog.encode(pg_catalog.convert_to(s.query, ''UTF8''), ''hex'') as digits
     from %I.pg_stat_statements s
     join pg_catalog.pg_database d on d.oid = s.dbid and d.datname = pg_catalog.current_database()
     where s.userid = any (%L::pg_catalog.oid[]) and pg_catalog.length(s.query) <= 4000
       and s.query ~* ''^\s*(/\*|--|select\M|with\M|update\M|delete\M|insert\M)''',
    o.nspname, array(select a.oid from application_role a)), false, false, '') columns digits pg_catalog.text path 'digits') as read
  where o.closed is null
), statement as materialized (
  -- Comments may hold values, and so may a statement that was pushed out while it ran: such a text is neither judged nor shown.
  select shown, pg_catalog.lower(pg_catalog.regexp_replace(shown, '"([a-z_][a-z0-9_$]*)"', '\1', 'g')) as text
  from (
    select distinct pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.regexp_replace(
      query, '/\*.*?\*/', ' ', 'g'), '--[^\n]*', ' ', 'g'), '\s+', ' ', 'g')) as shown
    from kept) as plain
  where shown !~ '[''\\]|\$[^0-9]*\$|(?<![a-zA-Z0-9_$])[0-9]'
), mentioned as materialized (
  -- The tables of a statement, with what its columns may be called by.
  select t.shown, t.text, c.oid, c.nspname, c.relname, c.tenant_column, item[3] as alias,
         (select pg_catalog.count(*) from pg_catalog.regexp_matches(t.text, '\m(from|join|update|into|using)\M', 'g')) = 1
           and t.text !~ '\mfrom\s+[a-z0-9_$.]+(\s+(as\s+)?[a-z0-9_$]+)?\s*,' as is_alone
  from statement t
  cross join lateral pg_catalog.regexp_matches(
    t.text, '\m(?:from|join|update)\s+(?:only\s+)?(?:([a-z_][a-z0-9_$]*)\s*\.\s*)?([a-z_][a-z0-9_$]*)(?:\s+(?:as\s+)?([a-z_][a-z0-9_$]*))?', 'g'
  ) as item
  join tenant_table c on c.relname = item[2] and not c.relispartition
    and (c.nspname = item[1] or (item[1] is null and t.text !~ '^with\M' and 1 = (
      select pg_catalog.count(*)
      from pg_catalog.pg_class o
      where o.relname = c.relname and o.relkind in ('r', 'p', 'v', 'm', 'f') and o.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace)))
), part as materialized (
  -- Each condition of a WHERE without OR: what is negated or one of several can be no index condition anyway.
  select t.*, condition.text as condition
  from mentioned t
  cross join lateral pg_catalog.regexp_matches(
    t.text,
    '\mwhere\M(.*?)(?=\m(?:select|group|order|having|limit|offset|fetch|for|returning|set|union|except|intersect|where|window|on|from|when)\M'
      || '|\)\s*(?:,|as\M|from\M)|;|$)', 'g'
  ) as clause
  cross join lateral pg_catalog.regexp_split_to_table(clause[1], '\mand\M') as condition (text)
  where clause[1] !~ '\m(?:or|case)\M|\mnot\s*\('
), taken_apart as materialized (
  select p.oid, p.nspname, p.relname, p.alias, p.is_alone, p.shown, found[1] as function, found[2] as qualifier, found[3] as attname,
         coalesce(found[5], case found[4] when 'like' then '~~' when 'ilike' then '~~*' when 'in' then '=' when 'between' then '>=' end) as operator,
         (pg_catalog.regexp_match(found[6], '^[\s(]*\$[0-9]+\s*::\s*([a-z_][a-z0-9_ ]*?)\s*\)*\s*$'))[1] as cast_to,
         found[6] ~ '::' as is_cast
  from part p
  cross join lateral (
    select coalesce(
      pg_catalog.regexp_match(p.condition,
        '^[\s(]*()(?:([a-z_][a-z0-9_$]*)\s*\.\s*)?([a-z_][a-z0-9_$]*)(?:\s+(like|ilike|in|between)\M|\s*([-<>=~!@#%^&|?*+/]+))\s*(.*)$'),
      pg_catalog.regexp_match(p.condition,
        '^[\s(]*([a-z_][a-z0-9_$]*)\s*\(\s*(?:([a-z_][a-z0-9_$]*)\s*\.\s*)?([a-z_][a-z0-9_$]*)\s*\)(?:\s+(like|ilike|in|between)\M|\s*([-<>=~!@#%^&|?*+/]+))\s*(.*)$')
    ) as found
    -- Once for each condition, and not for each of its parts.
    offset 0) as whole
  where found[6] ~ '^(?:any\s*)?[\s(]*\$[0-9]'
), entry as materialized (
  -- The keys of each table's indexes, beside the tenant's.
  select c.oid, a.attnum, coalesce(a.attname::pg_catalog.text, expression.part[2]) as attname, coalesce(expression.part[1], '') as function,
         coalesce(nullif(t.typbasetype, 0), t.oid) as type, t.typtype, t.typcategory, o.opcfamily, m.amname,
         -- A prefix of a pattern is a range of the index only where it is sorted by bytes.
         m.amname = 'btree' and (f.opfname like '%pattern_ops' or l.collname in ('C', 'POSIX', 'ucs_basic')
           or (l.collname = 'default' and d.datlocprovider = 'c' and d.datcollate in ('C', 'POSIX'))) as by_bytes
  from (select distinct oid, tenant_column from mentioned) as c
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
  join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisvalid
  cross join lateral pg_catalog.generate_series(0, i.indnkeyatts - 1) as position (number)
  join pg_catalog.pg_opclass o on o.oid = i.indclass[position.number]
  join pg_catalog.pg_opfamily f on f.oid = o.opcfamily
  join pg_catalog.pg_am m on m.oid = o.opcmethod
  left join pg_catalog.pg_collation l on l.oid = i.indcollation[position.number]
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[position.number] and a.attnum > 0
  left join pg_catalog.pg_type t on t.oid = a.atttypid
  left join lateral pg_catalog.regexp_match(
    pg_catalog.pg_get_indexdef(i.indexrelid, position.number + 1, true), '^([a-z_][a-z0-9_$]*)\(([a-z_][a-z0-9_$]*)(?:::[a-z ]+)?\)$'
  ) as expression (part) on i.indkey[position.number] = 0
  where a.attname is distinct from c.tenant_column
    -- An expression is one whose functions are not LEAKPROOF: its tree has their numbers.
    and (a.attnum is not null or exists (
      select
      from pg_catalog.regexp_matches(i.indexprs::pg_catalog.text, ':funcid (\d+)', 'g') as called (number)
      join pg_catalog.pg_proc p on p.oid = called.number[1]::pg_catalog.oid and not p.proleakproof and p.proname = expression.part[1]))
), asked as (
  select p.oid, p.shown, p.function, p.attname, p.operator, p.cast_to, e.opcfamily, e.by_bytes, e.type,
         -- What an operator is declared for that takes the column as it is.
         pg_catalog.array_remove(array[e.type, case when e.type = 'pg_catalog.varchar'::pg_catalog.regtype then 'pg_catalog.text'::pg_catalog.regtype end,
           case when e.typcategory = 'A' then 'pg_catalog.anyarray'::pg_catalog.regtype end,
           case e.typtype when 'e' then 'pg_catalog.anyenum'::pg_catalog.regtype when 'r' then 'pg_catalog.anyrange'::pg_catalog.regtype
             when 'm' then 'pg_catalog.anymultirange'::pg_catalog.regtype end]::pg_catalog.oid[], null) as taken_as
  from taken_apart p
  join entry e on e.oid = p.oid and e.attname = p.attname and e.function = p.function
  where (p.qualifier in (p.relname, p.alias) or (p.qualifier is null and p.is_alone))
    and (not p.is_cast or pg_catalog.to_regtype(p.cast_to) is not null)
), candidate as (
  -- A parameter without a type is taken for the column's own where there is such an operator.
  select a.*, o.oid as operator_oid, f.proleakproof, f.prosupport,
         o.oprright = any (a.taken_as) as is_own, pg_catalog.bool_or(o.oprright = any (a.taken_as)) over (partition by a.oid, a.attname, a.operator, a.cast_to, a.shown, a.opcfamily) as has_own
  from asked a
  join pg_catalog.pg_operator o on o.oprname = a.operator and o.oprleft = any (a.taken_as) and o.oprresult = 'pg_catalog.bool'::pg_catalog.regtype
    and (a.cast_to is null or o.oprright = pg_catalog.to_regtype(a.cast_to)
      or (o.oprright = 'pg_catalog.text'::pg_catalog.regtype and pg_catalog.to_regtype(a.cast_to) = 'pg_catalog.varchar'::pg_catalog.regtype))
  join pg_catalog.pg_proc f on f.oid = o.oprcode
  where a.function = ''
), found as (
  select oid, attname, operator, shown
  from candidate c
  where cast_to is not null or is_own or not has_own
  group by c.oid, attname, operator, shown, opcfamily, by_bytes
  having not pg_catalog.bool_or(proleakproof) and pg_catalog.bool_and(
    exists (select from pg_catalog.pg_amop m where m.amopopr = c.operator_oid and m.amopfamily = c.opcfamily and m.amoppurpose = 's')
    or (by_bytes and prosupport <> 0 and operator in ('~~', '^@')))
  union
  select a.oid, pg_catalog.format('%s(%s)', a.function, a.attname), a.operator, a.shown
  from asked a
  where a.function <> '' and exists (
    select from pg_catalog.pg_amop m join pg_catalog.pg_operator o on o.oid = m.amopopr
    where m.amopfamily = a.opcfamily and m.amoppurpose = 's' and o.oprname = a.operator)
), unseen as (
  select 'pg_stat_statements is not installed in this database' as reason where not exists (select from source)
  union all
  select closed from source where closed is not null
  union all
  select 'this login reads the texts of its own statements only' from source where closed is null and not has_all
  union all
  select 'no statement of the application is kept' from source where closed is null and has_all and not exists (select from kept)
)
select
  'R51' as rule,
  'warning' as severity,
  pg_catalog.concat(pg_catalog.format('%I.%I', c.nspname, c.relname), ': ' || f.attname || ' ' || f.operator) as object,
  case when f.oid is not null then pg_catalog.format('a condition with %s on %s is no index condition under row level security, in %s of the statements kept at this moment, as in: %s',
    f.operator, f.attname, f.statements,
    case when pg_catalog.length(f.example) > 200 then pg_catalog.left(f.example, 200) || ' ...' else f.example end) end as detail,
  'compare what has leakproof operators (a value of the column''s own type, a generated column), or search in a function that compares the tenant'
    as remedy
from (
  select oid, attname, operator, pg_catalog.count(*) as statements, pg_catalog.min(shown) as example
  from found
  group by oid, attname, operator
) as f
right join tenant_table c on c.oid = f.oid
where not c.relispartition and exists (select from kept)
union all
select 'R51', 'unseen', 'statements', reason, 'install it where it is granted to who watches the server (R48), and look as a member of pg_read_all_stats'
from unseen
order by object, detail;

# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from the catalogs: a query for each kind of object, as PostgreSQL 15 and later answer it to any login.

A row has ``name``, and a column for each attribute. NULL and false stand for what an object has by default, and such an attribute is none.
A column of JSON is as many attributes as it has keys. Columns that begin with an underscore say where the row belongs and are no attribute.

Never from information_schema, which hides rows. What is built in has an oid below 16384; a schema's name says nothing, since
anybody may be let into pg_catalog. What belongs to an extension is the extension's.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

# All that changes what pg_get_*() and casts to text print; ALTER ROLE and ALTER DATABASE could have set any of it.
PINNED = {
    "search_path": "pg_catalog, pg_temp", "timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "quote_all_identifiers": "off", "standard_conforming_strings": "on", "xmloption": "content", "lc_monetary": "C",
    "client_encoding": "UTF8", "row_security": "off", "jit": "off", "lock_timeout": "2s", "statement_timeout": "60s",
}

_RELATION = "quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
_LASTING = "n.nspname !~ '^pg_(temp_|toast_temp_)'"
_TABLES = "('r', 'p', 'v', 'm', 'f', 'c')"
_FIRST_OWN_OID = 16384
_BOOTSTRAP_SUPERUSER = 10
_VERSION_16 = 160000
_VERSION_18 = 180000

# Catalogs whose objects have no query of their own below. They are named, and what is in them is unknown.
_UNMODELLED = (
    "pg_conversion", "pg_opclass", "pg_opfamily", "pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template", "pg_am", "pg_transform",
)
# All catalogs of PostgreSQL 15 to 18: any other holds something that is not looked at here.
KNOWN_CATALOGS = frozenset("""
pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_cast pg_class pg_collation pg_constraint
pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend pg_description pg_enum pg_event_trigger pg_extension
pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_index pg_inherits pg_init_privs pg_language pg_largeobject
pg_largeobject_metadata pg_namespace pg_opclass pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policy pg_proc pg_publication
pg_publication_namespace pg_publication_rel pg_range pg_replication_origin pg_rewrite pg_seclabel pg_sequence pg_shdepend pg_shdescription
pg_shseclabel pg_statistic pg_statistic_ext pg_statistic_ext_data pg_subscription pg_subscription_rel pg_tablespace pg_transform pg_trigger
pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_user_mapping""".split())


def queries(version: int) -> dict[str, str]:
    """The query of each kind.

    :arg version: of the server, as a number: 170012.
    """
    return {
        **_relations(), **_columns(), **_constraints(version), **_indexes(), **_on_relations(), **_functions(), **_sequences(), **_types(),
        **_extensions(), **_replication(), **_foreign(), **_small(), **_privileges(), **_cluster(version), **_texts(), **_unmodelled(),
    }


def _own(catalog: str, oid: str) -> str:
    """Neither built in nor an extension's."""
    return (
        f"{oid} >= {_FIRST_OWN_OID} AND NOT EXISTS (SELECT FROM pg_depend e"
        f" WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"
    )


def _acl(column: str, code: str, owner: str) -> str:
    """Who has what, by grantee. All that the owner has by default is left out; version 17 added a privilege to it.

    A grantee's own grants by another than the owner stand apart, since only that grantor takes them back.
    """
    privileges = (
        f"string_agg(a.privilege_type || CASE WHEN a.is_grantable AND a.grantee <> {owner} THEN '*' ELSE '' END, ', '"
        " ORDER BY a.privilege_type COLLATE \"C\")"
    )
    by_default = f"(SELECT count(*) FROM aclexplode(acldefault('{code}', {owner})) d WHERE d.grantee = {owner})"
    granted = f"""(SELECT jsonb_object_agg(x.grantee, x.privileges) FROM (
        SELECT {_grantee('a.grantee')} || CASE WHEN a.grantor <> {owner} THEN ' by ' || a.grantor::regrole ELSE '' END AS grantee,
               {privileges} AS privileges
        FROM aclexplode(coalesce({column}, acldefault('{code}', {owner}))) a GROUP BY a.grantee, a.grantor
        HAVING NOT (a.grantee = {owner} AND a.grantor = {owner} AND count(*) >= {by_default})) x)"""
    if code == "c":     # the owner has nothing of a column alone by default
        return granted
    return f"""coalesce({granted}, '{{}}') || CASE
        WHEN {column} IS NULL OR EXISTS (SELECT FROM aclexplode({column}) a WHERE a.grantee = {owner}) THEN '{{}}'
        ELSE jsonb_build_object({owner}::regrole, 'nothing') END"""


def _grantee(oid: str) -> str:
    return f"CASE {oid} WHEN 0 THEN 'PUBLIC' ELSE {oid}::regrole::text END"


def _options(array: str, secret: str = "split_part(o, '=', 1) ~* '(password|passwd|secret|token|key)'") -> str:
    """Options by name. pg_attver stands on new columns of some servers, differs on each, can't be set, and is in no dump.

    :arg secret: of which ones only a fingerprint is shown.
    """
    return (
        f"(SELECT jsonb_object_agg(split_part(o, '=', 1), CASE WHEN {secret} THEN"
        " 'sha256 ' || left(encode(sha256(convert_to(o, 'UTF8')), 'hex'), 16) ELSE substr(o, strpos(o, '=') + 1) END)"
        f" FROM unnest({array}) o WHERE o !~ '^pg_attver=')"
    )


def _fingerprints(array: str) -> str:
    """Options whose values may hold an address, or worse: it shows that they changed, but not what they are."""
    return _options(array, "true")


def _relations() -> dict[str, str]:
    acl = _acl("c.relacl", "r", "c.relowner")
    return {"relation": f"""
        SELECT {_RELATION} AS name, c.oid AS _oid, c.relispartition AS _part, c.relkind AS _relkind,
               (SELECT min(inhparent) FROM pg_inherits WHERE inhrelid = c.oid) AS _parent_oid,
               c.relowner::regrole::text AS owner, {acl} AS acl,
               CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END AS persistence,
               c.relrowsecurity AS row_security, c.relforcerowsecurity AS row_security_forced,
               CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END AS replica_identity,
               {_options('c.reloptions')} AS option, (SELECT {_options('t.reloptions')} FROM pg_class t WHERE t.oid = c.reltoastrelid) AS toast_option,
               (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
               (SELECT nullif(amname, 'heap') FROM pg_am a WHERE a.oid = c.relam) AS access_method,
               nullif(c.reloftype, 0)::regtype::text AS of_type,
               CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
               CASE WHEN c.relispartition AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' THEN 'yes' END AS default_partition,
               CASE WHEN NOT c.relispartition THEN (
                 SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid) END AS inherits,
               CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition, c.relkind = 'm' AND NOT c.relispopulated AS unpopulated,
               (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) AS foreign_server,
               (SELECT {_fingerprints('f.ftoptions')} FROM pg_foreign_table f WHERE f.ftrelid = c.oid) AS foreign_option,
               (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN {_TABLES} AND {_LASTING} AND {_own('pg_class', 'c.oid')}"""}


def _columns() -> dict[str, str]:
    return {"column": f"""
        SELECT {_RELATION} || '.' || quote_ident(a.attname) AS name, c.oid AS _rel, quote_ident(a.attname) AS _column,
               format_type(a.atttypid, a.atttypmod) AS type,
               (SELECT quote_ident(m.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l JOIN pg_namespace m ON m.oid = l.collnamespace
                WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation) AS "collation",
               a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid) AS "default",
               CASE a.attgenerated WHEN '' THEN NULL WHEN 's' THEN 'stored' ELSE 'virtual' END AS generated,
               CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
               CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage, nullif(a.attcompression::text, '') AS compression,
               nullif(a.attstattarget, -1) AS statistics, {_options('a.attoptions')} AS option, {_fingerprints('a.attfdwoptions')} AS foreign_option,
               NOT a.attislocal AS inherited, CASE WHEN a.attacl IS NOT NULL THEN {_acl('a.attacl', 'c', 'c.relowner')} END AS acl
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN {_TABLES} AND {_LASTING} AND {_own('pg_class', 'c.oid')}"""}


def _constraints(version: int) -> dict[str, str]:
    """NOT NULL is the column's on every version. Whether a foreign key is enforced stands on its internal triggers only."""
    enforced = "NOT k.conenforced" if version >= _VERSION_18 else "false"
    return {"constraint": f"""
        SELECT {_RELATION} || '.' || quote_ident(k.conname) AS name, c.oid AS _rel, k.conparentid AS _parent, quote_ident(k.conname) AS _own_name,
               k.contype AS _type, pg_get_constraintdef(k.oid) AS definition, {enforced} AS not_enforced,
               (SELECT nullif(string_agg(DISTINCT g.tgenabled::text, ', '), 'O') FROM pg_trigger g
                WHERE g.tgconstraint = k.oid AND g.tgisinternal) AS triggers
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {_LASTING} AND {_own('pg_class', 'c.oid')}"""}


def _indexes() -> dict[str, str]:
    return {"index": f"""
        SELECT i.indrelid::regclass || '.' || quote_ident(c.relname) AS name, r.oid AS _rel, quote_ident(c.relname) AS _own_name,
               (SELECT min(inhparent) FROM pg_inherits WHERE inhrelid = c.oid) AS _parent, pg_get_indexdef(c.oid) AS definition,
               NOT i.indisvalid AS invalid, NOT i.indisready AS not_ready, NOT i.indislive AS dead,
               i.indisclustered AS clustered, i.indisreplident AS replica_identity,
               (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
               (SELECT jsonb_object_agg(attnum, attstattarget) FROM pg_attribute WHERE attrelid = c.oid AND attstattarget >= 0) AS statistics
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_LASTING} AND r.relkind <> 't' AND {_own('pg_class', 'r.oid')}"""}


def _on_relations() -> dict[str, str]:
    """Policies, triggers and rules; of built-in relations too, where somebody has put one on them. Anybody's event trigger may be switched off."""
    state = "CASE {} WHEN 'D' THEN 'disabled' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' END"
    return {
        "policy": f"""
        SELECT {_RELATION} || '.' || quote_ident(p.polname) AS name, c.oid AS _rel, quote_ident(p.polname) AS _own_name,
               CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
               NOT p.polpermissive AS restrictive, pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS with_check,
               (SELECT string_agg({_grantee('r')}, ', ' ORDER BY {_grantee('r')} COLLATE "C") FROM unnest(p.polroles) r) AS roles
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace""",
        "trigger": f"""
        SELECT {_RELATION} || '.' || quote_ident(g.tgname) AS name, c.oid AS _rel, g.tgparentid AS _parent, quote_ident(g.tgname) AS _own_name,
               pg_get_triggerdef(g.oid) AS definition, {state.format('g.tgenabled')} AS state
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND {_LASTING}""",
        "rule": f"""
        SELECT {_RELATION} || '.' || quote_ident(w.rulename) AS name, c.oid AS _rel, quote_ident(w.rulename) AS _own_name,
               pg_get_ruledef(w.oid) AS definition, {state.format('w.ev_enabled')} AS state
        FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE w.rulename <> '_RETURN' AND {_own('pg_rewrite', 'w.oid')}""",
        "event_trigger": f"""
        SELECT quote_ident(evtname) AS name, evtowner::regrole::text AS owner, evtevent AS event, evtfoid::regprocedure::text AS function,
               {state.format('evtenabled')} AS state, array_to_string(evttags, ', ') AS tags
        FROM pg_event_trigger""",
    }


def _functions() -> dict[str, str]:
    """A built-in one in a language that none of them is written in was replaced."""
    return {"function": f"""
        SELECT p.oid::regprocedure::text AS name, p.proowner::regrole::text AS owner, {_acl('p.proacl', 'f', 'p.proowner')} AS acl,
               CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' END AS kind, l.lanname AS language,
               nullif(pg_get_function_arguments(p.oid), '') AS arguments, pg_get_function_result(p.oid) AS result,
               CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility, p.prosecdef AS security_definer,
               p.proleakproof AS leakproof, p.proisstrict AS strict, CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel,
               nullif(p.procost, 100) AS cost, CASE WHEN p.prorows NOT IN (0, 1000) THEN p.prorows END AS rows,
               nullif(p.prosupport, 0)::regproc::text AS support, {_options('p.proconfig')} AS "set", p.probin AS library,
               coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS body,
               (SELECT jsonb_strip_nulls(jsonb_build_object(
                  'transition', a.aggtransfn::text, 'state', a.aggtranstype::regtype::text, 'final', nullif(a.aggfinalfn, 0)::regproc::text,
                  'combine', nullif(a.aggcombinefn, 0)::regproc::text, 'initial', a.agginitval, 'kind', nullif(a.aggkind, 'n')))
                FROM pg_aggregate a WHERE a.aggfnoid = p.oid) AS aggregate
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
        WHERE {_LASTING} AND ({_own('pg_proc', 'p.oid')} OR p.oid < {_FIRST_OWN_OID} AND l.lanname NOT IN ('internal', 'c', 'sql'))"""}


def _sequences() -> dict[str, str]:
    return {"sequence": f"""
        SELECT {_RELATION} AS name, c.relowner::regrole::text AS owner, {_acl('c.relacl', 's', 'c.relowner')} AS acl, s.seqtypid::regtype::text AS type,
               nullif(s.seqstart, 1) AS start, nullif(s.seqincrement, 1) AS increment, nullif(s.seqmin, 1) AS minimum, s.seqmax AS maximum,
               nullif(s.seqcache, 1) AS cache, s.seqcycle AS cycle, CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
               (SELECT d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend d
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')) AS owned_by
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_LASTING} AND {_own('pg_class', 'c.oid')}"""}


def _types() -> dict[str, str]:
    """Domains, enumerations, ranges, base types, and composite types, whose columns are read with those of tables."""
    return {"type": f"""
        SELECT t.oid::regtype::text AS name, t.typowner::regrole::text AS owner, {_acl('t.typacl', 'T', 't.typowner')} AS acl,
               CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enumeration' WHEN 'r' THEN 'range' WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite'
               END AS kind,
               CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base, t.typtype = 'd' AND t.typnotnull AS not_null,
               CASE WHEN t.typtype = 'd' THEN t.typdefault END AS "default",
               (SELECT quote_ident(m.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l JOIN pg_namespace m ON m.oid = l.collnamespace
                WHERE l.oid = t.typcollation AND t.typtype = 'd' AND l.collname <> 'default') AS "collation",
               (SELECT jsonb_object_agg(quote_ident(k.conname), pg_get_constraintdef(k.oid)) FROM pg_constraint k
                WHERE k.contypid = t.oid AND k.contype <> 'n') AS "constraint",
               (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) AS labels,
               (SELECT jsonb_strip_nulls(jsonb_build_object(
                  'subtype', g.rngsubtype::regtype::text, 'class', (SELECT opcname FROM pg_opclass WHERE oid = g.rngsubopc),
                  'canonical', nullif(g.rngcanonical, 0)::regproc::text, 'difference', nullif(g.rngsubdiff, 0)::regproc::text))
                FROM pg_range g WHERE g.rngtypid = t.oid) AS range,
               CASE WHEN t.typtype = 'b' THEN jsonb_build_object('input', t.typinput::text, 'output', t.typoutput::text, 'length', t.typlen) END AS base_type
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('d', 'e', 'r', 'b', 'c') AND t.typcategory <> 'A' AND {_LASTING} AND {_own('pg_type', 't.oid')}
          AND (t.typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c')"""}


def _extensions() -> dict[str, str]:
    """An extension's members are one attribute, a count and a digest for its version: somebody could hide objects by adding them to it."""
    return {"extension": """
        SELECT quote_ident(extname) AS name, extowner::regrole::text AS owner, quote_ident(n.nspname) AS schema, extversion AS version,
               (SELECT jsonb_build_object(extversion, count(*) || ' sha256 ' || left(encode(sha256(convert_to(
                  string_agg(m.identity, E'\\n' ORDER BY m.identity COLLATE "C"), 'UTF8')), 'hex'), 16))
                FROM (SELECT o.type || ' ' || o.identity AS identity FROM pg_depend d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) o
                      WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND d.deptype = 'e') m) AS members
        FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace"""}


def _replication() -> dict[str, str]:
    """Where a subscription connects to is a secret: the server tells it to superusers only, and it is not asked."""
    return {
        "publication": """
        SELECT quote_ident(pubname) AS name, pubowner::regrole::text AS owner, puballtables AS all_tables, pubviaroot AS via_root,
               concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END, CASE WHEN pubdelete THEN 'delete' END,
                         CASE WHEN pubtruncate THEN 'truncate' END) AS publishes,
               (SELECT jsonb_object_agg(r.prrelid::regclass, concat_ws(' ', 'columns ' || coalesce((
                    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                    WHERE attrelid = r.prrelid AND attnum = ANY (r.prattrs)), 'all'), 'where ' || pg_get_expr(r.prqual, r.prrelid)))
                FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS "table",
               (SELECT string_agg(pnnspid::regnamespace::text, ', ' ORDER BY pnnspid::regnamespace::text COLLATE "C")
                FROM pg_publication_namespace WHERE pnpubid = p.oid) AS schemas
        FROM pg_publication p""",
        "subscription": """
        SELECT quote_ident(subname) AS name, subowner::regrole::text AS owner, NOT subenabled AS disabled, subslotname AS slot,
               array_to_string(subpublications, ', ') AS publications, nullif(subsynccommit, 'off') AS synchronous_commit
        FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())""",
        # Who reads from one sees every row; those of physical replicas are the server's.
        "replication_slot": """
        SELECT quote_ident(slot_name) AS name, plugin FROM pg_replication_slots
        WHERE slot_type = 'logical' AND database = current_database() AND NOT temporary""",
    }


def _foreign() -> dict[str, str]:
    """Options of a user mapping hold passwords, and are not asked for."""
    return {
        "foreign_data_wrapper": f"""
        SELECT quote_ident(fdwname) AS name, fdwowner::regrole::text AS owner, {_acl('fdwacl', 'F', 'fdwowner')} AS acl,
               nullif(fdwhandler, 0)::regproc::text AS handler, nullif(fdwvalidator, 0)::regproc::text AS validator, {_fingerprints('fdwoptions')} AS option
        FROM pg_foreign_data_wrapper w WHERE {_own('pg_foreign_data_wrapper', 'w.oid')}""",
        "foreign_server": f"""
        SELECT quote_ident(srvname) AS name, srvowner::regrole::text AS owner, {_acl('srvacl', 'S', 'srvowner')} AS acl,
               (SELECT quote_ident(fdwname) FROM pg_foreign_data_wrapper WHERE oid = srvfdw) AS wrapper, srvtype AS type, srvversion AS version,
               {_fingerprints('srvoptions')} AS option
        FROM pg_foreign_server s WHERE {_own('pg_foreign_server', 's.oid')}""",
        "user_mapping": "SELECT quote_ident(srvname) || ' for ' || quote_ident(usename) AS name, 'yes' AS exists FROM pg_user_mappings",
    }


def _small() -> dict[str, str]:
    """Kinds of objects that few databases have."""
    return {
        "statistics": f"""
        SELECT quote_ident(n.nspname) || '.' || quote_ident(stxname) AS name, stxowner::regrole::text AS owner, pg_get_statisticsobjdef(s.oid) AS definition,
               nullif(stxstattarget, -1) AS target
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {_own('pg_statistic_ext', 's.oid')}""",
        "operator": f"""
        SELECT o.oid::regoperator::text AS name, oprowner::regrole::text AS owner, oprcode::regprocedure::text AS function,
               nullif(oprcom, 0)::regoperator::text AS commutator, nullif(oprnegate, 0)::regoperator::text AS negator,
               nullif(oprrest, 0)::regproc::text AS restrict, nullif(oprjoin, 0)::regproc::text AS "join", oprcanhash AS hashes, oprcanmerge AS merges
        FROM pg_operator o WHERE {_own('pg_operator', 'o.oid')}""",
        "cast": f"""
        SELECT format_type(castsource, NULL) || ' to ' || format_type(casttarget, NULL) AS name,
               coalesce(nullif(castfunc, 0)::regprocedure::text, castmethod::text) AS function,
               CASE castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END AS context
        FROM pg_cast k WHERE {_own('pg_cast', 'k.oid')}""",
        "collation": f"""
        SELECT k.oid::regcollation::text AS name, collowner::regrole::text AS owner, collprovider AS provider, NOT collisdeterministic AS nondeterministic,
               collcollate AS "collate", collctype AS ctype
        FROM pg_collation k WHERE {_own('pg_collation', 'k.oid')}""",
        "language": f"""
        SELECT quote_ident(lanname) AS name, lanowner::regrole::text AS owner, {_acl('lanacl', 'l', 'lanowner')} AS acl, lanpltrusted AS trusted,
               nullif(lanplcallfoid, 0)::regproc::text AS handler
        FROM pg_language l WHERE {_own('pg_language', 'l.oid')}""",
    }


def _privileges() -> dict[str, str]:
    """Schemas, what is granted beforehand, and what was granted on that which is built in or an extension's."""
    changed = "\n        UNION ALL ".join((
        _changed("pg_class", "c", "c.oid::regclass::text", "relacl", "relowner", "CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::\"char\"", "r", "relation",
                 "c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p')"),
        _changed("pg_proc", "p", "p.oid::regprocedure::text", "proacl", "proowner", "'f'", "f", "function", "true"),
        _changed("pg_namespace", "n", "quote_ident(n.nspname)", "nspacl", "nspowner", "'n'", "n", "schema", "n.nspname <> 'public'"),
        _changed("pg_language", "l", "quote_ident(l.lanname)", "lanacl", "lanowner", "'l'", "l", "language", "true"),
        _changed("pg_tablespace", "s", "quote_ident(s.spcname)", "spcacl", "spcowner", "'t'", "t", "tablespace", "true"),
        _changed("pg_type", "t", "t.oid::regtype::text", "typacl", "typowner", "'T'", "T", "type", "true"),
    ))
    return {
        "schema": f"""
        SELECT quote_ident(nspname) AS name, nspowner::regrole::text AS owner, {_acl('nspacl', 'n', 'nspowner')} AS acl
        FROM pg_namespace n WHERE (nspname = 'public' OR {_own('pg_namespace', 'n.oid')}) AND {_LASTING}""",
        "default_privileges": f"""
        SELECT 'of ' || defaclrole::regrole || CASE defaclnamespace WHEN 0 THEN '' ELSE ' in ' || defaclnamespace::regnamespace END || ' on '
               || CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
                  ELSE defaclobjtype::text END AS name,
               coalesce((SELECT jsonb_object_agg(x.grantee, x.privileges) FROM (
                  SELECT {_grantee('a.grantee')} AS grantee,
                         string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY a.privilege_type COLLATE "C") AS privileges
                  FROM aclexplode(defaclacl) a GROUP BY a.grantee) x), '{{"nobody": "nothing"}}') AS acl
        FROM pg_default_acl""",
        # What initdb granted on its own views is in no list of it.
        "builtin_acl": f"""
        SELECT b.name, b.acl, b.owner FROM ({changed}) b
        WHERE NOT (b.name ~ '^(relation|schema) information_schema' AND b.acl IN ('{{"PUBLIC": "SELECT"}}', '{{"PUBLIC": "USAGE"}}'))""",
        "builtin_column_acl": f"""
        SELECT c.oid::regclass || '.' || quote_ident(a.attname) AS name, {_acl('a.attacl', 'c', 'c.relowner')} AS acl
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attacl IS NOT NULL AND NOT ({_own('pg_class', 'c.oid')}) AND NOT EXISTS (
          SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = a.attnum
          AND i.initprivs @> a.attacl AND i.initprivs <@ a.attacl)""",
    }


def _changed(catalog: str, alias: str, name: str, acl: str, owner: str, code: str, shown: str, kind: str, condition: str) -> str:
    """Privileges other than what initdb or the extension granted, which is the default where they granted nothing."""
    raw, has = f"{alias}.{acl}", f"{alias}.{owner}"
    given = (
        f"coalesce((SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = '{catalog}'::regclass AND i.objoid = {alias}.oid AND i.objsubid = 0),"
        f" acldefault({code}, {has}))"
    )
    return f"""SELECT '{kind} ' || {name} AS name, {_acl(raw, shown, has)} AS acl, {has}::regrole::text AS owner
        FROM {catalog} {alias} WHERE {raw} IS NOT NULL AND {condition} AND NOT ({_own(catalog, alias + '.oid')})
          AND NOT ({raw} @> {given} AND {raw} <@ {given})"""


def _cluster(version: int) -> dict[str, str]:
    """The database, the roles, and what the server keeps for them. Whether there is a password is in no catalog that may be read."""
    granted = f"m.oid >= {_FIRST_OWN_OID}" if version >= _VERSION_16 else f"m.member >= {_FIRST_OWN_OID} OR m.roleid >= {_FIRST_OWN_OID}"
    switches = "CASE WHEN m.inherit_option THEN 'inherit' END, CASE WHEN m.set_option THEN 'set' END" if version >= _VERSION_16 else "'inherit', 'set'"
    return {
        "database": f"""
        SELECT 'this' AS name, datdba::regrole::text AS owner, {_acl('datacl', 'd', 'datdba')} AS acl, nullif(datconnlimit, -1) AS connection_limit,
               NOT datallowconn AS refuses_connections, datistemplate AS template
        FROM pg_database WHERE datname = current_database()""",
        "setting": f"""
        SELECT CASE setrole WHEN 0 THEN 'of all roles' ELSE 'of ' || setrole::regrole END || CASE setdatabase WHEN 0 THEN '' ELSE ' here' END AS name,
               {_options('setconfig')} AS "set"
        FROM pg_db_role_setting WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))""",
        "role": f"""
        SELECT quote_ident(rolname) AS name, CASE WHEN rolcanlogin THEN 'login' ELSE 'group' END AS kind, rolsuper AS superuser,
               NOT rolinherit AS no_inherit, rolcreaterole AS creates_roles, rolcreatedb AS creates_databases, rolreplication AS replication,
               rolbypassrls AS bypasses_row_security, nullif(rolconnlimit, -1) AS connection_limit,
               CASE WHEN rolvaliduntil < 'infinity' THEN rolvaliduntil::text END AS valid_until, shobj_description(oid, 'pg_authid') AS comment
        FROM pg_roles WHERE oid >= {_FIRST_OWN_OID} OR oid <> {_BOOTSTRAP_SUPERUSER} AND (
          rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)""",
        "membership": f"""
        SELECT m.member::regrole || ' in ' || m.roleid::regrole AS name, jsonb_object_agg(m.grantor::regrole, coalesce(nullif(concat_ws(
               ', ', CASE WHEN m.admin_option THEN 'admin' END, {switches}), ''), 'nothing')) AS granted_by
        FROM pg_auth_members m WHERE {granted} GROUP BY m.member, m.roleid""",
        "parameter": """
        SELECT parname AS name, (SELECT jsonb_object_agg(x.grantee, x.privileges) FROM (
               SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee,
                      string_agg(privilege_type, ', ' ORDER BY privilege_type COLLATE "C") AS privileges
               FROM aclexplode(paracl) GROUP BY 1) x) AS acl
        FROM pg_parameter_acl""",
        "tablespace": f"""
        SELECT quote_ident(spcname) AS name, spcowner::regrole::text AS owner, {_acl('spcacl', 't', 'spcowner')} AS acl, {_options('spcoptions')} AS option
        FROM pg_tablespace WHERE oid >= {_FIRST_OWN_OID}""",
    }


def _texts() -> dict[str, str]:
    """Comments and labels by what they are on. A role's comment is its attribute."""
    whose = "(SELECT oid FROM pg_database WHERE datname = current_database())"

    def local(catalog: str, text: str, by: str = "") -> str:
        return f"""
        SELECT o.type || ' ' || o.identity{by} AS name, d.objoid AS _on_oid, d.{text} AS text
        FROM {catalog} d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
        WHERE d.objoid >= {_FIRST_OWN_OID} AND d.classoid <> 'pg_extension'::regclass AND NOT EXISTS (
          SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')"""

    return {
        "comment": f"""{local('pg_description', 'description')}
        UNION ALL SELECT 'database this', NULL, description FROM pg_shdescription
        WHERE classoid = 'pg_database'::regclass AND objoid = {whose}""",
        "security_label": f"""{local('pg_seclabel', 'label', " || ' by ' || d.provider")}
        UNION ALL SELECT o.type || ' ' || o.identity || ' by ' || l.provider, NULL, l.label
        FROM pg_shseclabel l CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, 0) o
        WHERE l.classoid = 'pg_authid'::regclass OR l.objoid = {whose}""",
    }


def _unmodelled() -> dict[str, str]:
    objects: t.Iterable[str] = (
        f"SELECT o.type || ' ' || o.identity AS name FROM {catalog} x CROSS JOIN LATERAL pg_identify_object('{catalog}'::regclass, x.oid, 0) o"
        f" WHERE {_own(catalog, 'x.oid')}" for catalog in _UNMODELLED
    )
    return {
        "unmodelled": "\nUNION ALL ".join((*objects, "SELECT 'large object ' || oid FROM pg_largeobject_metadata")),
        "catalog": "SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'",
    }

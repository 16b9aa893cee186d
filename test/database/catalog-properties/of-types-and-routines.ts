import type { Alteration } from './alteration.ts'

/** Whoever altered it by a statement would have to have its functions in the other's language. */
const baseTypes = [
  ['made', 'typisdefined = false'],
  ...['input', 'output', 'receive', 'send', 'modin', 'modout', 'analyze', 'subscript'].map((one) => [
    one.replace('mod', 'modifier_').replace(/_(in|out)$/, '_$1put'),
    `typ${one} = 'int4in'::regproc`,
  ]),
  ['length', 'typlen = 7'],
  ['by_value', 'typbyval = true'],
  ['alignment', `typalign = 'd'`],
  ['storage', `typstorage = 'e'`],
  ['category', `typcategory = 'X'`],
  ['preferred', 'typispreferred = true'],
  ['delimiter', `typdelim = ';'`],
  ['default', `typdefault = '7'`],
  ['element', `typelem = 'int4'::regtype`],
  ['collatable', `typcollation = 'default'::regcollation`],
] as const

export const ofTypesAndRoutines: readonly Alteration[] = [
  ['domain base', 'drop domain p.d; create domain p.d as varchar'],
  ['domain collation', 'drop domain p.d; create domain p.d as text collate "C"'],
  ['range difference', range('float8', 'subtype_diff = float8mi')],
  ['range subtype, range operator_class', range('int8')],
  ['range multirange', range('float8', 'multirange_type_name = p.several')],
  ['range canonical', ofType('pg_range', `rngcanonical = 'int4in'::regproc`, 'rngtypid', 'r')],
  ['range subtype_collation', ofType('pg_range', `rngcollation = '"C"'::regcollation`, 'rngtypid', 'r')],
  [
    'range operator_class',
    ofType('pg_range', `rngsubopc = (select min(oid::text)::oid from pg_opclass)`, 'rngtypid', 'r'),
  ],
  ...baseTypes.map(([property, set]): Alteration => [`type ${property}`, ofType('pg_type', set, 'oid', 'b')]),
  ['collation deterministic', icu(`locale = 'en', deterministic = false`)],
  ['collation locale', icu(`locale = 'de'`)],
  ['collation rules', icu(`locale = 'en', rules = '& a < g'`)],
  ['collation collate', libc(`lc_collate = 'POSIX', lc_ctype = 'C'`)],
  ['collation ctype', libc(`lc_collate = 'C', lc_ctype = 'POSIX'`)],
  ['collation provider', `update pg_collation set collprovider = 'b' where collname = 'libc'`],
  ['collation encoding', `update pg_collation set collencoding = -1 where collname = 'libc'`],
  ['conversion from', `update pg_conversion set conforencoding = 9 where conname = 'cv'`],
  ['conversion to', `update pg_conversion set contoencoding = 9 where conname = 'cv'`],
  ['conversion function', `update pg_conversion set conproc = 'iso8859_to_utf8'::regproc where conname = 'cv'`],
  [
    'conversion by_default',
    "drop conversion p.cv; create default conversion p.cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
  ],

  ...aggregates(),
  ['cast function', 'drop cast (p.c as int); create cast (p.c as int) with function p.g(p.c)'],
  ['cast used', 'drop cast (p.c as int); create cast (p.c as int) with function p.f(p.c) as assignment'],
  ['cast function, cast method', 'drop cast (p.c as int); create cast (p.c as int) with inout'],
  ['operator function', operator('function = int4ne')],
  ['operator result, operator function', operator('function = int4pl')],
  ['operator commutator', operator('function = int4eq, commutator = operator(p.===)')],
  ['operator join', operator('function = int4eq, join = eqjoinsel')],
  ['operator restrict', operator('function = int4eq, restrict = eqsel')],
  ['operator merges', operator('function = int4eq, merges')],
  ['operator hashes', operator('function = int4eq, hashes')],
  ['operator negator', `update pg_operator set oprnegate = '<>(int,int)'::regoperator where oprname = '==='`],
  ['operator family functions', 'alter operator family p.of using hash add function 1 (int8) hashint8(int8)'],
  ['operator class by_default', `update pg_opclass set opcdefault = true where opcname = 'oc'`],
  ['operator class stored', `update pg_opclass set opckeytype = 'int8'::regtype where opcname = 'oc'`],
  ['operator class type', `update pg_opclass set opcintype = 'int8'::regtype where opcname = 'oc'`],
  [
    'operator class family',
    `update pg_opclass set opcfamily = (select oid from pg_opfamily where opfname = 'of') where opcname = 'oc'`,
  ],
  ['language handler', language('handler p.handler2')],
  ['language trusted', `update pg_language set lanpltrusted = true where lanname = 'p_lang'`],
  ['language inline', language('handler p.handler inline plpgsql_inline_handler')],
  ['language validator', language('handler p.handler validator plpgsql_validator')],
  [
    'transform to_sql',
    'create or replace transform for int language sql (from sql with function prsd_lextype(internal))',
  ],
  ['transform from_sql', 'create or replace transform for int language sql (to sql with function int4recv(internal))'],
  ['access method handler', 'drop access method p_am; create access method p_am type index handler hashhandler'],
  ['access method for', `update pg_am set amtype = 't' where amname = 'p_am'`],

  [
    'text search configuration parser',
    `update pg_ts_config set cfgparser = (select oid from pg_ts_parser where prsname = 'default') where cfgname = 'tc'`,
  ],
  [
    'text search dictionary template',
    `update pg_ts_dict set dicttemplate = (select oid from pg_ts_template where tmplname = 'tt') where dictname = 'td'`,
  ],
  ...['start', 'token', 'end', 'headline'].map(
    (one): Alteration => [
      `text search parser ${one}`,
      `update pg_ts_parser set prs${one} = 'int4in'::regproc where prsname = 'ps'`,
    ],
  ),
  // The server calls it to list the tokens: what stands here must be one that can be called.
  [
    'text search parser lextypes',
    `create function p.lextypes(internal) returns internal language internal as 'prsd_lextype';
     update pg_ts_parser set prslextype = 'p.lextypes'::regproc where prsname = 'ps'`,
  ],
  ['text search template init', `update pg_ts_template set tmplinit = 'int4in'::regproc where tmplname = 'tt'`],
  ['text search template lexize', `update pg_ts_template set tmpllexize = 'int4in'::regproc where tmplname = 'tt'`],
  [
    'foreign data wrapper handler',
    `update pg_foreign_data_wrapper set fdwhandler = 'int4in'::regproc where fdwname = 'p_fdw'`,
  ],
  ['foreign data wrapper validator', 'alter foreign data wrapper p_fdw validator postgresql_fdw_validator'],
  ['server wrapper', 'drop server p_two; create server p_two foreign data wrapper p_fdw2'],
  ['server type', `drop server p_two; create server p_two type 'x' foreign data wrapper p_fdw`],
  ['server version', `alter server p_two version '2'`],
]

function ofType(catalog: string, set: string, key: string, type: string): string {
  return `update ${catalog} set ${set} where ${key} = 'p.${type}'::regtype`
}

function range(subtype: string, more = ''): string {
  return `drop type p.r; create type p.r as range (subtype = ${subtype}${more && `, ${more}`})`
}

function icu(options: string): string {
  return `drop collation p.icu; create collation p.icu (provider = icu, ${options})`
}

function libc(options: string): string {
  return `drop collation p.libc; create collation p.libc (provider = libc, ${options})`
}

function operator(options: string): string {
  return `drop operator p.=== (int, int); create operator p.=== (leftarg = int, rightarg = int, ${options})`
}

function language(options: string): string {
  return `drop language p_lang; create language p_lang ${options}`
}

/** What it is made of is one property; each step of it is told apart. */
function aggregates(): Alteration[] {
  const other = "'int4mi(int,int)'::regprocedure"
  const steps = [
    `aggkind = 'o'`,
    `aggtransfn = ${other}`,
    `aggfinalfn = ${other}`,
    `agginitval = '7'`,
    `aggcombinefn = ${other}`,
    `aggserialfn = ${other}`,
    `aggdeserialfn = ${other}`,
    `aggmtransfn = ${other}`,
    `aggminvtransfn = ${other}`,
    `aggmfinalfn = ${other}`,
    `aggmtranstype = 'int8'::regtype`,
    `aggminitval = '7'`,
    'aggfinalextra = true',
    `aggfinalmodify = 'w'`,
    `aggsortop = '<(int,int)'::regoperator`,
  ]
  const set = (one: string) => `update pg_aggregate set ${one} where aggfnoid = 'p.ag'::regproc`
  return [
    ...steps.map((one): Alteration => ['aggregate steps', set(one)]),
    ['aggregate state', set(`aggtranstype = 'int8'::regtype`)],
    ['aggregate state', set('aggtransspace = 7')],
    ['aggregate parallel', "update pg_proc set proparallel = 's' where oid = 'p.ag'::regproc"],
    ['aggregate returns', `update pg_proc set prorettype = 'int8'::regtype where oid = 'p.ag'::regproc`],
  ]
}

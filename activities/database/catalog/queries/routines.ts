import { apart, described, joined, own } from './scope.ts'

/** Under the types that it is called with: a parameter's new name is a change, not another function. */
const routine = `
select case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
  format('%I.%I(%s)', n.nspname, proname, oidvectortypes(proargtypes)), null, null, null, jsonb_build_object(
    'definition', case when prokind <> 'a' then pg_get_functiondef(p.oid) end,
    'returns', case when prokind = 'a' then pg_get_function_result(p.oid) end,
    'state', case when prokind = 'a' then concat_ws(' ', format_type(aggtranstype, null), nullif(aggtransspace, 0)) end,
    'steps', case when prokind = 'a' then jsonb_strip_nulls(jsonb_build_object(
      'kind', nullif(aggkind, 'n'), 'transition', aggtransfn, 'final', nullif(aggfinalfn, 0)::regproc::text, 'first', agginitval,
      'combine', nullif(aggcombinefn, 0)::regproc::text, 'serial', nullif(aggserialfn, 0)::regproc::text,
      'deserial', nullif(aggdeserialfn, 0)::regproc::text, 'moving', nullif(aggmtransfn, 0)::regproc::text,
      'moving_inverse', nullif(aggminvtransfn, 0)::regproc::text, 'moving_final', nullif(aggmfinalfn, 0)::regproc::text,
      'moving_state', format_type(nullif(aggmtranstype, 0), null), 'moving_first', aggminitval,
      'final_extra', aggfinalextra, 'final_modify', aggfinalmodify, 'sort', nullif(aggsortop, 0)::regoperator::text)) end,
    'parallel', case when prokind = 'a' then proparallel end, ${described('proowner')})
from pg_proc p join schemas n on n.oid = p.pronamespace left join pg_aggregate on aggfnoid = p.oid
${joined('p.oid', 'pg_proc')} where ${own('p.oid')} and ${apart('p.oid', 'pg_proc')}`

const cast = `
select 'cast', format('(%s as %s)', format_type(castsource, null), format_type(casttarget, null)), null, null, null,
  jsonb_build_object('function', nullif(castfunc, 0)::regprocedure::text,
    'used', case castcontext when 'e' then 'when asked for' when 'a' then 'in assignments' else 'everywhere' end,
    'method', case castmethod when 'f' then 'function' when 'i' then 'text' else 'none' end, ${described(null)})
from pg_cast k ${joined('k.oid', 'pg_cast')} where ${own('k.oid')} and ${apart('k.oid', 'pg_cast')}`

const operator = `
select 'operator', format('%I.%s(%s, %s)', n.nspname, oprname, coalesce(format_type(nullif(oprleft, 0), null), 'none'),
  format_type(oprright, null)), null, null, null, jsonb_build_object(
    'function', oprcode::regprocedure::text, 'result', format_type(nullif(oprresult, 0), null),
    'commutator', nullif(oprcom, 0)::regoperator::text, 'negator', nullif(oprnegate, 0)::regoperator::text,
    'restrict', nullif(oprrest, 0)::regproc::text, 'join', nullif(oprjoin, 0)::regproc::text, 'merges', oprcanmerge, 'hashes', oprcanhash,
    ${described('oprowner')})
from pg_operator o join schemas n on n.oid = o.oprnamespace ${joined('o.oid', 'pg_operator')}
where ${own('o.oid')} and ${apart('o.oid', 'pg_operator')}`

const operatorFamily = `
select 'operator family', format('%I.%I using %I', n.nspname, opfname, amname), null, null, null, jsonb_build_object(
  'operators', (select jsonb_object_agg(format('%s %s', amopstrategy, amopopr::regoperator::text), concat_ws(' ',
    case amoppurpose when 's' then 'search' else 'order by' end, (
      select format('%I.%I', opfnamespace::regnamespace::text, opfname) from pg_opfamily s where s.oid = amopsortfamily)))
    from pg_amop where amopfamily = f.oid),
  'functions', (select jsonb_object_agg(format('%s (%s, %s)', amprocnum, format_type(amproclefttype, null),
    format_type(amprocrighttype, null)), amproc::regprocedure::text) from pg_amproc where amprocfamily = f.oid),
  ${described('opfowner')})
from pg_opfamily f join schemas n on n.oid = f.opfnamespace join pg_am m on m.oid = f.opfmethod
${joined('f.oid', 'pg_opfamily')} where ${own('f.oid')} and ${apart('f.oid', 'pg_opfamily')}`

const operatorClass = `
select 'operator class', format('%I.%I using %I', n.nspname, opcname, amname), null, null, null, jsonb_build_object(
  'family', (select format('%I.%I', opfnamespace::regnamespace::text, opfname) from pg_opfamily f where f.oid = opcfamily),
  'type', format_type(opcintype, null), 'stored', format_type(nullif(opckeytype, 0), null), 'by_default', opcdefault,
  ${described('opcowner')})
from pg_opclass c join schemas n on n.oid = c.opcnamespace join pg_am m on m.oid = c.opcmethod
${joined('c.oid', 'pg_opclass')} where ${own('c.oid')} and ${apart('c.oid', 'pg_opclass')}`

const language = `
select 'language', quote_ident(lanname), null, null, null, jsonb_build_object(
  'trusted', lanpltrusted, 'handler', nullif(lanplcallfoid, 0)::regprocedure::text,
  'inline', nullif(laninline, 0)::regprocedure::text, 'validator', nullif(lanvalidator, 0)::regprocedure::text,
  ${described('lanowner')})
from pg_language l ${joined('l.oid', 'pg_language')} where ${own('l.oid')} and ${apart('l.oid', 'pg_language')}`

const transform = `
select 'transform', format('for %s language %I', format_type(trftype, null), lanname), null, null, null,
  jsonb_build_object('from_sql', nullif(trffromsql, 0)::regprocedure::text,
    'to_sql', nullif(trftosql, 0)::regprocedure::text, ${described(null)})
from pg_transform t join pg_language l on l.oid = t.trflang ${joined('t.oid', 'pg_transform')}
where ${apart('t.oid', 'pg_transform')}`

const accessMethod = `
select 'access method', quote_ident(amname), null, null, null, jsonb_build_object(
  'for', case amtype when 'i' then 'indexes' else 'tables' end, 'handler', amhandler::text, ${described(null)})
from pg_am m ${joined('m.oid', 'pg_am')} where ${own('m.oid')} and ${apart('m.oid', 'pg_am')}`

export const routines = [routine, cast, operator, operatorFamily, operatorClass, language, transform, accessMethod]

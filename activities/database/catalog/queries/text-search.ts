import { apart, described, joined, own } from './scope.ts'

const name = (namespace: string, column: string) => `format('%I.%I', ${namespace}::regnamespace::text, ${column})`

const configuration = `
select 'text search configuration', format('%I.%I', n.nspname, cfgname), null, null, null, jsonb_build_object(
  'parser', (select ${name('prsnamespace', 'prsname')} from pg_ts_parser p where p.oid = cfgparser),
  'mappings', (
    select jsonb_object_agg(alias, dictionaries) from (
      select alias, jsonb_agg(${name('dictnamespace', 'dictname')} order by mapseqno) as dictionaries
      from pg_ts_config_map join pg_ts_dict d on d.oid = mapdict join ts_token_type(cfgparser) on tokid = maptokentype
      where mapcfg = c.oid group by alias) as mapped),
  ${described('cfgowner')})
from pg_ts_config c join schemas n on n.oid = c.cfgnamespace ${joined('c.oid', 'pg_ts_config')}
where ${own('c.oid')} and ${apart('c.oid', 'pg_ts_config')}`

const dictionary = `
select 'text search dictionary', format('%I.%I', n.nspname, dictname), null, null, null, jsonb_build_object(
  'template', (select ${name('tmplnamespace', 'tmplname')} from pg_ts_template t where t.oid = dicttemplate),
  'options', dictinitoption, ${described('dictowner')})
from pg_ts_dict d join schemas n on n.oid = d.dictnamespace ${joined('d.oid', 'pg_ts_dict')}
where ${own('d.oid')} and ${apart('d.oid', 'pg_ts_dict')}`

const parser = `
select 'text search parser', format('%I.%I', n.nspname, prsname), null, null, null, jsonb_build_object(
  'start', prsstart::text, 'token', prstoken::text, 'end', prsend::text, 'headline', prsheadline::text,
  'lextypes', prslextype::text, ${described(null)})
from pg_ts_parser p join schemas n on n.oid = p.prsnamespace ${joined('p.oid', 'pg_ts_parser')}
where ${own('p.oid')} and ${apart('p.oid', 'pg_ts_parser')}`

const template = `
select 'text search template', format('%I.%I', n.nspname, tmplname), null, null, null, jsonb_build_object(
  'init', tmplinit::text, 'lexize', tmpllexize::text, ${described(null)})
from pg_ts_template t join schemas n on n.oid = t.tmplnamespace ${joined('t.oid', 'pg_ts_template')}
where ${own('t.oid')} and ${apart('t.oid', 'pg_ts_template')}`

export const textSearch = [configuration, dictionary, parser, template]

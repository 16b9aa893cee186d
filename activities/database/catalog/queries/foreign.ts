import { apart, described, joined, options, own } from './scope.ts'

const wrapper = `
select 'foreign data wrapper', quote_ident(fdwname), null, null, null, jsonb_build_object(
  'handler', nullif(fdwhandler, 0)::regprocedure::text, 'validator', nullif(fdwvalidator, 0)::regprocedure::text,
  'options', ${options('fdwoptions')}, ${described('fdwowner')})
from pg_foreign_data_wrapper w ${joined('w.oid', 'pg_foreign_data_wrapper')}
where ${own('w.oid')} and ${apart('w.oid', 'pg_foreign_data_wrapper')}`

const server = `
select 'server', quote_ident(srvname), null, null, null, jsonb_build_object(
  'wrapper', (select quote_ident(fdwname) from pg_foreign_data_wrapper w where w.oid = srvfdw), 'type', srvtype,
  'version', srvversion, 'options', ${options('srvoptions')}, ${described('srvowner')})
from pg_foreign_server s ${joined('s.oid', 'pg_foreign_server')} where ${apart('s.oid', 'pg_foreign_server')}`

/** That there is one; its options are passwords, and who may not see them must read the same catalog. */
const userMapping = `
select 'user mapping', format('for %s on %I', case umuser when 0 then 'public' else quote_ident(usename) end, srvname),
  null, null, null, '{}'::jsonb
from pg_user_mappings`

export const foreign = [wrapper, server, userMapping]

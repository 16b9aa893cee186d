#!/bin/sh
# Runs once, when the volume is empty: two users that cannot reach each other's databases. Belay's records and Temporal's
# state are backed up, restored and moved one without the other. Needs TEMPORAL_DB_PASSWORD and BELAY_DB_PASSWORD.
set -eu
: "${TEMPORAL_DB_PASSWORD:?}" "${BELAY_DB_PASSWORD:?}"

# Of an own line each: `create database` cannot be part of a transaction. psql quotes the values, not the shell.
psql -v ON_ERROR_STOP=1 --no-psqlrc --dbname postgres <<'SQL'
\getenv temporal_password TEMPORAL_DB_PASSWORD
\getenv belay_password BELAY_DB_PASSWORD
create role temporal login password :'temporal_password';
create role belay login password :'belay_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
create database belay owner belay;
revoke connect on database temporal, temporal_visibility, belay from public;
SQL

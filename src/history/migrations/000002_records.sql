-- Every checklist item of a deployment as it stands: who or what answered it, how, when.
create table items (
  deployment text not null references deployment_history (deployment),
  item text not null,
  state text not null check (state in ('open', 'running', 'passed', 'failed', 'not_applicable')),
  how text not null,
  detail text not null,
  by text,
  claimed boolean not null,
  via text,
  note text,
  link text,
  at timestamptz,
  primary key (deployment, item)
);

-- What people signed or refused, and what they brought as evidence.
create view sign_offs as
  select deployment, item, state, how, by, claimed, via, note, link, at
  from items
  where how in ('sign_off', 'claim') and by is not null;

create table events (
  deployment text not null references deployment_history (deployment),
  seq integer not null,
  at timestamptz not null,
  kind text not null,
  text text not null,
  data jsonb,
  primary key (deployment, seq)
);

create table samples (
  deployment text not null references deployment_history (deployment),
  check_name text not null,
  -- Empty: probed once, from a worker.
  host text not null,
  at timestamptz not null,
  verdict text not null check (verdict in ('passed', 'failed', 'inconclusive', 'error')),
  reason jsonb not null,
  took_ms integer not null,
  primary key (deployment, check_name, host, at)
);

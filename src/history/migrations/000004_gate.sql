-- Freezes: dated or open, of one environment or of all; released ones stay as a record.
create table freezes (
  id bigint generated always as identity primary key,
  service text not null,
  -- null: every environment of the service.
  environment text,
  starts_at timestamptz not null,
  -- null: until somebody ends it.
  until timestamptz,
  reason text not null,
  by text not null,
  at timestamptz not null,
  released_at timestamptz,
  released_by text,
  constraint a_freeze_ends_after_it_starts check (until is null or until > starts_at),
  constraint a_thaw_is_whole check ((released_at is null) = (released_by is null))
);

create index freezes_in_force on freezes (service, environment) where released_at is null;

-- Everything that answered an item: provider, what it said, link, commit, who, when.
alter table items add column answers jsonb;
alter table items drop constraint items_state_check;
alter table items add constraint items_state_check
  check (state in ('open', 'running', 'passed', 'failed', 'not_applicable', 'ignored'));

-- Drills: deployed and taken back on purpose; how long the way back took, in milliseconds.
alter table deployment_history drop constraint deployment_history_kind_check;
alter table deployment_history add constraint deployment_history_kind_check
  check (kind in ('deployment', 'rollback', 'manual', 'drill'));
alter table deployment_history add column way_back_ms bigint;

-- What a release changed, and who was on call.
alter table deployment_history add column changes jsonb;
alter table deployment_history add column on_call jsonb;

-- Signatures that have started a run: a replay starts nothing. The statement's sha256, and the run that used it first.
create table proofs_used (
  statement text primary key,
  run_id text not null,
  at timestamptz not null
);

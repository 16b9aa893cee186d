-- One row for each deployment, rollback or manual deployment: the runbook's table.
create table deployment_history (
  deployment text primary key,
  kind text not null check (kind in ('deployment', 'rollback', 'manual')),
  service text not null,
  environment text not null,
  -- The release that the log entry names: for a finished rollback, the one that is live again.
  version text not null,
  commit text not null,
  deployed_by text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- A manual deployment that nobody verified until then leaves the environment's version unknown.
  expires_at timestamptz,
  status text check (status in ('SUCCESS', 'FAILED')),
  health_check text check (health_check in ('PASSED', 'FAILED', 'N/A')),
  rollback text check (rollback in ('N/A', 'ROLLED_BACK')),
  outcome text check (outcome in ('SUCCESS', 'REFUSED', 'ABORTED', 'SUPERSEDED', 'ROLLED_BACK', 'ROLLBACK_FAILED')),
  reason jsonb,
  sentence text,
  marker jsonb,
  log_entry text,
  -- When the application log got its line; a retry repeats the line only while this is empty.
  logged_at timestamptz,
  plan jsonb not null,
  plan_digest text not null,
  ignored_safeties jsonb not null,
  workflow_id text not null,
  run_id text not null,
  constraint an_end_is_whole check (
    (outcome is null) = (finished_at is null)
    and (outcome is null) = (status is null)
    and (outcome is null) = (health_check is null)
    and (outcome is null) = (rollback is null)
    and (outcome is null) = (sentence is null)
  ),
  constraint only_manual_expires check (kind = 'manual' or expires_at is null)
);

create index deployment_history_newest on deployment_history (started_at desc, deployment desc);
create index deployment_history_environment on deployment_history (service, environment, started_at desc, deployment desc);
create index deployment_history_commit on deployment_history (service, environment, commit) where outcome = 'SUCCESS';

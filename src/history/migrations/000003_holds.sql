-- Holds on an environment. At most one of each kind is in force; released ones stay as a record.
create table locks (
  id bigint generated always as identity primary key,
  service text not null,
  environment text not null,
  kind text not null check (kind in ('person', 'rollback_failed', 'manual')),
  reason text not null,
  by text not null,
  since timestamptz not null,
  until timestamptz,
  deployment text,
  released_at timestamptz,
  released_by text,
  constraint a_release_is_whole check ((released_at is null) = (released_by is null))
);

create unique index locks_in_force on locks (service, environment, kind) where released_at is null;
create index locks_environment on locks (service, environment, since desc);

-- Releases that were rolled back: refused until somebody clears them.
create table blocked_releases (
  id bigint generated always as identity primary key,
  service text not null,
  environment text not null,
  version text not null,
  commit text not null,
  reason text not null,
  since timestamptz not null,
  deployment text not null references deployment_history (deployment),
  cleared_at timestamptz,
  cleared_by text,
  cleared_reason text,
  constraint a_clearing_is_whole check ((cleared_at is null) = (cleared_by is null)),
  constraint blocked_once_by_a_deployment unique (deployment, version, commit)
);

create index blocked_releases_in_force on blocked_releases (service, environment, commit) where cleared_at is null;

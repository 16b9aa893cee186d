create table belay_migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null
);

create table blocked_releases (
  id bigint generated always as identity not null,
  service text not null,
  environment text not null,
  version text not null,
  commit text not null,
  reason text not null,
  since timestamp with time zone not null,
  deployment text not null,
  cleared_at timestamp with time zone,
  cleared_by text,
  cleared_reason text,
  clear_proof jsonb
);

create table deployment_history (
  deployment text not null,
  kind text not null,
  service text not null,
  environment text not null,
  version text not null,
  commit text not null,
  deployed_by text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  expires_at timestamp with time zone,
  status text,
  health_check text,
  rollback text,
  outcome text,
  reason jsonb,
  sentence text,
  marker jsonb,
  log_entry text,
  logged_at timestamp with time zone,
  plan jsonb not null,
  plan_digest text not null,
  ignored_safeties jsonb not null,
  workflow_id text not null,
  run_id text not null,
  way_back_ms bigint,
  changes jsonb,
  on_call jsonb
);

create table events (
  deployment text not null,
  seq integer not null,
  at timestamp with time zone not null,
  kind text not null,
  text text not null,
  data jsonb
);

create table freezes (
  id bigint generated always as identity not null,
  service text not null,
  environment text,
  starts_at timestamp with time zone not null,
  until timestamp with time zone,
  reason text not null,
  by text not null,
  at timestamp with time zone not null,
  released_at timestamp with time zone,
  released_by text,
  proof jsonb,
  release_proof jsonb
);

create table items (
  deployment text not null,
  item text not null,
  state text not null,
  how text not null,
  detail text not null,
  by text,
  claimed boolean not null,
  via text,
  note text,
  link text,
  at timestamp with time zone,
  answers jsonb
);

create table locks (
  id bigint generated always as identity not null,
  service text not null,
  environment text not null,
  kind text not null,
  reason text not null,
  by text not null,
  since timestamp with time zone not null,
  until timestamp with time zone,
  deployment text,
  released_at timestamp with time zone,
  released_by text,
  proof jsonb,
  release_proof jsonb
);

create table proofs (
  deployment text not null,
  seq integer not null,
  action text not null,
  about text,
  by text not null,
  key text,
  signed_at timestamp with time zone not null,
  taken_at timestamp with time zone not null,
  statement text not null,
  signature text not null
);

create table proofs_used (
  statement text not null,
  run_id text not null,
  at timestamp with time zone not null
);

create table samples (
  deployment text not null,
  check_name text not null,
  host text not null,
  at timestamp with time zone not null,
  verdict text not null,
  reason jsonb not null,
  took_ms integer not null
);

alter table belay_migrations add constraint belay_migrations_pkey PRIMARY KEY (name);
alter table blocked_releases add constraint a_clearing_is_whole CHECK (((cleared_at IS NULL) = (cleared_by IS NULL)));
alter table blocked_releases add constraint blocked_once_by_a_deployment UNIQUE (deployment, version, commit);
alter table blocked_releases add constraint blocked_releases_deployment_fkey FOREIGN KEY (deployment) REFERENCES deployment_history(deployment);
alter table blocked_releases add constraint blocked_releases_pkey PRIMARY KEY (id);
alter table deployment_history add constraint an_end_is_whole CHECK ((((outcome IS NULL) = (finished_at IS NULL)) AND ((outcome IS NULL) = (status IS NULL)) AND ((outcome IS NULL) = (health_check IS NULL)) AND ((outcome IS NULL) = (rollback IS NULL)) AND ((outcome IS NULL) = (sentence IS NULL))));
alter table deployment_history add constraint deployment_history_health_check_check CHECK ((health_check = ANY (ARRAY['PASSED'::text, 'FAILED'::text, 'N/A'::text])));
alter table deployment_history add constraint deployment_history_kind_check CHECK ((kind = ANY (ARRAY['deployment'::text, 'rollback'::text, 'manual'::text, 'drill'::text])));
alter table deployment_history add constraint deployment_history_outcome_check CHECK ((outcome = ANY (ARRAY['SUCCESS'::text, 'REFUSED'::text, 'ABORTED'::text, 'SUPERSEDED'::text, 'ROLLED_BACK'::text, 'ROLLBACK_FAILED'::text])));
alter table deployment_history add constraint deployment_history_pkey PRIMARY KEY (deployment);
alter table deployment_history add constraint deployment_history_rollback_check CHECK ((rollback = ANY (ARRAY['N/A'::text, 'ROLLED_BACK'::text])));
alter table deployment_history add constraint deployment_history_status_check CHECK ((status = ANY (ARRAY['SUCCESS'::text, 'FAILED'::text])));
alter table deployment_history add constraint only_manual_expires CHECK (((kind = 'manual'::text) OR (expires_at IS NULL)));
alter table events add constraint events_deployment_fkey FOREIGN KEY (deployment) REFERENCES deployment_history(deployment);
alter table events add constraint events_pkey PRIMARY KEY (deployment, seq);
alter table freezes add constraint a_freeze_ends_after_it_starts CHECK (((until IS NULL) OR (until > starts_at)));
alter table freezes add constraint a_thaw_is_whole CHECK (((released_at IS NULL) = (released_by IS NULL)));
alter table freezes add constraint freezes_pkey PRIMARY KEY (id);
alter table items add constraint items_deployment_fkey FOREIGN KEY (deployment) REFERENCES deployment_history(deployment);
alter table items add constraint items_pkey PRIMARY KEY (deployment, item);
alter table items add constraint items_state_check CHECK ((state = ANY (ARRAY['open'::text, 'running'::text, 'passed'::text, 'failed'::text, 'not_applicable'::text, 'ignored'::text])));
alter table locks add constraint a_release_is_whole CHECK (((released_at IS NULL) = (released_by IS NULL)));
alter table locks add constraint locks_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'rollback_failed'::text, 'manual'::text])));
alter table locks add constraint locks_pkey PRIMARY KEY (id);
alter table proofs add constraint proofs_deployment_fkey FOREIGN KEY (deployment) REFERENCES deployment_history(deployment);
alter table proofs add constraint proofs_pkey PRIMARY KEY (deployment, seq);
alter table proofs_used add constraint proofs_used_pkey PRIMARY KEY (statement);
alter table samples add constraint samples_deployment_fkey FOREIGN KEY (deployment) REFERENCES deployment_history(deployment);
alter table samples add constraint samples_pkey PRIMARY KEY (deployment, check_name, host, at);
alter table samples add constraint samples_verdict_check CHECK ((verdict = ANY (ARRAY['passed'::text, 'failed'::text, 'inconclusive'::text, 'error'::text])));
CREATE INDEX blocked_releases_in_force ON public.blocked_releases USING btree (service, environment, commit) WHERE (cleared_at IS NULL);
CREATE INDEX deployment_history_commit ON public.deployment_history USING btree (service, environment, commit) WHERE (outcome = 'SUCCESS'::text);
CREATE INDEX deployment_history_environment ON public.deployment_history USING btree (service, environment, started_at DESC, deployment DESC);
CREATE INDEX deployment_history_newest ON public.deployment_history USING btree (started_at DESC, deployment DESC);
CREATE INDEX freezes_in_force ON public.freezes USING btree (service, environment) WHERE (released_at IS NULL);
CREATE INDEX locks_environment ON public.locks USING btree (service, environment, since DESC);
CREATE UNIQUE INDEX locks_in_force ON public.locks USING btree (service, environment, kind) WHERE (released_at IS NULL);
create view sign_offs as
 SELECT deployment,
    item,
    state,
    how,
    by,
    claimed,
    via,
    note,
    link,
    at
   FROM items
  WHERE ((how = ANY (ARRAY['sign_off'::text, 'claim'::text])) AND (by IS NOT NULL));

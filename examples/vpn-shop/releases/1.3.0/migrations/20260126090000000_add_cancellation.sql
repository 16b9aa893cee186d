-- Up Migration
alter table subscriptions add column cancelled_at timestamptz;

-- Down Migration
alter table subscriptions drop column cancelled_at;

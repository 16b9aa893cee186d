-- Up Migration
alter table subscriptions add column device_limit integer;

-- Down Migration
alter table subscriptions drop column device_limit;

-- Up Migration
-- For a page that a later release brings: nothing writes it yet.
alter table users add column referral_code text;

-- Down Migration
alter table users drop column referral_code;

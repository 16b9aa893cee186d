-- Up Migration
alter table users add column locale text not null default 'en';

-- Down Migration
alter table users drop column locale;

import { type FixtureRelease, migration } from './repository.ts'

/** A table, then an additive column with a configuration change, then another additive column. */
export const threeReleases: readonly FixtureRelease[] = [
  { version: '1.0.0', files: migration('001_users', 'create table users (id int primary key)', 'drop table users') },
  {
    version: '1.1.0',
    config: { limit: 10 },
    files: migration('002_email', 'alter table users add column email text', 'alter table users drop column email'),
  },
  {
    version: '1.2.0',
    config: { limit: 20 },
    files: migration('003_phone', 'alter table users add column phone text', 'alter table users drop column phone'),
  },
]

import { afterEach, beforeEach } from 'vitest'
import { createWorld, type DatabaseWorld } from '../world.ts'

/** A table, then a column: what most scenarios are about. */
export const users = {
  '001_users.up.sql': 'create table users (id int primary key, name text not null);\n',
  '001_users.down.sql': 'drop table users;\n',
}
export const trial = {
  '002_trial.up.sql': 'alter table users add column trial_ends_at date;\n',
  '002_trial.down.sql': 'alter table users drop column trial_ends_at;\n',
}
export const notes = {
  '003_notes.up.sql': 'create table notes (id int primary key);\n',
  '003_notes.down.sql': 'drop table notes;\n',
}

/** The same for node-pg-migrate: scripts, which run where they lie. */
export const scripts = {
  users: {
    '1_users.js': `exports.up = (pgm) => pgm.createTable('users', { id: 'id' })\nexports.down = (pgm) => pgm.dropTable('users')\n`,
  },
  trial: {
    '2_trial.js': `exports.up = (pgm) => pgm.addColumn('users', { trial: 'date' })\nexports.down = (pgm) => pgm.dropColumn('users', 'trial')\n`,
  },
}

/** A world of its own for each test. */
export function freshWorlds(tool?: Parameters<typeof createWorld>[0]): () => DatabaseWorld {
  let world: DatabaseWorld | null = null
  beforeEach(async () => {
    world = await createWorld(tool)
  })
  afterEach(async () => {
    await world?.stop()
  })
  return () => {
    if (!world) throw new Error('asked for a world outside of a test')
    return world
  }
}

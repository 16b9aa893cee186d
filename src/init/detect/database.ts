import type { ComposeProject } from './compose.ts'
import type { Migrations } from './migrations.ts'
import type { Program } from './program.ts'
import type { Variables } from './variables.ts'

/** The service's database. `variable`: where its address is found; only a Postgres can be asked by Belay. */
export type Database = { kind: 'postgres' | 'another'; variable: string; from: string }

type Known = {
  program: Program | null
  compose: ComposeProject | null
  variables: Variables | null
  migrations: Migrations | null
}

/** null: no migrations, no address, no driver, none beside it: nothing speaks for one. */
export function databaseOf({ program, compose, variables, migrations }: Known): Database | null {
  const variable = variables?.database?.name ?? 'DATABASE_URL'
  if (variables?.database) {
    const postgres = variables.database.postgres || isOfPostgres(migrations)
    return { kind: kindOf(postgres), variable, from: variables.from }
  }
  if (migrations && isOfPostgres(migrations)) return { kind: 'postgres', variable, from: migrations.from }
  if (compose?.database) return { kind: kindOf(compose.database === 'postgres'), variable, from: compose.from }
  const driver = drivers.find(({ name }) => program?.dependencies?.some((one) => name.test(one)))
  if (driver && program) return { kind: kindOf(driver.postgres), variable, from: program.from }
  return migrations === null ? null : { kind: kindOf(migrations.by === 'belay'), variable, from: migrations.from }
}

function isOfPostgres(migrations: Migrations | null): boolean {
  return migrations?.by === 'belay' && !migrations.anyDatabase
}

function kindOf(postgres: boolean): Database['kind'] {
  return postgres ? 'postgres' : 'another'
}

const drivers = [
  { name: /^(pg|postgres|pg-promise|psycopg2?(-binary)?|asyncpg)$|jackc\/pgx|lib\/pq$/, postgres: true },
  {
    name: /^(mysql2?|mongodb|mongoose|better-sqlite3|sqlite3|mssql|oracledb|pymysql|pymongo|sqlalchemy|django|activerecord|rails)$|go-sql-driver\/|go-sqlite3|mongo-driver|^(typeorm|sequelize|prisma|@prisma\/client|knex|drizzle-orm)$/i,
    postgres: false,
  },
]

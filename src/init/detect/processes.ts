import type { Run } from '../answers.ts'
import type { Directory } from '../directory.ts'
import { type Proc, procfileOf } from './procfile.ts'
import type { Program } from './program.ts'
import { systemdUnits, type Unit } from './systemd.ts'

export type FoundProcess = {
  name: string
  run: Run
  worker: boolean
  from: string /** Of a unit: what it starts from. */
  place: string | null
}

export type Processes = {
  /** The application; a person may say another. */
  main: FoundProcess | null
  others: readonly FoundProcess[]
  notes: readonly string[]
}

/** Units say most, a Procfile comes next, then the language's own way to start. */
export function processesOf(directory: Directory, program: Program | null): Processes {
  const units = systemdUnits(directory).map(unitProcess)
  const { procs, notes } = procfileOf(directory)
  const found = units.length > 0 ? units : procs.flatMap((proc) => procProcess(proc, program))
  const own = found.find(({ worker }) => !worker) ?? null
  return {
    main: own ?? startedProcess(program),
    others: once(found.filter((one) => one !== own)),
    notes: units.length > 0 ? [] : notes,
  }
}

function unitProcess({ from, unit, place }: Unit): FoundProcess {
  const name = nameOf(unit.replace(/\.service$/, ''))
  return { name, run: { systemd: unit }, worker: isWorker(unit), from, place }
}

function procProcess({ name, command }: Proc, program: Program | null): FoundProcess[] {
  if (command === null) return []
  const run = { start: inRelease(command, program) }
  return [{ name: nameOf(name), run, worker: name !== 'web', from: 'Procfile', place: null }]
}

function startedProcess(program: Program | null): FoundProcess | null {
  if (!program?.start) return null
  return { name: 'web', run: { start: program.start }, worker: false, from: program.from, place: null }
}

/** What the build installs stands in the release, and is on nobody's path. */
function inRelease(command: readonly string[], program: Program | null): readonly string[] {
  const [name = '', ...rest] = command
  const installed = program?.installed
  return installed?.names.includes(name) ? [`${installed.directory}/${name}`, ...rest] : command
}

function isWorker(unit: string): boolean {
  return /worker|queue|job|consumer|sidekiq|celery|scheduler|cron/i.test(unit)
}

/** A name the configuration takes; it becomes a file's. `web` is the application. */
function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return name.slice(0, 64) || 'worker'
}

function once(processes: readonly FoundProcess[]): FoundProcess[] {
  return processes.filter(
    ({ name }, index) => name !== 'web' && processes.findIndex((one) => one.name === name) === index,
  )
}

import { readdir, readlink } from 'node:fs/promises'

/** Pids of everything that works below a directory, read from the machine. */
export async function processesOf(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const there = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, index) => there[index] === directory || there[index]?.startsWith(`${directory}/`))
}

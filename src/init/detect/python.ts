import type { Directory } from '../directory.ts'
import type { Program } from './program.ts'

/** Only what the files say for certain: a name, and what to install into an environment of the release's own. */
export function pythonProgram({ texts }: Directory): Program | null {
  const project = texts.get('pyproject.toml')
  const requirements = texts.get('requirements.txt')
  if (project === undefined && requirements === undefined) return null
  const what = requirements === undefined ? ['.'] : ['-r', 'requirements.txt']
  const dependencies = requirements === undefined ? null : namesIn(requirements)
  return {
    from: project === undefined ? 'requirements.txt' : 'pyproject.toml',
    name: valueIn(project ?? '', 'name'),
    version: valueIn(project ?? '', 'version'),
    start: null,
    build: [
      ['python3', '-m', 'venv', '.venv'],
      ['.venv/bin/pip', 'install', ...what],
    ],
    tests: null,
    dependencies,
    installed: { directory: '.venv/bin', names: ['python', 'python3', ...servers, ...(dependencies ?? [])] },
    notes: [],
  }
}

const servers = ['gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'celery', 'flask']

/** Of the `[project]` table alone. */
function valueIn(text: string, key: string): string | null {
  const table = /^\[project\][^\S\n]*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? ''
  return new RegExp(`^${key}\\s*=\\s*["']([^"'\\n]+)["']`, 'm').exec(table)?.[1] ?? null
}

function namesIn(requirements: string): string[] {
  return requirements.split('\n').flatMap((line) => /^\s*([A-Za-z][\w.-]*)/.exec(line)?.[1] ?? [])
}

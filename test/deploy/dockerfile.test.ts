import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { composeServices, readRepositoryFile, repositoryFile } from './stack-files.ts'

// No container engine runs here: what can be read is held, what a build would find is not.
const lines = readRepositoryFile('Dockerfile')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .flatMap((line) => /^([A-Z]+) (.*)$/.exec(line)?.slice(1, 3).join(' ') ?? [])
const ignored = readRepositoryFile('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

test('every base image is the Node that everything here is tried with', () => {
  const { devDependencies, scripts }: Package = JSON.parse(readRepositoryFile('package.json'))
  const bases = lines.filter((line) => line.startsWith('FROM '))
  expect(bases).toHaveLength(2)
  for (const base of bases) expect(base.split(' ')[1]).toBe(`node:${devDependencies.node}-bookworm-slim`)
  // Packing builds: building before it would be done twice.
  expect(scripts.prepack).toBe('npm run build')
  expect(lines.filter((line) => line.includes('npm run build'))).toEqual([])
})

type Package = { devDependencies: { node: string }; scripts: { prepack: string } }

test('everything that is copied is in the repository and not kept out, or is made by the build', () => {
  const copies = lines.filter((line) => line.startsWith('COPY ')).map((line) => line.split(' ').slice(1, -1))
  const made = lines.filter((line) => line.startsWith('RUN ')).join('\n')
  for (const [first = '', ...rest] of copies) {
    if (first.startsWith('--from=')) for (const path of rest) expect(made).toContain(`mkdir ${path}`)
    else
      for (const path of [first, ...rest]) {
        expect(existsSync(repositoryFile(path)), path).toBe(true)
        expect(ignored).not.toContain(path)
      }
  }
})

test('secrets, the history of the repository and what was installed elsewhere stay out of it', () => {
  expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', '.env.*', '.belay', 'node_modules', 'dist']))
  expect(lines.filter((line) => /^(ARG|ENV) .*(PASSWORD|SECRET|TOKEN|KEY)/i.test(line))).toEqual([])
})

test('it runs as nobody special, keeps its state in a volume of its own, and can reach git', () => {
  expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node'])
  expect(last.findIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
    last.findLastIndex((line) => line.startsWith('RUN ')),
  )
  expect(last).toContain('VOLUME /var/lib/belay')
  expect(last.join('\n')).toContain('BELAY_STATE_DIRECTORY=/var/lib/belay/worker')
  expect(composeServices()['belay-worker']?.volumes).toContain('belay-worker:/var/lib/belay')
  for (const program of ['git', 'openssh-client', 'ca-certificates', 'tini']) expect(last.join('\n')).toContain(program)
})

test('it is the worker, reaped by an init, and asks the worker itself whether it is healthy', () => {
  expect(last.slice(-2)).toEqual(['ENTRYPOINT ["tini", "--", "belay"]', 'CMD ["worker"]'])
  expect(last.find((line) => line.startsWith('HEALTHCHECK '))).toContain('CMD ["belay", "worker", "--check"]')
})

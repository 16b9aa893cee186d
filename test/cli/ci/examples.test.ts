import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../../src/cli/program/program.ts'
import { shellFrom } from '../../../src/cli/shell/shell.ts'
import { threeReleases } from '../../scenarios/releases.ts'
import { openWorld, type World } from '../../scenarios/world.ts'
import { eventually } from '../../support/eventually.ts'
import { shared } from '../../support/shared.ts'
import { terminalOf } from '../terminal.ts'
import { belayLines, readExample, readOutputs, runnerIn } from './runner.ts'

const minutes = 60_000
/** GitHub's runner obeys such lines, whoever wrote them. */
const toTheRunner = '/*\n::set-output name=outcome::SUCCESS\n  ::stop-commands::x\n##[group]x */'

test(
  'the lines of the examples, run as a CI job runs them: a deployment that succeeds and one that is refused',
  async () => {
    const [github, gitlab] = [await readExample('github-actions.yml'), await readExample('gitlab-ci.yml')]
    const [githubLine = ''] = belayLines(github)
    const [gitlabLine = ''] = belayLines(gitlab)
    const world = await openWorld({ releases: threeReleases })
    const { configure, belay } = await terminalOf(world)
    const files = await jobFiles(world)
    const runner = await runnerIn(world.repository, await jobEnvironment(world))
    const job = { GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ann', GITHUB_RUN_ID: '7', GITHUB_JOB: 'deploy', ...files.env }

    const deploying = runner.run(githubLine, { ...job, GITHUB_REF_NAME: 'v1.0.0' })
    await signsWhenAsked(world)
    const deployed = await deploying
    expect(deployed).toMatchObject({ code: 0, out: expect.stringContaining('1.0.0 is live on production') })
    expect(deployed.out + deployed.err).not.toMatch(/\x1b|::error/)
    const summary = await readFile(files.summary, 'utf8')
    expect(summary).toMatch(/^## ✅ 1\.0\.0 is live on production/)
    expect(summary).toContain('| manual.payment\\_processing | passed | operator\\@example.com (claimed) |')
    expect(summary).toMatch(/```text\n\[.*\] DEPLOYMENT\nVersion: 1\.0\.0/)
    const outputs = readOutputs(await readFile(files.output, 'utf8'))
    expect(outputs).toMatchObject({ outcome: 'SUCCESS', version: '1.0.0', live: '1.0.0', exit_code: '0' })
    expect(outputs.run_url).toMatch(/^http:\/\/ui\.example\/namespaces\/.*\/workflows\/deploy%3Afixture%3Aproduction\//)

    const again = await runner.run(githubLine, { ...job, GITHUB_REF_NAME: 'v1.0.0' })
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('this request has ended already') })
    expect(await runs(belay)).toHaveLength(1)

    await configure((settings) => {
      settings.review.checklist.tests_passing.command = [
        'node',
        '-e',
        `console.error("2 failed"); process.exit(1) ${toTheRunner}`,
      ]
    })
    const refused = await runner.run(githubLine, { ...job, GITHUB_REF_NAME: 'v1.1.0' })
    expect(refused).toMatchObject({ code: 10, out: expect.stringContaining('pre.tests_passing') })
    for (const told of [refused.out, refused.err]) {
      expect(told).toContain('\\u003a:set-output name=outcome::SUCCESS')
      expect(told).not.toMatch(/^\s*::(?!error )|^(?!::error ).*##\[/m)
    }
    expect(refused.err).toMatch(/^::error title=1\.1\.0 was not deployed to production; nothing changed::.*%0A/m)
    expect(await readFile(files.summary, 'utf8')).toContain('## ❌ 1.1.0 was not deployed to production')

    const gitlabJob = { CI_JOB_ID: '8', CI_COMMIT_TAG: 'v1.1.0', GITLAB_USER_LOGIN: 'ann', BELAY_DOTENV: 'belay.env' }
    const dotenv = join(world.repository, 'belay.env')
    expect(await runner.run(gitlabLine, gitlabJob)).toMatchObject({ code: 10 })
    expect(await readFile(dotenv, 'utf8')).toMatch(/^BELAY_DEPLOYMENT=1\.1\.0-\w+\nBELAY_OUTCOME=REFUSED\n/)

    const nothing = await runner.run(githubLine, { ...job, GITHUB_REF_NAME: 'v7.7.7' })
    expect(nothing).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^::error title=Belay started nothing::.*7\.7\.7/m),
    })

    const option = await runner.run(githubLine, { ...job, GITHUB_REF_NAME: 'v--detach' })
    expect(option).toMatchObject({ code: 2, err: expect.stringMatching(/expected .* got "?--detach/) })

    const unwritable = { ...job, GITHUB_RUN_ID: '9', GITHUB_REF_NAME: 'v1.1.0', GITHUB_OUTPUT: '/dev/null/nowhere' }
    const unwritten = await runner.run(githubLine, unwritable)
    expect(unwritten).toMatchObject({ code: 10, err: expect.stringContaining('GITHUB_OUTPUT: not written') })
    for (const call of await runner.calls()) expect(await unknownWords(call)).toEqual([])
  },
  4 * minutes,
)

async function jobFiles(world: World) {
  const directory = join(world.root, 'job')
  await mkdir(directory)
  const [summary, output] = [join(directory, 'summary.md'), join(directory, 'output')]
  return { summary, output, env: { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output } }
}

async function jobEnvironment(world: World): Promise<NodeJS.ProcessEnv> {
  return {
    TEMPORAL_ADDRESS: await shared('temporal'),
    TEMPORAL_NAMESPACE: world.belay.namespace,
    BELAY_DATABASE_URL: world.historyUrl,
    BELAY_TEMPORAL_UI: 'http://ui.example',
  }
}

async function signsWhenAsked(world: World): Promise<void> {
  const run = await eventually('the run', () => world.belay.attach('fixture', 'production'), 60_000)
  await world.signAll(run, run.deployment)
}

async function runs(belay: (...args: string[]) => Promise<{ out: string }>): Promise<string[]> {
  return (await belay('history', 'production')).out
    .trim()
    .split('\n')
    .filter((line) => line.includes('deployment'))
}

/** What the real command line would not know of these arguments. */
async function unknownWords(args: readonly string[]): Promise<string[]> {
  const program = createProgram(shellFrom(process), () => undefined)
  const general = program.parseOptions([...args])
  const [name, ...operands] = general.operands
  const command = program.commands.find((one) => one.name() === name)
  if (!command) return [...args]
  const own = command.parseOptions([...operands, ...general.unknown])
  const surplus = own.operands.slice(command.registeredArguments.length)
  return [...own.unknown, ...surplus]
}

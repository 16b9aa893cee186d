/**
 * The three worlds. Workflow code is replayed, so it may not reach what differs from run to run; activities act and
 * know nothing of workflows; the host world joins them in one place.
 */
const inDomain = '^src/domain/'
const typeOnly = ['type-only']

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'src/domain is words and rules: no Node, no npm package, nothing of ours outside it.',
      severity: 'error',
      from: { path: inDomain },
      to: { pathNot: inDomain },
    },
    {
      name: 'workflows-stay-deterministic',
      comment:
        'Workflow code knows src/domain, the workflow SDK and the *types* of activities; no Node, nothing else of ours.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        pathNot: [inDomain, '^workflows/', '^activities/', 'node_modules/@temporalio/(workflow|common)/'],
      },
    },
    {
      name: 'workflows-know-activities-by-type',
      comment: 'A value imported from an activity would put its drivers into the bundle.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: typeOnly },
    },
    {
      name: 'a-run-knows-no-phase',
      comment: 'What a run is and knows (workflows/run) stands below everything that is done with it.',
      severity: 'error',
      from: { path: '^workflows/run/' },
      to: { path: '^(workflows|activities)/', pathNot: '^workflows/run/' },
    },
    {
      name: 'hosts-and-record-know-no-phase',
      comment:
        'Asking one host, and writing down, are the same in a deployment, a rollback and a drill: neither knows which it serves.',
      severity: 'error',
      from: { path: '^workflows/(hosts|record)/' },
      to: { path: '^workflows/', pathNot: '^workflows/(run|hosts|record)/|^workflows/proxies\\.ts$' },
    },
    {
      name: 'activities-know-only-the-domain',
      comment: 'Activities get what they need handed in: of src they know src/domain, and the types of the history.',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^(src|workflows|test|examples)/', pathNot: [inDomain, '^src/history/'] },
    },
    {
      name: 'activities-know-the-history-by-type',
      comment: 'The history is handed in: a value of it imported here would be a second pool.',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^src/history/', dependencyTypesNot: typeOnly },
    },
    {
      name: 'host-world-knows-no-activity',
      comment:
        'Only the composition root knows the values of activities; reading git, the clock and writing files is the same on both sides.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/worker/'] },
      to: { path: '^activities/', pathNot: '^activities/(git|disk|calendar)/', dependencyTypesNot: typeOnly },
    },
    {
      name: 'host-world-knows-workflows-by-type',
      comment: 'A client starts a workflow by its name; its code runs in the sandbox and nowhere else.',
      severity: 'error',
      from: { path: '^src/', pathNot: [inDomain] },
      to: { path: '^workflows/', dependencyTypesNot: typeOnly },
    },
    {
      name: 'nobody-imports-the-worker',
      comment:
        'The composition root is the top: only the commands that run it, and the embedded stack, may load it. `rehearse --all` works in its own process: it needs no worker that runs.',
      severity: 'error',
      from: { pathNot: ['^src/(worker|dev)/', '^src/cli/commands/(dev|worker|rehearse-all)\\.ts$', '^test/'] },
      to: { path: '^src/worker/' },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      comment: 'What a command does and others need belongs in src/client or src/domain.',
      from: { pathNot: ['^src/cli/', '^test/'] },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'only-declared-packages',
      comment: 'A package that another one happens to bring may vanish with it.',
      severity: 'error',
      from: { path: '^(src|workflows|activities)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: 'node_modules/@temporalio/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
}

import type { Plan } from '../../domain/plan.ts'
import type { Finding } from '../load.ts'

/**
 * Where the marker and configuration may be written: below a root, each place once, and never inside what a release
 * replaces or what Belay keeps for itself.
 */
export function placeFindings(plan: Pick<Plan, 'layout' | 'marker' | 'configuration'>): Finding[] {
  const { layout, marker, configuration } = plan
  const markerFindings = placeOf(marker.file, ['marker', 'file'], layout)
  const targets = configuration.flatMap(({ target }, index) => {
    const path = ['configuration', index, 'target']
    const earlier = configuration.slice(0, index).some((other) => other.target === target) || target === marker.file
    if (earlier) return [{ path, expected: 'a place of its own', got: JSON.stringify(target), hint: null }]
    return placeOf(target, path, layout)
  })
  return [...markerFindings, ...targets]
}

function placeOf(file: string, path: Finding['path'], layout: Plan['layout']): Finding[] {
  const got = JSON.stringify(file)
  const root = layout.roots.find((candidate) => isBelow(file, candidate))
  if (root === undefined) {
    return [
      { path, expected: `a file below ${layout.roots.join(' or ')}`, got, hint: 'add its directory to release.roots' },
    ]
  }
  const own = ['.belay', ...(layout.mode === 'worktree' ? ['releases', 'current'] : ['.git'])].map(
    (name) => `${layout.directory}/${name}`,
  )
  const inside = own.find((directory) => file === directory || isBelow(file, directory))
  return inside === undefined ? [] : [{ path, expected: `a file outside ${inside}`, got, hint: null }]
}

function isBelow(file: string, directory: string): boolean {
  return file.startsWith(`${directory}/`)
}

import type { Plan } from '../../src/domain/plan.ts'
import { parseMarkerText } from '../switch/read-marker.ts'
import { problemOfFile } from './way-back.ts'

/** Is this the marker of this release, and can it be put where it belongs? */
export async function markerReady(plan: Plan, text: string): Promise<{ ok: boolean; detail: string }> {
  const { file } = plan.marker
  const { marker, problem } = parseMarkerText(file, text)
  const expected = { ...plan.release, environment: plan.environment, deployed_by: plan.performer }
  const wrong = Object.entries(expected)
    .filter(([key, value]) => marker !== null && Object.entries(marker).find(([name]) => name === key)?.[1] !== value)
    .map(([key, value]) => `${key}: expected ${value}`)
  const problems = [problem, await problemOfFile(plan, file), ...wrong].filter((each) => each !== null)
  const detail = problems.join('; ') || `${file} can be written; its content is valid`
  return { ok: problems.length === 0, detail: detail.slice(0, 1_000) }
}

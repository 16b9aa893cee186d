import { nameWords } from '../item-words.ts'
import { changeRows } from './change-rows.ts'
import { itemRows, peopleRows, ruleRows, safetyRows } from './gate-rows.ts'
import { migrationRows } from './migration-rows.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'
import { backRows, checkRows, estimateRows, stepRows } from './story-rows.ts'

/** A part of the report for people: what is most urgent stands first. `long`: folded away where there is room to. */
export type PreviewSection = { title: string; rows: readonly Row[]; long: boolean }

/** The words of a report, made once for every way of showing it. Sections without anything to say are left out. */
export function previewSections(report: PlanReport): PreviewSection[] {
  const sections: PreviewSection[] = [
    { title: 'What changes', rows: changeRows(report), long: false },
    { title: 'What is known of the migrations', rows: migrationRows(report), long: false },
    { title: 'Ignored safeties', rows: safetyRows(report), long: false },
    { title: 'Rules, as they are now', rows: ruleRows(report), long: false },
    { title: 'Checklist before anything changes', rows: itemRows(report), long: false },
    { title: 'Who must sign', rows: peopleRows(report), long: false },
    { title: 'What happens, in this order', rows: stepRows(report), long: true },
    { title: 'The way back, if anything fails or somebody says no', rows: backRows(report), long: true },
    { title: 'Checks', rows: checkRows(report), long: true },
    { title: 'How long it may take', rows: estimateRows(report), long: false },
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

/** Who and what, under the title. */
export function headRows({ release, live, hosts, plan, openRun }: PlanReport): Row[] {
  const now = live ? `${live.version} (${live.commit.slice(0, 12)})` : 'nothing is deployed'
  return [
    row('', 'release', `${release.version} (${release.commit.slice(0, 12)})`),
    row('', 'live now', now),
    row('', 'hosts', hosts.join(', ')),
    row('', 'plan', plan),
    ...(openRun
      ? [
          row(
            '!',
            'BUSY',
            `${openRun.version} by ${nameWords(openRun.performer, openRun.performerProven)} since ${openRun.since}`,
            [`deployment ${openRun.deployment}${openRun.phase === null ? '' : `, in phase ${openRun.phase}`}`],
          ),
        ]
      : []),
  ]
}

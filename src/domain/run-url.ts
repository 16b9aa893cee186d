/** The page of a run in Temporal's UI. `ui`: the UI's address, as people reach it. */
export function runUrl(ui: string, run: { namespace: string; workflowId: string; runId: string }): string {
  const path = ['namespaces', run.namespace, 'workflows', run.workflowId, run.runId, 'history']
  return `${ui.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`
}

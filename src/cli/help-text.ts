/** Under the list of commands: a whole deployment in five lines, and what the exit codes mean. */
export const helpText = `
A deployment:
  belay init                                   belay.yaml for the service in this directory
  belay dev                                    Temporal, Postgres, a worker, this host (another terminal)
  belay validate                               belay.yaml: every problem with its line
  belay deploy 1.2.3 --env production          the tag v1.2.3 exists; or: deploy <commit> --version 1.2.3
  belay waiting                                what waits for whom, with the command to type
  belay sign production payment_processing     what the run asks people for
  belay rollback production                    now, or days later

Exit codes:
  0    live, or a rollback that was asked for reached its target
  1    check, marker, notify, rehearse, watchdog: something is wrong with what was looked at
  2    usage or configuration; nothing was started
  10   refused at the gate, or before any change
  11   this deployment was rolled back, whoever asked
  12   the rollback failed, or waits for a decision
  14   aborted or superseded before any change
  20   still running, waits for a decision outside a rollback, or nobody takes the run
  69   Temporal, Postgres or the worker does not answer: the message says which, and how to start it
  70   a defect, or a run that ended without an outcome
  75   busy, locked or frozen: who, what, since when
  130  detached with Ctrl-C, and the run goes on; or init or rehearse was left`

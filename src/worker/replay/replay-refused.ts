/** The worker did not start: open runs would be stuck with it, or are too many to know. Nothing was polled. */
export class ReplayRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReplayRefused'
  }
}

/** What is needed for a rehearsal is not there; says what, and what to do. Nothing is said about the migrations. */
export class NotThere extends Error {
  override readonly name = 'NotThere'
}

/** Why bytes are not a readable trace. `message` is one sentence for people, without the file's name. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
  constructor(
    readonly code: 'empty' | 'not-a-trace' | 'newer-version' | 'bad-header',
    message: string,
  ) {
    super(message)
  }
}

/** `vscode.l10n.t`, or what a test puts in its place: `{0}` in the message stands for the first argument. Messages are literals, for a test finds them in the source. */
export type Translate = (message: string, ...args: (string | number)[]) => string

/** What a language model may ask of a trace. Times in ms since the trace's start. */
export type Question =
  | { readonly about: 'tasks'; readonly state?: string; readonly coroutine?: string; readonly limit?: number }
  | { readonly about: 'findings'; readonly limit?: number }
  | { readonly about: 'awaitGraph'; readonly atMs?: number; readonly limit?: number }
  | { readonly about: 'slowestAwaits'; readonly coroutine?: string; readonly limit?: number }

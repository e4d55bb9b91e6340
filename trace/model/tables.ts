import type { Definitions } from '../format/definitions.ts'
import type { Tables } from './types.ts'

/** The definitions as columns. Ids that point outside their table become 0, so that nothing downstream needs to check. */
export function buildTables(definitions: Definitions): Tables {
  const { strings, locations, stacks, awaits, loops, streams, objects } = definitions
  const text = within(strings.length - 1)
  const location = within(locations.count)
  const stack = within(stacks.count)
  return {
    strings,
    locations: {
      file: text(locations.column(0)),
      function: text(locations.column(1)),
      line: locations.column(2),
    },
    stacks: { parent: stack(stacks.column(0)), location: location(stacks.column(1)) },
    awaits: {
      kind: awaits.column(0),
      label: text(awaits.column(1)),
      stack: stack(awaits.column(2)),
      targetKind: awaits.column(3),
    },
    loops: { class: text(loops.column(0)), stream: within(streams.count)(loops.column(1)) },
    streams: { name: text(streams.column(0)) },
    objects: {
      kind: objects.column(0),
      label: text(objects.column(1)),
      creator: stack(objects.column(2)),
      detail: new Uint32Array(objects.count + 1),
    },
  }
}

/** Sets the ids of a column that are greater than `count` to 0, in place. */
export const within =
  (count: number) =>
  (column: Uint32Array): Uint32Array => {
    for (let i = 0; i < column.length; i++) if (column[i] > count) column[i] = 0
    return column
  }

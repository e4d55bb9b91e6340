// What threads.test.ts runs in workers by name.
export const double = (n: number): number => n * 2

export async function slowly(n: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5))
  return n
}

let calls = 0
/** Counts in the worker that it runs in: a module is imported once there. */
export const counted = (): number => ++calls

export class Missing {}

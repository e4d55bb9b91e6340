// Runs a random program on the port. interpret.py is the same, line by line, on CPython.
import * as aio from '../../../runtime/typescript/index.ts'
import { Boom, run, show, type Log } from '../harness.ts'
import type { Op, Program } from './programs.ts'

type Coroutine<T = void> = aio.Coroutine<T>

/** Programs stop starting tasks at this many. */
const MOST_TASKS = 40

class Interpreter {
  private readonly slots: (aio.Future<unknown> | undefined)[] = [undefined, undefined, undefined, undefined]
  private readonly locks = [new aio.Lock(), new aio.Lock()]
  private readonly semaphore = new aio.Semaphore(2)
  private readonly queues = [new aio.Queue<number>(), new aio.Queue<number>(1)]
  private readonly event = new aio.Event()
  private readonly condition = new aio.Condition()
  private readonly barrier = new aio.Barrier(2)
  private readonly futures = [new aio.Future<number>(), new aio.Future<number>()]
  private tasks = 0
  private level = 0
  private scope: aio.Timeout | undefined = undefined

  constructor(
    private readonly program: Program,
    private readonly write: Log,
  ) {}

  *body(index: number): Coroutine<number> {
    this.log('begins', index)
    yield* this.all(this.program.bodies[index])
    this.log('ends', index)
    return index
  }

  private log(...values: unknown[]): void {
    this.write(aio.currentTask()?.getName() ?? '-', ...values)
  }

  private *all(ops: readonly Op[]): Coroutine {
    for (const op of ops) yield* this.one(op)
  }

  private mayStart(n: number): boolean {
    this.tasks += n
    return this.tasks <= MOST_TASKS
  }

  private *one(op: Op): Coroutine {
    switch (op[0]) {
      case 'sleep':
        yield* aio.sleep(op[1] / 4)
        return this.log('slept', op[1])
      case 'spawn':
        if (this.mayStart(1)) this.slots[op[2]] = aio.createTask(this.body(op[1]))
        return this.log('spawned')
      case 'await': {
        const task = this.slots[op[1]]
        if (task !== undefined && task !== aio.currentTask()) this.log('awaited', yield* task)
        return
      }
      case 'cancel': {
        const task = this.slots[op[1]]
        if (task !== undefined) this.log('cancel', task.cancel('by op'))
        return
      }
      case 'shield': {
        const task = this.slots[op[1]]
        if (task !== undefined) this.log('shielded', yield* aio.shield(task))
        return
      }
      case 'lock':
        return yield* this.locks[op[1]].with(() => this.held('lock', op[2]))
      case 'semaphore':
        return yield* this.semaphore.with(() => this.held('semaphore', op[2]))
      case 'put':
        yield* this.queues[op[1]].put(op[1])
        return this.log('put', op[1])
      case 'get':
        return this.log('got', op[1], yield* this.queues[op[1]].get())
      case 'join':
        yield* this.queues[op[1]].join()
        return this.log('joined', op[1])
      case 'putNowait':
      case 'getNowait':
      case 'done':
        return this.now(op[0], this.queues[op[1]])
      case 'shutdown':
        this.queues[op[1]].shutdown({ immediate: op[2] })
        return this.log('shutdown')
      case 'timeout':
        yield* aio.timeout(op[1] / 4, (scope) => {
          this.scope = scope
          return this.all(op[2])
        })
        return this.log('in time')
      case 'waitFor':
        if (this.mayStart(1)) this.log('in time', yield* aio.waitFor(this.body(op[2]), op[1] / 4))
        return
      case 'gather':
        if (this.mayStart(op[1].length))
          this.log('gathered', yield* aio.gather(...op[1].map((body) => this.body(body)), { returnExceptions: op[2] }))
        return
      case 'group':
        if (this.mayStart(op[1].length)) yield* aio.taskGroup((group) => this.grouped(group, op[1], op[2]))
        return this.log('group ends')
      case 'wait': {
        const tasks = op[1].map((slot) => this.slots[slot]).filter((task) => task !== undefined)
        if (tasks.length === 0) return
        const timeout = op[3] === null ? null : op[3] / 4
        const { done, pending } = yield* aio.wait(tasks, { returnWhen: op[2] as aio.ReturnWhen, timeout })
        return this.log('waited', done, pending)
      }
      case 'set':
        this.event.set()
        return this.log('set')
      case 'clear':
        this.event.clear()
        return
      case 'waitEvent':
        yield* this.event.wait()
        return this.log('event')
      case 'notify':
        yield* this.condition.acquire()
        this.condition.notify(op[1])
        this.condition.release()
        return this.log('notified')
      case 'waitCondition':
        yield* this.condition.with(() => this.condition.wait())
        return this.log('condition')
      case 'barrier':
        return this.log('barrier', yield* this.barrier.wait())
      case 'resetBarrier':
        return yield* this.barrier.reset()
      case 'abortBarrier':
        return yield* this.barrier.abort()
      case 'level':
        return yield* this.condition.with(() => this.raiseLevel())
      case 'waitLevel': {
        const reached = (): boolean => this.level >= op[1]
        return this.log('level', yield* this.condition.with(() => this.condition.waitFor(reached)))
      }
      case 'completed': {
        const tasks = op[1].map((slot) => this.slots[slot]).filter((task) => task !== undefined)
        const timeout = op[2] === null ? null : op[2] / 4
        // CPython asks several that are done in the order of their addresses.
        const asked = [...tasks.filter((task) => !task.done()), ...tasks.filter((task) => task.done()).slice(0, 1)]
        for (const each of aio.asCompleted(asked, { timeout })) this.log('completed', yield* each)
        return
      }
      case 'reschedule':
        return this.reschedule(op[1] / 4)
      case 'setFuture':
        if (!this.futures[op[1]].done()) this.futures[op[1]].setResult(op[1])
        return
      case 'failFuture':
        if (!this.futures[op[1]].done()) this.futures[op[1]].setException(new Boom('future'))
        return
      case 'cancelFuture':
        this.futures[op[1]].cancel('future')
        return
      case 'awaitFuture':
        return this.log('future', yield* this.futures[op[1]])
      case 'raise':
        throw new Boom(String(op[1]))
      case 'soon':
        aio.getRunningLoop().callSoon(() => this.log('soon', op[1]))
        return
      case 'later':
        aio.getRunningLoop().callLater(op[1] / 4, () => this.log('later', op[2]))
        return
      case 'uncancel':
        return this.log('uncancel', aio.currentTask()!.uncancel())
      case 'selfCancel':
        return this.log('cancels itself', aio.currentTask()!.cancel('self'))
      case 'try':
        return yield* this.attempt(op[1], op[2], op[3], op[4], op[5])
      case 'repeat':
        for (let i = 0; i < op[1]; i++) yield* this.all(op[2])
        return
    }
  }

  private *held(what: string, ops: readonly Op[]): Coroutine {
    this.log(what)
    yield* this.all(ops)
  }

  private *grouped(group: aio.TaskGroup, bodies: readonly number[], ops: readonly Op[]): Coroutine {
    for (const body of bodies) group.createTask(this.body(body))
    yield* this.all(ops)
  }

  private *raiseLevel(): Coroutine {
    this.level++
    this.condition.notifyAll()
  }

  /** Moves the deadline of the timeout that began last, whoever is in it. */
  private reschedule(seconds: number): void {
    try {
      this.scope?.reschedule(aio.getRunningLoop().time() + seconds)
    } catch (error) {
      if (!(error instanceof aio.RuntimeError)) throw error
      this.log('too late')
    }
  }

  private now(what: 'putNowait' | 'getNowait' | 'done', queue: aio.Queue<number>): void {
    try {
      if (what === 'putNowait') queue.putNowait(9)
      else if (what === 'getNowait') this.log('got now', queue.getNowait())
      else queue.taskDone()
    } catch (error) {
      this.log(what, error)
    }
  }

  private *attempt(
    ops: readonly Op[],
    kind: string,
    handler: readonly Op[],
    again: boolean,
    last: readonly Op[],
  ): Coroutine {
    try {
      yield* this.all(ops)
    } catch (error) {
      if (!catches(kind, error)) throw error
      this.log('caught', error, aio.currentTask()!.cancelling())
      yield* this.all(handler)
      if (again) throw error
    } finally {
      yield* this.all(last)
    }
  }
}

function catches(kind: string, error: unknown): boolean {
  if (kind === 'boom') return error instanceof Boom || error instanceof aio.ExceptionGroup
  if (kind === 'cancel') return error instanceof aio.CancelledError
  return kind === 'timeout' ? error instanceof aio.TimeoutError : true
}

/** The lines that a program logs. */
export function interpret(program: Program): Promise<string[]> {
  return run({
    body: function* (log) {
      if (program.eager) aio.getRunningLoop().setTaskFactory(aio.eagerTaskFactory)
      const result = yield* new Interpreter(program, log).body(0)
      log('main', show(result))
    },
  })
}

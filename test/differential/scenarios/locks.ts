// Written by test/differential/twin.py from scenarios/locks.py. Change that file, then `npm run differential:record`.
// @ts-nocheck
import * as aio from '../../../runtime/typescript/index.ts'
import {
  Boom,
  both,
  contains,
  Crash,
  isException,
  leave,
  range,
  scenario,
  show,
  size,
  sorted,
  text,
  typeName,
} from '../harness.ts'

scenario(
  'lock: states and misuse',
  'test_locks.LockTests.test_acquire, test_release_not_acquired',
  function* lockStates(log) {
    let lock
    lock = new aio.Lock()
    log(lock.locked())
    yield* lock.acquire()
    log(lock.locked())
    lock.release()
    log(lock.locked())
    try {
      lock.release()
    } catch (error1) {
      if (error1 instanceof aio.RuntimeError) {
        const error = error1
        log(error)
      } else throw error1
    }
  },
)

scenario('lock: released when the body raises', 'test_locks.LockTests.test_context_manager', function* lockRaises(log) {
  let lock
  lock = new aio.Lock()
  try {
    yield* lock.with(function* () {
      log(lock.locked())
      throw new Boom('x')
    })
  } catch (error2) {
    if (error2 instanceof Boom) {
      log(lock.locked())
    } else throw error2
  }
})

scenario(
  'lock: a waiter cancelled while it waits',
  'test_locks.LockTests.test_acquire_cancel, test_cancel_race',
  function* lockCancel(log) {
    let a
    let b
    let c
    let lock
    lock = new aio.Lock()
    function* worker(name) {
      try {
        yield* lock.with(function* () {
          log(name)
          yield* aio.sleep(0.5)
        })
      } catch (error3) {
        if (error3 instanceof aio.CancelledError) {
          log(name, 'cancelled')
          throw error3
        } else throw error3
      }
    }
    a = aio.createTask(worker('a'))
    b = aio.createTask(worker('b'))
    c = aio.createTask(worker('c'))
    yield* aio.sleep(0.25)
    b.cancel()
    log(yield* aio.gather(a, b, c, { returnExceptions: true }))
  },
)

scenario(
  'lock: cancelled after being woken, the next gets it',
  'case 46; test_locks.LockTests.test_cancel_release_race',
  function* lockCancelWoken(log) {
    let a
    let b
    let lock
    lock = new aio.Lock()
    yield* lock.acquire()
    function* worker(name) {
      yield* lock.with(function* () {
        log(name)
      })
    }
    a = aio.createTask(worker('a'))
    b = aio.createTask(worker('b'))
    yield* aio.sleep(0)
    lock.release()
    a.cancel()
    log(yield* aio.gather(a, b, { returnExceptions: true }), lock.locked())
  },
)

scenario(
  'lock: no overtaking between release and wake-up',
  'test_locks.LockTests.test_release_no_waiters',
  function* lockFair(log) {
    let lock
    let task
    lock = new aio.Lock()
    yield* lock.acquire()
    function* worker() {
      yield* lock.with(function* () {
        log('worker')
      })
    }
    task = aio.createTask(worker())
    yield* aio.sleep(0)
    lock.release()
    yield* lock.acquire()
    log('main')
    lock.release()
    yield* task
  },
)

scenario('lock: all waiters cancelled, the lock can be taken at once', 'test_locks', function* lockAllCancelled(log) {
  let lock
  let tasks
  lock = new aio.Lock()
  yield* lock.acquire()
  function* worker() {
    yield* lock.with(function* () {
      log('never')
    })
  }
  tasks = [...[1, 2, 3]].map((i) => aio.createTask(worker()))
  yield* aio.sleep(0)
  for (const task of tasks) {
    task.cancel()
  }
  lock.release()
  yield* lock.acquire()
  log('main has it')
  log(yield* aio.gather(...tasks, { returnExceptions: true }))
})

scenario('event: set, clear, wait', 'test_locks.EventTests', function* eventBasics(log) {
  let event
  let tasks
  event = new aio.Event()
  function* waiter(name) {
    log(name, yield* event.wait(), event.isSet())
  }
  tasks = [...['a', 'b']].map((name) => aio.createTask(waiter(name)))
  yield* aio.sleep(0)
  event.set()
  event.set()
  yield* aio.gather(...tasks)
  log(yield* event.wait())
  event.clear()
  log(event.isSet())
})

scenario(
  'event: set and clear in one turn wakes both',
  'case 48; test_locks.EventTests.test_clear_with_waiters',
  function* eventPulse(log) {
    let event
    let tasks
    event = new aio.Event()
    function* waiter(name) {
      yield* event.wait()
      log(name, event.isSet())
    }
    tasks = [...['a', 'b']].map((name) => aio.createTask(waiter(name)))
    yield* aio.sleep(0)
    event.set()
    event.clear()
    yield* aio.gather(...tasks)
  },
)

scenario('event: a waiter cancelled', 'test_locks.EventTests.test_wait_cancel', function* eventCancel(log) {
  let event
  let task
  event = new aio.Event()
  task = aio.createTask(event.wait())
  yield* aio.sleep(0)
  task.cancel()
  try {
    yield* task
  } catch (error4) {
    if (error4 instanceof aio.CancelledError) {
      log('cancelled')
    } else throw error4
  }
  event.set()
  log(event.isSet())
})

scenario(
  'condition: notify, notify_all',
  'test_locks.ConditionTests.test_notify, test_notify_all',
  function* conditionNotify(log) {
    let condition
    let tasks
    condition = new aio.Condition()
    function* waiter(name) {
      yield* condition.with(function* () {
        yield* condition.wait()
        log(name)
      })
    }
    tasks = [...['a', 'b', 'c', 'd']].map((name) => aio.createTask(waiter(name)))
    yield* aio.sleep(0)
    yield* condition.with(function* () {
      condition.notify()
    })
    yield* aio.sleep(0.5)
    log('then two')
    yield* condition.with(function* () {
      condition.notify(2)
    })
    yield* aio.sleep(0.5)
    log('then all')
    yield* condition.with(function* () {
      condition.notifyAll()
    })
    yield* aio.gather(...tasks)
  },
)

scenario(
  'condition: misuse',
  'test_locks.ConditionTests.test_wait_unacquired, test_notify_unacquired',
  function* conditionMisuse(log) {
    let condition
    let lock
    let shared
    condition = new aio.Condition()
    try {
      yield* condition.wait()
    } catch (error5) {
      if (error5 instanceof aio.RuntimeError) {
        const error = error5
        log(error)
      } else throw error5
    }
    try {
      condition.notify()
    } catch (error6) {
      if (error6 instanceof aio.RuntimeError) {
        const error = error6
        log(error)
      } else throw error6
    }
    lock = new aio.Lock()
    shared = new aio.Condition(lock)
    yield* shared.with(function* () {
      log(lock.locked(), shared.locked())
    })
  },
)

scenario('condition: wait_for a predicate', 'test_locks.ConditionTests.test_wait_for', function* conditionWaitFor(log) {
  let condition
  let state
  let task
  condition = new aio.Condition()
  state = [0]
  function* waiter() {
    yield* condition.with(function* () {
      log('reached', yield* condition.waitFor(() => state[0] === 2), state[0])
    })
  }
  task = aio.createTask(waiter())
  for (const i of range(3)) {
    yield* aio.sleep(0.25)
    yield* condition.with(function* () {
      state[0] = i
      log('now', i)
      condition.notifyAll()
    })
  }
  yield* task
})

scenario(
  'condition: a cancelled wait gets the lock back first',
  'case 47; test_locks.ConditionTests.test_wait_cancel_contested',
  function* conditionCancel(log) {
    let condition
    let task
    condition = new aio.Condition()
    function* waiter() {
      yield* condition.with(function* () {
        try {
          yield* condition.wait()
        } catch (error7) {
          if (error7 instanceof aio.CancelledError) {
            log('cancelled, locked:', condition.locked())
            throw error7
          } else throw error7
        }
      })
    }
    task = aio.createTask(waiter())
    yield* aio.sleep(0)
    yield* condition.acquire()
    task.cancel()
    yield* aio.sleep(0.5)
    log('main still holds it', task.done())
    condition.release()
    try {
      yield* task
    } catch (error8) {
      if (error8 instanceof aio.CancelledError) {
        log('main', condition.locked())
      } else throw error8
    }
  },
)

scenario(
  'condition: cancelled again while it gets the lock back',
  'test_locks.ConditionTests.test_wait_cancel_after_notify',
  function* conditionCancelTwice(log) {
    let condition
    let task
    condition = new aio.Condition()
    function* waiter() {
      yield* condition.with(function* () {
        try {
          yield* condition.wait()
        } catch (error9) {
          if (error9 instanceof aio.CancelledError) {
            const error = error9
            log('cancelled', error, condition.locked())
            throw error9
          } else throw error9
        }
      })
    }
    task = aio.createTask(waiter())
    yield* aio.sleep(0)
    yield* condition.acquire()
    task.cancel('first')
    yield* aio.sleep(0)
    task.cancel('second')
    yield* aio.sleep(0)
    condition.release()
    try {
      yield* task
    } catch (error10) {
      if (error10 instanceof aio.CancelledError) {
        const error = error10
        log('main', error, task.cancelling())
      } else throw error10
    }
  },
)

scenario(
  'condition: a notify given to a cancelled waiter passes on',
  'case 47; test_locks.ConditionTests.test_cancelled_wakeup',
  function* conditionPassOn(log) {
    let a
    let b
    let condition
    condition = new aio.Condition()
    function* waiter(name) {
      yield* condition.with(function* () {
        yield* condition.wait()
        log(name)
      })
    }
    a = aio.createTask(waiter('a'))
    b = aio.createTask(waiter('b'))
    yield* aio.sleep(0)
    yield* condition.with(function* () {
      condition.notify()
      a.cancel()
    })
    log(yield* aio.gather(a, b, { returnExceptions: true }))
  },
)

scenario(
  'semaphore: values',
  'test_locks.SemaphoreTests.test_semaphore, test_release_not_acquired',
  function* semaphoreValues(log) {
    let bounded
    let semaphore
    semaphore = new aio.Semaphore(2)
    yield* semaphore.acquire()
    log(semaphore.locked())
    yield* semaphore.acquire()
    log(semaphore.locked())
    semaphore.release()
    log(semaphore.locked())
    try {
      new aio.Semaphore(-1)
    } catch (error11) {
      if (error11 instanceof aio.ValueError) {
        const error = error11
        log(error)
      } else throw error11
    }
    bounded = new aio.BoundedSemaphore(1)
    try {
      bounded.release()
    } catch (error12) {
      if (error12 instanceof aio.ValueError) {
        const error = error12
        log(error)
      } else throw error12
    }
  },
)

scenario('semaphore: two at a time', 'test_locks.SemaphoreTests.test_context_manager', function* semaphoreTwo(log) {
  let semaphore
  semaphore = new aio.Semaphore(2)
  function* worker(name) {
    yield* semaphore.with(function* () {
      log(name, 'in')
      yield* aio.sleep(0.5)
      log(name, 'out')
    })
  }
  yield* aio.gather(...[...range(5)].map((i) => worker(i)))
})

scenario(
  'semaphore: release then acquire by the same task does not overtake',
  'case 46; test_locks.SemaphoreTests.test_acquire_fifo_order',
  function* semaphoreFair(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(1)
    yield* semaphore.acquire()
    function* worker(name) {
      yield* semaphore.acquire()
      log(name)
      semaphore.release()
    }
    tasks = [...['a', 'b']].map((name) => aio.createTask(worker(name)))
    yield* aio.sleep(0)
    semaphore.release()
    yield* semaphore.acquire()
    log('main')
    semaphore.release()
    yield* aio.gather(...tasks)
  },
)

scenario('semaphore: a waiter cancelled after being woken', 'case 46', function* semaphoreCancelWoken(log) {
  let a
  let b
  let semaphore
  semaphore = new aio.Semaphore(0)
  function* worker(name) {
    yield* semaphore.acquire()
    log(name)
  }
  a = aio.createTask(worker('a'))
  b = aio.createTask(worker('b'))
  yield* aio.sleep(0)
  semaphore.release()
  a.cancel()
  yield* aio.sleep(0)
  log(a.done(), b.done())
  log(yield* aio.gather(a, b, { returnExceptions: true }), semaphore.locked())
})

scenario(
  'semaphore: several released at once',
  'test_locks.SemaphoreTests.test_acquire_fifo_order_2, _3',
  function* semaphoreBurst(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(0)
    function* worker(name) {
      yield* semaphore.acquire()
      log(name)
      yield* aio.sleep(0)
      semaphore.release()
    }
    tasks = [...range(5)].map((i) => aio.createTask(worker(i)))
    yield* aio.sleep(0)
    semaphore.release()
    semaphore.release()
    log('released twice')
    tasks[1].cancel()
    log(yield* aio.gather(...tasks, { returnExceptions: true }), semaphore.locked())
  },
)

scenario(
  'semaphore: all cancelled',
  'test_locks.SemaphoreTests.test_acquire_cancel',
  function* semaphoreAllCancelled(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(1)
    yield* semaphore.acquire()
    function* worker(name) {
      yield* semaphore.acquire()
    }
    tasks = [...range(3)].map((i) => aio.createTask(worker(i)))
    yield* aio.sleep(0)
    for (const task of tasks) {
      task.cancel()
    }
    semaphore.release()
    log(semaphore.locked())
    yield* aio.sleep(0)
    log(
      semaphore.locked(),
      [...tasks].map((task) => task.cancelled()),
    )
  },
)

scenario(
  'barrier: fills and empties',
  'case 49; test_locks.BarrierTests.test_barrier, test_filling_one_task',
  function* barrierFills(log) {
    let again
    let barrier
    let tasks
    barrier = new aio.Barrier(3)
    function* worker(name) {
      let index
      index = yield* barrier.wait()
      log(name, index, barrier.nWaiting)
    }
    tasks = [...['a', 'b', 'c']].map((name) => aio.createTask(worker(name)))
    yield* aio.sleep(0)
    log('waiting', barrier.nWaiting, barrier.parties, barrier.broken)
    yield* aio.gather(...tasks)
    again = [...['d', 'e', 'f']].map((name) => aio.createTask(worker(name)))
    yield* aio.gather(...again)
  },
)

scenario(
  'barrier: more tasks than places',
  'test_locks.BarrierTests.test_draining_state',
  function* barrierRounds(log) {
    let barrier
    barrier = new aio.Barrier(2)
    function* worker(name) {
      let index
      for (const i of range(2)) {
        index = yield* barrier.wait()
        log(name, i, index)
      }
    }
    yield* aio.gather(...[...['a', 'b', 'c', 'd']].map((name) => worker(name)))
  },
)

scenario('barrier: a cancelled waiter leaves without breaking it', 'case 49', function* barrierCancel(log) {
  let a
  let barrier
  barrier = new aio.Barrier(2)
  a = aio.createTask(barrier.wait())
  yield* aio.sleep(0)
  a.cancel()
  yield* aio.sleep(0)
  log(barrier.nWaiting, barrier.broken)
  log(yield* aio.gather(barrier.wait(), barrier.wait()))
})

scenario('barrier: abort', 'case 49; test_locks.BarrierTests.test_abort_barrier', function* barrierAbort(log) {
  let barrier
  let tasks
  barrier = new aio.Barrier(3)
  tasks = [...range(2)].map((i) => aio.createTask(barrier.wait()))
  yield* aio.sleep(0)
  yield* barrier.abort()
  log(barrier.broken, yield* aio.gather(...tasks, { returnExceptions: true }))
  try {
    yield* barrier.wait()
  } catch (error13) {
    if (error13 instanceof aio.BrokenBarrierError) {
      const error = error13
      log(error)
    } else throw error13
  }
  yield* barrier.reset()
  log(barrier.broken)
})

scenario(
  'barrier: reset',
  'test_locks.BarrierTests.test_reset_barrier, test_reset_barrier_while_tasks_waiting',
  function* barrierReset(log) {
    let barrier
    let more
    let tasks
    barrier = new aio.Barrier(3)
    function* worker(name) {
      try {
        log(name, yield* barrier.wait())
      } catch (error14) {
        if (error14 instanceof aio.BrokenBarrierError) {
          const error = error14
          log(name, error)
        } else throw error14
      }
    }
    tasks = [...['a', 'b']].map((name) => aio.createTask(worker(name)))
    yield* aio.sleep(0)
    yield* barrier.reset()
    log(barrier.broken, barrier.nWaiting)
    more = [...['c', 'd', 'e']].map((name) => aio.createTask(worker(name)))
    yield* aio.gather(...tasks)
    yield* aio.gather(...more)
    try {
      new aio.Barrier(0)
    } catch (error15) {
      if (error15 instanceof aio.ValueError) {
        const error = error15
        log(error)
      } else throw error15
    }
  },
)

scenario(
  'a lock whose woken waiter is cancelled',
  'test_locks.LockTests.test_finished_waiter_cancelled',
  function* finishedWaiter(log) {
    let first
    let lock
    let second
    lock = new aio.Lock()
    yield* lock.acquire()
    function* take(name) {
      yield* lock.acquire()
      log(name)
    }
    first = aio.createTask(take('first'))
    yield* aio.sleep(0)
    second = aio.createTask(take('second'))
    first.cancel()
    lock.release()
    yield* aio.sleep(0)
    log(lock.locked(), first.cancelled())
    yield* second
  },
)

scenario(
  'a lock keeps its turn through gather',
  'test_locks.LockTests.test_lock, test_lock_by_with_statement',
  function* lockByGather(log) {
    let lock
    lock = new aio.Lock()
    function* hold(name) {
      yield* lock.with(function* () {
        log(name, lock.locked())
        yield* aio.sleep(0)
        log(name, 'leaves')
      })
    }
    yield* aio.gather(hold('a'), hold('b'), hold('c'))
    log(lock.locked())
  },
)

scenario(
  'an event that is set, cleared and set',
  'test_locks.EventTests.test_wait_on_set, test_clear',
  function* eventAgain(log) {
    let event
    let task
    event = new aio.Event()
    event.set()
    log(yield* event.wait(), event.isSet())
    event.clear()
    log(event.isSet())
    function* waits() {
      yield* event.wait()
      log('woken')
    }
    task = aio.createTask(waits())
    yield* aio.sleep(1)
    event.set()
    event.set()
    yield* task
  },
)

scenario(
  "a condition's wait with a timeout",
  'test_locks.ConditionTests.test_timeout_in_block',
  function* conditionTimeout(log) {
    let condition
    condition = new aio.Condition()
    yield* condition.with(function* () {
      try {
        yield* aio.waitFor(condition.wait(), 0.5)
      } catch (error16) {
        if (error16 instanceof aio.TimeoutError) {
          const error = error16
          log(error, condition.locked())
        } else throw error16
      }
    })
    log(condition.locked())
  },
)

scenario(
  'a condition whose lock is given',
  'test_locks.ConditionTests.test_explicit_lock',
  function* conditionLock(log) {
    let condition
    let lock
    let task
    lock = new aio.Lock()
    condition = new aio.Condition(lock)
    function* waits() {
      yield* condition.with(function* () {
        yield* condition.wait()
        log('woken', lock.locked())
      })
    }
    task = aio.createTask(waits())
    yield* aio.sleep(0)
    yield* lock.acquire()
    log(condition.locked())
    condition.notify()
    lock.release()
    yield* task
    log(lock.locked())
  },
)

scenario(
  'a condition that nobody holds refuses',
  'test_locks.ConditionTests.test_wait_for_unacquired, test_notify_all_unacquired',
  function* conditionUnacquired(log) {
    let condition
    condition = new aio.Condition()
    try {
      yield* condition.waitFor(() => false)
    } catch (error17) {
      if (error17 instanceof aio.RuntimeError) {
        const error = error17
        log(error)
      } else throw error17
    }
    try {
      condition.notifyAll()
    } catch (error18) {
      if (error18 instanceof aio.RuntimeError) {
        const error = error18
        log(error)
      } else throw error18
    }
  },
)

scenario(
  'a semaphore: cancelled before it is woken',
  'test_locks.SemaphoreTests.test_acquire_cancel_before_awoken',
  function* semaphoreCancelled(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(0)
    tasks = [...range(4)].map((_) => aio.createTask(semaphore.acquire()))
    yield* aio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    semaphore.release()
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    log([...tasks].map((task) => task.done()))
    tasks[3].cancel()
    yield* aio.sleep(0)
  },
)

scenario(
  'a semaphore: release after a cancellation',
  'test_locks.SemaphoreTests.test_acquire_hang',
  function* semaphoreHang(log) {
    let first
    let second
    let semaphore
    semaphore = new aio.Semaphore(0)
    first = aio.createTask(semaphore.acquire())
    second = aio.createTask(semaphore.acquire())
    yield* aio.sleep(0)
    first.cancel()
    semaphore.release()
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    log(semaphore.locked(), second.done())
  },
)

scenario(
  'a semaphore: cancelled by the one who releases',
  'test_locks.SemaphoreTests.test_acquire_no_hang',
  function* semaphoreNoHang(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(1)
    tasks = []
    function* holds() {
      yield* semaphore.with(function* () {
        yield* aio.sleep(0)
      })
      tasks[1].cancel()
    }
    function* waits() {
      yield* semaphore.with(function* () {
        log('not reached')
      })
    }
    tasks.push(aio.createTask(holds()))
    tasks.push(aio.createTask(waits()))
    log(yield* aio.gather(...tasks, { returnExceptions: true }))
    yield* aio.waitFor(semaphore.acquire(), 1)
    log('acquired')
  },
)

scenario(
  "a semaphore's first value",
  'test_locks.SemaphoreTests.test_initial_value_zero, test_semaphore_value',
  function* semaphoreValues(log) {
    let bounded
    log(new aio.Semaphore(0).locked(), new aio.Semaphore().locked(), new aio.Semaphore(10).locked())
    try {
      new aio.Semaphore(-1)
    } catch (error19) {
      if (error19 instanceof aio.ValueError) {
        const error = error19
        log(error)
      } else throw error19
    }
    bounded = new aio.BoundedSemaphore(1)
    try {
      bounded.release()
    } catch (error20) {
      if (error20 instanceof aio.ValueError) {
        const error = error20
        log(error)
      } else throw error20
    }
  },
)

scenario(
  'a barrier: tasks that come again while it drains',
  'test_locks.BarrierTests.test_blocking_tasks_while_draining',
  function* barrierAgain(log) {
    let barrier
    let left
    let others
    barrier = new aio.Barrier(5)
    others = new aio.Barrier(3)
    left = [2]
    function* child(name) {
      log(name, yield* barrier.wait())
      if (left[0] > 0) {
        left[0] = left[0] - 1
        log(name, yield* barrier.wait())
      } else {
        yield* others.wait()
        log(name, yield* barrier.wait())
      }
    }
    yield* aio.gather(...[...range(5)].map((name) => child(name)))
  },
)

scenario(
  'a barrier: reset when half are through',
  'test_locks.BarrierTests.test_reset_barrier_when_tasks_half_draining',
  function* barrierResetHalf(log) {
    let barrier
    let through
    barrier = new aio.Barrier(5)
    through = []
    function* child(name) {
      try {
        yield* barrier.wait()
      } catch (error21) {
        if (error21 instanceof aio.BrokenBarrierError) {
          const error = error21
          log(name, error)
          return
        } else throw error21
      }
      through.push(name)
      log(name, size(through))
      if (size(through) === 3) {
        yield* barrier.reset()
      }
    }
    yield* aio.gather(...[...range(5)].map((name) => child(name)))
    log(barrier.nWaiting, barrier.broken)
  },
)

scenario(
  'a barrier: reset, and the tasks wait again',
  'test_locks.BarrierTests.test_reset_barrier_while_tasks_waiting_and_waiting_again',
  function* barrierResetAgain(log) {
    let barrier
    let reset
    let task
    let tasks
    barrier = new aio.Barrier(4)
    function* child(name) {
      try {
        yield* barrier.wait()
      } catch (error22) {
        if (error22 instanceof aio.BrokenBarrierError) {
          const error = error22
          log(name, error)
        } else throw error22
      } finally {
        log(name, yield* barrier.wait())
      }
    }
    function* last() {
      yield* barrier.with(function* () {
        log('last')
      })
    }
    tasks = [...range(3)].map((name) => aio.createTask(child(name)))
    yield* aio.sleep(0)
    reset = aio.createTask(barrier.reset())
    yield* aio.sleep(0)
    task = aio.createTask(last())
    yield* aio.gather(...tasks)
    yield* task
    yield* reset
    log(barrier.broken, barrier.nWaiting)
  },
)

scenario(
  'a barrier: reset by the last to leave',
  'test_locks.BarrierTests.test_reset_barrier_while_tasks_draining',
  function* barrierResetDraining(log) {
    let barrier
    let count
    barrier = new aio.Barrier(4)
    count = []
    function* child(name) {
      yield* barrier.wait()
      count.push(name)
      if (size(count) === 4) {
        yield* barrier.reset()
        log(name, 'reset')
      }
      log(name, yield* barrier.wait())
      log(name, yield* barrier.wait())
    }
    yield* aio.gather(...[...range(4)].map((name) => child(name)))
    log(barrier.broken, barrier.nWaiting)
  },
)

scenario(
  'a barrier: abort when half are through',
  'test_locks.BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking',
  function* barrierAbortHalf(log) {
    let barrier
    let count
    barrier = new aio.Barrier(5)
    count = []
    function* child(name) {
      try {
        yield* barrier.wait()
      } catch (error23) {
        if (error23 instanceof aio.BrokenBarrierError) {
          log(name, 'first')
          return
        } else throw error23
      }
      count.push(name)
      if (size(count) > 2) {
        yield* barrier.abort()
        log(name, 'aborts')
        return
      }
      try {
        yield* barrier.wait()
      } catch (error24) {
        if (error24 instanceof aio.BrokenBarrierError) {
          log(name, 'second')
        } else throw error24
      }
    }
    yield* aio.gather(...[...range(5)].map((name) => child(name)))
    log(barrier.broken, barrier.nWaiting)
  },
)

scenario(
  'a barrier: an error inside aborts it',
  'test_locks.BarrierTests.test_abort_barrier_when_exception',
  function* barrierError(log) {
    let barrier
    barrier = new aio.Barrier(4)
    function* child(name) {
      try {
        yield* barrier.with(function* (index) {
          if (index === 2) {
            throw new Boom('two')
          }
        })
        yield* barrier.with(function* () {
          log('not reached')
        })
      } catch (error25) {
        if (error25 instanceof aio.BrokenBarrierError) {
          const error = error25
          log(name, error)
        } else if (error25 instanceof Boom) {
          const error = error25
          log(name, error)
          yield* barrier.abort()
        } else throw error25
      }
    }
    yield* aio.gather(...[...range(4)].map((name) => child(name)))
    log(barrier.broken, barrier.nWaiting)
  },
)

scenario(
  'a barrier: aborted, reset and used again',
  'test_locks.BarrierTests.test_abort_barrier_when_exception_then_resetting',
  function* barrierAbortReset(log) {
    let one
    let two
    one = new aio.Barrier(4)
    two = new aio.Barrier(4)
    function* child(name) {
      try {
        if ((yield* one.wait()) === 2) {
          throw new Boom('two')
        }
        yield* one.wait()
        log('not reached')
      } catch (error26) {
        if (error26 instanceof aio.BrokenBarrierError) {
          const error = error26
          log(name, error)
        } else if (error26 instanceof Boom) {
          const error = error26
          log(name, error)
          yield* one.abort()
        } else throw error26
      }
      if ((yield* two.wait()) === 2) {
        yield* one.reset()
      }
      yield* two.wait()
      log(name, yield* one.wait())
    }
    yield* aio.gather(...[...range(4)].map((name) => child(name)))
    log(one.broken, one.nWaiting)
  },
)

scenario("a barrier's parties", 'test_locks.BarrierTests.test_barrier_parties', function* barrierParties(log) {
  let barrier
  for (const parties of [0, -1]) {
    try {
      new aio.Barrier(parties)
    } catch (error27) {
      if (error27 instanceof aio.ValueError) {
        const error = error27
        log(error)
      } else throw error27
    }
  }
  barrier = new aio.Barrier(1)
  log(barrier.parties, barrier.nWaiting, yield* barrier.wait(), yield* barrier.wait())
})

// Written by test/differential/twin.py from scenarios/cpython_locks.py. Change that file, then `npm run differential:record`.
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

scenario('event: three wait, one of them late', 'test_locks.EventTests.test_wait', function* eventWait(log) {
  let event
  let one
  let three
  let two
  event = new aio.Event()
  function* waits(number) {
    log(number, yield* event.wait())
  }
  ;[one, two] = [aio.createTask(waits(1)), aio.createTask(waits(2))]
  yield* aio.sleep(0)
  three = aio.createTask(waits(3))
  event.set()
  yield* aio.sleep(0)
  log(one.done(), two.done(), three.done())
})

scenario(
  'condition: three wait, are notified one and two at a time',
  'test_locks.ConditionTests.test_wait',
  function* conditionWait(log) {
    let condition
    let tasks
    condition = new aio.Condition()
    function* waits(number) {
      yield* condition.acquire()
      log(number, yield* condition.wait())
    }
    tasks = [...range(3)].map((i) => aio.createTask(waits(i)))
    yield* aio.sleep(0)
    log(condition.locked())
    yield* condition.acquire()
    condition.notify()
    yield* aio.sleep(0)
    log('notified', condition.locked())
    condition.release()
    yield* aio.sleep(0)
    log('released', condition.locked())
    condition.notify(2)
    yield* aio.sleep(0)
    log('notified two', condition.locked())
    condition.release()
    yield* aio.sleep(0)
    log('released', condition.locked())
    condition.release()
    yield* aio.sleep(0)
    log([...tasks].map((task) => task.done()))
  },
)

scenario(
  'condition: a cancelled wait leaves the queue',
  'test_locks.ConditionTests.test_wait_cancel',
  function* conditionCancel(log) {
    let condition
    let wait
    condition = new aio.Condition()
    yield* condition.acquire()
    wait = aio.createTask(condition.wait())
    aio.getRunningLoop().callSoon(() => wait.cancel())
    try {
      yield* wait
    } catch (error1) {
      if (error1 instanceof aio.CancelledError) {
        log(condition.locked())
      } else throw error1
    }
    condition.notify()
  },
)

scenario(
  'condition: cancelled while it waits to be woken, the error stays the same',
  'test_locks.ConditionTests.test_cancelled_error_wakeup',
  function* sameErrorAtWakeup(log) {
    let condition
    let raised
    let task
    condition = new aio.Condition()
    raised = []
    function* body() {
      yield* condition.with(function* () {
        try {
          yield* condition.waitFor(() => false)
        } catch (error2) {
          if (error2 instanceof aio.CancelledError) {
            const error = error2
            raised.push(error)
            throw error2
          } else throw error2
        }
      })
    }
    task = aio.createTask(body())
    yield* aio.sleep(0)
    task.cancel('foo')
    try {
      yield* task
    } catch (error3) {
      if (error3 instanceof aio.CancelledError) {
        const error = error3
        log(error, raised[0], condition.locked())
      } else throw error3
    }
  },
)

scenario(
  'condition: cancelled while it waits for the lock, the error stays the same',
  'test_locks.ConditionTests.test_cancelled_error_re_aquire',
  function* sameErrorAtLock(log) {
    let condition
    let raised
    let task
    let wake
    condition = new aio.Condition()
    wake = []
    raised = []
    function* body() {
      yield* condition.with(function* () {
        try {
          yield* condition.waitFor(() => size(wake) > 0)
        } catch (error4) {
          if (error4 instanceof aio.CancelledError) {
            const error = error4
            raised.push(error)
            throw error4
          } else throw error4
        }
      })
    }
    task = aio.createTask(body())
    yield* aio.sleep(0)
    yield* condition.acquire()
    wake.push(1)
    condition.notify()
    yield* aio.sleep(0)
    task.cancel('foo')
    condition.release()
    try {
      yield* task
    } catch (error5) {
      if (error5 instanceof aio.CancelledError) {
        const error = error5
        log(error, raised[0], condition.locked())
      } else throw error5
    }
  },
)

scenario(
  'condition: one cancelled as it is woken, or as it takes the lock, loses no wake-up',
  'test_locks.ConditionTests.test_cancelled_wakeup, test_cancelled_wakeup_relock',
  function* noLostWakeup(log) {
    let condition
    let consumers
    let state
    function* consumer(condition, state) {
      yield* condition.with(function* () {
        while (true) {
          yield* condition.waitFor(() => state[0] !== 0)
          if (state[0] < 0) {
            return
          }
          state[0] = state[0] - 1
        }
      })
    }
    for (const takesLock of [false, true]) {
      condition = new aio.Condition()
      state = [0]
      consumers = [...range(2)].map((_) => aio.createTask(consumer(condition, state)))
      yield* aio.sleep(0)
      yield* condition.with(function* () {
        state[0] = 1
        condition.notify(1)
        if (takesLock) {
          yield* aio.sleep(0)
        }
        consumers[0].cancel()
        try {
          yield* aio.timeout(0.125, function* () {
            yield* condition.waitFor(() => state[0] === 0)
          })
        } catch (error6) {
          if (error6 instanceof aio.TimeoutError) {
            log('late')
          } else throw error6
        }
        log(takesLock, state[0])
        state[0] = -1
        condition.notifyAll()
      })
      yield* consumers[1]
      log(consumers[0].cancelled())
    }
  },
)

scenario(
  'semaphore: three wait for two places',
  'test_locks.SemaphoreTests.test_acquire',
  function* semaphoreAcquire(log) {
    let fourth
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(3)
    log((yield* semaphore.acquire()) != null, (yield* semaphore.acquire()) != null, semaphore.locked())
    function* acquires(number) {
      yield* semaphore.acquire()
      log(number)
      return true
    }
    tasks = [...range(3)].map((i) => aio.createTask(acquires(i)))
    yield* aio.sleep(0)
    log(semaphore.locked())
    fourth = aio.createTask(acquires(4))
    semaphore.release()
    semaphore.release()
    yield* aio.sleep(0)
    log(
      [...tasks].map((task) => task.done()),
      fourth.done(),
    )
    semaphore.release()
    yield* aio.gather(...tasks, fourth)
    semaphore.release()
  },
)

scenario(
  'a lock and a semaphore that nobody waits for',
  'test_locks.SemaphoreTests.test_release_no_waiters; test_locks.LockTests.test_release_no_waiters',
  function* nobodyWaits(log) {
    let lock
    let semaphore
    semaphore = new aio.Semaphore()
    yield* semaphore.acquire()
    log(semaphore.locked())
    semaphore.release()
    log(semaphore.locked())
    lock = new aio.Lock()
    yield* lock.acquire()
    log(lock.locked())
    lock.release()
    log(lock.locked())
  },
)

scenario(
  'semaphore: the first of three is cancelled before two places are free',
  'test_locks.SemaphoreTests.test_acquire_fifo_order_3',
  function* firstCancelled(log) {
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(0)
    function* acquires(number) {
      yield* semaphore.acquire()
      log(number)
    }
    tasks = [...range(3)].map((i) => aio.createTask(acquires(i)))
    yield* aio.sleep(0)
    tasks[0].cancel()
    yield* aio.sleep(0)
    semaphore.release()
    semaphore.release()
    log(yield* aio.gather(...tasks, { returnExceptions: true }))
  },
)

scenario(
  'semaphore: one that is woken wakes the next',
  'test_locks.SemaphoreTests.test_acquire_fifo_order_4',
  function* wakesNext(log) {
    let fourth
    let semaphore
    let tasks
    semaphore = new aio.Semaphore(0)
    fourth = []
    function* one() {
      yield* semaphore.acquire()
      fourth.push(aio.createTask(four()))
      log(1)
    }
    function* two() {
      for (const _ of range(3)) {
        semaphore.release()
      }
      log(semaphore.locked())
      yield* semaphore.acquire()
      log(2)
    }
    function* three() {
      yield* semaphore.acquire()
      log(3, semaphore.locked())
    }
    function* four() {
      log(4)
    }
    tasks = [aio.createTask(one()), aio.createTask(two()), aio.createTask(three())]
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    yield* aio.gather(...tasks, ...fourth)
  },
)

scenario(
  'barrier: of one, taken twice',
  'test_locks.BarrierTests.test_filling_one_task_twice',
  function* barrierOfOne(log) {
    let barrier
    let one
    let two
    barrier = new aio.Barrier(1)
    one = aio.createTask(barrier.wait())
    yield* aio.sleep(0)
    log(barrier.nWaiting)
    two = aio.createTask(barrier.wait())
    yield* aio.sleep(0)
    log(one.result(), two.result(), barrier.nWaiting, barrier.broken)
  },
)

scenario(
  'barrier: filled task by task',
  'test_locks.BarrierTests.test_filling_task_by_task',
  function* taskByTask(log) {
    let barrier
    let tasks
    barrier = new aio.Barrier(3)
    tasks = []
    for (const _ of range(3)) {
      tasks.push(aio.createTask(barrier.wait()))
      yield* aio.sleep(0)
      log(barrier.nWaiting)
    }
    yield* aio.wait(tasks)
    log(
      barrier.nWaiting,
      barrier.broken,
      [...tasks].map((task) => task.result()),
    )
  },
)

scenario(
  'barrier: five pass it twice',
  'test_locks.BarrierTests.test_filling_tasks_wait_twice, test_filling_tasks_check_return_value',
  function* passTwice(log) {
    let barrier
    let places
    barrier = new aio.Barrier(5)
    function* body(number) {
      let place
      yield* barrier.wait()
      log('first', number)
      place = yield* barrier.wait()
      log('second', number)
      return place
    }
    places = yield* aio.gather(...[...range(5)].map((i) => body(i)))
    log(sorted(places), barrier.nWaiting, barrier.broken)
  },
)

scenario(
  'barrier: one of those that fill it is cancelled',
  'test_locks.BarrierTests.test_filling_tasks_cancel_one',
  function* fillingCancelled(log) {
    let barrier
    let one
    let three
    let two
    barrier = new aio.Barrier(3)
    function* body(number) {
      log(number, yield* barrier.wait())
    }
    one = aio.createTask(body(1))
    yield* aio.sleep(0)
    two = aio.createTask(body(2))
    yield* aio.sleep(0)
    log(barrier.nWaiting, one.cancel())
    yield* aio.sleep(0)
    log(barrier.nWaiting)
    try {
      yield* one
    } catch (error7) {
      if (error7 instanceof aio.CancelledError) {
        log(one.cancelled())
      } else throw error7
    }
    three = aio.createTask(body(3))
    yield* aio.sleep(0)
    log(barrier.nWaiting)
    yield* aio.gather(two, three, aio.createTask(body(4)))
    log(barrier.nWaiting, barrier.broken)
  },
)

scenario(
  'barrier: reset while some leave and others wait to come in',
  'test_locks.BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking',
  function* resetHalfWay(log) {
    let barrier
    let count
    let tasks
    barrier = new aio.Barrier(4)
    count = [0]
    function* body(number) {
      try {
        yield* barrier.wait()
        log(number, 'passed')
      } catch (error8) {
        if (error8 instanceof aio.BrokenBarrierError) {
          log(number, 'broken')
          yield* barrier.wait()
          log(number, 'passed later')
        } else throw error8
      }
      count[0] = count[0] + 1
      if (count[0] === 2) {
        yield* barrier.reset()
        log('reset')
      }
    }
    tasks = [...range(6)].map((i) => aio.createTask(body(i)))
    yield* aio.sleep(1)
    log(
      [...tasks].map((task) => task.done()),
      barrier.nWaiting,
      barrier.broken,
    )
    yield* barrier.abort()
    log(yield* aio.gather(...tasks, { returnExceptions: true }), barrier.broken)
  },
)

scenario('locks as blocks', 'test_pep492.LockTests.test_context_manager_async_with', function* locksAsBlocks(log) {
  for (const lock of [new aio.Lock(), new aio.Condition(), new aio.Semaphore(), new aio.BoundedSemaphore()]) {
    yield* aio.sleep(0.125)
    log(lock.locked())
    yield* lock.with(function* () {
      log(lock.locked())
      yield* aio.sleep(0.125)
      log(lock.locked())
    })
    log(lock.locked())
  }
})

scenario(
  'a queue is taken from while one waits to put',
  'test_queues.test_get_with_putters',
  function* getWithPutters(log) {
    let putter
    let queue
    queue = new aio.Queue(1)
    queue.putNowait(1)
    putter = aio.createTask(queue.put(2))
    yield* aio.sleep(0)
    log(queue.full(), yield* queue.get(), putter.done())
    yield* putter
    log(queue.qsize())
  },
)

scenario(
  'cancelled getters and putters are forgotten',
  'test_queues.test_why_are_getters_waiting, test_cancelled_puts_not_being_held_in_self_putters',
  function* forgotten(log) {
    let putter
    let queue
    queue = new aio.Queue(1)
    function* consumer(count) {
      for (const _ of range(count)) {
        log('got', yield* queue.get())
      }
    }
    function* producer(count) {
      for (const i of range(count)) {
        yield* queue.put(i)
      }
    }
    yield* aio.gather(producer(4), consumer(4))
    queue.putNowait('full')
    putter = aio.createTask(queue.put('never'))
    yield* aio.sleep(0)
    putter.cancel()
    try {
      yield* putter
    } catch (error9) {
      if (error9 instanceof aio.CancelledError) {
        log('cancelled')
      } else throw error9
    }
    log(queue.getNowait(), queue.qsize())
  },
)

scenario(
  'a putter that is woken and cancelled',
  'test_queues.test_cancelled_put_silence_value_error_exception',
  function* wokenAndCancelled(log) {
    let putter
    let queue
    queue = new aio.Queue(1)
    queue.putNowait(1)
    putter = aio.createTask(queue.put(2))
    yield* aio.sleep(0)
    queue.getNowait()
    putter.cancel()
    try {
      yield* putter
    } catch (error10) {
      if (error10 instanceof aio.CancelledError) {
        log('cancelled', queue.qsize())
      } else throw error10
    }
  },
)
function* refuses(log, queue) {
  for (const [name, call] of [
    ['put', () => queue.put('data')],
    ['get', () => queue.get()],
  ]) {
    try {
      yield* call()
    } catch (error11) {
      if (error11 instanceof aio.QueueShutDown) {
        const error = error11
        log(name, error)
      } else throw error11
    }
  }
  for (const [name, call] of [
    ['put_nowait', () => queue.putNowait('data')],
    ['get_nowait', () => queue.getNowait()],
  ]) {
    try {
      call()
    } catch (error12) {
      if (error12 instanceof aio.QueueShutDown) {
        const error = error12
        log(name, error)
      } else throw error12
    }
  }
}

scenario('shutdown of an empty queue, of each kind', 'test_queues.test_shutdown_empty', function* shutdownEmpty(log) {
  let getter
  for (const queue of [new aio.Queue(), new aio.LifoQueue(), new aio.PriorityQueue()]) {
    getter = aio.createTask(queue.get())
    yield* aio.sleep(0)
    queue.shutdown()
    log(queue.qsize())
    yield* queue.join()
    yield* aio.sleep(0)
    log(getter.done(), getter.exception())
    yield* refuses(log, queue)
  }
})

scenario('shutdown of a full queue, of each kind', 'test_queues.test_shutdown_nonempty', function* shutdownFull(log) {
  let joiner
  let putter
  for (const queue of [new aio.Queue(1), new aio.LifoQueue(1), new aio.PriorityQueue(1)]) {
    queue.putNowait('data')
    joiner = aio.createTask(queue.join())
    putter = aio.createTask(queue.put('data2'))
    yield* aio.sleep(0)
    log(putter.done())
    queue.shutdown({ immediate: false })
    log(queue.qsize())
    yield* aio.sleep(0)
    log(putter.done(), putter.exception())
    log(yield* queue.get())
    yield* aio.sleep(0)
    log(joiner.done())
    yield* refuses(log, queue)
    queue.taskDone()
    yield* aio.sleep(0)
    log(joiner.done())
    try {
      queue.taskDone()
    } catch (error13) {
      if (error13 instanceof aio.ValueError) {
        const error = error13
        log(error)
      } else throw error13
    }
  }
})

scenario('immediate shutdown, of each kind', 'test_queues.test_shutdown_immediate', function* shutdownAtOnce(log) {
  let joiner
  for (const queue of [new aio.Queue(), new aio.LifoQueue(), new aio.PriorityQueue()]) {
    queue.putNowait('data')
    joiner = aio.createTask(queue.join())
    queue.shutdown({ immediate: true })
    log(queue.qsize())
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    log(joiner.done())
    yield* refuses(log, queue)
    try {
      queue.taskDone()
    } catch (error14) {
      if (error14 instanceof aio.ValueError) {
        const error = error14
        log(error)
      } else throw error14
    }
  }
})

scenario(
  'several separators, one of which begins in what was read before',
  'test_streams.test_readuntil_multi_separator_negative_offset',
  function* separatorsAcross(log) {
    let reader
    let reading
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from('data'))
    reading = aio.createTask(reader.readuntil([Buffer.from('A'), Buffer.from('long sep')]))
    yield* aio.sleep(0)
    reader.feedData(Buffer.from('Z'))
    yield* aio.sleep(0)
    reader.feedData(Buffer.from('A'))
    log(yield* reading)
  },
)

scenario('a stream line by line', 'test_pep492.StreamReaderTests.test_readline', function* lineByLine(log) {
  let reader
  reader = new aio.StreamReader()
  reader.feedData(Buffer.from('line1\nline2\nline3'))
  reader.feedEof()
  while (!reader.atEof()) {
    log(yield* reader.readline())
  }
})

scenario(
  'errors of a reader tell what was read',
  'test_streams.test_IncompleteReadError_pickleable, test_LimitOverrunError_pickleable',
  function* errorsOfReader(log) {
    let reader
    reader = new aio.StreamReader({ limit: 4 })
    reader.feedData(Buffer.from('123456'))
    try {
      yield* reader.readuntil(Buffer.from('x'))
    } catch (error15) {
      if (error15 instanceof aio.LimitOverrunError) {
        const error = error15
        log(error, error.consumed)
      } else throw error15
    }
    reader.feedEof()
    try {
      yield* reader.readexactly(10)
    } catch (error16) {
      if (error16 instanceof aio.IncompleteReadError) {
        const error = error16
        log(error, error.partial, error.expected)
      } else throw error16
    }
  },
)

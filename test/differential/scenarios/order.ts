// Written by test/differential/twin.py from scenarios/order.py. Change that file, then `npm run differential:record`.
// @ts-nocheck
import * as aio from '../../../runtime/typescript/index.ts'
import {
  Boom,
  both,
  contains,
  Crash,
  isException,
  range,
  scenario,
  show,
  size,
  sorted,
  text,
  typeName,
} from '../harness.ts'

scenario('one queue for callbacks and tasks', 'case 1', function* oneQueue(log) {
  let loop
  loop = aio.getRunningLoop()
  function* task() {
    log('task')
  }
  loop.callSoon(() => log('a'))
  aio.createTask(task())
  loop.callSoon(() => log('b'))
  log('sync')
  yield* aio.sleep(0)
  log('after')
})

scenario("a callback's callback runs in the next turn", 'case 2', function* nextTurn(log) {
  let loop
  loop = aio.getRunningLoop()
  function a() {
    log('a')
    loop.callSoon(() => log('a2'))
  }
  loop.callSoon(a)
  loop.callSoon(() => log('b'))
  yield* aio.sleep(0)
  log('mid')
  yield* aio.sleep(0)
  log('end')
})

scenario('awaiting what is done lets nobody else run', 'case 3', function* noYield(log) {
  let future
  function* other() {
    log('other')
  }
  function* immediate() {
    return 5
  }
  aio.createTask(other())
  future = aio.getRunningLoop().createFuture()
  future.setResult(1)
  log(yield* future)
  log(yield* immediate())
  log('before other')
  yield* aio.sleep(0)
})

scenario(
  'done callbacks run in order, by the loop',
  'case 4; test_futures.BaseFutureDoneCallbackTests',
  function* doneCallbacks(log) {
    let future
    future = aio.getRunningLoop().createFuture()
    future.addDoneCallback((f) => log('first', f.result()))
    future.addDoneCallback((f) => log('second', f.done()))
    future.setResult(7)
    log('set')
    future.addDoneCallback((f) => log('late'))
    yield* aio.sleep(0)
    log('end')
  },
)

scenario('two tasks on one future wake in the order of their awaits', 'case 5', function* twoOnOne(log) {
  let future
  let tasks
  future = aio.getRunningLoop().createFuture()
  function* wait(name) {
    log(name, 'waits')
    log(name, yield* future)
  }
  tasks = [aio.createTask(wait('a')), aio.createTask(wait('b'))]
  yield* aio.sleep(0)
  future.setResult('x')
  log('setter goes on')
  yield* aio.gather(...tasks)
})

scenario('a joiner resumes one turn after the child', 'case 6', function* joinTurns(log) {
  let ticks
  function* ticker() {
    for (const i of range(4)) {
      log(`t${show(i)}`)
      yield* aio.sleep(0)
    }
  }
  function* child() {
    log('child')
  }
  ticks = aio.createTask(ticker())
  yield* aio.createTask(child())
  log('joined')
  yield* ticks
})

scenario('gather resumes its awaiter two turns after', 'case 6', function* gatherTurns(log) {
  let ticks
  function* ticker() {
    for (const i of range(5)) {
      log(`t${show(i)}`)
      yield* aio.sleep(0)
    }
  }
  function* child(name) {
    log(name)
  }
  ticks = aio.createTask(ticker())
  yield* aio.gather(child('a'), child('b'))
  log('joined')
  yield* ticks
})

scenario('a chain of ten coroutines costs no turn', 'case 7', function* deepChain(log) {
  let ticks
  function* deep(n) {
    if (n === 0) {
      yield* aio.sleep(0)
      return 'bottom'
    }
    return yield* deep(n - 1)
  }
  function* ticker() {
    for (const i of range(3)) {
      log(`t${show(i)}`)
      yield* aio.sleep(0)
    }
  }
  ticks = aio.createTask(ticker())
  log(yield* deep(10))
  yield* ticks
})

scenario('a lock goes round fairly', 'case 8', function* lockOrder(log) {
  let lock
  lock = new aio.Lock()
  function* worker(name) {
    for (const i of range(2)) {
      yield* lock.with(function* () {
        log(`${show(name)}${show(i)}`)
        yield* aio.sleep(0)
      })
    }
  }
  yield* aio.gather(worker('a'), worker('b'), worker('c'))
})

scenario('timers of one moment', 'test_base_events.test__run_once', function* sameMoment(log) {
  let loop
  let when
  loop = aio.getRunningLoop()
  when = loop.time() + 1
  for (const i of range(7)) {
    loop.callAt(when, () => log(i))
  }
  yield* aio.sleep(2)
})

scenario(
  'timers run by time, then ready callbacks of the same turn',
  'test_events.test_call_later',
  function* timers(log) {
    let loop
    loop = aio.getRunningLoop()
    loop.callLater(0.5, () => log('half'))
    loop.callLater(0.25, () => log('quarter'))
    loop.callLater(1, () => log('one'))
    loop.callSoon(() => log('soon'))
    loop.callLater(0, () => log('zero'))
    loop.callLater(-1, () => log('past'))
    yield* aio.sleep(0.75)
    log('three quarters')
    yield* aio.sleep(0.5)
    log(loop.time())
  },
)

scenario('a cancelled handle never runs', 'test_events.HandleTests', function* cancelledHandles(log) {
  let later
  let loop
  let soon
  loop = aio.getRunningLoop()
  soon = loop.callSoon(() => log('soon'))
  later = loop.callLater(0.5, () => log('later'))
  soon.cancel()
  later.cancel()
  log(soon.cancelled(), later.cancelled(), later.when())
  yield* aio.sleep(1)
  later.cancel()
  log('end')
})

scenario(
  'a callback cancels the one behind it',
  'test_events.HandleTests.test_handle_cancel',
  function* cancelBehind(log) {
    let handles
    let loop
    loop = aio.getRunningLoop()
    handles = []
    function first() {
      log('first')
      handles[0].cancel()
    }
    loop.callSoon(first)
    handles.push(loop.callSoon(() => log('second')))
    loop.callSoon(() => log('third'))
    yield* aio.sleep(0)
  },
)

scenario(
  'many cancelled timers leave the heap and the rest keep their order',
  'test_base_events.test__run_once_cancelled_event_cleanup',
  function* purgeTimers(log) {
    let handles
    let loop
    loop = aio.getRunningLoop()
    handles = [...range(256)].map((i) => loop.callLater(1 + i / 64, () => log(i)))
    for (const i of range(256)) {
      if (i % 8 !== 3) {
        handles[i].cancel()
      }
    }
    yield* aio.sleep(8)
    log('end')
  },
)

scenario(
  'an error in a callback reaches the handler and the next callback runs',
  'case 52',
  function* callbackError(log) {
    let loop
    loop = aio.getRunningLoop()
    function bad() {
      throw new Boom('bad')
    }
    loop.callSoon(bad)
    loop.callSoon(() => log('next'))
    yield* aio.sleep(0)
    loop.callLater(0.5, bad)
    yield* aio.sleep(1)
  },
)

scenario(
  'an error in a done callback reaches the handler',
  'test_futures.test_callbacks_…',
  function* doneCallbackError(log) {
    let future
    future = aio.getRunningLoop().createFuture()
    function bad(f) {
      throw new Boom('in callback')
    }
    future.addDoneCallback(bad)
    future.addDoneCallback((f) => log('second'))
    future.setResult(1)
    log(yield* future)
    yield* aio.sleep(0)
  },
)

scenario('sleep with zero, negative, result', 'test_tasks.test_sleep, test_sleep_cancel', function* sleeps(log) {
  log(yield* aio.sleep(0, 'zero'))
  log(yield* aio.sleep(-1, 'negative'))
  log(yield* aio.sleep(0.5, 'half'))
  log(yield* aio.sleep(0))
  log(aio.getRunningLoop().time())
})

scenario('sleepers wake by time, then by order', 'test_tasks.test_sleep', function* sleepers(log) {
  function* sleeper(name, delay) {
    yield* aio.sleep(delay)
    log(name)
  }
  yield* aio.gather(
    sleeper('c', 0.75),
    sleeper('a', 0.25),
    sleeper('b', 0.5),
    sleeper('a2', 0.25),
    sleeper('z', 0),
    sleeper('a3', 0.25),
  )
})

scenario('a removed callback is not called', 'test_futures.test_remove_done_callback', function* removedCallbacks(log) {
  let future
  future = aio.getRunningLoop().createFuture()
  function one(f) {
    log('one')
  }
  function two(f) {
    log('two')
  }
  future.addDoneCallback(one)
  future.addDoneCallback(two)
  future.addDoneCallback(one)
  log(future.removeDoneCallback(one), future.removeDoneCallback(one))
  future.setResult(1)
  yield* aio.sleep(0)
})

scenario("spawning from a task's step", 'test_tasks.test_task_basics', function* spawnNested(log) {
  function* leaf(name) {
    log(name)
  }
  function* branch(name) {
    log(name)
    aio.createTask(leaf(`${show(name)}.1`))
    aio.createTask(leaf(`${show(name)}.2`))
    yield* aio.sleep(0)
    log(`${show(name)} end`)
  }
  aio.createTask(branch('x'))
  aio.createTask(branch('y'))
  for (const i of range(3)) {
    yield* aio.sleep(0)
    log(`main ${show(i)}`)
  }
})

scenario(
  'leftovers are cancelled at the end, and their finally runs',
  'case 53; test_runners.test_asyncio_run_cancels_hanging_tasks',
  function* leftovers(log) {
    function* hanging(name) {
      try {
        yield* aio.sleep(1000)
      } finally {
        log(name, 'cleans up')
        yield* aio.sleep(0.5)
        log(name, 'clean')
      }
    }
    aio.createTask(hanging('a'))
    aio.createTask(hanging('b'))
    yield* aio.sleep(0)
    log('main ends')
  },
)

scenario(
  'a leftover that fails while it is cancelled is reported',
  'test_runners.test_asyncio_run_reports_hanging_tasks',
  function* failingLeftover(log) {
    function* hanging() {
      try {
        yield* aio.sleep(1000)
      } catch (error1) {
        if (error1 instanceof aio.CancelledError) {
          throw new Boom('at shutdown')
        } else throw error1
      }
    }
    aio.createTask(hanging())
    yield* aio.sleep(0)
  },
)

scenario('waiting for what nobody sets', 'a deadlock', function* deadlock(log) {
  let future
  future = aio.getRunningLoop().createFuture()
  try {
    yield* future
  } catch (error2) {
    if (error2 instanceof aio.CancelledError) {
      log('cancelled at shutdown')
      throw error2
    } else throw error2
  }
})

scenario('show knows what a result is', 'the harness', function* result(log) {
  log(show([1, null, true, new Boom('x')]))
  return [1, 'two', null]
})

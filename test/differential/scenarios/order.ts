// Written by test/differential/twin.py from scenarios/order.py. Change that file, then `npm run differential:record`.
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

scenario('a callback cancels the one behind it', 'test_events', function* cancelBehind(log) {
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
})

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

scenario('an error in a done callback reaches the handler', 'test_futures', function* doneCallbackError(log) {
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
})

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
  'test_runners.test_asyncio_run_reports_hanging_tasks_errors',
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

scenario(
  "call_at on the loop's clock",
  'test_base_events.test_time_and_call_at, test_call_later_negative_delays',
  function* clock(log) {
    let handles
    let loop
    loop = aio.getRunningLoop()
    handles = [
      loop.callAt(loop.time() + 1, () => log('at')),
      loop.callLater(-1, () => log('past')),
      loop.callLater(0, () => log('zero')),
    ]
    log([...handles].map((handle) => handle.when()))
    yield* aio.sleep(2)
    log(loop.time())
  },
)

scenario(
  'a timer is cancelled',
  'test_events.TimerTests.test_timer, test_when; HandleTests.test_handle',
  function* cancelledTimer(log) {
    let loop
    let soon
    let timer
    loop = aio.getRunningLoop()
    timer = loop.callLater(1, () => log('not reached'))
    soon = loop.callSoon(() => log('not reached either'))
    log(timer.cancelled(), soon.cancelled(), timer.when())
    timer.cancel()
    soon.cancel()
    timer.cancel()
    log(timer.cancelled(), soon.cancelled())
    yield* aio.sleep(2)
  },
)

scenario(
  'the loop refuses what it cannot call',
  'test_base_events.test_call_soon_non_callable, test_set_exc_handler_invalid',
  function* notCallable(log) {
    let loop
    loop = aio.getRunningLoop()
    for (const wrong of [5, 'text']) {
      try {
        loop.setExceptionHandler(wrong)
      } catch (error3) {
        if (error3 instanceof TypeError) {
          const error = error3
          log(error)
        } else throw error3
      }
    }
    log(loop.isRunning(), loop.isClosed(), loop.getDebug())
  },
)

scenario(
  "an exception handler of the program's own",
  'test_base_events.test_set_exc_handler_custom',
  function* ownHandler(log) {
    let before
    let loop
    loop = aio.getRunningLoop()
    before = loop.getExceptionHandler()
    function handler(given, context) {
      log('own', given === loop, context['exception'])
    }
    function broken() {
      throw new Boom('callback')
    }
    loop.setExceptionHandler(handler)
    log(loop.getExceptionHandler() === handler)
    loop.callSoon(broken)
    yield* aio.sleep(0)
    loop.setExceptionHandler(before)
    loop.callSoon(broken)
    yield* aio.sleep(0)
  },
)

scenario(
  "a task factory of the program's own",
  'test_base_events.test_set_task_factory, test_create_named_task_with_custom_factory',
  function* ownFactory(log) {
    let loop
    let task
    loop = aio.getRunningLoop()
    log(loop.getTaskFactory())
    loop.setTaskFactory(aio.eagerTaskFactory)
    log(loop.getTaskFactory() === aio.eagerTaskFactory)
    function* child() {
      log('eager')
    }
    task = aio.createTask(child(), { name: 'named' })
    log(task.done(), task)
    loop.setTaskFactory(null)
    task = aio.createTask(child())
    log(task.done())
    yield* task
  },
)

scenario(
  'a loop inside a loop',
  'test_base_events.RunningLoopTests.test_running_loop_within_a_loop; test_runners.RunTests.test_asyncio_run_from_running_loop',
  function* loopInside(log) {
    let loop
    loop = aio.getRunningLoop()
    log(aio.getEventLoop() === loop)
    try {
      loop.runForever()
    } catch (error4) {
      if (error4 instanceof aio.RuntimeError) {
        const error = error4
        log(error)
      } else throw error4
    }
  },
)

scenario(
  'many timers of many moments',
  'test_base_events.test__run_once_schedule_handle, test_run_once',
  function* manyTimers(log) {
    let handles
    let loop
    loop = aio.getRunningLoop()
    for (const delay of [5, 1, 3, 2, 4]) {
      loop.callLater(delay, () => log('timer', delay))
    }
    handles = [...range(200)].map((i) => loop.callLater(100 + i, () => log('never', i)))
    for (const handle of handles) {
      handle.cancel()
    }
    yield* aio.sleep(3.5)
    log(loop.time())
    yield* aio.sleep(3.5)
  },
)

scenario(
  'left-over tasks fail while the run ends',
  'test_runners.RunTests.test_asyncio_run_reports_hanging_tasks_errors',
  function* leftoversFail(log) {
    function* hangs() {
      try {
        yield* aio.sleep(1000)
      } finally {
        throw new Boom('left over')
      }
    }
    aio.createTask(hangs())
    yield* aio.sleep(0)
    return 123
  },
)

scenario(
  'what run gives back',
  'test_runners.RunTests.test_asyncio_run_return; RunnerTests.test_run',
  function* givesBack(log) {
    yield* aio.sleep(0)
    return 'done'
  },
)

scenario(
  'a task that cancels itself at the end of the run',
  'test_runners.RunTests.test_asyncio_run_without_uncancel',
  function* cancelsAtEnd(log) {
    let task
    function* child() {
      while (true) {
        try {
          yield* aio.sleep(10)
        } catch (error5) {
          if (error5 instanceof aio.CancelledError) {
            log('stops', aio.currentTask().cancelling())
            return 'late'
          } else throw error5
        }
      }
    }
    task = aio.createTask(child())
    yield* aio.sleep(0)
    log(task)
  },
)

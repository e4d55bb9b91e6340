// Written by test/differential/twin.py from scenarios/tasks.py. Change that file, then `npm run differential:record`.
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

scenario('results, errors, states', 'test_tasks.test_task_basics, test_other_loop_future', function* basics(log) {
  let one
  let two
  function* good() {
    yield* aio.sleep(0)
    return 'good'
  }
  function* bad() {
    yield* aio.sleep(0)
    throw new Boom('bad')
  }
  ;[one, two] = [aio.createTask(good()), aio.createTask(bad())]
  log(one.done(), two.done(), one.cancelling())
  log(yield* one, one.done(), one.cancelled(), one.exception())
  try {
    yield* two
  } catch (error1) {
    if (error1 instanceof Boom) {
      const error = error1
      log(error, two.done(), two.cancelled(), two.exception() === error)
    } else throw error1
  }
})

scenario('names', 'test_tasks', function* names(log) {
  let a
  let b
  let c
  function* nothing() {
    return null
  }
  a = aio.createTask(nothing())
  b = aio.createTask(nothing(), { name: 'chosen' })
  log(aio.currentTask().getName(), a.getName(), b.getName())
  b.setName('changed')
  log(b.getName())
  c = aio.createTask(nothing())
  log(c.getName())
  yield* aio.gather(a, b, c)
})

scenario('a task refuses set_result and set_exception', 'test_tasks', function* refuses(log) {
  let task
  function* nothing() {
    return 1
  }
  task = aio.createTask(nothing())
  try {
    task.setResult(1)
  } catch (error2) {
    if (error2 instanceof aio.RuntimeError) {
      const error = error2
      log(error)
    } else throw error2
  }
  try {
    task.setException(new Boom())
  } catch (error3) {
    if (error3 instanceof aio.RuntimeError) {
      const error = error3
      log(error)
    } else throw error3
  }
  log(yield* task)
  try {
    aio.createTask(5)
  } catch (error4) {
    if (error4 instanceof TypeError) {
      const error = error4
      log(error)
    } else throw error4
  }
})

scenario('current task', 'test_tasks.BaseCurrentLoopTests', function* current(log) {
  let a
  let b
  let loop
  function* report(name) {
    log(name, aio.currentTask().getName())
    yield* aio.sleep(0)
    log(name, aio.currentTask().getName())
  }
  loop = aio.getRunningLoop()
  loop.callSoon(() => log('callback', aio.currentTask()))
  a = aio.createTask(report('a'))
  b = aio.createTask(report('b'))
  yield* a
  yield* b
  log(aio.currentTask().getName())
})

scenario('all tasks', 'test_tasks.BaseTaskIntrospectionTests', function* allTasks(log) {
  let a
  let b
  function* nothing() {
    yield* aio.sleep(0)
  }
  a = aio.createTask(nothing())
  b = aio.createTask(nothing())
  log(aio.allTasks())
  yield* a
  log(aio.allTasks())
  yield* b
  log(aio.allTasks(), size(aio.allTasks()))
})

scenario('cancelled before the first step: the body never runs', 'case 9', function* cancelBefore(log) {
  let task
  function* body() {
    log('body')
  }
  task = aio.createTask(body())
  log(task.cancel(), task.cancelled(), task.cancelling())
  try {
    yield* task
  } catch (error5) {
    if (error5 instanceof aio.CancelledError) {
      log('cancelled', task.cancelled())
    } else throw error5
  }
})

scenario(
  'cancel at a nested await: finally blocks innermost first',
  'case 10; test_tasks.test_cancel',
  function* cancelNested(log) {
    let task
    function* inner() {
      try {
        yield* aio.sleep(10)
      } finally {
        log('inner')
      }
    }
    function* middle() {
      try {
        yield* inner()
      } finally {
        log('middle')
      }
    }
    function* outer() {
      try {
        yield* middle()
      } finally {
        log('outer')
      }
    }
    task = aio.createTask(outer())
    yield* aio.sleep(0)
    task.cancel()
    log('requested', task.cancelled())
    try {
      yield* task
    } catch (error6) {
      if (error6 instanceof aio.CancelledError) {
        log(task.cancelled())
      } else throw error6
    }
  },
)

scenario('a suppressed cancel', 'case 11', function* suppressed(log) {
  let task
  function* stubborn() {
    try {
      yield* aio.sleep(10)
    } catch (error7) {
      if (error7 instanceof aio.CancelledError) {
        return 'refused'
      } else throw error7
    }
  }
  task = aio.createTask(stubborn())
  yield* aio.sleep(0)
  task.cancel()
  log(yield* task, task.cancelled(), task.cancelling())
})

scenario('result set, then cancelled before the wake-up', 'case 12', function* resultThenCancel(log) {
  let future
  let task
  future = new aio.Future()
  function* wait() {
    try {
      log(yield* future)
    } catch (error8) {
      if (error8 instanceof aio.CancelledError) {
        log('cancelled, the result is lost')
        throw error8
      } else throw error8
    }
  }
  task = aio.createTask(wait())
  yield* aio.sleep(0)
  future.setResult('lost')
  task.cancel()
  try {
    yield* task
  } catch (error9) {
    if (error9 instanceof aio.CancelledError) {
      log(task.cancelled())
    } else throw error9
  }
})

scenario('two cancels before a step: one delivery', 'case 13', function* twoCancels(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error10) {
      if (error10 instanceof aio.CancelledError) {
        log('once')
      } else throw error10
    }
    yield* aio.sleep(0)
    log('went on')
    return aio.currentTask().cancelling()
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel()
  task.cancel()
  log(task.cancelling())
  log(yield* task)
})

scenario('self-cancel, then return without an await', 'case 14', function* selfCancel(log) {
  let task
  function* body() {
    aio.currentTask().cancel()
    return 'value'
  }
  task = aio.createTask(body())
  try {
    log(yield* task)
  } catch (error11) {
    if (error11 instanceof aio.CancelledError) {
      log('cancelled', task.cancelled())
    } else throw error11
  }
})

scenario(
  'self-cancel, then uncancel',
  'case 15; test_tasks.test_uncancel_resets_must_cancel',
  function* selfUncancel(log) {
    function* body() {
      let task
      task = aio.currentTask()
      task.cancel()
      log(task.cancelling(), task.uncancel(), task.uncancel())
      yield* aio.sleep(0)
      return 'went on'
    }
    log(yield* aio.createTask(body()))
  },
)

scenario('self-cancel, then an error', 'test_tasks', function* selfCancelError(log) {
  function* body() {
    aio.currentTask().cancel()
    throw new Boom('instead')
  }
  try {
    yield* aio.createTask(body())
  } catch (error12) {
    if (error12 instanceof Boom) {
      const error = error12
      log(error)
    } else throw error12
  }
})

scenario('awaiting a task that swallows the cancel', 'case 16', function* swallowed(log) {
  let task
  function* inner() {
    try {
      yield* aio.sleep(10)
    } catch (error13) {
      if (error13 instanceof aio.CancelledError) {
        return 'swallowed'
      } else throw error13
    }
  }
  function* outer() {
    return yield* aio.createTask(inner())
  }
  task = aio.createTask(outer())
  yield* aio.sleep(0)
  yield* aio.sleep(0)
  task.cancel()
  log(yield* task, task.cancelled(), task.cancelling())
})

scenario('a second cancel interrupts an awaiting finally', 'case 17', function* cancelFinally(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } finally {
      log('cleaning')
      try {
        yield* aio.sleep(10)
        log('never')
      } finally {
        log('interrupted')
      }
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel()
  yield* aio.sleep(0)
  task.cancel()
  try {
    yield* task
  } catch (error14) {
    if (error14 instanceof aio.CancelledError) {
      log(task.cancelled(), task.cancelling())
    } else throw error14
  }
})

scenario('the message at the await and at the joiner', 'case 18', function* message(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error15) {
      if (error15 instanceof aio.CancelledError) {
        const error = error15
        log('at the await', error)
        throw error15
      } else throw error15
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel('why')
  try {
    yield* task
  } catch (error16) {
    if (error16 instanceof aio.CancelledError) {
      const error = error16
      log('at the joiner', error)
    } else throw error16
  }
  try {
    yield* task
  } catch (error17) {
    if (error17 instanceof aio.CancelledError) {
      const error = error17
      log('second joiner', error)
    } else throw error17
  }
})

scenario(
  'messages: before the first step, twice, none',
  'test_tasks.test_cancel_with_message_before_starting_task',
  function* messages(log) {
    let a
    let b
    function* body() {
      yield* aio.sleep(10)
    }
    a = aio.createTask(body())
    a.cancel('first')
    a.cancel('second')
    b = aio.createTask(body())
    b.cancel()
    for (const task of [a, b]) {
      try {
        yield* task
      } catch (error18) {
        if (error18 instanceof aio.CancelledError) {
          const error = error18
          log(error)
        } else throw error18
      }
    }
  },
)

scenario('a task awaits itself', 'case 19; test_tasks.test_task_awaits_on_itself', function* awaitsItself(log) {
  function* body() {
    try {
      yield* aio.currentTask()
    } catch (error19) {
      if (error19 instanceof aio.RuntimeError) {
        const error = error19
        log(error)
      } else throw error19
    }
    return 'went on'
  }
  log(yield* aio.createTask(body()))
})

scenario('another error while cancelled', 'test_tasks', function* errorInstead(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error20) {
      if (error20 instanceof aio.CancelledError) {
        throw new Crash('instead')
      } else throw error20
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel()
  try {
    yield* task
  } catch (error21) {
    if (error21 instanceof Crash) {
      const error = error21
      log(error, task.cancelled(), task.cancelling())
    } else throw error21
  }
})

scenario("a CancelledError of the body's own", 'test_tasks', function* ownCancelledError(log) {
  let task
  function* body() {
    throw new aio.CancelledError('own')
  }
  task = aio.createTask(body())
  try {
    yield* task
  } catch (error22) {
    if (error22 instanceof aio.CancelledError) {
      const error = error22
      log(error, task.cancelled(), task.cancelling())
    } else throw error22
  }
})

scenario('cancel a done task', 'test_tasks', function* cancelDone(log) {
  let task
  function* body() {
    return 1
  }
  task = aio.createTask(body())
  yield* task
  log(task.cancel(), task.cancelled(), task.cancelling())
})

scenario('cancel in a loop of awaits', 'test_tasks', function* cancelLoop(log) {
  let task
  function* body() {
    let n
    n = 0
    while (true) {
      try {
        yield* aio.sleep(1)
        n += 1
      } catch (error23) {
        if (error23 instanceof aio.CancelledError) {
          log('after', n)
          if (aio.currentTask().cancelling() === 3) {
            throw error23
          }
        } else throw error23
      }
    }
  }
  task = aio.createTask(body())
  for (const i of range(3)) {
    yield* aio.sleep(2.5)
    log(i, task.cancel())
  }
  try {
    yield* task
  } catch (error24) {
    if (error24 instanceof aio.CancelledError) {
      log('cancelled', task.cancelling())
    } else throw error24
  }
})

scenario('cancel passes through a chain of tasks', 'test_tasks', function* cancelChain(log) {
  let a
  let b
  let c
  function* leaf() {
    try {
      yield* aio.sleep(10)
    } catch (error25) {
      if (error25 instanceof aio.CancelledError) {
        const error = error25
        log('leaf', error)
        throw error25
      } else throw error25
    }
  }
  function* parent(child) {
    try {
      yield* child
    } catch (error26) {
      if (error26 instanceof aio.CancelledError) {
        const error = error26
        log(aio.currentTask().getName(), error)
        throw error26
      } else throw error26
    }
  }
  a = aio.createTask(leaf(), { name: 'a' })
  b = aio.createTask(parent(a), { name: 'b' })
  c = aio.createTask(parent(b), { name: 'c' })
  yield* aio.sleep(0)
  c.cancel('down')
  try {
    yield* c
  } catch (error27) {
    if (error27 instanceof aio.CancelledError) {
      const error = error27
      log('main', error)
    } else throw error27
  }
  log(a.cancelled(), b.cancelled(), c.cancelled(), a.cancelling(), b.cancelling(), c.cancelling())
})

scenario('a child cancels its parent', 'test_tasks', function* childCancelsParent(log) {
  let task
  function* child(parent) {
    parent.cancel('from child')
    yield* aio.sleep(1)
    log('child ends')
  }
  function* parent() {
    let task
    task = aio.createTask(child(aio.currentTask()))
    try {
      yield* task
    } catch (error28) {
      if (error28 instanceof aio.CancelledError) {
        const error = error28
        log('parent', error, task.done())
        throw error28
      } else throw error28
    }
  }
  task = aio.createTask(parent())
  try {
    yield* task
  } catch (error29) {
    if (error29 instanceof aio.CancelledError) {
      const error = error29
      log('main', error)
    } else throw error29
  }
  yield* aio.sleep(2)
})

scenario('exceptions cross awaits and can be handled half-way', 'test_tasks', function* halfWay(log) {
  function* leaf() {
    yield* aio.sleep(0.25)
    throw new Boom('leaf')
  }
  function* middle() {
    try {
      return yield* leaf()
    } catch (error30) {
      if (error30 instanceof Boom) {
        log('middle')
        throw new Crash('middle')
      } else throw error30
    } finally {
      log('finally')
    }
  }
  try {
    yield* middle()
  } catch (error31) {
    if (error31 instanceof Crash) {
      const error = error31
      log(error)
    } else throw error31
  }
})

scenario(
  'uncancel counts',
  'test_tasks.test_uncancel_basic, test_uncancel_structured_blocks',
  function* uncancelCounts(log) {
    let task
    function* body() {
      let task
      task = aio.currentTask()
      while (true) {
        try {
          yield* aio.sleep(10)
        } catch (error32) {
          if (error32 instanceof aio.CancelledError) {
            log('cancelling', task.cancelling())
            log('left', task.uncancel())
            if (task.cancelling() === 0) {
              return 'done'
            }
          } else throw error32
        }
      }
    }
    task = aio.createTask(body())
    yield* aio.sleep(0)
    task.cancel()
    task.cancel()
    task.cancel()
    yield* aio.sleep(0)
    log(task.cancelling(), task.done())
    task.cancel()
    yield* aio.sleep(0)
    task.uncancel()
    task.uncancel()
    task.cancel()
    log(yield* task, task.cancelling())
  },
)

scenario(
  'a done callback of a task runs before a joiner that came later',
  'test_tasks',
  function* callbackBeforeJoiner(log) {
    let other
    let task
    function* body() {
      yield* aio.sleep(0)
      return 3
    }
    task = aio.createTask(body())
    task.addDoneCallback((t) => log('callback', t.result()))
    function* joiner() {
      log('joiner', yield* task)
    }
    other = aio.createTask(joiner())
    yield* aio.sleep(0)
    log('main', yield* task)
    yield* other
  },
)

scenario('a cancelled sleep takes its timer back', 'test_tasks.test_sleep_cancel', function* sleepCancel(log) {
  let loop
  let task
  loop = aio.getRunningLoop()
  task = aio.createTask(aio.sleep(10, 'result'))
  yield* aio.sleep(1)
  task.cancel()
  try {
    yield* task
  } catch (error33) {
    if (error33 instanceof aio.CancelledError) {
      log(loop.time())
    } else throw error33
  }
})

scenario('finally may await and return a value over the cancellation', 'test_tasks', function* finallyReturns(log) {
  let task
  function* clean() {
    yield* aio.sleep(0.5)
    return 'cleaned'
  }
  function* body() {
    try {
      yield* aio.sleep(10)
    } finally {
      log(yield* clean())
      yield* aio.sleep(0)
      log('still here')
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(1)
  task.cancel()
  try {
    yield* task
  } catch (error34) {
    if (error34 instanceof aio.CancelledError) {
      log('cancelled', aio.getRunningLoop().time())
    } else throw error34
  }
})

scenario("run_until_complete's error is main's", 'test_runners.test_asyncio_run_raises', function* mainRaises(log) {
  yield* aio.sleep(0.5)
  throw new Boom('main')
})

scenario('main cancels itself', 'test_runners.RunTests', function* mainCancels(log) {
  aio.currentTask().cancel('self')
  yield* aio.sleep(1)
})

scenario(
  'wait_for: a result of the very step that is cancelled',
  'test_tasks.test_yield_future_passes_cancel',
  function* passesCancel(log) {
    let task
    let waiter
    waiter = aio.getRunningLoop().createFuture()
    function* inner() {
      try {
        yield* waiter
      } catch (error35) {
        if (error35 instanceof aio.CancelledError) {
          const error = error35
          log('inner', error)
          throw error35
        } else throw error35
      }
    }
    function* outer() {
      try {
        yield* inner()
      } catch (error36) {
        if (error36 instanceof aio.CancelledError) {
          const error = error36
          log('outer', error)
        } else throw error36
      }
    }
    task = aio.createTask(outer())
    yield* aio.sleep(0)
    task.cancel('why')
    yield* task
    log(waiter.cancelled(), task.cancelled(), task.cancelling())
  },
)

scenario(
  'cancelling a task cancels the future it awaits',
  'test_tasks.test_task_cancel_waiter_future, test_task_cancel_sleeping_task',
  function* cancelsFuture(log) {
    let future
    let task
    future = aio.getRunningLoop().createFuture()
    function* child() {
      yield* future
    }
    task = aio.createTask(child())
    yield* aio.sleep(0)
    log(task.cancel(), future.cancelled(), task.done())
    try {
      yield* task
    } catch (error37) {
      if (error37 instanceof aio.CancelledError) {
        log('cancelled', task.cancelled())
      } else throw error37
    }
    log(task.cancel())
  },
)

scenario(
  'another error during a cancellation',
  'test_tasks.test_exception_chaining_after_await',
  function* errorDuringCancel(log) {
    let task
    function* child() {
      try {
        yield* aio.sleep(10)
      } catch (error38) {
        if (error38 instanceof aio.CancelledError) {
          throw new Boom('instead')
        } else throw error38
      }
    }
    task = aio.createTask(child())
    yield* aio.sleep(0)
    task.cancel()
    try {
      yield* task
    } catch (error39) {
      if (error39 instanceof Boom) {
        const error = error39
        log(error, task.cancelled(), task.cancelling())
      } else throw error39
    }
  },
)

scenario(
  'SystemExit during a cancellation ends the loop',
  'test_tasks.test_baseexception_during_cancel',
  function* exitDuringCancel(log) {
    let task
    function* child() {
      try {
        yield* aio.sleep(10)
      } catch (error40) {
        if (error40 instanceof aio.CancelledError) {
          log('exits')
          throw new aio.SystemExit()
        } else throw error40
      }
    }
    task = aio.createTask(child())
    yield* aio.sleep(0)
    task.cancel()
    yield* aio.sleep(0)
    log('not reached')
  },
)

scenario(
  'the current task of tasks that take turns',
  'test_tasks.test_current_task_with_interleaving_tasks, test_current_task',
  function* interleaving(log) {
    let loop
    let one
    let tasks
    let two
    loop = aio.getRunningLoop()
    one = loop.createFuture()
    two = loop.createFuture()
    loop.callSoon(() => log('in a callback', aio.currentTask()))
    function* first() {
      log(aio.currentTask())
      yield* one
      log(aio.currentTask())
      two.setResult(true)
    }
    function* second() {
      log(aio.currentTask())
      one.setResult(true)
      yield* two
      log(aio.currentTask())
    }
    tasks = [aio.createTask(first(), { name: 'first' }), aio.createTask(second(), { name: 'second' })]
    yield* aio.wait(tasks)
    log(contains(tasks, aio.currentTask()))
  },
)

scenario(
  'tasks refuse results and other things than coroutines',
  'test_tasks.SetMethodsTest.test_set_result_causes_invalid_state, test_set_exception_causes_invalid_state, test_create_task_with_noncoroutine',
  function* refusals(log) {
    let task
    function* child() {
      yield* aio.sleep(1)
      return 1
    }
    task = aio.createTask(child())
    try {
      task.setResult(5)
    } catch (error41) {
      if (error41 instanceof aio.RuntimeError) {
        const error = error41
        log(error)
      } else throw error41
    }
    try {
      task.setException(new Boom('x'))
    } catch (error42) {
      if (error42 instanceof aio.RuntimeError) {
        const error = error42
        log(error)
      } else throw error42
    }
    for (const wrong of [5, 'text', child]) {
      try {
        aio.createTask(wrong)
      } catch (error43) {
        if (error43 instanceof TypeError) {
          const error = error43
          log(error)
        } else throw error43
      }
    }
    log(yield* task)
  },
)

scenario(
  'what a task was made of',
  'test_tasks.test_get_coro, test_get_context, test_bare_create_named_task, test_bare_create_task',
  function* madeOf(log) {
    let coroutine
    let task
    function* child() {
      return 1
    }
    coroutine = child()
    task = aio.createTask(coroutine, { name: 'named' })
    log(task.getCoro() === coroutine, task.getName(), yield* task)
    task.setName('renamed')
    log(task.getName(), aio.isFuture(task), aio.isCoroutine(coroutine), aio.isCoroutine(task))
  },
)

scenario('sleep: zero, below zero, and with a result', 'test_tasks.SleepTests.test_sleep_zero', function* sleeps(log) {
  let order
  order = []
  function* other() {
    order.push('other')
  }
  aio.createTask(other())
  log(yield* aio.sleep(0, 'zero'), order)
  log(yield* aio.sleep(-1, 'below'), order, aio.getRunningLoop().time())
})

scenario('sleep: not a number', 'test_tasks.test_sleep_when_delay_is_nan', function* sleepNan(log) {
  try {
    yield* aio.sleep(floatNan())
  } catch (error44) {
    if (error44 instanceof aio.ValueError) {
      const error = error44
      log(error)
    } else throw error44
  }
})
function floatNan() {
  let huge
  huge = 1e308
  return huge * 10 - huge * 10
}

scenario(
  "a callback's error does not end the loop",
  'test_tasks.test_error_in_call_soon; test_events.HandleTests.test_callback_with_exception',
  function* callbackError(log) {
    let loop
    loop = aio.getRunningLoop()
    function broken() {
      throw new Boom('callback')
    }
    loop.callSoon(broken)
    loop.callLater(1, broken)
    yield* aio.sleep(2)
    log('goes on')
  },
)

scenario("two tasks that await each other's future", 'test_tasks', function* handshake(log) {
  let loop
  let ping
  let pong
  loop = aio.getRunningLoop()
  ping = loop.createFuture()
  pong = loop.createFuture()
  function* server() {
    log('server got', yield* ping)
    pong.setResult('pong')
  }
  function* client() {
    ping.setResult('ping')
    log('client got', yield* pong)
  }
  yield* aio.gather(server(), client())
})

scenario('tasks are hashable and compare by identity', 'test_events.TimerTests', function* identity(log) {
  let tasks
  function* child() {
    yield* aio.sleep(1)
  }
  tasks = [...range(3)].map((_) => aio.createTask(child()))
  log(size(aio.allTasks()), size(new Set(tasks)), contains(aio.allTasks(), tasks[0]))
  yield* aio.wait(tasks)
  log(size(aio.allTasks()))
})

scenario(
  'tasks that wait for the gather that waits for them are cancelled',
  'random program 500443',
  function* cancelledCycle(log) {
    let tasks
    tasks = []
    function* child() {
      log('cancels itself', aio.currentTask().cancel('self'))
      yield* tasks[0]
    }
    function* parent() {
      yield* aio.gather(child(), child(), { returnExceptions: true })
    }
    tasks.push(aio.createTask(parent()))
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    log('main ends')
  },
)

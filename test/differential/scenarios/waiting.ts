// Written by test/differential/twin.py from scenarios/waiting.py. Change that file, then `npm run differential:record`.
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
function* after(log, delay, value) {
  try {
    yield* aio.sleep(delay)
  } catch (error1) {
    if (error1 instanceof aio.CancelledError) {
      log(value, 'cancelled')
      throw error1
    } else throw error1
  }
  log(value, 'ends')
  return value
}
function* fail(log, delay, error) {
  yield* aio.sleep(delay)
  log('raises', error)
  throw error
}

scenario('gather: results in the order of the arguments', 'case 32', function* gatherOrder(log) {
  log(yield* aio.gather(after(log, 0.5, 'a'), after(log, 0.25, 'b'), after(log, 0, 'c')))
})

scenario(
  'gather: the first error at once, siblings run on',
  'case 32; GatherTestsBase.test_one_exception',
  function* gatherError(log) {
    let sibling
    sibling = aio.createTask(after(log, 1, 'sibling'))
    try {
      yield* aio.gather(sibling, fail(log, 0.25, new Boom('first')), fail(log, 0.5, new Crash('second')))
    } catch (error2) {
      if (error2 instanceof Boom) {
        const error = error2
        log(error, aio.getRunningLoop().time())
      } else throw error2
    }
    log(yield* sibling)
  },
)

scenario('gather: returnExceptions', 'case 33; GatherTestsBase.test_return_exceptions', function* gatherReturn(log) {
  let child
  let whole
  child = aio.createTask(after(log, 1, 'child'))
  whole = aio.gather(child, fail(log, 0.25, new Boom('x')), after(log, 0, 'ok'), { returnExceptions: true })
  yield* aio.sleep(0.5)
  child.cancel('stop')
  log(yield* whole)
})

scenario(
  'gather: cancelling it cancels the children',
  'case 33; CoroutineGatherTests.test_cancellation_broadcast',
  function* gatherCancel(log) {
    let whole
    for (const keep of [false, true]) {
      whole = aio.gather(after(log, 1, 'a'), after(log, 2, 'b'), { returnExceptions: keep })
      yield* aio.sleep(0.5)
      log(whole.cancel('all'), whole.done())
      try {
        yield* whole
      } catch (error3) {
        if (error3 instanceof aio.CancelledError) {
          const error = error3
          log('cancelled', error, whole.cancelled())
        } else throw error3
      }
    }
  },
)

scenario(
  'gather: one child cancelled',
  'case 34; FutureGatherTests.test_one_cancellation',
  function* gatherChildCancelled(log) {
    let child
    let sibling
    let whole
    child = aio.createTask(after(log, 1, 'child'))
    sibling = aio.createTask(after(log, 2, 'sibling'))
    whole = aio.gather(child, sibling)
    yield* aio.sleep(0.5)
    child.cancel('one')
    try {
      yield* whole
    } catch (error4) {
      if (error4 instanceof aio.CancelledError) {
        const error = error4
        log(error, whole.cancelled(), whole.done(), sibling.done())
      } else throw error4
    }
    yield* sibling
  },
)

scenario(
  'gather: the same twice, none, cancel when done',
  'case 35; test_tasks.CoroutineGatherTests.test_duplicate_coroutines',
  function* gatherSame(log) {
    let coro
    let done
    let empty
    coro = after(log, 0, 'once')
    log(yield* aio.gather(coro, coro))
    empty = aio.gather()
    log(empty.done(), empty.result(), empty.cancel())
    done = aio.gather(after(log, 0, 'x'))
    yield* done
    log(done.cancel(), done.cancelled())
  },
)

scenario(
  'gather: the task that awaits it is cancelled',
  'test_tasks.CoroutineGatherTests.test_cancellation_broadcast',
  function* gatherAwaiter(log) {
    let task
    function* awaiter() {
      try {
        yield* aio.gather(after(log, 5, 'a'), after(log, 6, 'b'))
      } catch (error5) {
        if (error5 instanceof aio.CancelledError) {
          const error = error5
          log('awaiter', error)
          throw error5
        } else throw error5
      }
    }
    task = aio.createTask(awaiter())
    yield* aio.sleep(1)
    task.cancel('outer')
    try {
      yield* task
    } catch (error6) {
      if (error6 instanceof aio.CancelledError) {
        const error = error6
        log('main', error)
      } else throw error6
    }
  },
)

scenario(
  'gather: a child that refuses to be cancelled',
  'test_tasks.CoroutineGatherTests.test_exception_marking',
  function* gatherRefusing(log) {
    let whole
    function* stubborn() {
      try {
        yield* aio.sleep(5)
      } catch (error7) {
        if (error7 instanceof aio.CancelledError) {
          log('refuses')
        } else throw error7
      }
      return 'kept'
    }
    whole = aio.gather(stubborn(), stubborn())
    yield* aio.sleep(1)
    whole.cancel()
    try {
      log(yield* whole)
    } catch (error8) {
      if (error8 instanceof aio.CancelledError) {
        log('cancelled all the same', whole.cancelled())
      } else throw error8
    }
  },
)

scenario(
  'gather: done futures only',
  'test_tasks.FutureGatherTests.test_result_exception_one_cancellation',
  function* gatherDone(log) {
    let a
    let b
    let c
    let loop
    let other
    let whole
    loop = aio.getRunningLoop()
    ;[a, b, c] = [loop.createFuture(), loop.createFuture(), loop.createFuture()]
    a.setResult(1)
    b.setException(new Boom('b'))
    c.cancel()
    whole = aio.gather(a, b, c, { returnExceptions: true })
    log(whole.done(), yield* whole)
    other = aio.gather(a, c)
    log(other.done(), other.cancelled(), typeName(other.exception()))
  },
)

scenario('gather: nested', 'test_tasks.CoroutineGatherTests', function* gatherNested(log) {
  let inner
  let outer
  inner = aio.gather(after(log, 1, 'a'), after(log, 2, 'b'))
  outer = aio.gather(inner, after(log, 3, 'c'))
  yield* aio.sleep(0.5)
  outer.cancel('nested')
  try {
    yield* outer
  } catch (error9) {
    if (error9 instanceof aio.CancelledError) {
      const error = error9
      log(error, inner.done(), inner.cancelled())
    } else throw error9
  }
})

scenario(
  'gather: cancelled, with a last child that was cancelled before',
  'random program 101352',
  function* gatherLastMessage(log) {
    let whole
    function* cancelsItself() {
      aio.currentTask().cancel('self')
    }
    function* waits() {
      yield* aio.sleep(10)
    }
    whole = aio.gather(cancelsItself(), waits(), cancelsItself(), { returnExceptions: true })
    yield* aio.sleep(1)
    whole.cancel('whole')
    try {
      yield* whole
    } catch (error10) {
      if (error10 instanceof aio.CancelledError) {
        const error = error10
        log(error)
      } else throw error10
    }
  },
)

scenario(
  'gather: errors after the first are retrieved',
  'test_tasks.test_exception_marking',
  function* gatherMarking(log) {
    function* bad(i) {
      throw new Boom(i)
    }
    try {
      yield* aio.gather(bad(1), bad(2), bad(3))
    } catch (error11) {
      if (error11 instanceof Boom) {
        const error = error11
        log(error)
      } else throw error11
    }
    yield* aio.sleep(0)
  },
)

scenario(
  'shield: the outer is cancelled, the inner ends',
  'case 31; test_tasks.test_shield_effect',
  function* shieldOuter(log) {
    let inner
    let task
    inner = aio.createTask(after(log, 1, 'inner'))
    function* outer() {
      try {
        yield* aio.shield(inner)
      } catch (error12) {
        if (error12 instanceof aio.CancelledError) {
          const error = error12
          log('outer', error)
          throw error12
        } else throw error12
      }
    }
    task = aio.createTask(outer())
    yield* aio.sleep(0.5)
    task.cancel('only outer')
    try {
      yield* task
    } catch (error13) {
      if (error13 instanceof aio.CancelledError) {
        log(inner.done())
      } else throw error13
    }
    log(yield* inner, inner.cancelling())
  },
)

scenario('shield: the inner is cancelled', 'case 31; test_tasks.test_shield_cancel_inner', function* shieldInner(log) {
  let inner
  let task
  inner = aio.createTask(after(log, 1, 'inner'))
  function* outer() {
    try {
      yield* aio.shield(inner)
    } catch (error14) {
      if (error14 instanceof aio.CancelledError) {
        const error = error14
        log('outer', error, aio.currentTask().cancelling())
      } else throw error14
    }
  }
  task = aio.createTask(outer())
  yield* aio.sleep(0.5)
  inner.cancel('inner')
  yield* task
})

scenario(
  'shield: result, error, done inner',
  'test_tasks.test_shield_result, test_shield_exception, test_shield_shortcut',
  function* shieldResults(log) {
    let future
    log(yield* aio.shield(after(log, 0.5, 'value')))
    try {
      yield* aio.shield(fail(log, 0.5, new Boom('x')))
    } catch (error15) {
      if (error15 instanceof Boom) {
        const error = error15
        log(error)
      } else throw error15
    }
    future = new aio.Future()
    future.setResult(5)
    log(aio.shield(future) === future)
  },
)

scenario('shield: the inner fails after the outer was cancelled', 'test_tasks', function* shieldLateError(log) {
  let inner
  let outer
  inner = aio.createTask(fail(log, 1, new Boom('late')))
  outer = aio.shield(inner)
  outer.cancel()
  yield* aio.sleep(2)
  log(outer.cancelled(), inner.exception())
})

scenario('shield in gather', 'test_tasks.test_shield_gather, test_gather_shield', function* shieldGather(log) {
  let inner
  let whole
  inner = aio.createTask(after(log, 1, 'shielded'))
  whole = aio.gather(aio.shield(inner), after(log, 1, 'plain'))
  yield* aio.sleep(0.5)
  whole.cancel()
  try {
    yield* whole
  } catch (error16) {
    if (error16 instanceof aio.CancelledError) {
      log('cancelled', inner.done())
    } else throw error16
  }
  log(yield* inner)
})

scenario(
  'wait_for of a shield times out, the task survives',
  'case 31; test_waitfor.WaitForShieldTests',
  function* shieldWaitFor(log) {
    let task
    task = aio.createTask(after(log, 1, 'task'))
    try {
      yield* aio.waitFor(aio.shield(task), 0.5)
    } catch (error17) {
      if (error17 instanceof aio.TimeoutError) {
        log('timeout', task.done(), aio.currentTask().cancelling())
      } else throw error17
    }
    log(yield* task)
  },
)

scenario('wait: all', 'test_tasks.test_wait', function* waitAll(log) {
  let a
  let b
  let done
  let pending
  a = aio.createTask(after(log, 0.5, 'a'), { name: 'a' })
  b = aio.createTask(after(log, 0.25, 'b'), { name: 'b' })
  ;[done, pending] = both(yield* aio.wait([a, b]))
  log(done, pending, aio.getRunningLoop().time())
})

scenario(
  'wait: FIRST_COMPLETED leaves the others',
  'case 36; test_tasks.test_wait_first_completed',
  function* waitFirst(log) {
    let a
    let b
    let done
    let pending
    a = aio.createTask(after(log, 0.5, 'a'), { name: 'a' })
    b = aio.createTask(after(log, 0.25, 'b'), { name: 'b' })
    ;[done, pending] = both(yield* aio.wait([a, b], { returnWhen: aio.FIRST_COMPLETED }))
    log(done, pending, a.cancelling())
    log(yield* a)
  },
)

scenario(
  'wait: FIRST_EXCEPTION',
  'test_tasks.test_wait_first_exception, test_wait_first_exception_in_wait',
  function* waitException(log) {
    let a
    let b
    let c
    let done
    let pending
    a = aio.createTask(after(log, 0.25, 'a'), { name: 'a' })
    b = aio.createTask(fail(log, 0.5, new Boom('b')), { name: 'b' })
    c = aio.createTask(after(log, 1, 'c'), { name: 'c' })
    ;[done, pending] = both(yield* aio.wait([a, b, c], { returnWhen: aio.FIRST_EXCEPTION }))
    log(done, pending, b.exception())
    ;[done, pending] = both(yield* aio.wait([c], { returnWhen: aio.FIRST_EXCEPTION }))
    log(done, pending)
  },
)

scenario(
  'wait: a timeout neither cancels nor raises',
  'case 36; test_tasks.test_wait_with_exception',
  function* waitTimeout(log) {
    let a
    let b
    let done
    let pending
    a = aio.createTask(after(log, 0.25, 'a'), { name: 'a' })
    b = aio.createTask(after(log, 1, 'b'), { name: 'b' })
    ;[done, pending] = both(yield* aio.wait([a, b], { timeout: 0.5 }))
    log(done, pending, b.cancelling())
    ;[done, pending] = both(yield* aio.wait([a, b], { timeout: 0 }))
    log(done, pending)
    yield* b
  },
)

scenario('wait: cancelling it leaves its tasks running', 'case 36', function* waitCancelled(log) {
  let a
  let task
  a = aio.createTask(after(log, 1, 'a'))
  function* waiter() {
    try {
      yield* aio.wait([a])
    } catch (error18) {
      if (error18 instanceof aio.CancelledError) {
        const error = error18
        log('waiter', error)
        throw error18
      } else throw error18
    }
  }
  task = aio.createTask(waiter())
  yield* aio.sleep(0.5)
  task.cancel('w')
  try {
    yield* task
  } catch (error19) {
    if (error19 instanceof aio.CancelledError) {
      log(a.done(), a.cancelling())
    } else throw error19
  }
  log(yield* a)
})

scenario('wait: bad arguments', 'test_tasks.test_wait_errors', function* waitErrors(log) {
  let coro
  let task
  try {
    yield* aio.wait([])
  } catch (error20) {
    if (error20 instanceof aio.ValueError) {
      const error = error20
      log(error)
    } else throw error20
  }
  task = aio.createTask(after(log, 0, 't'))
  try {
    yield* aio.wait([task], { returnWhen: 'SOMETIMES' })
  } catch (error21) {
    if (error21 instanceof aio.ValueError) {
      const error = error21
      log(error)
    } else throw error21
  }
  try {
    yield* aio.wait(task)
  } catch (error22) {
    if (error22 instanceof TypeError) {
      const error = error22
      log(error)
    } else throw error22
  }
  coro = after(log, 0, 'never')
  try {
    yield* aio.wait([coro])
  } catch (error23) {
    if (error23 instanceof TypeError) {
      const error = error23
      log(error)
    } else throw error23
  }
  yield* task
})

scenario('wait: duplicates and done tasks', 'test_tasks.test_wait_duplicate_coroutines', function* waitDuplicates(log) {
  let a
  let done
  let pending
  a = aio.createTask(after(log, 0, 'a'), { name: 'a' })
  yield* a
  ;[done, pending] = both(yield* aio.wait([a, a, a]))
  log(done, pending, size(done))
})

scenario('wait_for: in time', 'test_waitfor', function* waitForInTime(log) {
  let future
  log(yield* aio.waitFor(after(log, 0.5, 'value'), 1))
  log(yield* aio.waitFor(after(log, 0.5, 'no limit'), null))
  future = new aio.Future()
  future.setResult('done')
  log(yield* aio.waitFor(future, 0), yield* aio.waitFor(future, 1))
})

scenario(
  'wait_for: the inner finally runs before TimeoutError',
  'case 20; test_waitfor.test_wait_for_waits_for_task_cancellation',
  function* waitForTimeout(log) {
    function* inner() {
      try {
        yield* aio.sleep(5)
      } finally {
        log('cleaning')
        yield* aio.sleep(1)
        log('clean')
      }
    }
    try {
      yield* aio.waitFor(inner(), 0.5)
    } catch (error24) {
      if (error24 instanceof aio.TimeoutError) {
        const error = error24
        log('timeout', aio.getRunningLoop().time(), aio.currentTask().cancelling(), error.cause)
      } else throw error24
    }
  },
)

scenario('wait_for: the inner refuses and returns', 'case 21', function* waitForRefused(log) {
  let task
  function* inner() {
    try {
      yield* aio.sleep(5)
    } catch (error25) {
      if (error25 instanceof aio.CancelledError) {
        return 'value'
      } else throw error25
    }
  }
  log(yield* aio.waitFor(inner(), 0.5), aio.currentTask().cancelling())
  task = aio.createTask(inner())
  log(yield* aio.waitFor(task, 0.5), task.cancelling())
})

scenario(
  'wait_for: the inner raises another error',
  'case 22; test_waitfor.test_wait_for_reraises_exception_during_cancellation',
  function* waitForOtherError(log) {
    function* inner() {
      try {
        yield* aio.sleep(5)
      } finally {
        throw new Boom('instead')
      }
    }
    try {
      yield* aio.waitFor(inner(), 0.5)
    } catch (error26) {
      if (error26 instanceof Boom) {
        const error = error26
        log(error, aio.currentTask().cancelling())
      } else throw error26
    }
  },
)

scenario('wait_for: zero never starts the coroutine', 'case 23', function* waitForZero(log) {
  let task
  for (const timeout of [0, -1]) {
    try {
      yield* aio.waitFor(after(log, 0, 'never'), timeout)
    } catch (error27) {
      if (error27 instanceof aio.TimeoutError) {
        const error = error27
        log('timeout', timeout, error.cause)
      } else throw error27
    }
  }
  task = aio.createTask(after(log, 5, 'task'))
  yield* aio.sleep(0)
  try {
    yield* aio.waitFor(task, 0)
  } catch (error28) {
    if (error28 instanceof aio.TimeoutError) {
      log(task.cancelled())
    } else throw error28
  }
})

scenario(
  'wait_for: result and outer cancel in one turn',
  'case 24; test_waitfor.test_cancel_wait_for',
  function* waitForRace(log) {
    let future
    let task
    future = new aio.Future()
    function* outer() {
      try {
        log(yield* aio.waitFor(future, 5))
      } catch (error29) {
        if (error29 instanceof aio.CancelledError) {
          log('cancelled')
          throw error29
        } else throw error29
      }
    }
    task = aio.createTask(outer())
    yield* aio.sleep(0.5)
    future.setResult('result')
    task.cancel()
    try {
      yield* task
    } catch (error30) {
      if (error30 instanceof aio.CancelledError) {
        log(task.cancelled(), future.result())
      } else throw error30
    }
  },
)

scenario(
  'wait_for: cancelled from outside cancels the inner task',
  'test_waitfor.test_cancel_wait_for',
  function* waitForCancelled(log) {
    let inner
    let task
    inner = aio.createTask(after(log, 5, 'inner'))
    task = aio.createTask(aio.waitFor(inner, 10))
    yield* aio.sleep(0.5)
    task.cancel('out')
    try {
      yield* task
    } catch (error31) {
      if (error31 instanceof aio.CancelledError) {
        const error = error31
        log(error, inner.cancelled(), task.cancelled())
      } else throw error31
    }
  },
)

scenario('wait_for: an inner TimeoutError of its own', 'test_waitfor', function* waitForOwn(log) {
  function* inner() {
    throw new aio.TimeoutError()
  }
  try {
    yield* aio.waitFor(inner(), 5)
  } catch (error32) {
    if (error32 instanceof aio.TimeoutError) {
      const error = error32
      log('own', error.cause)
    } else throw error32
  }
})

scenario('wait_for: nested', 'test_waitfor', function* waitForNested(log) {
  try {
    yield* aio.waitFor(aio.waitFor(after(log, 5, 'x'), 2), 1)
  } catch (error33) {
    if (error33 instanceof aio.TimeoutError) {
      log('outer', aio.getRunningLoop().time())
    } else throw error33
  }
  try {
    yield* aio.waitFor(aio.waitFor(after(log, 5, 'y'), 1), 2)
  } catch (error34) {
    if (error34 instanceof aio.TimeoutError) {
      log('inner', aio.getRunningLoop().time())
    } else throw error34
  }
})

scenario('wait_for: a future that is cancelled by another', 'test_waitfor', function* waitForOtherCancel(log) {
  let future
  future = new aio.Future()
  aio.getRunningLoop().callLater(0.5, () => future.cancel())
  try {
    yield* aio.waitFor(future, 1)
  } catch (error35) {
    if (error35 instanceof aio.CancelledError) {
      log('cancelled', aio.currentTask().cancelling())
    } else throw error35
  }
})

scenario(
  'wait_for: cancelled during the cancel of a zero timeout',
  'test_waitfor.test_wait_for_timeout_less_then_0_or_0_future_done',
  function* waitForZeroStubborn(log) {
    let task
    function* stubborn() {
      try {
        yield* aio.sleep(5)
      } catch (error36) {
        if (error36 instanceof aio.CancelledError) {
          yield* aio.sleep(1)
          return 'late'
        } else throw error36
      }
    }
    task = aio.createTask(stubborn())
    yield* aio.sleep(0)
    log(yield* aio.waitFor(task, 0), aio.getRunningLoop().time())
  },
)

scenario(
  'as_completed: plain iteration gives results in order of completion',
  'case 37; test_tasks.test_as_completed',
  function* completedPlain(log) {
    let tasks
    tasks = [...[0.75, 0.25, 0.5]].map((delay) => aio.createTask(after(log, delay, delay)))
    for (const nextDone of aio.asCompleted(tasks)) {
      log('got', yield* nextDone)
    }
  },
)

scenario('as_completed: asynchronous iteration gives the tasks themselves', 'case 37', function* completedAsync(log) {
  let a
  let b
  a = aio.createTask(after(log, 0.75, 'a'), { name: 'a' })
  b = aio.createTask(fail(log, 0.25, new Boom('b')), { name: 'b' })
  const iterator37 = aio.asCompleted([a, b])
  for (let task; (task = yield* iterator37.nextDone()) !== aio.END;) {
    log('got', task, task === a, task.done())
  }
  log(b.exception())
})

scenario(
  'as_completed: a timeout',
  'case 38; test_tasks.test_as_completed_with_timeout',
  function* completedTimeout(log) {
    let a
    let b
    a = aio.createTask(after(log, 0.25, 'a'))
    b = aio.createTask(after(log, 5, 'b'))
    for (const nextDone of aio.asCompleted([a, b], { timeout: 1 })) {
      try {
        log('got', yield* nextDone)
      } catch (error38) {
        if (error38 instanceof aio.TimeoutError) {
          log('timeout', b.done(), b.cancelling())
        } else throw error38
      }
    }
    log(yield* b)
  },
)

scenario(
  'as_completed: a timeout in asynchronous iteration',
  'case 38; test_tasks.test_as_completed_with_timeout',
  function* completedAsyncTimeout(log) {
    let a
    let b
    a = aio.createTask(after(log, 0.25, 'a'), { name: 'a' })
    b = aio.createTask(after(log, 5, 'b'), { name: 'b' })
    try {
      const iterator39 = aio.asCompleted([a, b], { timeout: 1 })
      for (let task; (task = yield* iterator39.nextDone()) !== aio.END;) {
        log('got', task)
      }
    } catch (error40) {
      if (error40 instanceof aio.TimeoutError) {
        log('timeout', aio.getRunningLoop().time())
      } else throw error40
    }
    log(yield* b)
  },
)

scenario(
  'as_completed: errors, and a timeout that is not reached',
  'test_tasks.test_as_completed_with_unused_timeout',
  function* completedErrors(log) {
    let tasks
    tasks = [aio.createTask(fail(log, 0.5, new Boom('x'))), aio.createTask(after(log, 0.25, 'y'))]
    for (const nextDone of aio.asCompleted(tasks, { timeout: 5 })) {
      try {
        log('got', yield* nextDone)
      } catch (error41) {
        if (error41 instanceof Boom) {
          const error = error41
          log('error', error)
        } else throw error41
      }
    }
    yield* aio.sleep(10)
  },
)

scenario(
  'as_completed: awaited concurrently',
  'test_tasks.test_as_completed_concurrent',
  function* completedConcurrently(log) {
    let tasks
    let waits
    tasks = [aio.createTask(after(log, 0.5, 'a')), aio.createTask(after(log, 0.25, 'b'))]
    waits = [...aio.asCompleted(tasks)].map((one) => aio.createTask(one))
    log(sorted(yield* aio.gather(...waits)))
  },
)

scenario(
  'wait_for: a result that is set in the same turn',
  'test_waitfor.test_wait_for_race_condition',
  function* waitForRace(log) {
    let future
    let loop
    loop = aio.getRunningLoop()
    future = loop.createFuture()
    loop.callSoon(() => future.setResult('ok'))
    log(yield* aio.waitFor(future, 0.2))
  },
)

scenario(
  'wait_for: the cancelled coroutine returns',
  'test_waitfor.test_wait_for_cancellation_race_condition',
  function* waitForReturns(log) {
    function* inner() {
      try {
        yield* aio.sleep(1)
      } catch (error42) {
        if (error42 instanceof aio.CancelledError) {
          const error = error42
          log(error)
        } else throw error42
      }
      return 1
    }
    log(yield* aio.waitFor(inner(), 0.1), aio.currentTask().cancelling())
  },
)

scenario(
  'wait_for: zero waits until a running task has cleaned up',
  'test_waitfor.test_wait_for_waits_for_task_cancellation_w_timeout_0',
  function* waitForZeroCleans(log) {
    let task
    function* inner() {
      try {
        yield* aio.sleep(10)
      } catch (error43) {
        if (error43 instanceof aio.CancelledError) {
          yield* aio.sleep(0.1)
          throw error43
        } else throw error43
      } finally {
        log('inner done')
      }
    }
    task = aio.createTask(inner())
    yield* aio.sleep(0.1)
    try {
      yield* aio.waitFor(task, 0)
    } catch (error44) {
      if (error44 instanceof aio.TimeoutError) {
        const error = error44
        log(error, task.cancelled())
      } else throw error44
    }
  },
)

scenario(
  'wait_for: an inner task that ended when the waiter is cancelled',
  'test_waitfor.test_wait_for_issue86296',
  function* waitForIssue86296(log) {
    let innerTask
    let task
    function* inner() {
      return 'done'
    }
    function* waits() {
      yield* aio.waitFor(innerTask, 100)
      yield* aio.sleep(1)
      log('not reached')
    }
    innerTask = aio.createTask(inner())
    task = aio.createTask(waits())
    yield* aio.sleep(0)
    task.cancel()
    try {
      yield* task
    } catch (error45) {
      if (error45 instanceof aio.CancelledError) {
        const error = error45
        log(error)
      } else throw error45
    }
    log(innerTask.done(), yield* innerTask)
  },
)

scenario(
  'wait_for: a shielded task with a timeout of zero',
  'test_waitfor.WaitForShieldTests.test_zero_timeout',
  function* shieldZero(log) {
    let shielded
    let task
    function* child() {
      yield* aio.sleep(0.01)
      return 'done'
    }
    task = aio.createTask(child())
    shielded = aio.shield(task)
    try {
      yield* aio.waitFor(shielded, 0)
    } catch (error46) {
      if (error46 instanceof aio.TimeoutError) {
        const error = error46
        log(error)
      } else throw error46
    }
    log(task.done(), shielded.cancelled())
    yield* aio.sleep(0.1)
    log(task.done(), task.result())
  },
)

scenario(
  'wait_for: a shielded task outlives the timeout',
  'test_waitfor.WaitForShieldTests.test_shielded_timeout',
  function* shieldTimeout(log) {
    let task
    function* child() {
      yield* aio.sleep(0.1)
      return 'done'
    }
    task = aio.createTask(child())
    try {
      yield* aio.waitFor(aio.shield(task), 0.01)
    } catch (error47) {
      if (error47 instanceof aio.TimeoutError) {
        const error = error47
        log(error)
      } else throw error47
    }
    log(task.done(), task.cancelled(), yield* task)
  },
)

scenario(
  'wait_for: no timeout for a shielded task',
  'test_waitfor.WaitForShieldTests.test_none_timeout',
  function* shieldNone(log) {
    let task
    function* child() {
      yield* aio.sleep(0.1)
      return 'done'
    }
    task = aio.createTask(child())
    log(yield* aio.waitFor(aio.shield(task), null), task.done())
  },
)

scenario(
  'wait_for: a future that nobody sets',
  'test_waitfor.test_asyncio_wait_for_timeout, test_asyncio_wait_for_cancelled',
  function* waitForFuture(log) {
    let future
    let loop
    let other
    let task
    loop = aio.getRunningLoop()
    future = loop.createFuture()
    try {
      yield* aio.waitFor(future, 0.5)
    } catch (error48) {
      if (error48 instanceof aio.TimeoutError) {
        const error = error48
        log(error, future.cancelled(), loop.time())
      } else throw error48
    }
    other = loop.createFuture()
    task = aio.createTask(aio.waitFor(other, 10))
    yield* aio.sleep(0)
    other.cancel('future')
    try {
      yield* task
    } catch (error49) {
      if (error49 instanceof aio.CancelledError) {
        const error = error49
        log(error, task.cancelled())
      } else throw error49
    }
  },
)

scenario(
  'wait_for: blocks until the coroutine is done',
  'test_waitfor.test_wait_for_blocking, test_wait_for_cancel_suppressed',
  function* waitForBlocks(log) {
    function* quick() {
      return 'quick'
    }
    function* stubborn() {
      try {
        yield* aio.sleep(10)
      } catch (error50) {
        if (error50 instanceof aio.CancelledError) {
          return 42
        } else throw error50
      }
    }
    log(yield* aio.waitFor(quick(), null), yield* aio.waitFor(quick(), 5))
    log(yield* aio.waitFor(stubborn(), 0.1))
  },
)

scenario(
  'wait_for: timeouts below zero',
  'test_waitfor.test_wait_for_timeout_less_then_0_or_0',
  function* waitForBelowZero(log) {
    let future
    for (const timeout of [0, -1]) {
      future = aio.getRunningLoop().createFuture()
      try {
        yield* aio.waitFor(future, timeout)
      } catch (error51) {
        if (error51 instanceof aio.TimeoutError) {
          const error = error51
          log(timeout, error, future.cancelled())
        } else throw error51
      }
    }
  },
)

scenario(
  'wait: tasks that end while their callbacks are due',
  'test_tasks.test_wait_really_done',
  function* reallyDone(log) {
    let a
    let b
    let done
    let pending
    function* one() {
      yield* aio.sleep(0)
    }
    function* two() {
      yield* aio.sleep(0)
      yield* aio.sleep(0)
    }
    a = aio.createTask(one())
    b = aio.createTask(two())
    ;[done, pending] = both(yield* aio.wait([b, a], { returnWhen: aio.FIRST_COMPLETED }))
    log(done, pending, a.done(), b.done())
  },
)

scenario(
  'wait: a task that ends with the timeout',
  'test_tasks.test_wait_concurrent_complete, test_wait_with_timeout',
  function* concurrentComplete(log) {
    let a
    let b
    let done
    let pending
    a = aio.createTask(aio.sleep(0.1))
    b = aio.createTask(aio.sleep(0.15))
    ;[done, pending] = both(yield* aio.wait([b, a], { timeout: 0.1 }))
    log(done, pending)
    ;[done, pending] = both(yield* aio.wait([b, a]))
    log(done, pending, aio.getRunningLoop().time())
  },
)

scenario(
  'wait: an iterator of tasks, and what is refused',
  'test_tasks.test_wait_with_iterator_of_tasks, test_wait_generator, test_wait_invalid_args',
  function* waitIterator(log) {
    let a
    let b
    let done
    let pending
    a = aio.createTask(aio.sleep(0.1))
    b = aio.createTask(aio.sleep(0.15))
    ;[done, pending] = both(yield* aio.wait(reversedTasks(a, b)))
    log(done, pending)
    for (const wrong of [[], [a, aio.sleep(1)]]) {
      try {
        yield* aio.wait(wrong)
      } catch (error52) {
        if (error52 instanceof aio.ValueError || error52 instanceof TypeError) {
          const error = error52
          log(error)
        } else throw error52
      }
    }
  },
)
function reversedTasks(a, b) {
  return [b, a]
}

scenario(
  'wait: a cancelled one leaves its task running',
  'test_tasks.test_yield_wait_does_not_shield_cancel',
  function* waitCancelled(log) {
    let loop
    let task
    let waiter
    loop = aio.getRunningLoop()
    waiter = loop.createFuture()
    function* inner() {
      yield* waiter
      log('inner ends')
    }
    function* outer() {
      yield* aio.wait([aio.createTask(inner())])
      log('not reached')
    }
    task = aio.createTask(outer())
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    task.cancel()
    try {
      yield* task
    } catch (error53) {
      if (error53 instanceof aio.CancelledError) {
        log('outer is cancelled')
      } else throw error53
    }
    waiter.setResult(null)
    yield* aio.sleep(0)
  },
)

scenario(
  'as_completed: begun again where it was left',
  'test_tasks.test_as_completed_resume_iterator',
  function* resumed(log) {
    let collected
    let iterator
    function* child(i) {
      return i
    }
    iterator = aio.asCompleted([child(0), child(1), child(2), child(3)])
    collected = []
    const iterator54 = iterator
    for (let task; (task = yield* iterator54.nextDone()) !== aio.END;) {
      collected.push(yield* task)
      if (size(collected) === 2) {
        break
      }
    }
    log(size(collected))
    const iterator55 = iterator
    for (let task; (task = yield* iterator55.nextDone()) !== aio.END;) {
      collected.push(yield* task)
    }
    log(sorted(collected))
  },
)

scenario(
  'as_completed: the first awaited gives the first result',
  'test_tasks.test_as_completed_reverse_wait',
  function* reverseWait(log) {
    let futures
    futures = [...aio.asCompleted([aio.sleep(0.05, 'a'), aio.sleep(0.1, 'b')])]
    log(yield* futures[1], aio.getRunningLoop().time())
    log(yield* futures[0], aio.getRunningLoop().time())
  },
)

scenario(
  'as_completed: a coroutine that is passed twice',
  'test_tasks.test_as_completed_duplicate_coroutines',
  function* completedDuplicates(log) {
    let ham
    let result
    function* child(text) {
      return text
    }
    result = []
    ham = child('ham')
    for (const future of aio.asCompleted([ham, ham, child('spam')])) {
      result.push(yield* future)
    }
    log(sorted(result))
    result = []
    ham = child('ham')
    const iterator56 = aio.asCompleted([ham, ham, child('spam')])
    for (let future; (future = yield* iterator56.nextDone()) !== aio.END;) {
      result.push(yield* future)
    }
    log(sorted(result))
  },
)

scenario(
  'as_completed: tasks that went in come out',
  'test_tasks.test_as_completed_same_tasks_in_as_out',
  function* sameOut(log) {
    let out
    let tasks
    function* child(text) {
      yield* aio.sleep(0)
      return text
    }
    tasks = [aio.createTask(child('a')), aio.createTask(child('b'))]
    out = []
    const iterator57 = aio.asCompleted([tasks[0], child('c'), tasks[1]])
    for (let task; (task = yield* iterator57.nextDone()) !== aio.END;) {
      out.push(contains(tasks, task) ? 'given' : 'made')
    }
    log(sorted(out))
  },
)

scenario('shield: its outer future is cancelled', 'test_tasks.test_shield_cancel_outer', function* shieldOuter(log) {
  let inner
  let outer
  inner = aio.getRunningLoop().createFuture()
  outer = aio.shield(inner)
  yield* aio.sleep(0)
  log(outer.cancel(), outer.cancelled(), inner.done())
  inner.setResult(5)
  yield* aio.sleep(0)
  log(outer.cancelled(), inner.result())
})

scenario(
  'gather: cancel after the children are done',
  'test_tasks.test_cancel_gather_1',
  function* gatherCancelDone(log) {
    let future
    let gathered
    let loop
    loop = aio.getRunningLoop()
    future = loop.createFuture()
    function* child() {
      return yield* future
    }
    gathered = aio.gather(child())
    yield* aio.sleep(0)
    future.addDoneCallback((f) => log('cancel', gathered.cancel()))
    future.setResult(42)
    try {
      log(yield* gathered)
    } catch (error58) {
      if (error58 instanceof aio.CancelledError) {
        const error = error58
        log(error)
      } else throw error58
    }
  },
)

scenario(
  'gather: the message of a cancellation goes through',
  'test_tasks.test_cancel_gather_2',
  function* gatherMessage(log) {
    let task
    function* child() {
      while (true) {
        yield* aio.gather(aio.sleep(0.05), { returnExceptions: true })
      }
    }
    for (const message of ['', 'my message']) {
      task = aio.createTask(child())
      yield* aio.sleep(0.2)
      task.cancel(message)
      try {
        yield* task
      } catch (error59) {
        if (error59 instanceof aio.CancelledError) {
          const error = error59
          log(error)
        } else throw error59
      }
    }
  },
)

scenario(
  'gather: results with exceptions among them',
  'test_tasks.GatherTestsBase.test_result_exception_success, test_success',
  function* gatherSuccess(log) {
    let futures
    let gathered
    let loop
    loop = aio.getRunningLoop()
    futures = [...range(3)].map((_) => loop.createFuture())
    gathered = aio.gather(...futures, { returnExceptions: true })
    futures[1].setResult('b')
    futures[0].setException(new Boom('a'))
    yield* aio.sleep(0)
    log(gathered.done())
    futures[2].setResult('c')
    yield* aio.sleep(0)
    log(gathered.done(), gathered.result())
  },
)

scenario(
  'gather: something that cannot be awaited',
  'test_tasks.CoroutineGatherTests.test_issue46672',
  function* gatherRefuses(log) {
    function* child() {
      return 1
    }
    try {
      yield* aio.gather(child(), 5)
    } catch (error60) {
      if (error60 instanceof TypeError) {
        const error = error60
        log(error)
      } else throw error60
    }
  },
)

scenario(
  'gather: of gathers, cancelled at the top',
  'test_tasks.FutureGatherTests, CoroutineGatherTests.test_cancellation_broadcast',
  function* gatherOfGathers(log) {
    let top
    function* child(name) {
      try {
        yield* aio.sleep(10)
      } catch (error61) {
        if (error61 instanceof aio.CancelledError) {
          const error = error61
          log(name, error)
          throw error61
        } else throw error61
      }
    }
    top = aio.gather(aio.gather(child('a'), child('b')), child('c'))
    yield* aio.sleep(0)
    top.cancel('top')
    try {
      yield* top
    } catch (error62) {
      if (error62 instanceof aio.CancelledError) {
        const error = error62
        log('top', error)
      } else throw error62
    }
  },
)

// Written by test/differential/twin.py from scenarios/cpython_tasks.py. Change that file, then `npm run differential:record`.
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
function* value(result) {
  yield* aio.sleep(0)
  return result
}
function* blocks(future) {
  return yield* future
}

scenario(
  'a task knows its loop, and may be made on the loop or by the function',
  'test_tasks.test_task_class, test_create_task_with_async_function; test_base_events.test_create_task, test_create_named_task_with_default_factory',
  function* taskClass(log) {
    let again
    let loop
    let one
    let two
    loop = aio.getRunningLoop()
    ;[one, two] = [aio.createTask(value(1)), loop.createTask(value(2), { name: 'two' })]
    again = loop.createTask(value(3))
    log(one.getLoop() === loop, two instanceof aio.Task, two.getName())
    log(yield* one, yield* two, yield* again)
  },
)

scenario(
  "ensure_future on another loop than the future's",
  'test_tasks.test_ensure_future_error_msg',
  function* ensureOtherLoop(log) {
    let future
    let other
    other = aio.newEventLoop()
    future = aio.getRunningLoop().createFuture()
    try {
      aio.ensureFuture(future, { loop: other })
    } catch (error1) {
      if (error1 instanceof aio.ValueError) {
        const error = error1
        log(error)
      } else throw error1
    }
    other.close()
  },
)

scenario("a task's name is a text", 'test_tasks.test_task_set_name_pylong', function* nameIsText(log) {
  let task
  task = aio.createTask(value(1), { name: 987654321 })
  log(task.getName() === '987654321')
  task.setName(123456789)
  log(task.getName() === '123456789')
  yield* task
})

scenario('cancelling() before and after', 'test_tasks.test_cancelling', function* cancelling(log) {
  let task
  function* body() {
    yield* aio.sleep(10)
  }
  task = aio.createTask(body())
  log(task.cancelling(), task.cancel(), task.cancelling(), task.cancel(), task.cancelling())
  try {
    yield* task
  } catch (error2) {
    if (error2 instanceof aio.CancelledError) {
      log(task.cancelled(), task.cancel(), task.cancelling())
    } else throw error2
  }
})

scenario(
  'the message of a cancellation at result() and at exception()',
  'test_tasks.test_cancel_with_message_then_future_result, test_cancel_with_message_then_future_exception',
  function* messageAtResult(log) {
    let task
    for (const asksResult of [true, false]) {
      for (const message of ['my message', '']) {
        task = aio.createTask(aio.sleep(10))
        yield* aio.sleep(0)
        task.cancel(message)
        yield* aio.wait([task])
        try {
          if (asksResult) {
            task.result()
          } else {
            task.exception()
          }
        } catch (error3) {
          if (error3 instanceof aio.CancelledError) {
            const error = error3
            log(error)
          } else throw error3
        }
      }
    }
  },
)

scenario(
  'an error raised from a cancellation keeps it as its cause',
  'test_tasks.test_cancellation_exception_context',
  function* errorFromCancellation(log) {
    let loop
    let started
    loop = aio.getRunningLoop()
    started = loop.createFuture()
    function* sleeps() {
      started.setResult(null)
      yield* aio.sleep(10)
    }
    function* body() {
      let inner
      inner = aio.createTask(sleeps())
      yield* started
      loop.callSoon(() => inner.cancel('msg'))
      try {
        yield* inner
      } catch (error4) {
        if (error4 instanceof aio.CancelledError) {
          const error = error4
          log(error)
          throw new Boom('instead')
        } else throw error4
      }
    }
    try {
      yield* aio.createTask(body())
    } catch (error5) {
      if (error5 instanceof Boom) {
        const error = error5
        log(error)
      } else throw error5
    }
  },
)

scenario('cancelled at a sleep of zero', 'test_tasks.test_cancel_yield', function* cancelAtZero(log) {
  let task
  function* body() {
    yield* aio.sleep(0)
    yield* aio.sleep(0)
    log('not reached')
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  log(task.cancel())
  try {
    yield* task
  } catch (error6) {
    if (error6 instanceof aio.CancelledError) {
      log(task.done(), task.cancelled())
    } else throw error6
  }
})

scenario(
  'a task and the future that it awaits are both cancelled',
  'test_tasks.test_cancel_both_task_and_inner_future',
  function* bothCancelled(log) {
    let future
    let task
    future = aio.getRunningLoop().createFuture()
    task = aio.createTask(blocks(future))
    yield* aio.sleep(0)
    log(future.cancel(), task.cancel())
    try {
      yield* task
    } catch (error7) {
      if (error7 instanceof aio.CancelledError) {
        log(task.cancelled(), future.cancelled())
      } else throw error7
    }
  },
)

scenario(
  'a task catches its cancellation, and ignores it',
  'test_tasks.test_cancel_task_catching, test_cancel_task_ignoring',
  function* catches(log) {
    let loop
    let one
    let task
    let third
    let two
    loop = aio.getRunningLoop()
    function* body(one, two, goesOn) {
      yield* one
      try {
        yield* two
      } catch (error8) {
        if (error8 instanceof aio.CancelledError) {
          if (!goesOn) {
            return 42
          }
        } else throw error8
      }
      return yield* third
    }
    for (const goesOn of [false, true]) {
      ;[one, two, third] = [loop.createFuture(), loop.createFuture(), loop.createFuture()]
      task = aio.createTask(body(one, two, goesOn))
      yield* aio.sleep(0)
      one.setResult(null)
      yield* aio.sleep(0)
      task.cancel()
      yield* aio.sleep(0)
      log(two.cancelled(), task.done())
      third.setResult(12)
      log(yield* task, task.cancelled())
    }
  },
)

scenario('a task cancels itself, and then awaits', 'test_tasks.test_cancel_current_task', function* cancelsItself(log) {
  let task
  function* body() {
    aio.currentTask().cancel()
    log('still runs')
    yield* aio.sleep(100)
    log('not reached')
  }
  task = aio.createTask(body())
  try {
    yield* task
  } catch (error9) {
    if (error9 instanceof aio.CancelledError) {
      log(task.done(), task.cancelled(), task.cancel())
    } else throw error9
  }
})

scenario('a task cancels itself, and ends', 'test_tasks.test_cancel_at_end', function* cancelsAtEnd(log) {
  let task
  function* body() {
    aio.currentTask().cancel()
    return 12
  }
  task = aio.createTask(body())
  try {
    yield* task
  } catch (error10) {
    if (error10 instanceof aio.CancelledError) {
      log(task.done(), task.cancelled(), task.cancel())
    } else throw error10
  }
})

scenario(
  'a task that cancelled itself cancels what it awaits next',
  'test_tasks.test_cancel_awaited_task',
  function* cancelsNext(log) {
    let future
    let nested
    let task
    future = aio.getRunningLoop().createFuture()
    nested = []
    function* body() {
      nested.push(aio.createTask(blocks(future)))
      yield* aio.sleep(0)
      aio.currentTask().cancel()
      yield* nested[0]
    }
    task = aio.createTask(body())
    try {
      yield* task
    } catch (error11) {
      if (error11 instanceof aio.CancelledError) {
        log(task.cancelled(), nested[0].cancelled(), future.cancelled())
      } else throw error11
    }
  },
)

scenario(
  'result() and exception() of a task that is cancelled, in the task that asks',
  'test_tasks.test_cancel_traceback_for_future_result, test_cancel_traceback_for_future_exception',
  function* askedInTask(log) {
    let task
    function* nested() {
      yield* aio.sleep(10)
    }
    function* body(asksResult) {
      let done
      let pending
      let task
      task = aio.createTask(nested())
      yield* aio.sleep(0)
      task.cancel()
      ;[done, pending] = both(yield* aio.wait([task]))
      log(size(done), size(pending))
      if (asksResult) {
        return task.result()
      }
      return task.exception()
    }
    for (const asksResult of [true, false]) {
      task = aio.createTask(body(asksResult))
      try {
        yield* task
      } catch (error12) {
        if (error12 instanceof aio.CancelledError) {
          const error = error12
          log(error, task.cancelled())
        } else throw error12
      }
    }
  },
)

scenario(
  'a task refuses a result from outside, and ends with its own',
  'test_tasks.test_task_set_methods',
  function* ownResult(log) {
    let task
    task = aio.createTask(value('own'))
    for (const attempt of [() => task.setResult('other'), () => task.setException(new Boom())]) {
      try {
        attempt()
      } catch (error13) {
        if (error13 instanceof aio.RuntimeError) {
          const error = error13
          log(error)
        } else throw error13
      }
    }
    log(yield* task)
  },
)

scenario('a task has what its future gives', 'test_tasks.test_step_result_future', function* whatFutureGives(log) {
  let future
  let results
  let task
  future = aio.getRunningLoop().createFuture()
  results = []
  function* body() {
    results.push(yield* future)
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  future.setResult('given')
  yield* aio.sleep(0)
  log(results, task.done(), task.result())
})

scenario('as_completed wants a collection', 'test_tasks.test_as_completed_invalid_args', function* notACollection(log) {
  let coroutine
  let future
  future = aio.getRunningLoop().createFuture()
  coroutine = value(1)
  for (const wrong of [future, coroutine]) {
    try {
      aio.asCompleted(wrong)
    } catch (error14) {
      if (error14 instanceof TypeError) {
        const error = error14
        log(error)
      } else throw error14
    }
  }
  log(yield* coroutine)
})

scenario('what a task sets stays its own', 'test_tasks.test_context_1, test_context_2', function* staysItsOwn(log) {
  let variable
  variable = new aio.ContextVar('variable', { default: 'nope' })
  function* sub() {
    yield* aio.sleep(0.125)
    log(variable.get())
    variable.set('something else')
  }
  function* main() {
    let task
    log(variable.get())
    task = aio.createTask(sub())
    variable.set('yes')
    log(variable.get())
    yield* task
    log(variable.get())
  }
  yield* aio.createTask(main())
  log(variable.get())
})

scenario(
  "a future's callback has the context of whoever awaits",
  'test_tasks.test_context_2',
  function* contextOfAwaiter(log) {
    let loop
    let variable
    variable = new aio.ContextVar('variable', { default: 'nope' })
    loop = aio.getRunningLoop()
    function* main() {
      let future
      future = loop.createFuture()
      function done(f) {
        log('callback', variable.get())
        variable.set("callback's")
      }
      variable.set('before')
      future.addDoneCallback(done)
      variable.set('after')
      loop.callSoon(() => future.setResult(null))
      yield* future
      log('main', variable.get())
    }
    yield* aio.createTask(main())
  },
)

scenario('a hundred tasks with a context each', 'test_tasks.test_context_3', function* hundredContexts(log) {
  let tasks
  let variable
  variable = new aio.ContextVar('variable', { default: -1 })
  function* sub(number) {
    for (const i of range(10)) {
      variable.set(number + i)
      yield* aio.sleep(0)
      if (variable.get() !== number + i) {
        log('mixed up', number, i)
      }
    }
  }
  tasks = [...range(100)].map((number) => aio.createTask(sub(number)))
  yield* aio.gather(...tasks)
  log(variable.get())
})

scenario(
  'a context that is given to two tasks',
  'test_tasks.test_context_4, test_context_5, test_context_6',
  function* givenContext(log) {
    let context
    let loop
    let variable
    variable = new aio.ContextVar('variable', { default: 0 })
    loop = aio.getRunningLoop()
    function* sets(number) {
      yield* aio.sleep(0)
      variable.set(number)
    }
    context = aio.copyContext()
    log(context.run(() => variable.get()))
    yield* aio.createTask(sets(1), { context: context })
    log(context.run(() => variable.get()))
    yield* loop.createTask(sets(2), { context: context })
    log(
      context.run(() => variable.get()),
      variable.get(),
    )
  },
)

scenario(
  'callbacks are taken back before the result',
  'test_futures.test_callbacks_remove_first_callback, test_callbacks_remove_first_and_second_callback, test_callbacks_remove_third_callback',
  function* callbacksTakenBack(log) {
    let future
    let loop
    loop = aio.getRunningLoop()
    function first(f) {
      log('first')
    }
    function second(f) {
      log('second')
    }
    function third(f) {
      log('third')
    }
    for (const removed of [[first], [first, second], [third], [third, third]]) {
      future = loop.createFuture()
      for (const callback of [first, second, third]) {
        future.addDoneCallback(callback)
      }
      log([...removed].map((callback) => future.removeDoneCallback(callback)))
      future.setResult('foo')
      log('set')
      yield* aio.sleep(0)
    }
  },
)

scenario(
  'callbacks run with a result and with an error',
  'test_futures.test_callbacks_invoked_on_set_result, test_callbacks_invoked_on_set_exception',
  function* callbacksRun(log) {
    let bad
    let good
    let loop
    loop = aio.getRunningLoop()
    ;[good, bad] = [loop.createFuture(), loop.createFuture()]
    for (const future of [good, bad]) {
      future.addDoneCallback((f) => log('first', f.done()))
      future.addDoneCallback((f) => log('second'))
    }
    good.setResult('foo')
    yield* aio.sleep(0)
    bad.setException(new Boom('bar'))
    yield* aio.sleep(0)
    log(good.result(), bad.exception())
  },
)

scenario(
  'a task that ended at once is not cancelled any more',
  'test_eager_task_factory.test_cancellation_after_eager_completion, test_eager_completion, test_eager_task_factory_set',
  function* eagerNotCancelled(log) {
    let loop
    let task
    function* quick() {
      return 'without blocking'
    }
    loop = aio.getRunningLoop()
    loop.setTaskFactory(aio.eagerTaskFactory)
    log(loop.getTaskFactory() === aio.eagerTaskFactory)
    task = loop.createTask(quick())
    log(task.done(), task.cancel())
    log(yield* task, task.cancelled(), task instanceof aio.Task)
  },
)

scenario(
  'a task that began at once is cancelled where it waits',
  'test_eager_task_factory.test_cancellation_after_eager_step_blocks',
  function* eagerCancelled(log) {
    let loop
    let task
    function* slow() {
      yield* aio.sleep(0.125)
      return 'after blocking'
    }
    loop = aio.getRunningLoop()
    loop.setTaskFactory(aio.eagerTaskFactory)
    task = loop.createTask(slow())
    task.cancel('the message')
    log(task.cancelling())
    try {
      yield* task
    } catch (error15) {
      if (error15 instanceof aio.CancelledError) {
        const error = error15
        log(error)
      } else throw error15
    }
  },
)

scenario(
  'the current task of one that begins at once',
  'test_eager_task_factory.test_current_task',
  function* eagerCurrent(log) {
    let loop
    let seen
    let task
    seen = []
    function* body() {
      seen.push(aio.currentTask())
      yield* aio.sleep(0.125)
      log(seen[0] === aio.currentTask())
    }
    loop = aio.getRunningLoop()
    loop.setTaskFactory(aio.eagerTaskFactory)
    task = loop.createTask(body())
    log(seen[0] === task)
    yield* task
  },
)

scenario(
  'context variables of one that begins at once',
  'test_eager_task_factory.test_context_vars',
  function* eagerContext(log) {
    let loop
    let task
    let variable
    variable = new aio.ContextVar('variable', { default: 0 })
    function* body() {
      log('first step', variable.get())
      variable.set(2)
      yield* aio.sleep(0.125)
      log('second step', variable.get())
      variable.set(3)
    }
    loop = aio.getRunningLoop()
    loop.setTaskFactory(aio.eagerTaskFactory)
    variable.set(1)
    task = loop.createTask(body())
    log('creator', variable.get())
    yield* task
    log('creator', variable.get())
  },
)

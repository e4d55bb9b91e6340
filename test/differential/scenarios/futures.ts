// Written by test/differential/twin.py from scenarios/futures.py. Change that file, then `npm run differential:record`.
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

scenario('the life of a future', 'test_futures.test_initial_state, test_result', function* life(log) {
  let future
  future = new aio.Future()
  log(future.done(), future.cancelled())
  try {
    future.result()
  } catch (error1) {
    if (error1 instanceof aio.InvalidStateError) {
      const error = error1
      log(error)
    } else throw error1
  }
  try {
    future.exception()
  } catch (error2) {
    if (error2 instanceof aio.InvalidStateError) {
      const error = error2
      log(error)
    } else throw error2
  }
  future.setResult(42)
  log(future.done(), future.cancelled(), future.result(), future.exception())
  try {
    future.setResult(43)
  } catch (error3) {
    if (error3 instanceof aio.InvalidStateError) {
      const error = error3
      log('again', error)
    } else throw error3
  }
  try {
    future.setException(new Boom())
  } catch (error4) {
    if (error4 instanceof aio.InvalidStateError) {
      const error = error4
      log('error', error)
    } else throw error4
  }
  log(future.cancel(), future.cancelled())
})

scenario('a future with an exception', 'test_futures.test_exception', function* failing(log) {
  let future
  future = new aio.Future()
  future.setException(new Boom('x'))
  log(future.done(), future.cancelled(), future.exception())
  for (const i of range(2)) {
    try {
      future.result()
    } catch (error5) {
      if (error5 instanceof Boom) {
        const error = error5
        log(i, error, error === future.exception())
      } else throw error5
    }
  }
  try {
    yield* future
  } catch (error6) {
    if (error6 instanceof Boom) {
      const error = error6
      log('awaited', error)
    } else throw error6
  }
})

scenario('an exception class is made an instance', 'test_futures.test_exception_class', function* exceptionClass(log) {
  let future
  future = new aio.Future()
  future.setException(Boom)
  log(future.exception())
})

scenario('a cancelled future', 'test_futures.test_cancel, test_future_cancel_message_setter', function* cancelled(log) {
  let future
  future = new aio.Future()
  future.addDoneCallback((f) => log('callback', f.cancelled()))
  log(future.cancel('why'), future.cancel('again'), future.done(), future.cancelled())
  for (const i of range(2)) {
    try {
      future.result()
    } catch (error7) {
      if (error7 instanceof aio.CancelledError) {
        const error = error7
        log('result', error)
      } else throw error7
    }
  }
  try {
    future.exception()
  } catch (error8) {
    if (error8 instanceof aio.CancelledError) {
      const error = error8
      log('exception', error)
    } else throw error8
  }
  try {
    future.setResult(1)
  } catch (error9) {
    if (error9 instanceof aio.InvalidStateError) {
      const error = error9
      log(error)
    } else throw error9
  }
  try {
    yield* future
  } catch (error10) {
    if (error10 instanceof aio.CancelledError) {
      const error = error10
      log('awaited', error)
    } else throw error10
  }
})

scenario(
  'cancelling an awaited future cancels the awaiter',
  'test_tasks.test_cancel_inner_future',
  function* awaiterCancelled(log) {
    let future
    let task
    future = new aio.Future()
    function* wait() {
      try {
        yield* future
      } catch (error11) {
        if (error11 instanceof aio.CancelledError) {
          const error = error11
          log('in task', error)
          return 'survived'
        } else throw error11
      }
    }
    task = aio.createTask(wait())
    yield* aio.sleep(0)
    future.cancel('fut')
    log(yield* task, task.cancelled(), task.cancelling())
  },
)

scenario('an exception wakes every awaiter', 'test_futures.test_exception', function* exceptionForAll(log) {
  let future
  let tasks
  future = new aio.Future()
  function* wait(name) {
    try {
      yield* future
    } catch (error12) {
      if (error12 instanceof Boom) {
        const error = error12
        log(name, error)
      } else throw error12
    }
  }
  tasks = [aio.createTask(wait('a')), aio.createTask(wait('b'))]
  yield* aio.sleep(0)
  future.setException(new Boom('all'))
  yield* aio.gather(...tasks)
})

scenario('callbacks see the future done and may add others', 'test_futures', function* callbacksAdd(log) {
  let future
  future = new aio.Future()
  function first(f) {
    log('first', f.result())
    f.addDoneCallback((g) => log('third', g === f))
  }
  future.addDoneCallback(first)
  future.addDoneCallback((f) => log('second'))
  future.setResult(1)
  yield* aio.sleep(0)
  log('turn')
  yield* aio.sleep(0)
})

scenario(
  'ensure_future and isfuture',
  'test_tasks.test_ensure_future_coroutine, test_ensure_future_future, test_ensure_future_task, test_ensure_future_neither',
  function* ensure(log) {
    let future
    let task
    function* coro() {
      return 'value'
    }
    future = new aio.Future()
    log(aio.ensureFuture(future) === future, aio.isFuture(future), aio.isFuture(5))
    task = aio.ensureFuture(coro())
    log(aio.isFuture(task), aio.ensureFuture(task) === task, yield* task)
    try {
      aio.ensureFuture('nothing')
    } catch (error13) {
      if (error13 instanceof TypeError) {
        const error = error13
        log(error)
      } else throw error13
    }
  },
)

scenario('set in a turn, cancelled in the same turn', 'test_futures.test_cancel', function* setThenCancel(log) {
  let future
  let task
  future = new aio.Future()
  function* wait() {
    log(yield* future)
  }
  task = aio.createTask(wait())
  yield* aio.sleep(0)
  future.setResult('kept')
  log(future.cancel())
  yield* task
})

scenario('a future of another loop', 'case 19', function* otherLoop(log) {
  let future
  let loop
  loop = aio.newEventLoop()
  future = loop.createFuture()
  try {
    yield* future
  } catch (error14) {
    if (error14 instanceof aio.RuntimeError) {
      const error = error14
      log(error)
    } else throw error14
  }
  try {
    aio.ensureFuture(future, { loop: aio.getRunningLoop() })
  } catch (error15) {
    if (error15 instanceof aio.ValueError) {
      const error = error15
      log(error)
    } else throw error15
  }
  loop.close()
  log(loop.isClosed())
})

scenario(
  'callbacks removed by callbacks',
  'test_futures.BaseFutureDoneCallbackTests.test_remove_done_callbacks_list_mutation, test_schedule_callbacks_list_mutation_1',
  function* removedByCallbacks(log) {
    let future
    future = aio.getRunningLoop().createFuture()
    function first(f) {
      log('first', f.removeDoneCallback(second))
    }
    function second(f) {
      log('second')
    }
    future.addDoneCallback(first)
    future.addDoneCallback(second)
    future.addDoneCallback(second)
    log(future.removeDoneCallback(first))
    future.addDoneCallback(first)
    future.setResult(1)
    yield* aio.sleep(0)
  },
)

scenario('one future awaited twice', 'test_futures.test_yield_from_twice, test_iter', function* awaitedTwice(log) {
  let future
  let task
  future = aio.getRunningLoop().createFuture()
  function* child() {
    log('before')
    log(yield* future)
    log(yield* future)
  }
  task = aio.createTask(child())
  yield* aio.sleep(0)
  future.setResult(42)
  yield* task
})

scenario(
  'set where it is not cancelled',
  'test_futures.test_set_result_unless_cancelled',
  function* unlessCancelled(log) {
    let future
    future = aio.getRunningLoop().createFuture()
    future.cancel()
    try {
      future.setResult(1)
    } catch (error16) {
      if (error16 instanceof aio.InvalidStateError) {
        const error = error16
        log(error)
      } else throw error16
    }
    try {
      future.setException(new Boom('late'))
    } catch (error17) {
      if (error17 instanceof aio.InvalidStateError) {
        const error = error17
        log(error)
      } else throw error17
    }
    log(future.cancelled(), future.cancel())
  },
)

scenario(
  'the message of a cancelled future',
  'test_futures.test_future_cancel_message_getter',
  function* cancelMessage(log) {
    let future
    future = aio.getRunningLoop().createFuture()
    future.cancel('my message')
    for (const _ of range(2)) {
      try {
        yield* future
      } catch (error18) {
        if (error18 instanceof aio.CancelledError) {
          const error = error18
          log(error)
        } else throw error18
      }
    }
    try {
      future.result()
    } catch (error19) {
      if (error19 instanceof aio.CancelledError) {
        const error = error19
        log(error)
      } else throw error19
    }
  },
)

scenario(
  'ensure_future gives a future back',
  'test_futures.DuckTests.test_ensure_future, test_isfuture',
  function* ensured(log) {
    let future
    let task
    function* child() {
      return 1
    }
    future = aio.getRunningLoop().createFuture()
    log(aio.ensureFuture(future) === future, aio.isFuture(future), aio.isFuture(5))
    task = aio.ensureFuture(child())
    log(aio.ensureFuture(task) === task, yield* task)
  },
)

scenario(
  'an exception that is looked at before it is thrown',
  'test_futures.test_tb_logger_exception_retrieved, test_tb_logger_exception_result_retrieved',
  function* lookedAt(log) {
    let error
    let future
    future = aio.getRunningLoop().createFuture()
    error = new Boom('kept')
    future.setException(error)
    log(future.exception() === error, future.done(), future.cancelled())
    for (const _ of range(2)) {
      try {
        yield* future
      } catch (error20) {
        if (error20 instanceof Boom) {
          const caught = error20
          log(caught === error)
        } else throw error20
      }
    }
  },
)

scenario(
  'callbacks of a future that is cancelled',
  'test_futures.test_tb_logger_not_called_after_cancel',
  function* cancelledCallbacks(log) {
    let future
    let loop
    loop = aio.getRunningLoop()
    future = loop.createFuture()
    future.addDoneCallback((f) => log('first', f.cancelled()))
    loop.callSoon(() => log('soon'))
    future.cancel()
    future.addDoneCallback((f) => log('second', f.cancelled()))
    log('nothing yet')
    yield* aio.sleep(0)
  },
)

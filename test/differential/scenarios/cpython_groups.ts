// Written by test/differential/twin.py from scenarios/cpython_groups.py. Change that file, then `npm run differential:record`.
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
function* sleeps(log, name, delay) {
  try {
    yield* aio.sleep(delay)
    log(name, 'ends')
    return name
  } catch (error1) {
    if (error1 instanceof aio.CancelledError) {
      log(name, 'cancelled')
      throw error1
    } else throw error1
  }
}
function* fails(delay, error) {
  yield* aio.sleep(delay)
  throw error
}
function* failsAtTheEnd(delay, error) {
  try {
    yield* aio.sleep(delay)
  } finally {
    throw error
  }
}
function* cancelledAfter(log, delay, body) {
  let task
  task = aio.createTask(body)
  yield* aio.sleep(delay)
  log('done', task.done())
  task.cancel()
  try {
    log('result', yield* task)
  } catch (error2) {
    if (error2 instanceof aio.CancelledError) {
      const error = error2
      log(error, task.cancelled(), task.cancelling())
    } else if (isException(error2)) {
      const error = error2
      log(error, task.cancelled(), task.cancelling())
    } else throw error2
  }
}
function* outcome(log, body) {
  try {
    yield* body
  } catch (error3) {
    if (true) {
      const error = error3
      log(error, aio.currentTask().cancelling())
    } else throw error3
  }
}

scenario('a task that joins a group late', 'test_taskgroups.test_taskgroup_02', function* lateTask(log) {
  let one
  let two
  yield* aio.taskGroup(function* (group) {
    one = group.createTask(sleeps(log, 'one', 0.25))
    yield* aio.sleep(0.125)
    two = group.createTask(sleeps(log, 'two', 0.25))
  })
  log(one.result(), two.result())
})

scenario(
  'a child that was cancelled before another joins',
  'test_taskgroups.test_taskgroup_03',
  function* cancelledThenLate(log) {
    let one
    let two
    yield* aio.taskGroup(function* (group) {
      one = group.createTask(sleeps(log, 'one', 1))
      yield* aio.sleep(0.125)
      one.cancel()
      two = group.createTask(sleeps(log, 'two', 0.25))
    })
    log(one.cancelled(), two.result())
  },
)

scenario(
  "a child's error cancels the sibling, and nothing after the group runs",
  'test_taskgroups.test_taskgroup_04',
  function* siblingCancelled(log) {
    let tasks
    tasks = []
    function* body() {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0.125, new Boom('first')))
        tasks.push(group.createTask(sleeps(log, 'sibling', 1)))
      })
      log('not reached')
    }
    yield* outcome(log, aio.createTask(body()))
    log(tasks[0].cancelled())
  },
)

scenario(
  'three children fail at one moment, the fourth and the body are cancelled',
  'test_taskgroups.test_cancel_children_on_child_error',
  function* threeFail(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        for (const i of range(3)) {
          group.createTask(fails(0.125, new Boom(i)))
        }
        group.createTask(sleeps(log, 'fourth', 5))
        yield* sleeps(log, 'body', 10)
      })
      log('not reached')
    }
    yield* outcome(log, aio.createTask(body()))
  },
)

scenario(
  'five children of a group that is cancelled',
  'test_taskgroups.test_cancellation, test_taskgroup_22',
  function* fiveCancelled(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        for (const i of range(5)) {
          group.createTask(sleeps(log, i, 5))
        }
      })
    }
    yield* cancelledAfter(log, 0.125, body())
  },
)

scenario(
  'children and body of a group that is cancelled',
  'test_taskgroups.test_taskgroup_07',
  function* bodyAndChildren(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        for (const i of range(5)) {
          group.createTask(sleeps(log, i, 5))
        }
        yield* sleeps(log, 'body', 10)
      })
    }
    yield* cancelledAfter(log, 0.125, body())
  },
)

scenario(
  'children that fail when their group is cancelled',
  'test_taskgroups.test_taskgroup_08',
  function* failWhenCancelled(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        for (const i of range(5)) {
          group.createTask(failsAtTheEnd(10, new Boom(i)))
        }
        yield* aio.sleep(10)
      })
    }
    yield* cancelledAfter(log, 0.125, body())
  },
)

scenario(
  'the body fails, before and after an await',
  'test_taskgroups.test_taskgroup_09, test_taskgroup_10',
  function* bodyFails(log) {
    let tasks
    function* body(waits) {
      yield* aio.taskGroup(function* (group) {
        tasks.push(group.createTask(sleeps(log, 'one', 1)))
        tasks.push(group.createTask(sleeps(log, 'two', 2)))
        if (waits) {
          yield* aio.sleep(0.125)
        }
        throw new Boom('body')
      })
    }
    for (const waits of [true, false]) {
      tasks = []
      yield* outcome(log, body(waits))
      log(
        waits,
        [...tasks].map((task) => task.cancelled()),
      )
    }
  },
)

scenario(
  'the inner of two groups fails when both are cancelled',
  'test_taskgroups.test_taskgroup_11, test_taskgroup_12',
  function* innerFailsCancelled(log) {
    function* body(withChild) {
      yield* aio.taskGroup(function* (outer) {
        if (withChild) {
          outer.createTask(sleeps(log, 'outer child', 10))
        }
        yield* aio.taskGroup(function* (inner) {
          for (const i of range(3)) {
            inner.createTask(failsAtTheEnd(10, new Boom(i)))
          }
          yield* aio.sleep(10)
        })
      })
    }
    yield* cancelledAfter(log, 0.125, body(false))
    yield* cancelledAfter(log, 0.125, body(true))
  },
)

scenario(
  'a child of the outer of two groups fails, then one of the inner',
  'test_taskgroups.test_taskgroup_13, test_taskgroup_14',
  function* outerOrInner(log) {
    function* body(outerDelay, innerDelay) {
      yield* aio.taskGroup(function* (outer) {
        outer.createTask(fails(outerDelay, new Boom('outer')))
        yield* aio.taskGroup(function* (inner) {
          inner.createTask(fails(innerDelay, new Crash('inner')))
        })
      })
    }
    yield* outcome(log, aio.createTask(body(0.125, 10)))
    yield* outcome(log, aio.createTask(body(10, 0.125)))
  },
)

scenario(
  'a child fails while the cancelled body cleans up',
  'test_taskgroups.test_taskgroup_15, test_taskgroup_16',
  function* failsDuringCleanup(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0.25, new Boom('child')))
        try {
          yield* aio.sleep(10)
        } catch (error4) {
          if (error4 instanceof aio.CancelledError) {
            yield* aio.sleep(0.5)
            log('cleaned')
            throw error4
          } else throw error4
        }
      })
    }
    function* nested() {
      yield* aio.createTask(body())
    }
    yield* cancelledAfter(log, 0.125, body())
    yield* cancelledAfter(log, 0.125, nested())
  },
)

scenario('a group without tasks is cancelled', 'test_taskgroups.test_taskgroup_17', function* withoutTasks(log) {
  function* body() {
    yield* aio.taskGroup(function* () {
      yield* sleeps(log, 'body', 10)
    })
  }
  yield* cancelledAfter(log, 0.125, body())
})

scenario(
  'a group without tasks is cancelled, and its body raises another error',
  'test_taskgroups.test_taskgroup_18',
  function* withoutTasksError(log) {
    function* body() {
      yield* aio.taskGroup(function* () {
        try {
          yield* aio.sleep(10)
        } catch (error5) {
          if (error5 instanceof aio.CancelledError) {
            throw new Boom('instead')
          } else throw error5
        }
      })
    }
    yield* cancelledAfter(log, 0.125, body())
  },
)

scenario(
  "a child's error, and one of the body while it is cancelled",
  'test_taskgroups.test_taskgroup_19',
  function* childAndBody(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0.125, new Boom('child')))
        yield* failsAtTheEnd(10, new Crash('body'))
      })
    }
    yield* outcome(log, aio.createTask(body()))
  },
)

scenario(
  'KeyboardInterrupt in the body of a group goes through alone',
  'test_taskgroups.test_taskgroup_20',
  function* interruptInBody(log) {
    function* body() {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0.125, new Boom('child')))
        yield* failsAtTheEnd(10, new aio.KeyboardInterrupt())
      })
    }
    yield* outcome(log, body())
  },
)

scenario('children that end while the group is open', 'test_taskgroups.test_taskgroup_23', function* childrenEnd(log) {
  let tasks
  tasks = []
  yield* aio.taskGroup(function* (group) {
    for (const i of range(10)) {
      yield* aio.sleep(0.125)
      tasks.push(group.createTask(aio.sleep(0.375)))
      log(i, size([...tasks].filter((task) => !task.done()).map((task) => task)))
    }
    yield* aio.sleep(1.5)
    log(size([...tasks].filter((task) => !task.done()).map((task) => task)))
  })
  log(aio.getRunningLoop().time())
})

scenario('a child starts two siblings', 'test_taskgroups.test_taskgroup_24', function* twoSiblings(log) {
  function* root(group) {
    yield* aio.sleep(0.125)
    group.createTask(sleeps(log, 'one', 0.125))
    group.createTask(sleeps(log, 'two', 0.25))
  }
  yield* aio.taskGroup(function* (group) {
    group.createTask(root(group))
  })
  log(aio.getRunningLoop().time())
})

scenario('a hydra of tasks and one that ends it', 'test_taskgroups.test_taskgroup_25', function* hydraAndHercules(log) {
  let heads
  heads = []
  function* hydra(group) {
    heads.push(1)
    yield* aio.sleep(0.125)
    group.createTask(hydra(group))
    group.createTask(hydra(group))
  }
  function* hercules() {
    while (size(heads) < 10) {
      yield* aio.sleep(0.1875)
    }
    throw new Boom('hercules')
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(hydra(group))
      group.createTask(hercules())
    })
  } catch (error6) {
    if (error6 instanceof aio.ExceptionGroup) {
      const error = error6
      log(error, size(heads))
    } else throw error6
  }
})

scenario(
  "names and contexts of a group's tasks",
  'test_taskgroups.test_taskgroup_task_name, test_taskgroup_task_context',
  function* namesAndContexts(log) {
    let context
    let named
    let variable
    variable = new aio.ContextVar('variable', { default: 0 })
    function* child(value) {
      yield* aio.sleep(0)
      variable.set(value)
    }
    yield* aio.taskGroup(function* (group) {
      context = aio.copyContext()
      named = group.createTask(child(1), { name: 'yolo', context: context })
      log(named)
      yield* named
      log(
        context.run(() => variable.get()),
        variable.get(),
      )
      yield* group.createTask(child(2), { context: context })
      log(
        context.run(() => variable.get()),
        variable.get(),
      )
    })
  },
)

scenario(
  'no task is added after a failure',
  'test_taskgroups.test_taskgroup_no_create_task_after_failure',
  function* noneAfterFailure(log) {
    function* stubborn(group) {
      try {
        yield* aio.sleep(1)
      } catch (error7) {
        if (error7 instanceof aio.CancelledError) {
          try {
            group.createTask(fails(1, new Crash('never')))
          } catch (error8) {
            if (error8 instanceof aio.RuntimeError) {
              const error = error8
              log(error)
            } else throw error8
          }
        } else throw error7
      }
    }
    try {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0.125, new Boom('first')))
        group.createTask(stubborn(group))
      })
    } catch (error9) {
      if (error9 instanceof aio.ExceptionGroup) {
        const error = error9
        log(error, aio.currentTask().cancelling())
      } else throw error9
    }
  },
)

scenario(
  'a child fails, and so does the clean-up in the body',
  'test_taskgroups.test_taskgroup_context_manager_exit_raises',
  function* cleanupFails(log) {
    function* main() {
      try {
        yield* aio.taskGroup(function* (group) {
          try {
            group.createTask(fails(0, new Boom('child')))
            yield* aio.sleep(1)
          } finally {
            throw new Crash('clean-up')
          }
        })
      } catch (error10) {
        if (error10 instanceof aio.ExceptionGroup) {
          const error = error10
          log(error, aio.currentTask().cancelling())
        } else throw error10
      }
    }
    yield* aio.createTask(main())
  },
)

scenario(
  'a group is entered once',
  'test_taskgroups.test_taskgroup_already_entered, test_taskgroup_double_enter',
  function* enteredOnce(log) {
    let group
    group = new aio.TaskGroup()
    group.enter()
    try {
      group.enter()
    } catch (error11) {
      if (error11 instanceof aio.RuntimeError) {
        const error = error11
        log('inside', error)
      } else throw error11
    }
    yield* leave(group)
    try {
      group.enter()
    } catch (error12) {
      if (error12 instanceof aio.RuntimeError) {
        const error = error12
        log('after', error)
      } else throw error12
    }
  },
)

scenario(
  'no task of a group that was not entered, and none of one that is finished',
  'test_taskgroups.test_taskgroup_not_entered, test_taskgroup_finished',
  function* notEntered(log) {
    let group
    group = new aio.TaskGroup()
    try {
      group.createTask(aio.sleep(0))
    } catch (error13) {
      if (error13 instanceof aio.RuntimeError) {
        const error = error13
        log(error)
      } else throw error13
    }
    group.enter()
    yield* leave(group)
    try {
      group.createTask(aio.sleep(0))
    } catch (error14) {
      if (error14 instanceof aio.RuntimeError) {
        const error = error14
        log(error)
      } else throw error14
    }
  },
)

scenario('a group needs a task', 'test_taskgroups.test_taskgroup_without_parent_task', function* withoutParent(log) {
  let done
  done = new aio.Event()
  function callback() {
    let group
    group = new aio.TaskGroup()
    try {
      group.enter().send(null)
    } catch (error15) {
      if (error15 instanceof aio.RuntimeError) {
        const error = error15
        log(error)
      } else throw error15
    }
    try {
      group.createTask(aio.sleep(0))
    } catch (error16) {
      if (error16 instanceof aio.RuntimeError) {
        const error = error16
        log(error)
      } else throw error16
    }
    done.set()
  }
  aio.getRunningLoop().callSoon(callback)
  yield* done.wait()
})

scenario(
  'a group takes its cancellation back',
  'test_taskgroups.test_cancelling_level_preserved',
  function* level(log) {
    try {
      yield* aio.taskGroup(function* (group) {
        group.createTask(fails(0, new Boom('child')))
      })
    } catch (error17) {
      if (error17 instanceof aio.ExceptionGroup) {
        const error = error17
        log(error)
      } else throw error17
    }
    log(aio.currentTask().cancelling())
  },
)

scenario(
  'a timeout is entered once',
  'test_timeouts.test_timeout_already_entered, test_timeout_double_enter',
  function* timeoutOnce(log) {
    let scope
    scope = new aio.Timeout(0.125)
    scope.enter()
    try {
      scope.enter()
    } catch (error18) {
      if (error18 instanceof aio.RuntimeError) {
        const error = error18
        log('inside', error)
      } else throw error18
    }
    yield* leave(scope)
    try {
      scope.enter()
    } catch (error19) {
      if (error19 instanceof aio.RuntimeError) {
        const error = error19
        log('after', error)
      } else throw error19
    }
  },
)

scenario(
  'a timeout that was not entered, and one that has finished',
  'test_timeouts.test_timeout_not_entered, test_timeout_finished',
  function* timeoutNotEntered(log) {
    let scope
    scope = new aio.Timeout(0.125)
    try {
      scope.reschedule(0.25)
    } catch (error20) {
      if (error20 instanceof aio.RuntimeError) {
        const error = error20
        log(error)
      } else throw error20
    }
    scope.enter()
    yield* leave(scope)
    try {
      scope.reschedule(0.25)
    } catch (error21) {
      if (error21 instanceof aio.RuntimeError) {
        const error = error21
        log(error)
      } else throw error21
    }
  },
)

scenario(
  'two timeouts that have both run out when the loop comes to them',
  'test_timeouts.test_nested_timeouts_concurrent',
  function* bothLate(log) {
    let loop
    loop = aio.getRunningLoop()
    try {
      yield* aio.timeoutAt(loop.time() - 1, function* () {
        try {
          yield* aio.timeoutAt(loop.time() - 0.5, function* () {
            yield* aio.sleep(1)
          })
        } catch (error22) {
          if (error22 instanceof aio.TimeoutError) {
            const error = error22
            log('inner', error)
          } else throw error22
        }
      })
    } catch (error23) {
      if (error23 instanceof aio.TimeoutError) {
        const error = error23
        log('outer', error)
      } else throw error23
    }
  },
)

scenario(
  'a group whose task and whose body fail when the timeout around it cancels them',
  'test_timeouts.test_timeout_taskgroup',
  function* timeoutAndGroup(log) {
    try {
      yield* aio.timeout(0.125, function* () {
        yield* aio.taskGroup(function* (group) {
          group.createTask(failsAtTheEnd(2, new Crash('child')))
          try {
            throw new Boom('body')
          } finally {
            yield* aio.sleep(1)
          }
        })
      })
    } catch (error24) {
      if (error24 instanceof aio.ExceptionGroup) {
        const error = error24
        log(error, aio.currentTask().cancelling())
      } else throw error24
    }
  },
)

scenario('wait_for cancels a task that is late', 'test_waitfor.test_wait_for', function* waitForLate(log) {
  let task
  function* slow() {
    try {
      yield* aio.sleep(100)
    } finally {
      log('ends')
    }
    return 'done'
  }
  task = aio.createTask(slow())
  try {
    yield* aio.waitFor(task, 0.125)
  } catch (error25) {
    if (error25 instanceof aio.TimeoutError) {
      const error = error25
      log(error, task.done(), task.cancelled())
    } else throw error25
  }
})

scenario(
  'wait_for: a cancellation while the cancelled coroutine refuses',
  'test_waitfor.test_cancel_blocking_wait_for',
  function* waitForBlocking(log) {
    let task
    function* refuses() {
      try {
        yield* aio.sleep(10)
      } catch (error26) {
        if (error26 instanceof aio.CancelledError) {
          log('refused')
          throw error26
        } else throw error26
      } finally {
        log('finally')
      }
    }
    task = aio.createTask(aio.waitFor(refuses(), null))
    yield* aio.sleep(0)
    log(task.cancel())
    try {
      yield* task
    } catch (error27) {
      if (error27 instanceof aio.CancelledError) {
        log('cancelled')
      } else throw error27
    }
  },
)

scenario(
  'wait_for with no time does not begin its coroutine',
  'test_waitfor.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started',
  function* waitForNothing(log) {
    function* body() {
      log('began')
    }
    for (const seconds of [0, -1]) {
      try {
        yield* aio.waitFor(body(), seconds)
      } catch (error28) {
        if (error28 instanceof aio.TimeoutError) {
          const error = error28
          log(error)
        } else throw error28
      }
    }
  },
)

// Written by test/differential/twin.py from scenarios/taskgroups.py. Change that file, then `npm run differential:record`.
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

scenario('waits for its tasks', 'test_taskgroups.test_taskgroup_01, 02', function* waits(log) {
  let tasks
  tasks = []
  yield* aio.taskGroup(function* (group) {
    tasks.push(group.createTask(after(log, 0.5, 'a')))
    tasks.push(group.createTask(after(log, 0.25, 'b'), { name: 'named' }))
    log('body ends', tasks[1])
  })
  log(
    [...tasks].map((task) => task.result()),
    aio.getRunningLoop().time(),
  )
})

scenario('an empty group', 'test_taskgroups', function* empty(log) {
  yield* aio.taskGroup(function* () {
    log('body')
  })
  log('after')
})

scenario('a child fails', 'case 39; test_taskgroups.test_taskgroup_03', function* childFails(log) {
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error2) {
      if (error2 instanceof aio.CancelledError) {
        log('body cancelled', aio.currentTask().cancelling())
        throw error2
      } else throw error2
    }
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(fail(log, 0.5, new Boom('x')))
      group.createTask(after(log, 5, 'sibling'))
      yield* body()
    })
  } catch (error3) {
    if (error3 instanceof aio.ExceptionGroup) {
      const error = error3
      log(error, aio.currentTask().cancelling())
    } else throw error3
  }
  yield* aio.sleep(0)
  log('goes on')
})

scenario('a child fails while the group waits', 'test_taskgroups', function* childFailsInExit(log) {
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(fail(log, 0.5, new Boom('x')))
      group.createTask(after(log, 5, 'sibling'))
      log('body ends')
    })
  } catch (error4) {
    if (error4 instanceof aio.ExceptionGroup) {
      const error = error4
      log(error, aio.currentTask().cancelling())
    } else throw error4
  }
})

scenario(
  'the parent is cancelled while the group waits',
  'case 40; test_taskgroups.test_taskgroup_11',
  function* parentCancelled(log) {
    let task
    function* parent() {
      try {
        yield* aio.taskGroup(function* (group) {
          group.createTask(after(log, 5, 'a'))
          group.createTask(after(log, 5, 'b'))
        })
      } catch (error5) {
        if (error5 instanceof aio.CancelledError) {
          const error = error5
          log('parent', error, aio.currentTask().cancelling())
          throw error5
        } else throw error5
      }
    }
    task = aio.createTask(parent())
    yield* aio.sleep(0.5)
    task.cancel('stop')
    try {
      yield* task
    } catch (error6) {
      if (error6 instanceof aio.CancelledError) {
        log('main')
      } else throw error6
    }
  },
)

scenario('the parent is cancelled in the body', 'test_taskgroups.test_taskgroup_09', function* bodyCancelled(log) {
  let task
  function* parent() {
    yield* aio.taskGroup(function* (group) {
      group.createTask(after(log, 5, 'a'))
      try {
        yield* aio.sleep(10)
      } finally {
        log('body')
      }
    })
  }
  task = aio.createTask(parent())
  yield* aio.sleep(0.5)
  task.cancel()
  try {
    yield* task
  } catch (error7) {
    if (error7 instanceof aio.CancelledError) {
      log('main', task.cancelled())
    } else throw error7
  }
})

scenario('children fail while the parent is being cancelled', 'case 41', function* failWhileCancelled(log) {
  let task
  function* child() {
    try {
      yield* aio.sleep(10)
    } finally {
      throw new Boom('in finally')
    }
  }
  function* parent() {
    try {
      yield* aio.taskGroup(function* (group) {
        group.createTask(child())
      })
    } catch (error8) {
      if (error8 instanceof aio.ExceptionGroup) {
        const error = error8
        log(error, aio.currentTask().cancelling())
      } else throw error8
    }
    try {
      yield* aio.sleep(0)
      log('not reached')
    } catch (error9) {
      if (error9 instanceof aio.CancelledError) {
        log('next await', aio.currentTask().cancelling())
        throw error9
      } else throw error9
    }
  }
  task = aio.createTask(parent())
  yield* aio.sleep(0.5)
  task.cancel()
  try {
    yield* task
  } catch (error10) {
    if (error10 instanceof aio.CancelledError) {
      log('cancelled')
    } else throw error10
  }
})

scenario('nested groups', 'case 42', function* nested(log) {
  try {
    yield* aio.taskGroup(function* (outer) {
      outer.createTask(after(log, 5, 'outer child'))
      yield* aio.taskGroup(function* (inner) {
        inner.createTask(fail(log, 0.5, new Boom('inner')))
        inner.createTask(after(log, 5, 'inner child'))
      })
    })
  } catch (error11) {
    if (error11 instanceof aio.ExceptionGroup) {
      const error = error11
      log(error)
    } else throw error11
  }
})

scenario('a nested group in a child', 'test_taskgroups', function* nestedChild(log) {
  function* child() {
    yield* aio.taskGroup(function* (group) {
      group.createTask(fail(log, 0.5, new Boom('a')))
      group.createTask(fail(log, 0.5, new Crash('b')))
    })
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(child())
      group.createTask(fail(log, 0.5, new Boom('c')))
    })
  } catch (error12) {
    if (error12 instanceof aio.ExceptionGroup) {
      const error = error12
      log(error)
    } else throw error12
  }
})

scenario('a child cancelled alone does not disturb the group', 'case 42', function* childCancelled(log) {
  let one
  yield* aio.taskGroup(function* (group) {
    one = group.createTask(after(log, 5, 'one'))
    group.createTask(after(log, 1, 'two'))
    yield* aio.sleep(0.5)
    one.cancel()
  })
  log('after')
})

scenario('no tasks after the group', 'case 42', function* finished(log) {
  let fresh
  let groups
  groups = []
  yield* aio.taskGroup(function* (group) {
    groups.push(group)
  })
  try {
    groups[0].createTask(after(log, 0, 'never'))
  } catch (error13) {
    if (error13 instanceof aio.RuntimeError) {
      const error = error13
      log(error)
    } else throw error13
  }
  fresh = new aio.TaskGroup()
  try {
    fresh.createTask(after(log, 0, 'never'))
  } catch (error14) {
    if (error14 instanceof aio.RuntimeError) {
      const error = error14
      log(error)
    } else throw error14
  }
})

scenario('no tasks while it shuts down', 'test_taskgroups', function* shuttingDown(log) {
  function* late(group) {
    try {
      yield* aio.sleep(10)
    } catch (error15) {
      if (error15 instanceof aio.CancelledError) {
        try {
          group.createTask(after(log, 0, 'never'))
        } catch (error16) {
          if (error16 instanceof aio.RuntimeError) {
            const error = error16
            log(error)
          } else throw error16
        }
        throw error15
      } else throw error15
    }
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(late(group))
      group.createTask(fail(log, 0.5, new Boom('x')))
    })
  } catch (error17) {
    if (error17 instanceof aio.ExceptionGroup) {
      const error = error17
      log(error)
    } else throw error17
  }
})

scenario("the body's error cancels the children", 'case 42', function* bodyError(log) {
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(after(log, 5, 'a'))
      yield* aio.sleep(0.5)
      throw new Boom('body')
    })
  } catch (error18) {
    if (error18 instanceof aio.ExceptionGroup) {
      const error = error18
      log(error)
    } else throw error18
  }
})

scenario('the body raises before the children start', 'case 43', function* bodyErrorEarly(log) {
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(after(log, 5, 'never'))
      throw new Boom('early')
    })
  } catch (error19) {
    if (error19 instanceof aio.ExceptionGroup) {
      const error = error19
      log(error)
    } else throw error19
  }
})

scenario('a child raises in finally during the abort', 'case 43', function* finallyError(log) {
  function* child() {
    try {
      yield* aio.sleep(10)
    } finally {
      throw new Crash('in finally')
    }
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(child())
      group.createTask(fail(log, 0.5, new Boom('first')))
    })
  } catch (error20) {
    if (error20 instanceof aio.ExceptionGroup) {
      const error = error20
      log(error)
    } else throw error20
  }
})

scenario("the body's error and a child's", 'test_taskgroups.test_taskgroup_07', function* bothErrors(log) {
  function* child() {
    try {
      yield* aio.sleep(10)
    } finally {
      throw new Crash('child')
    }
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(child())
      yield* aio.sleep(0.5)
      throw new Boom('body')
    })
  } catch (error21) {
    if (error21 instanceof aio.ExceptionGroup) {
      const error = error21
      log(error)
    } else throw error21
  }
})

scenario('tasks that start tasks', 'test_taskgroups', function* grow(log) {
  function* growMore(group, depth) {
    log('depth', depth)
    yield* aio.sleep(0.25)
    if (depth < 3) {
      group.createTask(growMore(group, depth + 1))
    }
  }
  yield* aio.taskGroup(function* (group) {
    group.createTask(growMore(group, 0))
  })
  log(aio.getRunningLoop().time())
})

scenario('a child that refuses to be cancelled', 'test_taskgroups', function* refusing(log) {
  function* stubborn() {
    try {
      yield* aio.sleep(10)
    } catch (error22) {
      if (error22 instanceof aio.CancelledError) {
        log('refuses')
      } else throw error22
    }
    yield* aio.sleep(1)
    return 'value'
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(stubborn())
      group.createTask(fail(log, 0.5, new Boom('x')))
    })
  } catch (error23) {
    if (error23 instanceof aio.ExceptionGroup) {
      const error = error23
      log(error, aio.getRunningLoop().time())
    } else throw error23
  }
})

scenario("the body swallows the group's cancellation", 'test_taskgroups', function* bodySwallows(log) {
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(fail(log, 0.5, new Boom('x')))
      try {
        yield* aio.sleep(10)
      } catch (error24) {
        if (error24 instanceof aio.CancelledError) {
          log('swallowed', aio.currentTask().cancelling())
        } else throw error24
      }
      yield* aio.sleep(1)
      log('body goes on')
    })
  } catch (error25) {
    if (error25 instanceof aio.ExceptionGroup) {
      const error = error25
      log(error, aio.currentTask().cancelling())
    } else throw error25
  }
})

scenario('cancelled twice while it waits', 'test_taskgroups', function* cancelledTwice(log) {
  let task
  function* slow() {
    try {
      yield* aio.sleep(10)
    } finally {
      yield* aio.sleep(2)
      log('cleaned')
    }
  }
  function* parent() {
    yield* aio.taskGroup(function* (group) {
      group.createTask(slow())
    })
  }
  task = aio.createTask(parent())
  yield* aio.sleep(0.5)
  task.cancel()
  yield* aio.sleep(0.5)
  task.cancel()
  try {
    yield* task
  } catch (error26) {
    if (error26 instanceof aio.CancelledError) {
      log(task.cancelling(), aio.getRunningLoop().time())
    } else throw error26
  }
})

scenario('split and subgroup', 'the documentation of ExceptionGroup', function* split(log) {
  let group
  let matching
  let rest
  group = new aio.ExceptionGroup('outer', [
    new Boom('a'),
    new aio.ExceptionGroup('inner', [new Crash('b'), new Boom('c')]),
  ])
  log(group.subgroup(Boom), group.subgroup(Crash), group.subgroup(TypeError))
  ;[matching, rest] = group.split(Boom)
  log(matching, rest)
})

scenario('a group in a cancelled task', 'test_taskgroups', function* inCancelled(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error27) {
      if (error27 instanceof aio.CancelledError) {
        try {
          yield* aio.taskGroup(function* (group) {
            group.createTask(fail(log, 0.25, new Boom('x')))
          })
        } catch (error28) {
          if (error28 instanceof aio.ExceptionGroup) {
            const error = error28
            log(error, aio.currentTask().cancelling())
          } else throw error28
        }
        yield* aio.sleep(1)
        log('not reached')
      } else throw error27
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel()
  try {
    yield* task
  } catch (error29) {
    if (error29 instanceof aio.CancelledError) {
      log('cancelled', task.cancelling())
    } else throw error29
  }
})

scenario('three fail in one turn', 'test_taskgroups', function* threeFail(log) {
  try {
    yield* aio.taskGroup(function* (group) {
      for (const i of range(3)) {
        group.createTask(fail(log, 0.5, new Boom(i)))
      }
    })
  } catch (error30) {
    if (error30 instanceof aio.ExceptionGroup) {
      const error = error30
      log(error)
    } else throw error30
  }
})

scenario(
  'no task in a group that is finished',
  'test_taskgroups.test_coro_closed_when_tg_closed',
  function* finishedGroup(log) {
    let groups
    function* child() {
      log('not reached')
    }
    groups = []
    yield* aio.taskGroup(function* (group) {
      groups.push(group)
    })
    try {
      groups[0].createTask(child())
    } catch (error31) {
      if (error31 instanceof aio.RuntimeError) {
        const error = error31
        log(error)
      } else throw error31
    }
  },
)

scenario(
  'both of two nested groups fail',
  'test_taskgroups.test_nested_groups_both_cancelled',
  function* bothFail(log) {
    function* fails(error) {
      yield* aio.sleep(0)
      throw error
    }
    try {
      yield* aio.taskGroup(function* (outer) {
        try {
          yield* aio.taskGroup(function* (inner) {
            inner.createTask(fails(new Boom('inner')))
            outer.createTask(fails(new Crash('outer')))
          })
        } catch (error32) {
          if (error32 instanceof aio.ExceptionGroup) {
            const error = error32
            log('inner', error, aio.currentTask().cancelling())
          } else throw error32
        }
        log('after', aio.currentTask().cancelling())
      })
    } catch (error33) {
      if (error33 instanceof aio.ExceptionGroup) {
        const error = error33
        log('outer', error, aio.currentTask().cancelling())
      } else throw error33
    }
  },
)

scenario(
  "a child's error and a cancellation of one turn",
  'test_taskgroups.test_error_and_cancel',
  function* errorAndCancel(log) {
    let event
    let task
    event = new aio.Event()
    function* fails() {
      event.set()
      yield* aio.sleep(0)
      throw new Boom('child')
    }
    function* inner() {
      try {
        yield* aio.taskGroup(function* (group) {
          group.createTask(fails())
          yield* aio.sleep(1)
          log('not reached')
        })
      } catch (error34) {
        if (error34 instanceof aio.ExceptionGroup) {
          const error = error34
          log(error, aio.currentTask().cancelling())
        } else throw error34
      }
      log(aio.currentTask().cancelling())
      yield* aio.sleep(1)
      log('not reached either')
    }
    task = aio.createTask(inner())
    yield* event.wait()
    log(task.cancelling(), task.cancel(), task.cancelling())
    try {
      yield* task
    } catch (error35) {
      if (error35 instanceof aio.CancelledError) {
        log('cancelled', task.cancelled())
      } else throw error35
    }
  },
)

scenario('a group within a child of a group', 'test_taskgroups', function* groupInChild(log) {
  function* leaf(name, delay) {
    try {
      yield* aio.sleep(delay)
      log(name)
    } catch (error36) {
      if (error36 instanceof aio.CancelledError) {
        log(name, 'cancelled')
        throw error36
      } else throw error36
    }
  }
  function* branch(name) {
    yield* aio.taskGroup(function* (group) {
      group.createTask(leaf(`${show(name)}1`, 1))
      group.createTask(leaf(`${show(name)}2`, 5))
    })
  }
  function* fails() {
    yield* aio.sleep(2)
    throw new Boom('sibling')
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(branch('a'))
      group.createTask(branch('b'))
      group.createTask(fails())
    })
  } catch (error37) {
    if (error37 instanceof aio.ExceptionGroup) {
      const error = error37
      log(error, aio.getRunningLoop().time())
    } else throw error37
  }
})

scenario('a timeout around a group', 'test_timeouts', function* timeoutAround(log) {
  function* child(name) {
    try {
      yield* aio.sleep(10)
    } finally {
      log(name, 'ends')
    }
  }
  try {
    yield* aio.timeout(1, function* () {
      yield* aio.taskGroup(function* (group) {
        group.createTask(child('a'))
        group.createTask(child('b'))
      })
    })
  } catch (error38) {
    if (error38 instanceof aio.TimeoutError) {
      const error = error38
      log(error, aio.getRunningLoop().time(), aio.currentTask().cancelling())
    } else throw error38
  }
})

scenario('a child that starts a sibling while the group ends', 'test_taskgroups', function* sibling(log) {
  function* late() {
    yield* aio.sleep(1)
    log('late')
  }
  function* early(group) {
    yield* aio.sleep(1)
    group.createTask(late())
    log('early')
  }
  yield* aio.taskGroup(function* (group) {
    group.createTask(early(group))
  })
  log('ends', aio.getRunningLoop().time())
})

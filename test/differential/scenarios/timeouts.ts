// Written by test/differential/twin.py from scenarios/timeouts.py. Change that file, then `npm run differential:record`.
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

scenario('in time', 'test_timeouts.test_timeout_not_called', function* inTime(log) {
  let loop
  let scopes
  loop = aio.getRunningLoop()
  scopes = []
  yield* aio.timeout(10, function* (scope) {
    scopes.push(scope)
    yield* aio.sleep(0.5)
    log(scope.when(), scope.expired())
  })
  log(scopeState(scopes[0]), loop.time())
})
function scopeState(scope) {
  return [scope.expired(), scope.when()]
}

scenario('expires', 'test_timeouts.test_timeout_basic, test_timeout_at_basic', function* expires(log) {
  let loop
  let scopes
  loop = aio.getRunningLoop()
  scopes = []
  try {
    yield* aio.timeout(0.5, function* (scope) {
      scopes.push(scope)
      yield* aio.sleep(10)
    })
  } catch (error1) {
    if (error1 instanceof aio.TimeoutError) {
      const error = error1
      log('timeout', loop.time(), error.cause)
    } else throw error1
  }
  try {
    yield* aio.timeoutAt(loop.time() + 0.5, function* (scope) {
      scopes.push(scope)
      yield* aio.sleep(10)
    })
  } catch (error2) {
    if (error2 instanceof aio.TimeoutError) {
      log('timeout at', loop.time())
    } else throw error2
  }
  log(
    [...scopes].map((scope) => scopeState(scope)),
    aio.currentTask().cancelling(),
  )
})

scenario('null disables it', 'test_timeouts.test_timeout_disabled, test_timeout_at_disabled', function* disabled(log) {
  yield* aio.timeout(null, function* (scope) {
    log(scope.when())
    yield* aio.sleep(100)
  })
  yield* aio.timeoutAt(null, function* (scope) {
    yield* aio.sleep(1)
    log(scope.expired())
  })
})

scenario('zero with an await', 'test_timeouts.test_timeout_zero', function* zero(log) {
  let loop
  loop = aio.getRunningLoop()
  try {
    yield* aio.timeout(0, function* () {
      yield* aio.sleep(10)
    })
  } catch (error3) {
    if (error3 instanceof aio.TimeoutError) {
      log('timeout', loop.time())
    } else throw error3
  }
  try {
    yield* aio.timeout(-1, function* () {
      yield* aio.sleep(0)
      log('after one turn')
      yield* aio.sleep(0)
      log('after two turns')
    })
  } catch (error4) {
    if (error4 instanceof aio.TimeoutError) {
      log('negative')
    } else throw error4
  }
})

scenario(
  'zero without an await in the body',
  'case 30; test_timeouts.test_timeout_zero_sleep_zero',
  function* zeroNoAwait(log) {
    let scopes
    scopes = []
    yield* aio.timeout(0, function* (scope) {
      scopes.push(scope)
      log('body')
    })
    log(scopes[0].expired())
    yield* aio.sleep(0)
    log('later', aio.currentTask().cancelling())
  },
)

scenario('zero with sleep(0)', 'test_timeouts.test_timeout_zero_sleep_zero', function* zeroSleepZero(log) {
  try {
    yield* aio.timeout(0, function* () {
      yield* aio.sleep(0)
    })
  } catch (error5) {
    if (error5 instanceof aio.TimeoutError) {
      log('timeout')
    } else throw error5
  }
})

scenario('the outer is shorter', 'case 25', function* outerShorter(log) {
  let scopes
  scopes = []
  try {
    yield* aio.timeout(0.5, function* (outer) {
      scopes.push(outer)
      try {
        yield* aio.timeout(1, function* (inner) {
          scopes.push(inner)
          yield* aio.sleep(10)
        })
      } catch (error6) {
        if (error6 instanceof aio.TimeoutError) {
          log('wrong')
        } else if (error6 instanceof aio.CancelledError) {
          log('inner sees a cancellation')
          throw error6
        } else throw error6
      }
    })
  } catch (error7) {
    if (error7 instanceof aio.TimeoutError) {
      log(
        'outer',
        [...scopes].map((scope) => scope.expired()),
      )
    } else throw error7
  }
})

scenario('the inner is shorter', 'test_timeouts', function* innerShorter(log) {
  yield* aio.timeout(5, function* () {
    try {
      yield* aio.timeout(0.5, function* () {
        yield* aio.sleep(10)
      })
    } catch (error8) {
      if (error8 instanceof aio.TimeoutError) {
        log('inner', aio.currentTask().cancelling())
      } else throw error8
    }
    yield* aio.sleep(1)
    log('goes on')
  })
})

scenario(
  'both deadlines in one turn',
  'case 26; test_timeouts.test_nested_timeouts_loop_busy',
  function* sameTurn(log) {
    let scopes
    scopes = []
    try {
      yield* aio.timeout(0.5, function* (outer) {
        scopes.push(outer)
        try {
          yield* aio.timeout(0.5, function* (inner) {
            scopes.push(inner)
            yield* aio.sleep(10)
          })
        } catch (error9) {
          if (error9 instanceof aio.TimeoutError) {
            log('inner')
          } else throw error9
        }
      })
    } catch (error10) {
      if (error10 instanceof aio.TimeoutError) {
        log('outer')
      } else throw error10
    }
    log(
      [...scopes].map((scope) => scope.expired()),
      aio.currentTask().cancelling(),
    )
  },
)

scenario(
  'cancelled from outside in the turn of the deadline',
  'case 27; test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired',
  function* outsideAndDeadline(log) {
    let task
    function* body() {
      try {
        yield* aio.timeout(0.5, function* () {
          yield* aio.sleep(10)
        })
      } catch (error11) {
        if (error11 instanceof aio.TimeoutError) {
          log('timeout')
        } else if (error11 instanceof aio.CancelledError) {
          log('cancelled', aio.currentTask().cancelling())
          throw error11
        } else throw error11
      }
    }
    task = aio.createTask(body())
    aio.getRunningLoop().callLater(0.5, () => task.cancel())
    try {
      yield* task
    } catch (error12) {
      if (error12 instanceof aio.CancelledError) {
        log('main')
      } else throw error12
    }
  },
)

scenario(
  'cancelled from outside before the deadline',
  'test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired',
  function* outsideFirst(log) {
    let task
    function* body() {
      try {
        yield* aio.timeout(1, function* () {
          yield* aio.sleep(10)
        })
      } catch (error13) {
        if (error13 instanceof aio.CancelledError) {
          const error = error13
          log('cancelled', error)
          throw error13
        } else throw error13
      }
    }
    task = aio.createTask(body())
    yield* aio.sleep(0.5)
    task.cancel('out')
    try {
      yield* task
    } catch (error14) {
      if (error14 instanceof aio.CancelledError) {
        log('main')
      } else throw error14
    }
  },
)

scenario('reschedule', 'test_timeouts.test_timeout_after_cancellation, test_reschedule', function* reschedule(log) {
  let loop
  loop = aio.getRunningLoop()
  try {
    yield* aio.timeout(10, function* (scope) {
      scope.reschedule(loop.time() + 0.5)
      log(scope.when())
      yield* aio.sleep(5)
    })
  } catch (error15) {
    if (error15 instanceof aio.TimeoutError) {
      log('earlier', loop.time())
    } else throw error15
  }
  yield* aio.timeout(0.25, function* (scope) {
    scope.reschedule(null)
    yield* aio.sleep(1)
    log('disabled', scope.when())
  })
  try {
    yield* aio.timeout(null, function* (scope) {
      scope.reschedule(loop.time())
      yield* aio.sleep(1)
    })
  } catch (error16) {
    if (error16 instanceof aio.TimeoutError) {
      log('now', loop.time())
    } else throw error16
  }
})

scenario('reschedule after the block', 'case 28', function* rescheduleLate(log) {
  let created
  let scopes
  scopes = []
  yield* aio.timeout(10, function* (scope) {
    scopes.push(scope)
  })
  try {
    scopes[0].reschedule(1)
  } catch (error17) {
    if (error17 instanceof aio.RuntimeError) {
      const error = error17
      log(error)
    } else throw error17
  }
  created = new aio.Timeout(1)
  try {
    created.reschedule(2)
  } catch (error18) {
    if (error18 instanceof aio.RuntimeError) {
      const error = error18
      log(error)
    } else throw error18
  }
})

scenario('the body swallows the timeout', 'case 29', function* swallows(log) {
  let scopes
  scopes = []
  yield* aio.timeout(0.5, function* (scope) {
    scopes.push(scope)
    try {
      yield* aio.sleep(10)
    } catch (error19) {
      if (error19 instanceof aio.CancelledError) {
        log('swallowed')
      } else throw error19
    }
  })
  log(scopes[0].expired(), aio.currentTask().cancelling())
})

scenario('the body raises another error when cancelled', 'test_timeouts', function* otherError(log) {
  try {
    yield* aio.timeout(0.5, function* () {
      try {
        yield* aio.sleep(10)
      } finally {
        throw new Boom('instead')
      }
    })
  } catch (error20) {
    if (error20 instanceof Boom) {
      const error = error20
      log(error, aio.currentTask().cancelling())
    } else throw error20
  }
})

scenario('an error before the deadline', 'test_timeouts.test_timeout_not_called', function* earlyError(log) {
  try {
    yield* aio.timeout(0.5, function* () {
      throw new Boom('early')
    })
  } catch (error21) {
    if (error21 instanceof Boom) {
      const error = error21
      log(error)
    } else throw error21
  }
  yield* aio.sleep(1)
  log(aio.currentTask().cancelling())
})

scenario('in a task that is being cancelled', 'test_timeouts', function* inCancelling(log) {
  let task
  function* body() {
    try {
      yield* aio.sleep(10)
    } catch (error22) {
      if (error22 instanceof aio.CancelledError) {
        try {
          yield* aio.timeout(0.5, function* () {
            yield* aio.sleep(10)
          })
        } catch (error23) {
          if (error23 instanceof aio.TimeoutError) {
            log('timeout while cancelling', aio.currentTask().cancelling())
          } else throw error23
        }
        throw error22
      } else throw error22
    }
  }
  task = aio.createTask(body())
  yield* aio.sleep(0)
  task.cancel()
  try {
    yield* task
  } catch (error24) {
    if (error24 instanceof aio.CancelledError) {
      log('cancelled', task.cancelling())
    } else throw error24
  }
})

scenario('a timeout around a group', 'test_timeouts', function* aroundGroup(log) {
  function* worker(name) {
    try {
      yield* aio.sleep(10)
    } finally {
      log(name, 'ends')
    }
  }
  try {
    yield* aio.timeout(0.5, function* () {
      yield* aio.taskGroup(function* (group) {
        group.createTask(worker('a'))
        group.createTask(worker('b'))
      })
    })
  } catch (error25) {
    if (error25 instanceof aio.TimeoutError) {
      log('timeout', aio.currentTask().cancelling())
    } else throw error25
  }
})

scenario("a timeout in a group's task", 'test_taskgroups', function* inGroup(log) {
  function* worker() {
    yield* aio.timeout(0.5, function* () {
      yield* aio.sleep(10)
    })
  }
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(worker())
      yield* aio.sleep(10)
    })
  } catch (error26) {
    if (error26 instanceof aio.ExceptionGroup) {
      const error = error26
      log(error, aio.currentTask().cancelling())
    } else throw error26
  }
})

scenario('five timeouts in sequence', 'test_timeouts', function* sequence(log) {
  for (const i of range(5)) {
    try {
      yield* aio.timeout(0.25 * (i + 1), function* () {
        yield* aio.sleep(0.75)
      })
      log(i, 'in time')
    } catch (error27) {
      if (error27 instanceof aio.TimeoutError) {
        log(i, 'timeout')
      } else throw error27
    }
  }
})

scenario('two deadlines of one moment', 'test_timeouts.test_nested_timeouts', function* oneMoment(log) {
  let loop
  let scopes
  loop = aio.getRunningLoop()
  scopes = []
  try {
    yield* aio.timeoutAt(1, function* (outer) {
      scopes.push(outer)
      try {
        yield* aio.timeoutAt(1, function* (inner) {
          scopes.push(inner)
          yield* aio.sleep(10)
        })
      } catch (error28) {
        if (error28 instanceof aio.CancelledError) {
          const error = error28
          log('inner', error, loop.time())
          throw error28
        } else throw error28
      }
    })
  } catch (error29) {
    if (error29 instanceof aio.TimeoutError) {
      log('outer', loop.time())
    } else throw error29
  }
  log(
    [...scopes].map((scope) => scopeState(scope)),
    aio.currentTask().cancelling(),
  )
})

scenario('the awaiter sees a CancelledError', 'test_timeouts.test_waiter_cancelled', function* waiterCancelled(log) {
  try {
    yield* aio.timeout(1, function* () {
      try {
        yield* aio.sleep(10)
      } catch (error30) {
        if (error30 instanceof aio.CancelledError) {
          const error = error30
          log('cancelled', error, aio.currentTask().cancelling())
          throw error30
        } else throw error30
      }
    })
  } catch (error31) {
    if (error31 instanceof aio.TimeoutError) {
      const error = error31
      log(error, aio.currentTask().cancelling())
    } else throw error31
  }
})

scenario('a moment in the past', 'test_timeouts.test_timeout_in_the_past_sleep_zero', function* inThePast(log) {
  let loop
  let scopes
  loop = aio.getRunningLoop()
  yield* aio.sleep(20)
  scopes = []
  try {
    yield* aio.timeout(-11, function* (scope) {
      scopes.push(scope)
      yield* aio.sleep(0)
      log('not reached')
    })
  } catch (error32) {
    if (error32 instanceof aio.TimeoutError) {
      log('timeout', loop.time())
    } else throw error32
  }
  log(scopeState(scopes[0]))
})

scenario("an error of the body's passes", 'test_timeouts.test_foreign_exception_passed', function* errorPasses(log) {
  let scopes
  scopes = []
  try {
    yield* aio.timeout(1, function* (scope) {
      scopes.push(scope)
      throw new Boom('body')
    })
  } catch (error33) {
    if (error33 instanceof Boom) {
      const error = error33
      log(error, scopes[0].expired())
    } else throw error33
  }
  yield* aio.sleep(2)
  log('no timer left', aio.currentTask().cancelling())
})

scenario(
  'an error while the timeout cancels',
  'test_timeouts.test_foreign_exception_on_timeout',
  function* errorOnTimeout(log) {
    let scopes
    function* crash() {
      try {
        yield* aio.sleep(10)
      } finally {
        throw new Boom('finally')
      }
    }
    scopes = []
    try {
      yield* aio.timeout(1, function* (scope) {
        scopes.push(scope)
        yield* crash()
      })
    } catch (error34) {
      if (error34 instanceof Boom) {
        const error = error34
        log(error, scopes[0].expired(), aio.currentTask().cancelling())
      } else throw error34
    }
  },
)

scenario(
  'errors within errors while the timeout cancels',
  'test_timeouts.test_foreign_exception_on_timeout_2',
  function* errorsOnTimeout(log) {
    try {
      yield* aio.timeout(1, function* () {
        try {
          try {
            throw new Boom('first')
          } finally {
            yield* aio.sleep(10)
          }
        } finally {
          throw new Crash('last')
        }
      })
    } catch (error35) {
      if (error35 instanceof Crash) {
        const error = error35
        log(error, aio.currentTask().cancelling())
      } else throw error35
    }
  },
)

scenario('a finally that awaits', 'test_timeouts.test_timeout_exception_context', function* awaitingFinally(log) {
  try {
    yield* aio.timeout(1, function* () {
      try {
        throw new Boom('body')
      } finally {
        yield* aio.sleep(10)
        log('not reached')
      }
    })
  } catch (error36) {
    if (error36 instanceof aio.TimeoutError) {
      const error = error36
      log(error, error.cause)
    } else throw error36
  }
})

scenario(
  'a task around it is not cancelled',
  'test_timeouts.test_outer_task_is_not_cancelled',
  function* outerTask(log) {
    let task
    function* outer() {
      try {
        yield* aio.timeout(1, function* () {
          yield* aio.sleep(10)
        })
      } catch (error37) {
        if (error37 instanceof aio.TimeoutError) {
          log('timeout')
        } else throw error37
      }
    }
    task = aio.createTask(outer())
    yield* task
    log(task.cancelled(), task.done(), task.cancelling())
  },
)

scenario(
  'a timeout in the finally of a timeout',
  'test_timeouts.test_nested_timeout_in_finally',
  function* nestedInFinally(log) {
    let loop
    loop = aio.getRunningLoop()
    try {
      yield* aio.timeout(1, function* () {
        try {
          yield* aio.sleep(10)
        } finally {
          try {
            yield* aio.timeout(1, function* () {
              yield* aio.sleep(10)
            })
          } catch (error38) {
            if (error38 instanceof aio.TimeoutError) {
              const error = error38
              log('inner', error.cause, loop.time())
            } else throw error38
          }
        }
      })
    } catch (error39) {
      if (error39 instanceof aio.TimeoutError) {
        const error = error39
        log('outer', error.cause, loop.time(), aio.currentTask().cancelling())
      } else throw error39
    }
  },
)

scenario('no rescheduling while it expires', 'test_timeouts.test_timeout_expiring', function* expiring(log) {
  try {
    yield* aio.timeout(1, function* (scope) {
      try {
        yield* aio.sleep(10)
      } catch (error40) {
        if (error40 instanceof aio.CancelledError) {
          log('cancelled', scope.expired())
        } else throw error40
      }
      try {
        scope.reschedule(20)
      } catch (error41) {
        if (error41 instanceof aio.RuntimeError) {
          const error = error41
          log(error)
        } else throw error41
      }
    })
  } catch (error42) {
    if (error42 instanceof aio.TimeoutError) {
      log('timeout')
    } else throw error42
  }
})

scenario(
  'rescheduled to earlier and to later',
  'test_timeouts.test_timeout_after_cancellation, test_reschedule',
  function* rescheduled(log) {
    let loop
    loop = aio.getRunningLoop()
    try {
      yield* aio.timeout(10, function* (scope) {
        scope.reschedule(loop.time() + 1)
        log(scope.when())
        yield* aio.sleep(5)
      })
    } catch (error43) {
      if (error43 instanceof aio.TimeoutError) {
        log('earlier', loop.time())
      } else throw error43
    }
    yield* aio.timeout(1, function* (scope) {
      scope.reschedule(loop.time() + 10)
      yield* aio.sleep(5)
      log('later', loop.time())
    })
  },
)

scenario('three levels, the middle one expires', 'test_timeouts.test_nested_timeouts', function* threeLevels(log) {
  let loop
  loop = aio.getRunningLoop()
  yield* aio.timeout(30, function* () {
    try {
      yield* aio.timeout(1, function* () {
        yield* aio.timeout(20, function* () {
          yield* aio.sleep(100)
        })
      })
    } catch (error44) {
      if (error44 instanceof aio.TimeoutError) {
        log('middle', loop.time())
      } else throw error44
    }
    yield* aio.sleep(5)
    log('outer goes on', loop.time())
  })
})

scenario(
  'cancelled from outside while the body cleans up after the timeout',
  'test_timeouts',
  function* cancelledMeanwhile(log) {
    let task
    function* child() {
      try {
        yield* aio.timeout(1, function* () {
          try {
            yield* aio.sleep(10)
          } finally {
            log('cleaning')
            yield* aio.sleep(5)
            log('not reached')
          }
        })
      } catch (error45) {
        if (true) {
          const error = error45
          log('child', error, aio.currentTask().cancelling())
          throw error45
        } else throw error45
      }
    }
    task = aio.createTask(child())
    yield* aio.sleep(3)
    task.cancel('outside')
    try {
      yield* task
    } catch (error46) {
      if (true) {
        const error = error46
        log('main', error, task.cancelled())
      } else throw error46
    }
  },
)

scenario(
  'entered twice, and rescheduled after the end',
  'test_timeouts.test_timeout_double_enter, test_timeout_finished, test_timeout_expired',
  function* reuse(log) {
    let scopes
    scopes = []
    yield* aio.timeout(0.5, function* (scope) {
      scopes.push(scope)
    })
    try {
      scopes[0].reschedule(1)
    } catch (error47) {
      if (error47 instanceof aio.RuntimeError) {
        const error = error47
        log(error)
      } else throw error47
    }
    try {
      yield* aio.timeout(0.5, function* (late) {
        scopes.push(late)
        yield* aio.sleep(10)
      })
    } catch (error48) {
      if (error48 instanceof aio.TimeoutError) {
        log('timeout', scopes[1].expired())
      } else throw error48
    }
    try {
      scopes[1].reschedule(1)
    } catch (error49) {
      if (error49 instanceof aio.RuntimeError) {
        const error = error49
        log(error)
      } else throw error49
    }
  },
)

scenario(
  'cancelled again inside of a timeout',
  'test_timeouts.test_cancel_in_timeout_after_cancellation',
  function* cancelledAgain(log) {
    function* body() {
      try {
        aio.currentTask().cancel()
        yield* aio.sleep(1)
      } catch (error50) {
        if (error50 instanceof aio.CancelledError) {
          log('first')
        } else throw error50
      }
      try {
        yield* aio.timeout(1, function* () {
          aio.currentTask().cancel()
          yield* aio.sleep(2)
        })
      } catch (error51) {
        if (error51 instanceof aio.CancelledError) {
          log('second', aio.currentTask().cancelling())
        } else throw error51
      }
    }
    yield* aio.createTask(body())
  },
)

scenario(
  'timers of one moment, where cancelled ones stood before them',
  'random program 701050',
  function* afterCancelledOnes(log) {
    function* child(name) {
      yield* aio.timeout(0.2, function* () {
        log(name, 'begins')
      })
      yield* aio.timeout(0.3, function* () {
        yield* aio.sleep(0.1)
        log(name, 'slept')
      })
    }
    yield* aio.timeout(0.1, function* () {
      aio.getRunningLoop().callLater(0, () => log('later'))
    })
    yield* aio.gather(child('a'), child('b'), child('c'))
  },
)

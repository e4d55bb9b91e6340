// Written by test/differential/twin.py from scenarios/eager.py. Change that file, then `npm run differential:record`.
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
function eager() {
  aio.getRunningLoop().setTaskFactory(aio.eagerTaskFactory)
}

scenario('the body runs inside createTask', 'case 50', function* inside(log) {
  let main
  let seen
  let task
  main = aio.currentTask()
  seen = []
  function* child() {
    seen.push(aio.currentTask())
    log('child', aio.currentTask() === main)
    yield* aio.sleep(0)
    log('child again', aio.currentTask() === seen[0])
  }
  eager()
  task = aio.createTask(child())
  log('after', aio.currentTask() === main, seen[0] === task, task.done())
  yield* task
})

scenario('done at once', 'case 50', function* atOnce(log) {
  let task
  function* child() {
    return 'value'
  }
  eager()
  task = aio.createTask(child())
  log(task.done(), task.result(), yield* task)
  log(aio.allTasks())
})

scenario('gather of eager children is done at once', 'case 50', function* gathered(log) {
  let whole
  function* child(value) {
    return value
  }
  eager()
  whole = aio.gather(child(1), child(2))
  log(whole.done(), yield* whole)
})

scenario('an eager child fails', 'test_eager_task_factory', function* fails(log) {
  let task
  function* child() {
    throw new Boom('eager')
  }
  eager()
  task = aio.createTask(child())
  log(task.done())
  try {
    yield* task
  } catch (error1) {
    if (error1 instanceof Boom) {
      const error = error1
      log(error)
    } else throw error1
  }
})

scenario("an eager child's error in a group", 'case 50', function* inGroup(log) {
  function* child() {
    throw new Boom('eager')
  }
  eager()
  try {
    yield* aio.taskGroup(function* (group) {
      group.createTask(child())
      log('body goes on')
      yield* aio.sleep(0)
      log('not reached')
    })
  } catch (error2) {
    if (error2 instanceof aio.ExceptionGroup) {
      const error = error2
      log(error, aio.currentTask().cancelling())
    } else throw error2
  }
})

scenario('nested eager tasks', 'test_eager_task_factory', function* nested(log) {
  function* leaf(parent) {
    log('leaf', aio.currentTask() === parent)
    yield* aio.sleep(0)
    log('leaf ends')
  }
  function* branch() {
    let own
    let task
    own = aio.currentTask()
    log('branch')
    task = aio.createTask(leaf(own))
    log('branch again', aio.currentTask() === own)
    yield* task
  }
  eager()
  yield* aio.createTask(branch())
})

scenario('an eager task cancels itself', 'test_eager_task_factory', function* cancelsItself(log) {
  let task
  function* child() {
    aio.currentTask().cancel()
    yield* aio.sleep(0)
    log('not reached')
  }
  eager()
  task = aio.createTask(child())
  log(task.done(), task.cancelling())
  try {
    yield* task
  } catch (error3) {
    if (error3 instanceof aio.CancelledError) {
      log('cancelled')
    } else throw error3
  }
})

scenario('eager tasks over a queue', 'test_eager_task_factory', function* overQueue(log) {
  let a
  let b
  let queue
  queue = new aio.Queue()
  function* consumer() {
    log('got', yield* queue.get())
  }
  function* producer() {
    yield* queue.put('item')
    log('put')
  }
  eager()
  a = aio.createTask(consumer())
  b = aio.createTask(producer())
  log(a.done(), b.done())
  yield* a
})

scenario('waitFor, shield and timeouts with eager tasks', 'test_waitfor, test_timeouts', function* withTimeouts(log) {
  function* slow() {
    log('slow starts')
    yield* aio.sleep(10)
  }
  eager()
  try {
    yield* aio.waitFor(aio.shield(slow()), 0.5)
  } catch (error4) {
    if (error4 instanceof aio.TimeoutError) {
      log('timeout', aio.getRunningLoop().time())
    } else throw error4
  }
  try {
    yield* aio.waitFor(slow(), 0)
  } catch (error5) {
    if (error5 instanceof aio.TimeoutError) {
      log('zero')
    } else throw error5
  }
})

scenario(
  'a future that an eager child sets',
  'test_eager_task_factory.test_await_future_during_eager_step',
  function* setsFuture(log) {
    let future
    let task
    future = aio.getRunningLoop().createFuture()
    function* sets(value) {
      future.setResult(value)
    }
    eager()
    task = aio.createTask(sets('my message'))
    log(task.done(), yield* future)
  },
)

scenario('an eager child that blocks', 'test_eager_task_factory.test_block_after_eager_step', function* blocks(log) {
  let task
  function* child() {
    yield* aio.sleep(0.1)
    return 'finished'
  }
  eager()
  task = aio.createTask(child())
  log(task.done(), yield* task, task.done())
})

scenario(
  'all tasks, with one that ends at once',
  'test_eager_task_factory.test_all_tasks_with_eager_completion',
  function* allAtOnce(log) {
    let seen
    let task
    seen = []
    function* child() {
      seen.push(size(aio.allTasks()))
    }
    eager()
    task = aio.createTask(child())
    log(seen, contains(aio.allTasks(), task), size(aio.allTasks()))
  },
)

scenario(
  'all tasks, with one that blocks',
  'test_eager_task_factory.test_all_tasks_with_blocking',
  function* allBlocking(log) {
    let loop
    let one
    let seen
    let task
    let two
    loop = aio.getRunningLoop()
    one = loop.createFuture()
    two = loop.createFuture()
    seen = []
    function* child() {
      seen.push(size(aio.allTasks()))
      yield* one
      two.setResult(null)
    }
    eager()
    task = aio.createTask(child())
    log(seen, contains(aio.allTasks(), task))
    one.setResult(null)
    yield* two
    log(contains(aio.allTasks(), task))
  },
)

scenario(
  'a chain of eager tasks',
  'test_eager_task_factory.BaseTaskCountingTests.test_awaitables_chain',
  function* chain(log) {
    function* link(depth) {
      if (depth === 0) {
        return 0
      }
      return 1 + (yield* aio.createTask(link(depth - 1)))
    }
    log(yield* link(20))
    eager()
    log(yield* link(20), size(aio.allTasks()))
  },
)

scenario(
  'a tree of groups of eager tasks',
  'test_eager_task_factory.BaseTaskCountingTests.test_recursive_taskgroups',
  function* treeOfGroups(log) {
    let count
    count = []
    function* node(width, depth) {
      count.push(depth)
      if (depth === 0) {
        return
      }
      yield* aio.taskGroup(function* (group) {
        for (const _ of range(width)) {
          group.createTask(node(width, depth - 1))
        }
      })
    }
    eager()
    yield* node(3, 3)
    log(size(count), size(aio.allTasks()))
  },
)

scenario(
  'a tree of gathers of eager tasks',
  'test_eager_task_factory.BaseTaskCountingTests.test_recursive_gather',
  function* treeOfGathers(log) {
    function* node(width, depth) {
      let results
      if (depth === 0) {
        return 1
      }
      results = yield* aio.gather(...[...range(width)].map((_) => node(width, depth - 1)))
      return results[0] + results.at(-1)
    }
    eager()
    log(yield* node(3, 3))
    log(yield* node(1, 5))
  },
)

// Written by test/differential/twin.py from scenarios/context.py. Change that file, then `npm run differential:record`.
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
const variable = new aio.ContextVar('variable', { default: 'default' })

scenario('a task copies the context when it is created', 'case 51', function* copies(log) {
  let task
  function* child() {
    log('child', variable.get())
    variable.set('child')
    yield* aio.sleep(0)
    log('child', variable.get())
  }
  variable.set('main')
  task = aio.createTask(child())
  variable.set('changed')
  yield* task
  log('main', variable.get())
})

scenario('callbacks run in the context of their registration', 'case 51; test_futures', function* callbacks(log) {
  let future
  let loop
  loop = aio.getRunningLoop()
  future = loop.createFuture()
  variable.set('one')
  future.addDoneCallback((f) => log('done', variable.get()))
  loop.callSoon(() => log('soon', variable.get()))
  loop.callLater(1, () => log('later', variable.get()))
  variable.set('two')
  future.setResult(null)
  yield* aio.sleep(2)
  log(variable.get())
})

scenario('an explicit context', 'test_taskgroups', function* explicit(log) {
  let context
  context = aio.copyContext()
  context.run(() => variable.set('inside'))
  function* child() {
    log(variable.get())
    variable.set('by child')
  }
  yield* aio.createTask(child(), { context: context })
  log(
    variable.get(),
    context.run(() => variable.get()),
  )
  aio.getRunningLoop().callSoon(() => log('callback', variable.get()), { context: context })
  yield* aio.taskGroup(function* (group) {
    group.createTask(child(), { context: context })
  })
  log(context.get(variable))
})

scenario('tokens restore', 'test_context.ContextTest', function* tokens(log) {
  let first
  let second
  first = variable.set('a')
  second = variable.set('b')
  variable.reset(second)
  log(variable.get())
  variable.reset(first)
  log(variable.get())
})

scenario('an awaited coroutine shares the context', 'test_context', function* shared(log) {
  function* helper() {
    variable.set('helper')
  }
  yield* helper()
  log(variable.get())
  yield* aio.createTask(helper())
  variable.set('own')
  log(variable.get())
})

scenario('gather and wait_for: which context', 'test_tasks', function* which(log) {
  function* change(value) {
    variable.set(value)
    return variable.get()
  }
  variable.set('main')
  log(yield* aio.gather(change('x'), change('y')))
  log(variable.get())
  log(yield* aio.waitFor(change('z'), 1))
  log(variable.get())
})

scenario(
  'each of many tasks has its own value',
  'test_context.DecimalContextTest.test_asyncio_task_decimal_context',
  function* ownValues(log) {
    function* child(value) {
      variable.set(value)
      yield* aio.sleep(0.01 * value)
      log(value, variable.get())
    }
    yield* aio.gather(child(3), child(1), child(2))
    log(variable.get())
  },
)

scenario('wait_for runs in the context of its caller', 'test_tasks', function* waitForContext(log) {
  function* child() {
    log(variable.get())
    variable.set('child')
  }
  variable.set('caller')
  yield* aio.waitFor(child(), 1)
  log(variable.get())
  yield* aio.timeout(1, function* () {
    variable.set('in timeout')
  })
  log(variable.get())
})

scenario("a value is set in a group's body and by its children", 'test_taskgroups', function* groupContext(log) {
  function* child() {
    log(variable.get())
    variable.set('child')
  }
  variable.set('before')
  yield* aio.taskGroup(function* (group) {
    group.createTask(child())
    variable.set('body')
    group.createTask(child())
  })
  log(variable.get())
})

scenario('reset gives the value from before', 'test_context.ContextTest', function* resets(log) {
  let one
  let two
  one = variable.set('one')
  two = variable.set('two')
  variable.reset(two)
  log(variable.get())
  variable.reset(one)
  log(variable.get())
  try {
    variable.reset(one)
  } catch (error1) {
    if (error1 instanceof aio.RuntimeError) {
      const error = error1
      log('twice', error)
    } else throw error1
  }
})

// Written by test/differential/twin.py from scenarios/queues.py. Change that file, then `npm run differential:record`.
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

scenario(
  'sizes and the nowait forms',
  'test_queues.QueueBasicTests, QueueGetTests.test_nonblocking_get_exception',
  function* sizes(log) {
    let queue
    let unlimited
    queue = new aio.Queue(2)
    log(queue.empty(), queue.full(), queue.qsize(), queue.maxsize)
    queue.putNowait('a')
    queue.putNowait('b')
    log(queue.full(), queue.qsize())
    try {
      queue.putNowait('c')
    } catch (error1) {
      if (error1 instanceof aio.QueueFull) {
        const error = error1
        log(error)
      } else throw error1
    }
    log(queue.getNowait(), queue.getNowait())
    try {
      queue.getNowait()
    } catch (error2) {
      if (error2 instanceof aio.QueueEmpty) {
        const error = error2
        log(error)
      } else throw error2
    }
    unlimited = new aio.Queue(-1)
    for (const i of range(100)) {
      unlimited.putNowait(i)
    }
    log(unlimited.full(), unlimited.qsize())
  },
)

scenario('a producer and a consumer', 'test_queues.QueuePutTests.test_blocking_put_wait', function* produce(log) {
  let queue
  queue = new aio.Queue(2)
  function* producer() {
    for (const i of range(6)) {
      yield* queue.put(i)
      log('put', i)
    }
  }
  function* consumer() {
    for (const i of range(6)) {
      yield* aio.sleep(0.25)
      log('got', yield* queue.get())
    }
  }
  yield* aio.gather(producer(), consumer())
})

scenario('getters in the order in which they asked', 'test_queues', function* getters(log) {
  let queue
  let tasks
  queue = new aio.Queue()
  function* getter(name) {
    log(name, yield* queue.get())
  }
  tasks = [...['a', 'b', 'c']].map((name) => aio.createTask(getter(name)))
  yield* aio.sleep(0)
  for (const i of range(3)) {
    queue.putNowait(i)
  }
  yield* aio.gather(...tasks)
})

scenario(
  'putters in the order in which they asked',
  'test_queues.QueuePutTests.test_why_are_putters_waiting',
  function* putters(log) {
    let queue
    let tasks
    queue = new aio.Queue(1)
    yield* queue.put('first')
    function* putter(name) {
      yield* queue.put(name)
      log('put', name)
    }
    tasks = [...['a', 'b', 'c']].map((name) => aio.createTask(putter(name)))
    yield* aio.sleep(0)
    for (const i of range(4)) {
      log('got', yield* queue.get())
    }
    yield* aio.gather(...tasks)
  },
)

scenario(
  'a getter cancelled after the hand-off',
  'case 44; test_queues.QueueGetTests.test_get_cancelled_race',
  function* getterCancelled(log) {
    let a
    let b
    let queue
    queue = new aio.Queue()
    function* getter(name) {
      log(name, yield* queue.get())
    }
    a = aio.createTask(getter('a'))
    b = aio.createTask(getter('b'))
    yield* aio.sleep(0)
    queue.putNowait('item')
    a.cancel()
    log(yield* aio.gather(a, b, { returnExceptions: true }), queue.qsize())
  },
)

scenario(
  'a getter that times out leaves the queue in order',
  'test_queues.QueueGetTests.test_get_with_waiting_putters, test_cancelled_getters_not_being_held_in_self_getters',
  function* getterTimesOut(log) {
    let queue
    queue = new aio.Queue(1)
    for (const i of range(3)) {
      try {
        yield* aio.waitFor(queue.get(), 0.25)
      } catch (error3) {
        if (error3 instanceof aio.TimeoutError) {
          log('timeout', i)
        } else throw error3
      }
    }
    yield* queue.put('x')
    log(yield* queue.get())
  },
)

scenario(
  'a putter cancelled after being woken',
  'test_queues.QueuePutTests.test_put_cancelled_race',
  function* putterCancelled(log) {
    let a
    let b
    let queue
    queue = new aio.Queue(1)
    queue.putNowait('first')
    function* putter(name) {
      yield* queue.put(name)
      log('put', name)
    }
    a = aio.createTask(putter('a'))
    b = aio.createTask(putter('b'))
    yield* aio.sleep(0)
    log(queue.getNowait())
    a.cancel()
    log(yield* aio.gather(a, b, { returnExceptions: true }))
    log(queue.getNowait(), queue.empty())
  },
)

scenario('a woken getter may find the queue empty again', 'test_queues', function* stolen(log) {
  let queue
  let task
  queue = new aio.Queue()
  function* getter() {
    log('getter', yield* queue.get())
  }
  task = aio.createTask(getter())
  yield* aio.sleep(0)
  queue.putNowait('stolen')
  log('main', queue.getNowait())
  yield* aio.sleep(0)
  log(task.done())
  queue.putNowait('second')
  yield* task
})

scenario('join waits for task_done', 'test_queues._QueueJoinTestMixin', function* join(log) {
  let queue
  let tasks
  queue = new aio.Queue()
  function* worker(name) {
    let item
    while (true) {
      item = yield* queue.get()
      yield* aio.sleep(0.25)
      log(name, item)
      queue.taskDone()
    }
  }
  for (const i of range(5)) {
    queue.putNowait(i)
  }
  tasks = [...['a', 'b']].map((name) => aio.createTask(worker(name)))
  yield* queue.join()
  log('joined', aio.getRunningLoop().time())
  yield* queue.join()
  for (const task of tasks) {
    task.cancel()
  }
  log(yield* aio.gather(...tasks, { returnExceptions: true }))
  try {
    queue.taskDone()
  } catch (error4) {
    if (error4 instanceof aio.ValueError) {
      const error = error4
      log(error)
    } else throw error4
  }
})

scenario('lifo', 'test_queues.LifoQueueTests', function* lifo(log) {
  let queue
  queue = new aio.LifoQueue()
  for (const i of [1, 3, 2]) {
    queue.putNowait(i)
  }
  log([...range(3)].map((i) => queue.getNowait()))
})

scenario('priority', 'test_queues.PriorityQueueTests', function* priority(log) {
  let queue
  queue = new aio.PriorityQueue()
  for (const i of [5, 1, 3, 2, 4, 1]) {
    queue.putNowait(i)
  }
  log([...range(6)].map((i) => queue.getNowait()))
  for (const item of [
    [2, 'b'],
    [1, 'z'],
    [2, 'a'],
    [1, 'a'],
  ]) {
    queue.putNowait(item)
  }
  log([...range(4)].map((i) => queue.getNowait()))
})

scenario('shutdown: items stay readable', 'case 45', function* shutdown(log) {
  let queue
  queue = new aio.Queue()
  queue.putNowait('a')
  queue.putNowait('b')
  queue.shutdown()
  try {
    queue.putNowait('c')
  } catch (error5) {
    if (error5 instanceof aio.QueueShutDown) {
      const error = error5
      log('put_nowait', error)
    } else throw error5
  }
  try {
    yield* queue.put('c')
  } catch (error6) {
    if (error6 instanceof aio.QueueShutDown) {
      const error = error6
      log('put', error)
    } else throw error6
  }
  log(yield* queue.get(), queue.getNowait())
  try {
    yield* queue.get()
  } catch (error7) {
    if (error7 instanceof aio.QueueShutDown) {
      const error = error7
      log('get', error)
    } else throw error7
  }
  try {
    queue.getNowait()
  } catch (error8) {
    if (error8 instanceof aio.QueueShutDown) {
      const error = error8
      log('get_nowait', error)
    } else throw error8
  }
  queue.taskDone()
  queue.taskDone()
  yield* queue.join()
  log('joined')
})

scenario('shutdown: blocked getters wake in order', 'case 45', function* shutdownGetters(log) {
  let queue
  let tasks
  queue = new aio.Queue()
  function* getter(name) {
    try {
      yield* queue.get()
    } catch (error9) {
      if (error9 instanceof aio.QueueShutDown) {
        log(name, 'shut down')
      } else throw error9
    }
  }
  tasks = [...['a', 'b', 'c']].map((name) => aio.createTask(getter(name)))
  yield* aio.sleep(0)
  queue.shutdown()
  log('after shutdown')
  yield* aio.gather(...tasks)
})

scenario('shutdown: blocked putters', 'test_queues', function* shutdownPutters(log) {
  let queue
  let tasks
  queue = new aio.Queue(1)
  queue.putNowait('in')
  function* putter(name) {
    try {
      yield* queue.put(name)
      log(name, 'put')
    } catch (error10) {
      if (error10 instanceof aio.QueueShutDown) {
        log(name, 'shut down')
      } else throw error10
    }
  }
  tasks = [...['a', 'b']].map((name) => aio.createTask(putter(name)))
  yield* aio.sleep(0)
  queue.shutdown()
  yield* aio.gather(...tasks)
  log(queue.getNowait(), queue.qsize())
})

scenario('shutdown: immediate drains and join returns', 'case 45', function* shutdownImmediate(log) {
  let joiner
  let queue
  queue = new aio.Queue()
  for (const i of range(3)) {
    queue.putNowait(i)
  }
  joiner = aio.createTask(queue.join())
  yield* aio.sleep(0)
  log(joiner.done())
  queue.shutdown({ immediate: true })
  yield* joiner
  log(queue.qsize())
  try {
    yield* queue.get()
  } catch (error11) {
    if (error11 instanceof aio.QueueShutDown) {
      const error = error11
      log(error)
    } else throw error11
  }
})

scenario(
  'shutdown: immediate with an item in work',
  '_QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished',
  function* shutdownInWork(log) {
    let joiner
    let queue
    queue = new aio.Queue()
    queue.putNowait(1)
    queue.putNowait(2)
    yield* queue.get()
    joiner = aio.createTask(queue.join())
    yield* aio.sleep(0)
    queue.shutdown({ immediate: true })
    yield* aio.sleep(0)
    log(joiner.done())
    queue.taskDone()
    yield* joiner
    log('joined')
  },
)

scenario('three workers share the work', 'test_queues', function* workers(log) {
  let queue
  let tasks
  queue = new aio.Queue(3)
  function* worker(name, delay) {
    let item
    let n
    n = 0
    while (true) {
      item = yield* queue.get()
      if (item == null) {
        queue.putNowait(null)
        log(name, 'did', n)
        return n
      }
      yield* aio.sleep(delay * item)
      n += 1
    }
  }
  tasks = [aio.createTask(worker('a', 0.25)), aio.createTask(worker('b', 0.5)), aio.createTask(worker('c', 1))]
  for (const i of range(12)) {
    yield* queue.put(1 + (i % 3))
  }
  yield* queue.put(null)
  log(yield* aio.gather(...tasks), aio.getRunningLoop().time())
})

scenario(
  'sizes and order',
  'test_queues.QueueBasicTests.test_empty, test_full, test_order, test_maxsize',
  function* sizes(log) {
    let endless
    let queue
    queue = new aio.Queue(2)
    log(queue.empty(), queue.full(), queue.qsize(), queue.maxsize)
    queue.putNowait(1)
    queue.putNowait(3)
    log(queue.empty(), queue.full(), queue.qsize())
    log(queue.getNowait(), queue.getNowait(), queue.empty())
    for (const size of [0, -1]) {
      endless = new aio.Queue(size)
      for (const item of range(100)) {
        endless.putNowait(item)
      }
      log(endless.full(), endless.qsize())
    }
  },
)

scenario('a maxsize with a fraction', 'test_queues.QueuePutTests.test_float_maxsize', function* fraction(log) {
  let queue
  queue = new aio.Queue(1.3)
  queue.putNowait(1)
  queue.putNowait(2)
  log(queue.full())
  try {
    queue.putNowait(3)
  } catch (error12) {
    if (error12 instanceof aio.QueueFull) {
      const error = error12
      log(error)
    } else throw error12
  }
  queue = new aio.Queue(1.3)
  function* fill() {
    yield* queue.put(1)
    yield* queue.put(2)
    log(queue.full())
  }
  yield* fill()
})

scenario(
  'a reader that is cancelled drops nothing',
  'test_queues.QueuePutTests.test_get_cancel_drop_one_pending_reader',
  function* dropOne(log) {
    let queue
    let reader
    queue = new aio.Queue()
    reader = aio.createTask(queue.get())
    yield* aio.sleep(0)
    queue.putNowait(1)
    queue.putNowait(2)
    reader.cancel()
    try {
      yield* reader
    } catch (error13) {
      if (error13 instanceof aio.CancelledError) {
        reader = aio.createTask(queue.get())
        yield* reader
      } else throw error13
    }
    log(reader.result())
  },
)

scenario(
  'one of three readers is cancelled',
  'test_queues.QueuePutTests.test_get_cancel_drop_many_pending_readers',
  function* dropMany(log) {
    let queue
    let readers
    queue = new aio.Queue()
    readers = [...range(3)].map((_) => aio.createTask(queue.get()))
    yield* aio.sleep(0)
    queue.putNowait(1)
    queue.putNowait(2)
    readers[0].cancel()
    try {
      yield* readers[0]
    } catch (error14) {
      if (error14 instanceof aio.CancelledError) {
        const error = error14
        log(error)
      } else throw error14
    }
    log(yield* readers[2], yield* readers[1])
  },
)

scenario(
  'a writer that is cancelled can put again',
  'test_queues.QueuePutTests.test_put_cancel_drop, test_put_cancelled',
  function* putAgain(log) {
    let queue
    let writer
    queue = new aio.Queue(1)
    queue.putNowait(1)
    writer = aio.createTask(queue.put(2))
    yield* aio.sleep(0)
    log(queue.getNowait())
    writer.cancel()
    try {
      yield* writer
    } catch (error15) {
      if (error15 instanceof aio.CancelledError) {
        writer = aio.createTask(queue.put(2))
        yield* writer
      } else throw error15
    }
    log(queue.getNowait(), queue.qsize())
  },
)

scenario(
  'a put for a getter that waits',
  'test_queues.QueuePutTests.test_put_with_waiting_getters, test_blocking_put; QueueGetTests.test_blocking_get, test_blocking_get_wait',
  function* waitingGetter(log) {
    let loop
    let queue
    let task
    queue = new aio.Queue()
    task = aio.createTask(queue.get())
    yield* aio.sleep(0)
    yield* queue.put('a')
    log(yield* task)
    loop = aio.getRunningLoop()
    loop.callLater(0.01, () => queue.putNowait('b'))
    log(yield* queue.get(), loop.time())
  },
)

scenario(
  'non-blocking calls, full and empty',
  'test_queues.QueuePutTests.test_nonblocking_put, test_nonblocking_put_exception; QueueGetTests.test_nonblocking_get',
  function* nonBlocking(log) {
    let queue
    queue = new aio.Queue(1)
    queue.putNowait(1)
    try {
      queue.putNowait(2)
    } catch (error16) {
      if (error16 instanceof aio.QueueFull) {
        const error = error16
        log(error)
      } else throw error16
    }
    log(queue.getNowait())
    try {
      queue.getNowait()
    } catch (error17) {
      if (error17 instanceof aio.QueueEmpty) {
        const error = error17
        log(error)
      } else throw error17
    }
  },
)

scenario(
  'every kind of queue, from the front and from the back',
  'test_queues.LifoQueueTests.test_order, PriorityQueueTests.test_order',
  function* orders(log) {
    for (const queue of [new aio.Queue(), new aio.LifoQueue(), new aio.PriorityQueue()]) {
      for (const item of [1, 3, 2]) {
        queue.putNowait(item)
      }
      log([...range(3)].map((_) => queue.getNowait()))
    }
  },
)

scenario(
  'done more often than put',
  'test_queues._QueueJoinTestMixin.test_task_done_underflow, test_join_empty_queue',
  function* underflow(log) {
    let queue
    queue = new aio.Queue()
    try {
      queue.taskDone()
    } catch (error18) {
      if (error18 instanceof aio.ValueError) {
        const error = error18
        log(error)
      } else throw error18
    }
    yield* queue.join()
    log('joined')
    yield* queue.join()
  },
)

scenario('workers until the queue is joined', 'test_queues._QueueJoinTestMixin.test_task_done', function* workers(log) {
  let queue
  let tasks
  let total
  queue = new aio.Queue()
  for (const item of range(6)) {
    queue.putNowait(item)
  }
  total = [0]
  function* worker(name) {
    let item
    while (true) {
      item = yield* queue.get()
      total[0] = total[0] + item
      yield* aio.sleep(0)
      log(name, item)
      queue.taskDone()
    }
  }
  tasks = [...range(2)].map((name) => aio.createTask(worker(name)))
  yield* queue.join()
  log(total[0])
  for (const task of tasks) {
    task.cancel()
  }
  log(yield* aio.gather(...tasks, { returnExceptions: true }))
})

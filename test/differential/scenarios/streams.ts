// Written by test/differential/twin.py from scenarios/streams.py. Change that file, then `npm run differential:record`.
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

scenario('read: what is there, then the end', 'test_streams.test_read', function* read(log) {
  let reader
  reader = new aio.StreamReader()
  reader.feedData(Buffer.from('abcdef'))
  log(yield* reader.read(4), yield* reader.read(0), yield* reader.read(10), reader.atEof())
  reader.feedEof()
  log(yield* reader.read(1), yield* reader.read(), reader.atEof())
})

scenario('read: waits for the first bytes', 'test_streams.test_read', function* readWaits(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  task = aio.createTask(reader.read(30))
  yield* aio.sleep(0)
  reader.feedData(Buffer.from('first'))
  reader.feedData(Buffer.from(' second'))
  log(yield* task)
})

scenario('read: everything up to the end', 'test_streams.test_read_until_eof', function* readAll(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  task = aio.createTask(reader.read(-1))
  yield* aio.sleep(0)
  reader.feedData(Buffer.from('chunk1\n'))
  yield* aio.sleep(0.25)
  reader.feedData(Buffer.from('chunk2'))
  reader.feedEof()
  log(yield* task)
})

scenario('readline', 'test_streams.test_readline, test_readline_eof, test_readline_empty_eof', function* readline(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  reader.feedData(Buffer.from('one\ntwo\nthr'))
  log(yield* reader.readline(), yield* reader.readline())
  task = aio.createTask(reader.readline())
  yield* aio.sleep(0)
  reader.feedData(Buffer.from('ee\nlast'))
  log(yield* task)
  reader.feedEof()
  log(yield* reader.readline(), yield* reader.readline(), reader.atEof())
})

scenario(
  'readline: longer than the limit',
  'test_streams.test_readline_limit, test_readline_limit_with_existing_data',
  function* readlineLimit(log) {
    let reader
    reader = new aio.StreamReader({ limit: 3 })
    reader.feedData(Buffer.from('li'))
    reader.feedData(Buffer.from('ne1\nline2\n'))
    for (const i of range(2)) {
      try {
        log(yield* reader.readline())
      } catch (error1) {
        if (error1 instanceof aio.ValueError) {
          const error = error1
          log(i, error)
        } else throw error1
      }
    }
    reader.feedData(Buffer.from('abcdefgh'))
    try {
      yield* reader.readline()
    } catch (error2) {
      if (error2 instanceof aio.ValueError) {
        const error = error2
        log(error)
      } else throw error2
    }
    reader.feedData(Buffer.from('x\n'))
    log(yield* reader.readline())
  },
)

scenario('readuntil', 'test_streams.test_readuntil_separator, test_readuntil_multi_chunks', function* readuntil(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  reader.feedData(Buffer.from('oneAAtwoA'))
  log(yield* reader.readuntil(Buffer.from('AA')))
  task = aio.createTask(reader.readuntil(Buffer.from('AA')))
  yield* aio.sleep(0)
  reader.feedData(Buffer.from('Arest'))
  log(yield* task)
  try {
    yield* reader.readuntil(Buffer.from(''))
  } catch (error3) {
    if (error3 instanceof aio.ValueError) {
      const error = error3
      log(error)
    } else throw error3
  }
  reader.feedEof()
  try {
    yield* reader.readuntil(Buffer.from('AA'))
  } catch (error4) {
    if (error4 instanceof aio.IncompleteReadError) {
      const error = error4
      log(error, error.partial, error.expected)
    } else throw error4
  }
})

scenario(
  'readuntil: several separators',
  'test_streams.test_readuntil_multi_separator, test_readuntil_multi_separator_limit',
  function* readuntilSeveral(log) {
    let reader
    reader = new aio.StreamReader({ limit: 10 })
    reader.feedData(Buffer.from('a--b==c\n'))
    log(yield* reader.readuntil([Buffer.from('=='), Buffer.from('--')]))
    log(yield* reader.readuntil([Buffer.from('=='), Buffer.from('\n'), Buffer.from('=')]))
    log(
      yield* reader.readuntil([Buffer.from('='), Buffer.from('\n')]),
      yield* reader.readuntil([Buffer.from('='), Buffer.from('\n')]),
    )
    try {
      yield* reader.readuntil([])
    } catch (error5) {
      if (error5 instanceof aio.ValueError) {
        const error = error5
        log(error)
      } else throw error5
    }
  },
)

scenario('readuntil: over the limit', 'test_streams.test_readuntil_limit_found_sep', function* readuntilLimit(log) {
  let reader
  reader = new aio.StreamReader({ limit: 3 })
  reader.feedData(Buffer.from('some dataAA'))
  try {
    yield* reader.readuntil(Buffer.from('AA'))
  } catch (error6) {
    if (error6 instanceof aio.LimitOverrunError) {
      const error = error6
      log(error, error.consumed)
    } else throw error6
  }
  log(yield* reader.read(100))
  reader.feedData(Buffer.from('abcdef'))
  try {
    yield* reader.readuntil(Buffer.from('AA'))
  } catch (error7) {
    if (error7 instanceof aio.LimitOverrunError) {
      const error = error7
      log(error, error.consumed)
    } else throw error7
  }
})

scenario(
  'readexactly',
  'test_streams.test_readexactly, test_readexactly_eof, test_readexactly_zero_or_less',
  function* readexactly(log) {
    let reader
    let task
    reader = new aio.StreamReader({ limit: 3 })
    task = aio.createTask(reader.readexactly(8))
    yield* aio.sleep(0)
    reader.feedData(Buffer.from('12345'))
    yield* aio.sleep(0)
    log(task.done())
    reader.feedData(Buffer.from('67890'))
    log(yield* task, yield* reader.readexactly(0))
    try {
      yield* reader.readexactly(-1)
    } catch (error8) {
      if (error8 instanceof aio.ValueError) {
        const error = error8
        log(error)
      } else throw error8
    }
    reader.feedEof()
    try {
      yield* reader.readexactly(5)
    } catch (error9) {
      if (error9 instanceof aio.IncompleteReadError) {
        const error = error9
        log(error.partial, error.expected)
      } else throw error9
    }
  },
)

scenario(
  'an exception on the stream',
  'test_streams.test_exception, test_exception_waiter, test_read_exception',
  function* exceptions(log) {
    let reader
    let task
    reader = new aio.StreamReader()
    task = aio.createTask(reader.readline())
    yield* aio.sleep(0)
    reader.setException(new Boom('broken'))
    log(reader.exception())
    try {
      yield* task
    } catch (error10) {
      if (error10 instanceof Boom) {
        const error = error10
        log('waiter', error)
      } else throw error10
    }
    for (const i of range(2)) {
      try {
        yield* reader.read(1)
      } catch (error11) {
        if (error11 instanceof Boom) {
          const error = error11
          log(i, error)
        } else throw error11
      }
    }
  },
)

scenario('two readers at once', 'test_streams', function* twoReaders(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  task = aio.createTask(reader.readline())
  yield* aio.sleep(0)
  try {
    yield* reader.read(1)
  } catch (error12) {
    if (error12 instanceof aio.RuntimeError) {
      const error = error12
      log(error)
    } else throw error12
  }
  reader.feedData(Buffer.from('line\n'))
  log(yield* task)
})

scenario('a cancelled reader leaves the data', 'test_streams.test_exception_cancel', function* cancelledReader(log) {
  let reader
  let task
  reader = new aio.StreamReader()
  task = aio.createTask(reader.readexactly(4))
  yield* aio.sleep(0)
  reader.feedData(Buffer.from('ab'))
  task.cancel()
  try {
    yield* task
  } catch (error13) {
    if (error13 instanceof aio.CancelledError) {
      log('cancelled')
    } else throw error13
  }
  reader.feedData(Buffer.from('cd'))
  log(yield* reader.readexactly(4))
})

scenario(
  'no data, some data, and the end of it',
  'test_streams.test_feed_empty_data, test_feed_nonempty_data, test_read_zero, test_at_eof',
  function* feeds(log) {
    let reader
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from(''))
    log(reader.atEof())
    reader.feedData(Buffer.from('line1\nline2\n'))
    log(yield* reader.read(0), reader.atEof())
    reader.feedEof()
    log(reader.atEof(), yield* reader.read(), reader.atEof())
  },
)

scenario(
  'read: less than a line, more than the limit, the end alone',
  'test_streams.test_read_line_breaks, test_read_limit, test_read_eof',
  function* readSizes(log) {
    let empty
    let reader
    let small
    let task
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from('line1'))
    reader.feedData(Buffer.from('line2'))
    log(yield* reader.read(5), yield* reader.read(5))
    small = new aio.StreamReader({ limit: 3 })
    small.feedData(Buffer.from('chunk'))
    log(yield* small.read(5))
    empty = new aio.StreamReader()
    task = aio.createTask(empty.read(1024))
    yield* aio.sleep(0)
    empty.feedEof()
    log(yield* task)
  },
)

scenario('a limit that makes no sense', 'test_streams.test_invalid_limit', function* badLimits(log) {
  for (const limit of [0, -1]) {
    try {
      new aio.StreamReader({ limit: limit })
    } catch (error14) {
      if (error14 instanceof aio.ValueError) {
        const error = error14
        log(limit, error)
      } else throw error14
    }
  }
})

scenario(
  'readline: what is there already, and by parts',
  'test_streams.test_readline_nolimit_nowait, test_readline_read_byte_count',
  function* readlineParts(log) {
    let reader
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from('line1\n'))
    reader.feedData(Buffer.from('line2\nline3\n'))
    log(yield* reader.readline())
    log(yield* reader.readline(), yield* reader.read(7))
  },
)

scenario(
  "readline and readexactly throw the stream's error",
  'test_streams.test_readline_exception, test_readexactly_exception',
  function* readErrors(log) {
    let reader
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from('line\n'))
    log(yield* reader.readline())
    reader.setException(new Boom('broken'))
    try {
      yield* reader.readline()
    } catch (error15) {
      if (error15 instanceof Boom) {
        const error = error15
        log('readline', error)
      } else throw error15
    }
    try {
      yield* reader.readexactly(2)
    } catch (error16) {
      if (error16 instanceof Boom) {
        const error = error16
        log('readexactly', error)
      } else throw error16
    }
  },
)

scenario(
  'readuntil: the end before the separator, a bytearray, many chunks',
  'test_streams.test_readuntil_eof, test_readuntil_bytearray, test_readuntil_multi_chunks_1',
  function* readuntilMore(log) {
    let chunked
    let reader
    let task
    reader = new aio.StreamReader()
    reader.feedData(Buffer.from('some data'))
    reader.feedEof()
    try {
      yield* reader.readuntil(Buffer.from('\n'))
    } catch (error17) {
      if (error17 instanceof aio.IncompleteReadError) {
        const error = error17
        log(error.partial, reader.atEof())
      } else throw error17
    }
    chunked = new aio.StreamReader()
    chunked.feedData(Buffer.from('QWERTYaa'))
    task = aio.createTask(chunked.readuntil(Buffer.from('aaa')))
    yield* aio.sleep(0)
    chunked.feedData(Buffer.from('a'))
    log(yield* task)
    chunked.feedData(Buffer.from('some \n'))
    log(yield* chunked.readuntil(Buffer.from('\n')))
  },
)

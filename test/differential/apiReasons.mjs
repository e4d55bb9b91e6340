// What api.md says of names of asyncio's that are not found here by their own. A key is a name, `*.member` for every class's, a keyword, or `name(keyword)`.

const POLICIES =
  'CPython has deprecated it; `newEventLoop`, `Runner({ loopFactory })` and `getRunningLoop` are what is left'
const WATCHERS = 'CPython has deprecated it; Node tells of children by itself'

/** Not here, and why. */
export const LEFT_OUT = {
  AbstractChildWatcher: WATCHERS,
  FastChildWatcher: WATCHERS,
  MultiLoopChildWatcher: WATCHERS,
  PidfdChildWatcher: WATCHERS,
  SafeChildWatcher: WATCHERS,
  ThreadedChildWatcher: WATCHERS,
  get_child_watcher: WATCHERS,
  set_child_watcher: WATCHERS,
  AbstractEventLoopPolicy: POLICIES,
  DefaultEventLoopPolicy: POLICIES,
  get_event_loop_policy: POLICIES,
  set_event_loop_policy: POLICIES,
  set_event_loop: POLICIES,
  'StreamReader.__aiter__': 'there are no async generators: a loop over `yield* reader.readline()`',
}

/** Here in another form. */
export const ELSEWHERE = {
  'Barrier.__aenter__': '`barrier.with(function* (index) {…})`',
  'BoundedSemaphore.__aenter__': '`semaphore.with(function* () {…})`, or `using held = yield* semaphore.acquire()`',
  'Condition.__aenter__': '`condition.with(function* () {…})`',
  'Lock.__aenter__': '`lock.with(function* () {…})`, or `using held = yield* lock.acquire()`',
  'Semaphore.__aenter__': '`semaphore.with(function* () {…})`, or `using held = yield* semaphore.acquire()`',
  'Server.__aenter__': '`using server = yield* startServer(…)`',
  'Runner.__enter__': '`await using runner = new Runner()`',
  'TaskGroup.__aenter__': '`taskGroup(function* (group) {…})`, or `enter()` and `exit({ error })`',
  'Timeout.__aenter__': '`timeout(seconds, function* (scope) {…})`, or `enter()` and `exit({ error })`',
  'Future.__iter__': '`yield* future`',
  'Task.__iter__': '`yield* task`',
  'Task.set_result': '`Task.setResult`: refused, as by CPython',
  'Task.set_exception': '`Task.setException`: refused, as by CPython',
  iscoroutine: '`isCoroutine`',
  iscoroutinefunction: '`isCoroutineFunction`',
  isfuture: '`isFuture`',
  run_coroutine_threadsafe: '`loop.runCoroutineThreadsafe(name, ...args)` in a worker thread: coroutines cannot cross',
  gather: '`gather(a, b, { returnExceptions: true })`',
}

const CLOSURE = 'a closure carries them'
const REFUSED = 'CPython refuses it here, too'
const WINDOWS = 'Windows alone'
const NO_SPAWN_OPTION = 'not here: Node has no such option'

/** Keywords, by name or for one function. */
export const KEYWORDS = {
  'loop.add_reader(args)': CLOSURE,
  'loop.add_writer(args)': CLOSURE,
  'loop.add_signal_handler(args)': CLOSURE,
  'loop.call_at(args)': CLOSURE,
  'loop.call_later(args)': CLOSURE,
  'loop.call_soon(args)': CLOSURE,
  'loop.call_soon_threadsafe(args)': CLOSURE,
  'loop.add_reader(fd)': "Node's stream or socket: Node watches only what it owns",
  'loop.add_writer(fd)': "Node's stream or socket: Node watches only what it owns",
  ssl_shutdown_timeout: "not here: Node does not wait for the end of the other side's TLS",
  interleave: "not here: Node's families take turns",
  proto: 'not here: Node opens TCP and UDP sockets alone',
  flags: 'not here: Node has no such argument',
  reuse_address: 'always: Node sets it on every server, as CPython does unless told otherwise',
  'loop.getaddrinfo(port)': 'not here: an address is told without it',
  'loop.getaddrinfo(type)': 'not here: Node has no such argument',
  bufsize: REFUSED,
  encoding: REFUSED,
  errors: REFUSED,
  text: REFUSED,
  universal_newlines: REFUSED,
  shell: REFUSED,
  startupinfo: WINDOWS,
  creationflags: WINDOWS,
  executable: 'not here: name the program that is to run, as in `createSubprocessExec("bash", ["-c", command])`',
  preexec_fn: 'not here: no code of the program runs in a child before the new program',
  close_fds: 'always: Node hands on the standard streams alone',
  pass_fds: 'not here: a descriptor can be a standard stream',
  restore_signals: 'always',
  extra_groups: NO_SPAWN_OPTION,
  umask: NO_SPAWN_OPTION,
  pipesize: NO_SPAWN_OPTION,
  process_group: 'not here: `startNewSession` makes a group as well',
  'Task.print_stack(file)': '`write`, a function that is given the text',
}

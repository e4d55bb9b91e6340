/* libuv's handles below uvloop's objects: what it calls for datagrams, for what TLS has received and for children that
   ended, each with its beginning and its end; and how many descriptors it waits for (`_uvloop_handles`).

   uvloop hands out the pointer to libuv's loop. The fields are those of libuv's public header, whose layout is the same in
   all of libuv 1; what must hold of each is looked at before it is used, and nothing is touched where it does not. */

#include "queue.h"

#if !defined(_WIN32)

typedef struct Links {
    struct Links *next, *previous;
} Links;

typedef struct {
    void *data; /* uvloop's object */
    void *loop;
    int type;
    void *closed;
    Links handles;
    void *reserved[4];
    void *closing;
    unsigned flags;
} UvHandle;

typedef void (*Read)(UvHandle *, Py_ssize_t, const void *);
typedef void (*Receive)(UvHandle *, Py_ssize_t, const void *, const void *, unsigned);
typedef void (*Exited)(UvHandle *, int64_t, int);
typedef struct {
    UvHandle handle;
    size_t queued;
    void *allocate;
    Read read;
} UvStream;
typedef struct {
    UvHandle handle;
    size_t queued, datagrams;
    void *allocate;
    Receive receive;
} UvUdp;
typedef struct {
    UvHandle handle;
    Exited exited;
    int pid;
} UvProcess;

typedef struct {
    uintptr_t bits;
    Links pending, queued;
    unsigned wanted, events;
    int fd;
} Watcher; /* as on Linux */

typedef struct {
    void *data;
    unsigned active;
    Links handles;
    union {
        void *unused;
        unsigned count;
    } requests;
    void *internal;
    unsigned stop;
    unsigned long flags;
    int backend;
    Links pending, queued;
    Watcher **watchers; /* by descriptor */
    unsigned capacity, used;
} UvLoop;

/* A part of the loop further in: found by the watcher that wakes it. */
typedef struct {
    Links children, prepare, check, idle, async;
    void *unused;
    Watcher woken;
    int wakes;
    struct {
        void *first;
        unsigned count;
    } timers;
    uint64_t counter, time;
    int signal_pipe[2];
    Watcher signals;
} Inner;

enum { STREAM, UDP, PROCESS };
#define UV_PROCESS 10
#define UV_UDP 15
#define MOST_HANDLES 1000000
#define WHOLE_LOOP 4096 /* bytes: more than a loop has */

static Read plain_read;
static Receive plain_receive;
static Exited plain_exited;
static PyObject *exited_hook; /* Python's */

/* What libuv calls ---------------------------------------------------------------------------------------------------- */

/* What came while a hook ran Python, a KeyboardInterrupt, say: libuv's callbacks can pass nothing on, so it is raised in
   what the main thread runs next, as what a signal's handler raises is. */
static PyObject *raised[3];

static int raise_again(void *nothing)
{
    PyErr_Restore(raised[0], raised[1], raised[2]);
    raised[0] = raised[1] = raised[2] = NULL;
    return PyErr_Occurred() ? -1 : 0;
}

static void failed(Native *native)
{
    PyObject *recorder = new_ref(native->recorder);
    int passes = guard(recorder) < 0;
    Py_DECREF(recorder);
    if (!passes)
        return;
    if (raised[0] == NULL) {
        PyErr_Fetch(&raised[0], &raised[1], &raised[2]);
        if (Py_AddPendingCall(raise_again, NULL) == 0)
            return;
        (void)raise_again(NULL);
    }
    PyErr_WriteUnraisable(NULL);
}

static Native *recording(void)
{
    return current_native != NULL && current_native->live ? current_native : NULL;
}

/* The queue whose loop hands data over, which is told that it does; NULL without an error = nothing is to be told. Owned. */
static PyObject *begins(Native *native, PyObject *transport, Py_ssize_t size)
{
    if (FAULT("uvloop_handle"))
        return NULL;
    Counts *counts = counts_of(native, transport);
    if (counts == NULL || counts->queue == NULL || count_more(native, counts, size, 1) < 0)
        return NULL;
    PyObject *queue = counts->queue;
    if (!queue_runs_here(queue) || running_ref(queue) != NULL || STATE(queue)->busy)
        return NULL;
    new_ref(queue);
    EventBuffer *buffer = queue_buffer(queue);
    int64_t time = buffer == NULL || (STATE(queue)->polling && end_poll(queue) < 0) ? -1 : now_ns();
    uint32_t word = WITH_AUX(bound.ev_callback_begin, counts->location);
    if (time < 0 || events_push(buffer, word, time, 0, U32_MAX_VALUE) < 0) {
        Py_DECREF(queue);
        return NULL;
    }
    STATE(queue)->busy = 1;
    STATE(queue)->began = time;
    return queue;
}

static PyObject *begin(UvHandle *handle, Py_ssize_t size)
{
    Native *native = recording();
    PyObject *queue = native != NULL && handle->data != NULL && size > 0 ? begins(native, handle->data, size) : NULL;
    if (queue == NULL && PyErr_Occurred())
        failed(native);
    return queue;
}

static void end(PyObject *queue)
{
    if (queue == NULL)
        return;
    Native *native = recording();
    if (native != NULL && queue_runs_here(queue) && STATE(queue)->busy && end_batch(queue) < 0)
        failed(native);
    Py_DECREF(queue);
}

static void on_read(UvHandle *handle, Py_ssize_t size, const void *buffer)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *queue = begin(handle, size);
    plain_read(handle, size, buffer);
    end(queue);
    PyGILState_Release(state);
}

static void on_receive(UvHandle *handle, Py_ssize_t size, const void *buffer, const void *address, unsigned flags)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *queue = begin(handle, size);
    plain_receive(handle, size, buffer, address, flags);
    end(queue);
    PyGILState_Release(state);
}

static void on_exited(UvHandle *handle, int64_t status, int signal)
{
    PyGILState_STATE state = PyGILState_Ensure();
    Native *native = recording();
    if (native != NULL && handle->data != NULL) {
        PyObject *recorder = new_ref(native->recorder), *done = NULL;
        if (!FAULT("uvloop_handle"))
            done = PyObject_CallFunction(exited_hook, "OOi", recorder, (PyObject *)handle->data, signal ? -signal : (int)status);
        if (done == NULL)
            failed(native);
        Py_XDECREF(done);
        Py_DECREF(recorder);
    }
    plain_exited(handle, status, signal);
    PyGILState_Release(state);
}

/* Handles -------------------------------------------------------------------------------------------------------------- */

static int is_handle_of(UvHandle *handle, PyObject *transport, UvLoop *loop)
{
    return handle != NULL && handle->data == (void *)transport && handle->loop == (void *)loop;
}

/* The handle of a transport: libuv's loop knows them all, and the place in a transport that one is found at is that of all
   of its class. NULL = not found. */
static UvHandle *handle_of(PyObject *transport, UvLoop *loop)
{
    static struct {
        PyTypeObject *type; /* owned */
        Py_ssize_t place;
    } known[8];
    int number = 0, steps = 0;
    for (; number < 8 && known[number].type != NULL; number++)
        if (known[number].type == Py_TYPE(transport)) {
            UvHandle *handle = (UvHandle *)SLOT(transport, known[number].place);
            return is_handle_of(handle, transport, loop) ? handle : NULL;
        }
    for (Links *link = loop->handles.previous; link != &loop->handles && steps < MOST_HANDLES; link = link->previous, steps++) {
        UvHandle *handle = (UvHandle *)((char *)link - offsetof(UvHandle, handles));
        if (!is_handle_of(handle, transport, loop))
            continue;
        Py_ssize_t size = Py_TYPE(transport)->tp_basicsize, offset = sizeof(PyObject);
        for (; number < 8 && offset + (Py_ssize_t)sizeof(void *) <= size; offset += sizeof(void *))
            if ((void *)SLOT(transport, offset) == (void *)handle) {
                known[number].type = (PyTypeObject *)new_ref((PyObject *)Py_TYPE(transport));
                known[number].place = offset;
                break;
            }
        return handle;
    }
    return NULL;
}

/* Has `own` called in the place of uvloop's callback: 1; 0 = there is none yet, -1 = it is not as it should be. */
#define EXCHANGE(callback, plain, own) \
    ((callback) == NULL                                                                                      ? 0 \
     : (callback) == (own)                                                                                   ? 1 \
     : ((plain) != NULL && (plain) != (callback)) || !in_library_of(Py_TYPE(transport), (void *)(uintptr_t)(callback)) \
         ? -1 \
         : ((plain) = (callback), (callback) = (own), 1))

static int exchange(PyObject *transport, UvHandle *handle, int kind)
{
    if (kind == STREAM)
        return EXCHANGE(((UvStream *)handle)->read, plain_read, on_read);
    if (kind == UDP)
        return handle->type != UV_UDP ? -1 : EXCHANGE(((UvUdp *)handle)->receive, plain_receive, on_receive);
    return handle->type != UV_PROCESS || exited_hook == NULL ? -1 : EXCHANGE(((UvProcess *)handle)->exited, plain_exited, on_exited);
}

static PyObject *see_handle(PyObject *self, PyObject *args)
{
    PyObject *transport, *capsule, *counts, *queue;
    int kind;
    unsigned location;
    if (!PyArg_ParseTuple(args, "OOiOOI:see_handle", &transport, &capsule, &kind, &counts, &queue, &location))
        return NULL;
    UvLoop *loop = PyCapsule_GetPointer(capsule, NULL);
    if (loop == NULL)
        return NULL;
    UvHandle *handle = handle_of(transport, loop);
    int done = handle != NULL ? exchange(transport, handle, kind) : -1;
    if (done > 0 && PyObject_TypeCheck(counts, Counts_Type)) {
        ((Counts *)counts)->queue = queue;
        ((Counts *)counts)->location = location;
    }
    return PyLong_FromLong(done);
}

static PyObject *tell_exited(PyObject *self, PyObject *hook)
{
    slot_set(&exited_hook, new_ref(hook));
    Py_RETURN_NONE;
}

/* Descriptors ---------------------------------------------------------------------------------------------------------- */

#if defined(__linux__) && defined(__LP64__)

static int watches(UvLoop *loop, int fd, Watcher *watcher)
{
    return fd >= 0 && (unsigned)fd < loop->capacity && loop->watchers[fd] != NULL &&
           (watcher == NULL || loop->watchers[fd] == watcher);
}

/* The loop's own watchers lie within it, the one that wakes it first. NULL = it is another libuv than the one that is known. */
static Inner *inner_of(UvLoop *loop)
{
    unsigned used = 0;
    int first = -1;
    if (loop->watchers == NULL || loop->used > loop->capacity || loop->capacity > MOST_HANDLES)
        return NULL;
    for (unsigned fd = 0; fd < loop->capacity; fd++) {
        Watcher *watcher = loop->watchers[fd];
        used += watcher != NULL;
        if ((char *)watcher > (char *)loop && (char *)watcher < (char *)loop + WHOLE_LOOP &&
            (first < 0 || watcher < loop->watchers[first]))
            first = (int)fd;
    }
    if (used != loop->used || first < 0 || loop->watchers[first]->fd != first)
        return NULL;
    Inner *inner = (Inner *)((char *)loop->watchers[first] - offsetof(Inner, woken));
    if ((char *)inner < (char *)loop + sizeof(UvLoop) || inner->children.next == NULL ||
        inner->children.next->previous != &inner->children || !watches(loop, inner->signal_pipe[0], &inner->signals))
        return NULL;
    return inner;
}

uint32_t uvloop_descriptors(PyObject *queue)
{
    UvLoop *loop = STATE(queue)->libuv;
    Inner *inner = STATE(queue)->inner;
    if (loop == NULL || loop->requests.count > 0) /* a name is looked up, say, and threads of libuv's may act */
        return 0;
    /* It is woken by three: other threads, the end of children, and what uvloop itself hears signals with. */
    unsigned own = 2 + watches(loop, STATE(queue)->signals, NULL), child = inner->children.next != &inner->children;
    return loop->used < own ? 0 : loop->used - own + child + 1;
}

static PyObject *see_loop(PyObject *self, PyObject *args)
{
    PyObject *queue, *capsule;
    int first, second;
    if (!PyArg_ParseTuple(args, "O!Oii:see_loop", bound.LoopQueue, &queue, &capsule, &first, &second))
        return NULL;
    UvLoop *loop = PyCapsule_GetPointer(capsule, NULL);
    if (loop == NULL)
        return NULL;
    Inner *inner = inner_of(loop);
    STATE(queue)->libuv = inner != NULL ? loop : NULL;
    STATE(queue)->inner = inner;
    STATE(queue)->signals = inner != NULL && watches(loop, first, NULL) ? first : second;
    return PyBool_FromLong(inner != NULL);
}

#endif
#endif

#if defined(_WIN32) || !defined(__linux__) || !defined(__LP64__)
uint32_t uvloop_descriptors(PyObject *queue)
{
    return 0;
}

static PyObject *see_loop(PyObject *self, PyObject *args)
{
    Py_RETURN_FALSE;
}
#endif

static PyMethodDef methods[] = {
#if !defined(_WIN32)
    {"see_handle", see_handle, METH_VARARGS,
     "see_handle(transport, libuv's loop, kind, counts, queue, location): from now on tell what libuv calls for it: 1; 0 = "
     "nothing yet, -1 = that cannot be."},
    {"tell_exited", tell_exited, METH_O, "tell_exited(hook): called with recorder, transport and status when a child ends."},
#endif
    {"see_loop", see_loop, METH_VARARGS,
     "see_loop(queue, libuv's loop, first, second): from now on tell how many descriptors it waits for, without that of "
     "uvloop's own for signals, which is one of these. False where that cannot be."},
    {NULL, NULL, 0, NULL},
};

int uvloop_handles_init(PyObject *module)
{
    return PyModule_AddFunctions(module, methods);
}

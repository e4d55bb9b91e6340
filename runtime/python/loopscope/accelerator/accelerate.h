/* What the files of the accelerator share. README.md says how it hangs together. */

#ifndef LOOPSCOPE_ACCELERATE_H
#define LOOPSCOPE_ACCELERATE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>
#include <stdint.h>
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC visibility push(hidden) /* the files call each other directly */
#endif
#include "bound.h"

#ifdef Py_GIL_DISABLED
#error "The accelerator relies on the GIL. Without it the recorder runs in Python."
#endif

#if defined(__GNUC__) || defined(__clang__)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define UNLIKELY(condition) (condition)
#endif

#define U32_MAX_VALUE 0xFFFFFFFFu
#define AUX_MAX_VALUE 0xFFFFFFu
#define WITH_AUX(word, aux) ((uint32_t)(word) | ((aux) <= AUX_MAX_VALUE ? (uint32_t)(aux) << 8 : 0))

/* events.c: the events of one thread ------------------------------------------------------------------------------- */

typedef struct {
    int64_t time; /* ns, of perf_counter_ns */
    uint32_t word, a, b;
} Event;

typedef struct {
    PyObject_HEAD
    Event *events;
    Py_ssize_t count, capacity;
    Py_ssize_t asked; /* how many there were when the recorder was last asked to write them */
    int64_t latest; /* the time of the last that was taken */
} EventBuffer;

extern PyTypeObject *EventBuffer_Type;
int events_init(PyObject *module);
int events_grow(EventBuffer *buffer);

static inline int events_push(EventBuffer *buffer, uint32_t word, int64_t time, uint32_t a, uint32_t b)
{
    if (UNLIKELY(buffer->count == buffer->capacity) && events_grow(buffer) < 0)
        return -1;
    buffer->events[buffer->count++] = (Event){time, word, a, b};
    return 0;
}

/* scheduled.c: when each handle was put into the queue, and by which task ------------------------------------------ */

typedef struct {
    void *handle; /* NULL = free */
    int64_t time;
    uint32_t task;
} ScheduledEntry;

typedef struct {
    PyObject_HEAD
    ScheduledEntry *entries;
    size_t mask, used;
} Scheduled;

extern PyTypeObject *Scheduled_Type;
int scheduled_init(PyObject *module);
int scheduled_put(Scheduled *table, void *handle, int64_t time, uint32_t task);
/* 1 and the entry's values when there was one. */
int scheduled_pop(Scheduled *table, void *handle, int64_t *time, uint32_t *task);

/* chains.c: what is known of a chain of (code, offset of the instruction) ------------------------------------------ */

#define CHAIN_MAX 64 /* frames; what is deeper is left to Python */

typedef struct {
    uint64_t hash; /* 0 = free */
    uintptr_t *key;
    uint32_t length;
    void *value;
} Chain;

typedef struct {
    Chain *entries;
    size_t mask, used;
} Chains;

uint64_t chain_hash(const uintptr_t *key, uint32_t length);
void *chains_get(const Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash, int *found);
int chains_put(Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash, void *value);
/* The table's own copy of a key that is in it, which stays where it is. */
const uintptr_t *chains_key(const Chains *chains, const uintptr_t *key, uint32_t length, uint64_t hash);
void chains_free(Chains *chains, void (*release)(void *));

/* timers.c: the program's timers ----------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Scheduled *pending, *due; /* by the handle: the stack that set it, in the place of a time; and its number */
    uint32_t count;
} TimerState;

extern PyTypeObject *TimerState_Type;
int timers_init(PyObject *module);

/* state.c: the numbers in the state of a loop's recording, behind the deque that its queue is ---------------------- */

typedef struct {
    int64_t began, poll_ended;
    unsigned long thread;
    uint32_t polled, loop_id;
    int spins, late, watching;
    int signals; /* of uvloop: the descriptor with which it hears signals, -1 = it does not */
    void *libuv, *inner; /* uvloop_handles.c: libuv's loop and a part of it, NULL = not known */
    char busy, held, polling, uvloop;
} LoopState;

extern Py_ssize_t state_offset;
int state_init(PyObject *module);
#define STATE(queue) ((LoopState *)((char *)(queue) + state_offset))

/* native.c, definitions.c: one recorder's tables, as the hooks reach them ------------------------------------------ */

typedef struct {
    PyObject *site;            /* the recorder's Site */
    uint32_t ident;            /* await id, 0: it depends on the future */
    int unknown;               /* no function of asyncio's says what is awaited */
    int find;                  /* how to find the target: FIND_… */
    uint32_t depth;            /* of the coroutine that holds it */
    PyTypeObject *owner;       /* for FIND_OBJECT; borrowed from asyncio's known functions, which live for good */
    PyObject *object_kind;     /* likewise, owned */
    uint32_t awaited[3];       /* await ids by what is awaited there: AWAITED_…; 0 = not met yet */
} SiteInfo;

enum { FIND_NOTHING, FIND_OBJECT, FIND_DELAY, FIND_COUNT, FIND_TASK, FIND_IN_PYTHON };
enum { AWAITED_NOTHING, AWAITED_TASK, AWAITED_FUTURE, AWAITED_OTHER };

#define NEAR 1024 /* powers of two */
#define NEAR_OF(address) (((uintptr_t)(address) >> 4) ^ ((uintptr_t)(address) >> 14))
#define NEAR_OBJECTS 1024
typedef struct {
    PyObject *task;
    PyObject *ref; /* borrowed from `refs`; `forget` takes both out */
} Near;
typedef struct {
    PyCodeObject *code; /* borrowed: `Stacks` keeps it alive */
    int kind;           /* -1 = not asked for yet */
    uint32_t definition; /* location, 0 = likewise */
} NearCode;

#define NEAR_STACKS 64
#define NEAR_FRAMES 16 /* frames; deeper stacks are looked up by their chain alone */
typedef struct { /* callers.c: a walk over the running frames, as it was last */
    uintptr_t frames[2 * NEAR_FRAMES]; /* code and offset of each that was looked at; `Stacks` keeps the code alive */
    PyCodeObject *beyond;              /* where the walk ended: a code, NULL = nothing was further out, or `depth` reached */
    uint32_t length;                   /* of `frames`, 0 = free */
    int depth, skip_asyncio, full;     /* as asked for; whether `depth` was reached */
    int64_t stack;
} NearStack;
#define NEAR_SITES 256
typedef struct { /* sites.c: borrowed from `sites`, out of which nothing is ever taken */
    const uintptr_t *key;
    uint32_t length;
    SiteInfo *info;
} NearSite;

typedef struct { /* traffic.c: what has passed through one connection */
    PyObject_HEAD
    int64_t received, sent, told_received, told_sent;
    PyObject *queue;   /* borrowed: of the loop that calls for it; NULL = what libuv calls is not seen */
    uint32_t location; /* of what takes the data */
    uint32_t ident;
    char open, untold;
} Counts;
typedef struct {
    PyObject *transport; /* never touched */
    Counts *counts;      /* owned, NULL = none */
} NearCounts;

typedef struct {
    PyObject_HEAD
    PyObject *recorder, *awaits, *stacks, *tasks, *objects, *tables;
    PyObject *refs, *lost, *object_refs;                       /* dicts: the living tasks, those collected, the objects */
    PyObject *code_kinds, *definitions, *strings, *pending, *next; /* of `Stacks` and `Tables`: three dicts, two lists */
    PyObject *open_connections, *untold_connections; /* dicts of the recorder's `Connections` */
    PyObject *untold_queues; /* the recorder's list `untold` */
    PyObject *quiet; /* how many changes a queue in it has told: a small number, of which there is one object */
    PyObject *zero;  /* of which there is one object */
    PyObject *timers;  /* the recorder's `Timers` */
    PyObject *forget, *forget_object; /* what a TaskRef, an ObjectRef calls when its task, its object is collected */
    Chains sites;      /* values: SiteInfo */
    Chains callers;    /* values: stack ids */
    Near near[NEAR];
    NearCode near_codes[NEAR];
    NearStack near_stacks[NEAR_STACKS];
    NearSite near_sites[NEAR_SITES];
    NearCounts near_counts[NEAR_OBJECTS];
    PyObject *near_objects[NEAR_OBJECTS]; /* ObjectRefs, owned: weak references that may have died */
    int64_t written_ns; /* when the recorder last wrote, as far as it was asked */
    int live;          /* whether this recorder records; what tells of attributes asks */
} Native;

static inline Near *near_task(Native *native, PyObject *task)
{
    return &native->near[NEAR_OF(task) % NEAR];
}

extern PyTypeObject *Native_Type;
extern Native *current_native; /* of this process; owned, NULL = none yet */
int native_init(PyObject *module);
/* Borrowed; NULL without an error = not known. */
PyObject *native_ref(Native *native, PyObject *task);
/* The ObjectRef of a living object. Borrowed; NULL without an error = not known. */
PyObject *native_object(Native *native, PyObject *object);
/* 0 when it is not known, -1 with an error. */
int64_t native_id(Native *native, PyObject *task);
/* The id of a future that a task awaits, defined when it is new; 0 = Python has to say, -1 with an error. */
int64_t native_future(Native *native, PyObject *future);
/* Gives a task of a coroutine its id, as `Tasks.meet` does: borrowed; NULL without an error = left to Python. */
PyObject *native_meet(Native *native, PyObject *task, uint32_t loop);

/* callers.c, sites.c, targets.c: frames and coroutines ------------------------------------------------------------- */

/* The id of the running Python code's stack, as `Stacks.caller` says; -1 with an error. */
int64_t caller_stack(Native *native, int depth, int skip_asyncio);
PyObject *native_caller(PyObject *native, PyObject *args);

typedef struct {
    uint32_t length;
    uintptr_t key[2 * CHAIN_MAX];
    PyObject *coroutines[CHAIN_MAX]; /* borrowed: each is held by the one before */
} Walk;

/* Where `coroutine` is suspended; NULL with an error, or without one when Python has to say. */
SiteInfo *suspended_site(Native *native, PyObject *coroutine, Walk *walk);
/* `(await id, target)` of a task suspended there; -1 with an error, 0 when Python has to say. */
int awaited_there(Native *native, SiteInfo *info, PyObject *coroutine, PyObject *future, uint32_t *ident, uint32_t *target);
int target_there(Native *native, SiteInfo *info, Walk *walk, PyObject *coroutine, uint32_t *target);
void site_free(void *info);

/* What is known of a code that `Stacks` keeps alive, or of any other until the next call. */
NearCode *near_code(Native *native, PyCodeObject *code);
/* `Stacks.kind`, which keeps it alive from then on; -1 with an error. */
int code_kind(Native *native, PyCodeObject *code);

/* traffic.c -------------------------------------------------------------------------------------------------------- */

extern PyTypeObject *Counts_Type;
int traffic_init(PyObject *module);
/* `data` passed through a transport: 1; 0 when Python has to say, -1 with an error. */
int count_bytes(Native *native, PyObject *transport, PyObject *data, int received);
/* The open connection of a transport. Borrowed; NULL without an error = there is none. */
Counts *counts_of(Native *native, PyObject *transport);
/* So many bytes more; -1 with an error. */
int count_more(Native *native, Counts *counts, Py_ssize_t size, int received);

/* uvloop.c --------------------------------------------------------------------------------------------------------- */

int uvloop_init(PyObject *module);
/* What a handle of uvloop's calls, and with what; None = nothing. New references. */
PyObject *uvloop_callback(PyObject *handle);
PyObject *uvloop_args(PyObject *handle);

/* uvloop_methods.c, uvloop_calls.c ------------------------------------------------------------------------------------- */

int uvloop_methods_init(PyObject *module);
int uvloop_calls_init(PyObject *module);
/* What a callback of the loop's calls when it is a `Call`, else the callback itself. Borrowed. */
PyObject *uvloop_called(PyObject *callback);
/* A callback was put into the queue: when it is a signal's, the signal has come. -1 with an error. */
int uvloop_appended(Native *native, PyObject *queue, PyObject *callback);

/* Whether an address is in the library that a class of uvloop's is in. */
int in_library_of(PyTypeObject *owner, const void *address);

/* uvloop_handles.c ----------------------------------------------------------------------------------------------------- */

int uvloop_handles_init(PyObject *module);
/* As many as libuv waits for, and one: 0 = not known. */
uint32_t uvloop_descriptors(PyObject *queue);

/* hooks.c, handles.c, watched.c ------------------------------------------------------------------------------------ */

int queue_runs_here(PyObject *queue); /* whether it is a recording queue whose loop this thread runs */
EventBuffer *queue_buffer(PyObject *queue); /* borrowed; NULL with an error */
/* `current`: the id of the task that runs in this thread, 0 = none, -1 with an error. */
int64_t current_id(Native *native, PyObject *queue, int own);
/* `Stacks.callback`: the location of a callback's code; -1 with an error. */
int64_t callback_location(Native *native, PyObject *callback);
int hooks_init(PyObject *module); /* after `bind` */
PyCFunction deque_method(const char *name, int flags); /* borrowed from `deque`; NULL with an error */
int items_init(PyObject *module); /* items.c; after `hooks_init` */
int watched_init(PyObject *module);

/* module.c --------------------------------------------------------------------------------------------------------- */

#define SLOT(object, offset) (*(PyObject **)((char *)(object) + (offset)))
#define QUEUE(queue, name) SLOT(queue, bound.queue.name)

static inline void slot_set(PyObject **slot, PyObject *value) /* steals `value` */
{
    PyObject *before = *slot;
    *slot = value;
    Py_XDECREF(before);
}

static inline PyObject *new_ref(PyObject *object)
{
    Py_INCREF(object);
    return object;
}

/* perf_counter_ns; -1 with an error. */
int64_t now_ns(void);

/* The attribute of a task that is asyncio's own, at once; of any other as Python would. New reference. */
static inline PyObject *read_attribute(PyObject *object, PyTypeObject *type, PyGetSetDef *known, PyObject *name)
{
    if (Py_TYPE(object) == type && known != NULL)
        return known->get(object, known->closure);
    return PyObject_GetAttr(object, name);
}

/* `Task.get_name`. New reference. */
static inline PyObject *task_name(PyObject *task)
{
    return bound.task_name != NULL && Py_TYPE(task) == bound.Task ? bound.task_name(task, NULL)
                                                                  : PyObject_CallFunctionObjArgs(bound.get_name, task, NULL);
}

/* Whether a state is this one. asyncio's own states are the interned strings that `names` has. */
static inline int state_is(PyObject *state, PyObject *name)
{
    if (state == name)
        return 1;
    if (state == names._PENDING || state == names._FINISHED || state == names._CANCELLED || !PyUnicode_CheckExact(state))
        return 0;
    return PyUnicode_Compare(state, name) == 0;
}

/* guard.c ---------------------------------------------------------------------------------------------------------- */

/* An error is set: tell the recorder, which stops. -1 when the error is not the recorder's but the program's. */
int guard(PyObject *recorder);
void put_back(PyCFunction appendleft, PyObject *deque, PyObject *value);
/* faults: a bug on purpose, for the tests. */
extern const char *fault_name;
PyObject *fault(PyObject *module, PyObject *args);
int fault_met(const char *name);
#define FAULT(name) (UNLIKELY(fault_name != NULL) && fault_met(name))

#endif

/* What Python told about itself at `bind` (module.c), and the names that the hooks ask for. */

#ifndef LOOPSCOPE_BOUND_H
#define LOOPSCOPE_BOUND_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

typedef struct {
    Py_ssize_t buffer, loop, native, recorder, ref, scheduled, task, timers;
} QueueSlots;
typedef struct {
    Py_ssize_t id, key, cancelling, message, name, rescheduled, telling;
} TaskRefSlots;
typedef struct {
    Py_ssize_t id, key, told, window_ns;
} ObjectRefSlots;
typedef struct {
    Py_ssize_t callback, args, cancelled, loop, when;
} HandleSlots;
typedef struct {
    PyGetSetDef *state, *coro, *fut_waiter, *exception, *must_cancel;
} TaskGetters;

typedef struct {
    Py_ssize_t queue, ref;
} ItemsSlots;

typedef struct {
    QueueSlots queue;
    ItemsSlots items;
    TaskRefSlots task_ref;
    ObjectRefSlots object_ref;
    HandleSlots handle;
    TaskGetters task;
    PyGetSetDef *future_state, *future_callbacks;
    PyGetSetDef *cr_await, *gi_yieldfrom, *ag_await;
    PyTypeObject *LoopQueue, *TaskRef, *ObjectRef, *Handle, *TimerHandle, *Items, *Task, *Future, *Gathering, *Selector;
    PyCFunction task_name; /* `Task.get_name`, NULL = it is called as Python does */
    PyObject *get_name, *current_task, *current_tasks, *scheduled_tasks, *py_step, *py_wakeup, *loop_time, *kinds, *ends, *cython;
    PyObject *kind_of_type, *received, *spinning, *through, *written, *written_data, *tell, *tell_read, *tell_items, *unset, *clock, *View;
    PyCodeObject *run_once, *queue_get, *queue_shutdown;
    int64_t clocks_apart_ns;
    int monotonic_clock; /* both of Python's clocks are CLOCK_MONOTONIC */
    int64_t flush_at_poll_ns, window_ns;
    Py_ssize_t full;
    int creation_depth, waker_depth, level_depth, in_window, max_lost, repeats_after;
    int kind_outside, kind_user, kind_asyncio;
    int callback_other, callback_step, callback_wakeup, callback_builtin, callback_method;
    uint32_t ev_step_begin, ev_step_suspend, ev_step_yield, ev_step_return, ev_callback_begin, ev_timer_begin, ev_run_end,
        ev_task_create, ev_task_ready, ev_poll_begin, ev_poll_end, ev_level, ev_signal, ev_timer_run, ev_timer_set, ev_timer_cancel, def_task, def_string, def_object, object_future;
    int max_string_bytes;
} Bound;

extern Bound bound;

/* Text that Python gave a name, kept for good. */
#define NAMES(_) \
    _(_PENDING, "PENDING") _(_CANCELLED, "CANCELLED") _(_FINISHED, "FINISHED") _(_args, "_args") _(_callback, "_callback") \
    _(_callbacks, "_callbacks") _(_cancelled, "_cancelled") _(_coro, "_coro") _(_exception, "_exception") \
    _(_fut_waiter, "_fut_waiter") _(_must_cancel, "_must_cancel") _(_name, "_name") _(_queue, "_queue") _(_ready, "_ready") \
    _(_scheduled, "_scheduled") _(_state, "_state") _(_stopping, "_stopping") _(_task_factory, "_task_factory") \
    _(_when, "_when") _(__self__, "__self__") _(_fd_to_key, "_fd_to_key") _(_selector, "_selector") _(cr_code, "cr_code") _(begin_callback, "begin_callback") _(begins, "begins") _(broke, "broke") \
    _(buffer, "buffer") _(caller, "caller") _(callback, "callback") _(data, "data") _(definition, "definition") _(f_locals, "f_locals") _(end_poll, "end_poll") \
    _(end_step, "end_step") _(end_task, "end_task") _(extend_events, "extend_events") _(flushed_ns, "flushed_ns") \
    _(foreign, "foreign") _(ident, "ident") _(identify, "identify") _(kind, "kind") _(length, "__len__") \
    _(meet, "meet") _(meet_eager, "meet_eager") _(note_uncancel, "note_uncancel") \
    _(note_unseen_cancel, "note_unseen_cancel") _(of, "of") _(poll_timeout_us, "poll_timeout_us") \
    _(recorder, "recorder") _(rename, "rename") _(scheduled_task, "scheduled_task") _(site, "site") \
    _(joining, "joining") _(start_unseen, "start_unseen") _(stop, "stop") _(stream, "stream") _(string, "string") _(target, "target") _(time, "time") _(untold, "untold") \
    _(gathered, "gathered") _(get_write_buffer_size, "get_write_buffer_size") _(look, "look") _(qualname, "__qualname__") _(write_soon, "write_soon")

typedef struct {
#define DECLARE_NAME(name, text) PyObject *name;
    NAMES(DECLARE_NAME)
#undef DECLARE_NAME
} Names;

extern Names names;

#endif

/* The ready queue's hooks: what `_queue` and the hot paths of `_loop` do, step for step. Each does the deque's own
   operation first. What is rare is left to the method of the same name in Python. */

#include "frames.h"
#include <string.h>

#define ASK_AGAIN 2000 /* events */

static PyTypeObject *deque;
static PyCFunction deque_append, deque_popleft; /* METH_O, METH_NOARGS */

int guard(PyObject *recorder)
{
    PyObject *type, *value, *traceback;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_RuntimeError, "the queue is not in order");
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1; /* a KeyboardInterrupt, say, that came while Python ran */
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (recorder != NULL) {
        PyObject *done = PyObject_CallMethodObjArgs(recorder, names.broke, value ? value : Py_None, NULL);
        Py_XDECREF(done);
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception))
            return -1;
        PyErr_Clear();
    }
    return 0;
}

static int truth(PyObject *queue);

/* Reading the queue's state ---------------------------------------------------------------------------------------- */

static Native *native_of(PyObject *queue)
{
    PyObject *native = QUEUE(queue, native);
    if (native == NULL || Py_TYPE(native) != Native_Type || ((Native *)native)->refs == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the queue belongs to no recorder");
        return NULL;
    }
    return (Native *)native;
}

EventBuffer *queue_buffer(PyObject *queue)
{
    PyObject *buffer = QUEUE(queue, buffer);
    if (buffer == NULL || Py_TYPE(buffer) != EventBuffer_Type) {
        PyErr_SetString(PyExc_RuntimeError, "the loop does not run");
        return NULL;
    }
    return (EventBuffer *)buffer;
}

static int is_own(PyObject *queue)
{
    return STATE(queue)->thread == PyThread_get_thread_ident();
}

static int records(PyObject *queue)
{
    return Py_TYPE(queue)->tp_as_number != NULL && Py_TYPE(queue)->tp_as_number->nb_bool == truth;
}

int queue_runs_here(PyObject *queue)
{
    return records(queue) && is_own(queue);
}

static int runs(PyObject *queue)
{
    return STATE(queue)->thread != 0;
}

/* The TaskRef of the task whose step runs, NULL = none. Borrowed. */
static PyObject *running_ref(PyObject *queue)
{
    PyObject *ref = QUEUE(queue, ref);
    return ref == NULL || ref == Py_None ? NULL : ref;
}

static int loop_id(PyObject *queue, uint32_t *ident)
{
    *ident = STATE(queue)->loop_id;
    if (*ident != 0)
        return 0;
    PyObject *number = PyObject_CallMethodObjArgs(queue, names.identify, NULL);
    if (number == NULL)
        return -1;
    *ident = (uint32_t)PyLong_AsUnsignedLong(number);
    Py_DECREF(number);
    return PyErr_Occurred() ? -1 : 0;
}

static uint32_t ref_id(PyObject *ref)
{
    return (uint32_t)PyLong_AsUnsignedLong(SLOT(ref, bound.task_ref.id));
}

static int is_ref(PyObject *ref)
{
    return Py_TYPE(ref) == bound.TaskRef && SLOT(ref, bound.task_ref.id) != NULL;
}

/* What a handle calls, and with what. New references. */
static PyObject *of_handle(PyObject *handle, Py_ssize_t slot, PyObject *name)
{
    if (PyObject_TypeCheck(handle, bound.Handle)) {
        PyObject *value = SLOT(handle, slot);
        if (value != NULL)
            return new_ref(value);
    }
    return PyObject_GetAttr(handle, name);
}

static PyObject *callback_of(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? uvloop_callback(handle) : of_handle(handle, bound.handle.callback, names._callback);
}

static PyObject *args_of(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? uvloop_args(handle) : of_handle(handle, bound.handle.args, names._args);
}

/* The handle as methods in Python want it. New reference. */
static PyObject *for_python(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? PyObject_CallFunctionObjArgs(bound.View, handle, NULL) : new_ref(handle);
}

/* The first argument of a handle's callback, NULL without an error when there is none. New reference. */
static PyObject *first_argument(PyObject *queue, PyObject *handle)
{
    PyObject *args = args_of(queue, handle), *first = NULL;
    if (args == NULL)
        return NULL;
    if (PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 0)
        first = new_ref(PyTuple_GET_ITEM(args, 0));
    else if (args != Py_None && PyObject_IsTrue(args) > 0)
        first = PySequence_GetItem(args, 0);
    Py_DECREF(args);
    return first;
}

/* Whether a future that failed did so with a CancelledError, as a gather does whose children were cancelled. */
static int failed_with_cancellation(PyObject *future)
{
    PyObject *asyncio = PyImport_ImportModule("asyncio");
    PyObject *kind = asyncio ? PyObject_GetAttrString(asyncio, "CancelledError") : NULL;
    PyObject *error = kind ? PyObject_GetAttr(future, names._exception) : NULL;
    int found = error ? PyObject_IsInstance(error, kind) : -1;
    Py_XDECREF(asyncio);
    Py_XDECREF(kind);
    Py_XDECREF(error);
    return found;
}

/* `is_cancelled`: -1 with an error. */
static int is_cancelled(PyObject *future)
{
    PyTypeObject *type = Py_TYPE(future);
    PyObject *state;
    if (type == bound.Task)
        state = read_attribute(future, type, bound.task.state, names._state);
    else if (type == bound.Future)
        state = read_attribute(future, type, bound.future_state, names._state);
    else
        state = PyObject_GetAttr(future, names._state);
    if (state == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return -1;
        PyErr_Clear();
        return 0;
    }
    int cancelled = state_is(state, names._CANCELLED);
    int failed_gather = type == bound.Gathering && state_is(state, names._FINISHED);
    Py_DECREF(state);
    return failed_gather ? failed_with_cancellation(future) : cancelled;
}

static int kind_of_other(PyTypeObject *type)
{
    PyObject *known = PyDict_GetItemWithError(bound.kinds, (PyObject *)type), *made = NULL;
    if (known == NULL && !PyErr_Occurred())
        known = made = PyObject_CallFunctionObjArgs(bound.kind_of_type, (PyObject *)type, NULL);
    int kind = known != NULL ? (int)PyLong_AsLong(known) : -1;
    Py_XDECREF(made);
    return kind;
}

/* `task_of`: what a callback does, and the task (new reference, NULL for other callbacks). -1 with an error. */
static int kind_of(PyObject *callback, PyObject **task)
{
    static PyTypeObject *step_type;
    static PyGetSetDef *step_self;
    PyTypeObject *type = Py_TYPE(callback);
    *task = NULL;
    if (type == step_type) {
        *task = step_self->get(callback, step_self->closure);
        return *task ? bound.callback_step : -1;
    }
    int kind = type == &PyCFunction_Type ? bound.callback_builtin
               : type == &PyMethod_Type  ? bound.callback_method
                                         : kind_of_other(type);
    if (kind < 0 || kind == bound.callback_other)
        return kind;
    if (kind == bound.callback_builtin) {
        static PyMethodDef *wakeup;
        PyMethodDef *method = ((PyCFunctionObject *)callback)->m_ml;
        if (method != wakeup && strcmp(method->ml_name, "task_wakeup") != 0)
            return bound.callback_other;
        wakeup = method;
        *task = PyCFunction_GET_SELF(callback);
        Py_XINCREF(*task);
        return *task ? bound.callback_wakeup : bound.callback_other;
    }
    if (kind == bound.callback_method) {
        PyObject *function = PyMethod_GET_FUNCTION(callback);
        kind = function == bound.py_wakeup ? bound.callback_wakeup
               : function == bound.py_step ? bound.callback_step
                                           : bound.callback_other;
        if (kind != bound.callback_other)
            *task = new_ref(PyMethod_GET_SELF(callback));
        return kind;
    }
    if (kind == bound.callback_step && step_type == NULL)
        for (PyGetSetDef *entry = type->tp_getset; entry != NULL && entry->name != NULL; entry++)
            if (strcmp(entry->name, "__self__") == 0) {
                step_self = entry;
                step_type = (PyTypeObject *)new_ref((PyObject *)type);
            }
    *task = PyObject_GetAttr(callback, names.__self__);
    return *task ? kind : -1;
}

int64_t current_id(Native *native, PyObject *queue, int own)
{
    if (bound.current_task == Py_None) {
        PyObject *ref = running_ref(queue);
        return own && ref != NULL && is_ref(ref) ? (int64_t)ref_id(ref) : 0;
    }
    PyObject *task, *loop = own && STATE(queue)->held ? ((PyWeakReference *)QUEUE(queue, loop))->wr_object : Py_None;
    if (loop != Py_None && PyDict_CheckExact(bound.current_tasks)) {
        task = PyDict_GetItemWithError(bound.current_tasks, loop); /* what the function would look up */
        return task != NULL ? native_id(native, task) : PyErr_Occurred() ? -1 : 0;
    }
    task = PyObject_CallFunctionObjArgs(bound.current_task, NULL);
    if (task == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_RuntimeError))
            return -1;
        PyErr_Clear();
        return 0;
    }
    int64_t ident = task == Py_None ? 0 : native_id(native, task);
    Py_DECREF(task);
    return ident;
}

static int end_poll(PyObject *queue)
{
    if (FAULT("end_poll"))
        return -1;
    uint32_t loop;
    EventBuffer *buffer = queue_buffer(queue);
    STATE(queue)->polling = 0;
    if (buffer == NULL || loop_id(queue, &loop) < 0)
        return -1;
    int64_t time = STATE(queue)->poll_ended;
    if (time == 0 && (time = now_ns()) < 0)
        return -1;
    return events_push(buffer, bound.ev_poll_end, time, loop, STATE(queue)->polled);
}

static int call_scheduled_task(PyObject *queue, PyObject *handle, PyObject *task, int wakeup)
{
    PyObject *frame = (PyObject *)PyEval_GetFrame(), *view = for_python(queue, handle);
    if (view == NULL)
        return -1;
    PyObject *done = PyObject_CallMethodObjArgs(queue, names.scheduled_task, view, task, wakeup ? Py_True : Py_False,
                                                frame ? frame : Py_None, NULL);
    Py_DECREF(view);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* Whether nothing refers to a task weakly: then no TaskRef does, and it is new. Cheaper than to look for it. */
static int is_unreferred(PyObject *task)
{
    Py_ssize_t offset = Py_TYPE(task) == bound.Task ? bound.Task->tp_weaklistoffset : 0;
    return offset != 0 && *(PyObject **)((char *)task + offset) == NULL;
}

/* `scheduled_task` and the part of `meet` that it needs. */
static int scheduled_task(Native *native, PyObject *queue, PyObject *handle, PyObject *task, int wakeup)
{
    if (FAULT("scheduled_task"))
        return -1;
    if (!is_own(queue))
        return call_scheduled_task(queue, handle, task, wakeup);
    PyObject *ref = !wakeup && is_unreferred(task) ? NULL : native_ref(native, task);
    if (ref == NULL && (PyErr_Occurred() || wakeup))
        return PyErr_Occurred() ? -1 : call_scheduled_task(queue, handle, task, wakeup);
    if (wakeup) {
        PyObject *future = first_argument(queue, handle);
        if (future == NULL)
            return PyErr_Occurred() ? -1 : call_scheduled_task(queue, handle, task, wakeup);
        int special = Py_TYPE(future) == bound.Gathering ? 1 : is_cancelled(future);
        Py_DECREF(future);
        if (special != 0)
            return special < 0 ? -1 : call_scheduled_task(queue, handle, task, wakeup);
    }
    if (ref != NULL && ref == running_ref(queue)) {
        slot_set(&SLOT(ref, bound.task_ref.rescheduled), new_ref(Py_True));
        return 0;
    }
    EventBuffer *buffer = queue_buffer(queue);
    int64_t time;
    if (buffer == NULL || (STATE(queue)->polling && end_poll(queue) < 0))
        return -1;
    if (ref == NULL) {
        uint32_t loop;
        if (loop_id(queue, &loop) < 0)
            return -1;
        ref = native_meet(native, task, loop);
        if (ref == NULL)
            return PyErr_Occurred() ? -1 : call_scheduled_task(queue, handle, task, wakeup);
        uint32_t ident = ref_id(ref);
        int64_t stack = caller_stack(native, bound.creation_depth, 1);
        int64_t creator = stack < 0 ? -1 : current_id(native, queue, 1);
        if (creator < 0 || (time = now_ns()) < 0)
            return -1;
        return events_push(buffer, WITH_AUX(bound.ev_task_create, stack), time, ident, (uint32_t)creator);
    }
    if ((time = now_ns()) < 0)
        return -1;
    uint32_t ident = ref_id(ref);
    int64_t waker = current_id(native, queue, 1);
    int64_t stack = waker < 0 ? -1 : caller_stack(native, bound.waker_depth, 0);
    if (stack < 0)
        return -1;
    return events_push(buffer, WITH_AUX(bound.ev_task_ready, stack), time, ident, (uint32_t)waker);
}

static int record_append(PyObject *queue, PyObject *handle)
{
    if (FAULT("append"))
        return -1;
    Native *native = native_of(queue);
    PyObject *callback = native ? callback_of(queue, handle) : NULL, *task;
    if (callback == NULL)
        return -1;
    int kind = kind_of(callback, &task), result = -1;
    Py_DECREF(callback);
    if (kind < 0)
        return -1;
    if (kind != bound.callback_other) {
        PyObject *ref = running_ref(queue);
        if (kind == bound.callback_step && ref != NULL && is_ref(ref) &&
            PyLong_AsVoidPtr(SLOT(ref, bound.task_ref.key)) == (void *)task) { /* a task yields, as by `sleep(0)` */
            slot_set(&SLOT(ref, bound.task_ref.rescheduled), new_ref(Py_True));
            result = 0;
        }
        else {
            result = scheduled_task(native, queue, handle, task, kind == bound.callback_wakeup);
        }
        Py_DECREF(task);
        return result;
    }
    PyObject *ref = running_ref(queue);
    int64_t time = now_ns();
    if (!is_own(queue)) {
        ref = NULL;
        if (runs(queue)) {
            PyObject *frame = (PyObject *)PyEval_GetFrame(), *view = for_python(queue, handle);
            PyObject *done =
                view ? PyObject_CallMethodObjArgs(queue, names.foreign, view, frame ? frame : Py_None, NULL) : NULL;
            Py_XDECREF(view);
            if (done == NULL)
                return -1;
            Py_DECREF(done);
        }
    }
    else if (STATE(queue)->polling) {
        STATE(queue)->polled++;
        if (STATE(queue)->poll_ended == 0 && (STATE(queue)->poll_ended = time) < 0)
            return -1;
    }
    PyObject *scheduled = QUEUE(queue, scheduled);
    if (time < 0 || scheduled == NULL || Py_TYPE(scheduled) != Scheduled_Type)
        return -1;
    return scheduled_put((Scheduled *)scheduled, handle, time, ref != NULL && is_ref(ref) ? ref_id(ref) : 0);
}

/* How a step ended ------------------------------------------------------------------------------------------------- */

/* `asyncio.wait`: Python tells which tasks it waits for. */
static int told_joining(PyObject *queue, PyObject *task, PyObject *ref, PyObject *site, int64_t time)
{
    PyObject *moment = PyLong_FromLongLong(time);
    if (moment == NULL)
        return -1;
    PyObject *done = PyObject_CallMethodObjArgs(queue, names.joining, task, ref, site, moment, NULL);
    Py_DECREF(moment);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int end_pending(Native *native, PyObject *queue, PyObject *task, PyObject *ref, int64_t time)
{
    EventBuffer *buffer = queue_buffer(queue);
    PyObject *coroutine = buffer ? read_attribute(task, bound.Task, bound.task.coro, names._coro) : NULL;
    if (coroutine == NULL)
        return -1;
    Walk walk;
    SiteInfo deep = {NULL, 0, 1, FIND_NOTHING, 0, NULL, NULL, {0, 0, 0}};
    SiteInfo *info = suspended_site(native, coroutine, &walk);
    uint32_t ident, target = 0;
    PyObject *future = NULL;
    int rescheduled = SLOT(ref, bound.task_ref.rescheduled) == Py_True, result = -1;
    if (info == NULL && PyErr_Occurred())
        goto done;
    if (info == NULL) { /* deeper than a Walk: `of` in Python knows it all */
        info = &deep;
        deep.unknown = 0;
    }
    if (rescheduled)
        slot_set(&SLOT(ref, bound.task_ref.rescheduled), new_ref(Py_False));
    ident = info->ident;
    if (ident == 0) {
        future = read_attribute(task, bound.Task, bound.task.fut_waiter, names._fut_waiter);
        if (future == NULL || awaited_there(native, info, coroutine, future, &ident, &target) < 0)
            goto done;
    }
    else if (!rescheduled && target_there(native, info, &walk, coroutine, &target) < 0) {
        goto done;
    }
    if (rescheduled)
        target = 0;
    else if (info->find == FIND_COUNT && told_joining(queue, task, ref, info->site, time) < 0)
        goto done;
    result = events_push(buffer, WITH_AUX(rescheduled ? bound.ev_step_yield : bound.ev_step_suspend, ident), time,
                         ref_id(ref), target);
done:
    Py_DECREF(coroutine);
    Py_XDECREF(future);
    return result;
}

static int call_ended(PyObject *queue, PyObject *method, PyObject *task, PyObject *ref, PyObject *state, int64_t time)
{
    PyObject *moment = PyLong_FromLongLong(time);
    if (moment == NULL)
        return -1;
    PyObject *done = state ? PyObject_CallMethodObjArgs(queue, method, task, ref, state, moment, NULL)
                           : PyObject_CallMethodObjArgs(queue, method, task, ref, moment, NULL);
    Py_DECREF(moment);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int end_task(PyObject *queue, PyObject *task, PyObject *ref, PyObject *state, int64_t time)
{
    if (state_is(state, names._FINISHED)) {
        PyObject *error = read_attribute(task, bound.Task, bound.task.exception, names._exception);
        if (error == NULL)
            return -1;
        Py_DECREF(error);
        if (error == Py_None) {
            EventBuffer *buffer = queue_buffer(queue);
            slot_set(&SLOT(ref, bound.task_ref.telling), new_ref(Py_False));
            return buffer ? events_push(buffer, bound.ev_step_return, time, ref_id(ref), 0) : -1;
        }
    }
    return call_ended(queue, names.end_task, task, ref, state, time);
}

static int end_step(PyObject *queue, int64_t time)
{
    if (FAULT("end_step"))
        return -1;
    Native *native = native_of(queue);
    if (native == NULL)
        return -1;
    PyObject *task = QUEUE(queue, task), *ref = QUEUE(queue, ref);
    if (task == NULL || task == Py_None || !is_ref(ref)) { /* the task may be gone by now */
        PyObject *moment = PyLong_FromLongLong(time);
        PyObject *done = moment ? PyObject_CallMethodObjArgs(queue, names.end_step, moment, NULL) : NULL;
        Py_XDECREF(moment);
        Py_XDECREF(done);
        return done == NULL ? -1 : 0;
    }
    QUEUE(queue, task) = new_ref(Py_None); /* this function owns them now */
    QUEUE(queue, ref) = new_ref(Py_None);
    int result = -1;
    PyObject *state = NULL, *name = task_name(task);
    if (name == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) { /* a task written in Python */
        PyErr_Clear();
        name = PyObject_GetAttr(task, names._name);
    }
    if (name == NULL)
        goto done;
    if (name != SLOT(ref, bound.task_ref.name)) {
        PyObject *moment = PyLong_FromLongLong(time);
        PyObject *renamed = moment ? PyObject_CallMethodObjArgs(queue, names.rename, ref, name, moment, NULL) : NULL;
        Py_XDECREF(moment);
        if (renamed == NULL)
            goto done;
        Py_DECREF(renamed);
    }
    long cancelling = PyLong_AsLong(SLOT(ref, bound.task_ref.cancelling));
    if (cancelling > 0 && call_ended(queue, names.note_uncancel, task, ref, NULL, time) < 0)
        goto done;
    state = read_attribute(task, bound.Task, bound.task.state, names._state);
    if (state == NULL)
        goto done;
    result = state_is(state, names._PENDING) ? end_pending(native, queue, task, ref, time)
                                             : end_task(queue, task, ref, state, time);
done:
    Py_XDECREF(name);
    Py_XDECREF(state);
    if (result < 0) { /* what the task's end may run must not see the error */
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        Py_DECREF(ref);
        Py_DECREF(task);
        PyErr_Restore(type, value, traceback);
    }
    else {
        Py_DECREF(ref);
        Py_DECREF(task);
    }
    return result;
}

/* What begins ------------------------------------------------------------------------------------------------------ */

static int call_begin_callback(PyObject *queue, PyObject *handle, PyObject *callback, int64_t time)
{
    PyObject *moment = PyLong_FromLongLong(time), *view = moment ? for_python(queue, handle) : NULL;
    PyObject *calls = view == NULL ? NULL : view == handle ? new_ref(callback) : PyObject_GetAttr(view, names._callback);
    PyObject *done =
        calls ? PyObject_CallMethodObjArgs(queue, names.begin_callback, view, calls, moment, NULL) : NULL;
    Py_XDECREF(moment);
    Py_XDECREF(view);
    Py_XDECREF(calls);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

int64_t callback_location(Native *native, PyObject *callback)
{
    PyObject *function = PyMethod_Check(callback) ? PyMethod_GET_FUNCTION(callback) : callback;
    if (PyFunction_Check(function)) {
        NearCode *near = near_code(native, (PyCodeObject *)PyFunction_GET_CODE(function));
        if (near->definition != 0)
            return near->definition;
        if (near->kind < 0)
            near->code = NULL; /* as in `code_kind` */
        PyObject *address = PyLong_FromVoidPtr(PyFunction_GET_CODE(function)), *known = NULL;
        if (address == NULL)
            return -1;
        known = PyDict_GetItemWithError(native->definitions, address);
        Py_DECREF(address);
        if (known != NULL && PyObject_IsTrue(known) > 0) {
            near = near_code(native, (PyCodeObject *)PyFunction_GET_CODE(function));
            return near->definition = (uint32_t)PyLong_AsUnsignedLong(known);
        }
        if (PyErr_Occurred())
            return -1;
    }
    PyObject *location = PyObject_CallMethodObjArgs(native->stacks, names.callback, callback, NULL);
    if (location == NULL)
        return -1;
    int64_t ident = PyLong_AsLongLong(location);
    Py_DECREF(location);
    return ident;
}

/* Whether the loop's clock is that of asyncio's own loops. `loop` may be None. */
static int asyncio_clock(PyObject *loop)
{
    PyObject *method = PyObject_GetAttr((PyObject *)Py_TYPE(loop), names.time);
    if (method == NULL)
        PyErr_Clear();
    Py_XDECREF(method);
    return method == bound.loop_time;
}

/* The loop, or None when it is gone. New reference. */
static PyObject *loop_of(PyObject *queue)
{
    return PyObject_CallFunctionObjArgs(QUEUE(queue, loop), NULL);
}

static int has_due(Native *native)
{
    return !PyObject_TypeCheck(native->timers, TimerState_Type) || ((TimerState *)native->timers)->due->used > 0;
}

/* One of the program's own timers, perhaps. */
static int timer_begins(Native *native, PyObject *queue, PyObject *handle, int64_t time)
{
    PyObject *moment = PyLong_FromLongLong(time), *extend = PyObject_GetAttr((PyObject *)queue, names.extend_events);
    PyObject *done = NULL;
    if (moment != NULL && extend != NULL)
        done = PyObject_CallMethodObjArgs(native->timers, names.begins, handle, extend, moment, NULL);
    Py_XDECREF(moment);
    Py_XDECREF(extend);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int begin_callback(Native *native, PyObject *queue, PyObject *handle, PyObject *callback, int64_t time)
{
    if (FAULT("begin_callback"))
        return -1;
    PyTypeObject *type = Py_TYPE(handle);
    PyObject *scheduled = QUEUE(queue, scheduled), *when = NULL, *loop = NULL;
    int timer = type == bound.TimerHandle, uvloop = STATE(queue)->uvloop, result = -1;
    if (uvloop ? !PyCallable_Check(callback) || STATE(queue)->late : type != bound.Handle && !timer)
        return call_begin_callback(queue, handle, callback, time);
    if (scheduled == NULL || Py_TYPE(scheduled) != Scheduled_Type)
        return call_begin_callback(queue, handle, callback, time);
    if (timer) {
        when = SLOT(handle, bound.handle.when);
        if (when == NULL || !PyFloat_CheckExact(when) || !(PyFloat_AS_DOUBLE(when) > -9e9 && PyFloat_AS_DOUBLE(when) < 9e9))
            return call_begin_callback(queue, handle, callback, time);
    }
    else {
        PyObject *first = first_argument(queue, handle);
        int gathering = first != NULL && Py_TYPE(first) == bound.Gathering;
        Py_XDECREF(first);
        if (PyErr_Occurred())
            return -1;
        if (gathering)
            return call_begin_callback(queue, handle, callback, time);
    }
    int64_t since = 0, late, location;
    uint32_t scheduler = 0, word;
    scheduled_pop((Scheduled *)scheduled, handle, &since, &scheduler);
    if ((location = callback_location(native, callback)) < 0)
        goto done;
    if (timer) {
        if ((loop = loop_of(queue)) == NULL)
            goto done;
        word = bound.ev_timer_begin;
        late = U32_MAX_VALUE;
        if (loop != Py_None && asyncio_clock(loop))
            late = time - bound.clocks_apart_ns - (int64_t)(PyFloat_AS_DOUBLE(when) * 1e9);
        if (has_due(native) && timer_begins(native, queue, handle, time) < 0)
            goto done;
        scheduler = 0; /* the timer became due, whoever's step that interrupted */
    }
    else {
        word = bound.ev_callback_begin;
        late = since ? time - since : U32_MAX_VALUE;
    }
    STATE(queue)->busy = 1;
    STATE(queue)->began = time;
    late = late > (int64_t)U32_MAX_VALUE ? (int64_t)U32_MAX_VALUE : late > 0 ? late : 0;
    EventBuffer *buffer = queue_buffer(queue);
    if (buffer != NULL)
        result = events_push(buffer, WITH_AUX(word, location), time, scheduler, (uint32_t)late);
done:
    Py_XDECREF(loop);
    return result;
}

static int record_popleft(PyObject *queue, PyObject *handle)
{
    if (FAULT("popleft"))
        return -1;
    Native *native = native_of(queue);
    int64_t time = now_ns();
    if (native == NULL || time < 0)
        return -1;
    if (running_ref(queue) != NULL) {
        if (end_step(queue, time) < 0)
            return -1;
        /* Python took part in it: that is no time of the next step's. All else is less than reading the clock. */
        EventBuffer *buffer = queue_buffer(queue);
        if (buffer == NULL || (buffer->count > 0 && buffer->events[buffer->count - 1].time > time && (time = now_ns()) < 0))
            return -1;
    }
    else if (!runs(queue)) {
        PyObject *started = PyObject_CallMethodObjArgs(queue, names.start_unseen, NULL);
        if (started == NULL || (time = now_ns()) < 0) {
            Py_XDECREF(started);
            return -1;
        }
        Py_DECREF(started);
    }
    PyObject *callback = callback_of(queue, handle), *task = NULL;
    PyObject *cancelled = callback == NULL          ? NULL
                          : STATE(queue)->uvloop    ? new_ref(callback == Py_None ? Py_True : Py_False)
                                                    : of_handle(handle, bound.handle.cancelled, names._cancelled);
    int result = -1, kind, is_gone = cancelled ? PyObject_IsTrue(cancelled) : -1;
    if (is_gone < 0)
        goto done;
    if (is_gone) {
        int64_t since;
        uint32_t scheduler;
        PyObject *scheduled = QUEUE(queue, scheduled);
        if (scheduled != NULL && Py_TYPE(scheduled) == Scheduled_Type)
            scheduled_pop((Scheduled *)scheduled, handle, &since, &scheduler);
        result = 0;
        goto done;
    }
    kind = kind_of(callback, &task);
    if (kind < 0)
        goto done;
    if (kind == bound.callback_other) {
        result = begin_callback(native, queue, handle, callback, time);
        goto done;
    }
    PyObject *ref = native_ref(native, task), *met = NULL;
    if (ref == NULL) {
        met = PyErr_Occurred() ? NULL : PyObject_CallMethodObjArgs(queue, names.meet, task, Py_None, NULL);
        if (met == NULL || met == Py_None) {
            result = met == NULL ? -1 : 0;
            Py_XDECREF(met);
            goto done;
        }
        ref = met;
    }
    else {
        met = new_ref(ref);
    }
    PyObject *must_cancel = read_attribute(task, bound.Task, bound.task.must_cancel, names._must_cancel);
    int cancels = must_cancel ? PyObject_IsTrue(must_cancel) : -1;
    Py_XDECREF(must_cancel);
    if (cancels > 0) {
        if (call_ended(queue, names.note_unseen_cancel, task, ref, NULL, time) < 0)
            cancels = -1;
    }
    else if (cancels == 0 && kind == bound.callback_wakeup) {
        PyObject *future = first_argument(queue, handle);
        cancels = future ? is_cancelled(future) : PyErr_Occurred() ? -1 : 0;
        Py_XDECREF(future);
    }
    EventBuffer *buffer = cancels < 0 ? NULL : queue_buffer(queue);
    if (buffer != NULL) {
        if (STATE(queue)->held)
            slot_set(&QUEUE(queue, task), new_ref(task));
        slot_set(&QUEUE(queue, ref), new_ref(ref));
        STATE(queue)->began = time;
        STATE(queue)->busy = 0;
        result = events_push(buffer, WITH_AUX(bound.ev_step_begin, (uint32_t)cancels), time, ref_id(ref), 0);
    }
    Py_DECREF(met);
done:
    Py_XDECREF(callback);
    Py_XDECREF(cancelled);
    Py_XDECREF(task);
    return result;
}

/* Polls -------------------------------------------------------------------------------------------------------------- */

static int call_recorder(Native *native, PyObject *method)
{
    PyObject *done = PyObject_CallMethodObjArgs(native->recorder, method, NULL);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int write_at_poll(Native *native, int64_t time)
{
    if (time - native->written_ns <= bound.flush_at_poll_ns)
        return 0; /* or it was asked to, and its helper has not come to it yet */
    PyObject *flushed = PyObject_GetAttr(native->recorder, names.flushed_ns);
    native->written_ns = flushed ? PyLong_AsLongLong(flushed) : -1;
    Py_XDECREF(flushed);
    if (native->written_ns == -1 && PyErr_Occurred())
        return -1;
    if (time - native->written_ns <= bound.flush_at_poll_ns)
        return 0;
    native->written_ns = time;
    return call_recorder(native, names.write_soon);
}

/* Many events have gathered: 1 when the recorder was told so, which is once for so many. */
static int write_when_full(Native *native, EventBuffer *buffer)
{
    if (buffer->count * 4 <= bound.full || (buffer->asked != 0 && buffer->count - buffer->asked < ASK_AGAIN))
        return 0;
    buffer->asked = buffer->count;
    return call_recorder(native, names.write_soon) < 0 ? -1 : 1;
}

/* `meet_eager` where it has something to look for. */
static int look_for_eager(PyObject *queue, PyObject *loop)
{
    if (bound.scheduled_tasks == Py_None)
        return 0;
    PyObject *factory = PyObject_GetAttr(loop, names._task_factory);
    if (factory == NULL)
        return -1;
    Py_DECREF(factory);
    if (factory == Py_None)
        return 0;
    PyObject *done = PyObject_CallMethodObjArgs(queue, names.meet_eager, loop, NULL);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* `poll_timeout_us`; -1 with an error. */
static int64_t poll_timeout_us(PyObject *queue, PyObject *loop)
{
    if (loop == Py_None)
        return 0;
    int64_t result = -1;
    PyObject *timers = NULL, *stopping = PyObject_GetAttr(loop, names._stopping);
    int stops = stopping ? PyObject_IsTrue(stopping) : -1;
    Py_XDECREF(stopping);
    if (stops != 0)
        return stops < 0 ? -1 : 0;
    if ((timers = PyObject_GetAttr(loop, names._scheduled)) == NULL)
        return -1;
    if (PyList_CheckExact(timers) && PyList_GET_SIZE(timers) == 0)
        result = U32_MAX_VALUE;
    Py_DECREF(timers);
    if (result >= 0)
        return result;
    PyObject *number = PyObject_CallMethodObjArgs(queue, names.poll_timeout_us, NULL);
    if (number == NULL)
        return -1;
    result = PyLong_AsLongLong(number);
    Py_DECREF(number);
    return result;
}

/* `descriptors`; -1 with an error. `loop` may be None. */
static Py_ssize_t descriptors(PyObject *loop)
{
    PyObject *selector = PyObject_GetAttr(loop, names._selector), *keys = NULL, *values;
    Py_ssize_t count = 0;
    if (selector == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return -1;
        PyErr_Clear();
        return 0;
    }
    if (PyObject_TypeCheck(selector, bound.Selector)) {
        values = PyObject_GenericGetDict(selector, NULL);
        keys = values ? PyDict_GetItemWithError(values, names._fd_to_key) : NULL;
        if (keys != NULL && PyDict_CheckExact(keys))
            count = PyDict_Size(keys);
        else if (PyErr_Occurred())
            count = -1;
        Py_XDECREF(values);
    }
    Py_DECREF(selector);
    return count;
}

static int end_iteration(PyObject *queue, Py_ssize_t size)
{
    if (FAULT("end_iteration"))
        return -1;
    Native *native = native_of(queue);
    int64_t time = now_ns();
    if (native == NULL || time < 0 || (running_ref(queue) != NULL && end_step(queue, time) < 0))
        return -1;
    EventBuffer *buffer = queue_buffer(queue);
    if (buffer == NULL || write_when_full(native, buffer) < 0)
        return -1;
    int busy = STATE(queue)->busy;
    uint32_t loop;
    STATE(queue)->busy = 0;
    if (size > 0) {
        if (++STATE(queue)->spins >= bound.repeats_after) {
            PyObject *done = PyObject_CallFunctionObjArgs(bound.spinning, queue, NULL);
            if (done == NULL)
                return -1;
            Py_DECREF(done);
        }
    }
    else {
        STATE(queue)->spins = 0;
        PyObject *watched = loop_of(queue);
        if (watched == NULL)
            return -1;
        int64_t timeout = look_for_eager(queue, watched) < 0 ? -1 : poll_timeout_us(queue, watched);
        Py_ssize_t count = timeout > 0 ? descriptors(watched) : 0;
        Py_DECREF(watched);
        if (timeout < 0 || count < 0)
            return -1;
        if (timeout > 0) {
            STATE(queue)->polling = 1;
            STATE(queue)->poll_ended = 0;
            STATE(queue)->polled = 0;
            if (loop_id(queue, &loop) < 0 || (buffer = queue_buffer(queue)) == NULL ||
                events_push(buffer, WITH_AUX(bound.ev_poll_begin, (uint32_t)(count < AUX_MAX_VALUE ? count : AUX_MAX_VALUE)), time, loop, (uint32_t)timeout) < 0)
                return -1;
            return write_at_poll(native, time);
        }
    }
    if (!busy)
        return 0;
    if (loop_id(queue, &loop) < 0 || (buffer = queue_buffer(queue)) == NULL)
        return -1;
    return events_push(buffer, bound.ev_run_end, time, loop, 0);
}

/* `_uvloop.end_batch`. */
static int end_batch(PyObject *queue)
{
    if (FAULT("end_batch"))
        return -1;
    int step = running_ref(queue) != NULL;
    uint32_t loop;
    if (!step && !STATE(queue)->busy)
        return 0;
    Native *native = native_of(queue);
    int64_t time = now_ns();
    if (native == NULL || time < 0)
        return -1;
    if (step) {
        if (end_step(queue, time) < 0)
            return -1;
    }
    else {
        STATE(queue)->busy = 0;
        EventBuffer *buffer;
        if (loop_id(queue, &loop) < 0 || (buffer = queue_buffer(queue)) == NULL ||
            events_push(buffer, bound.ev_run_end, time, loop, 0) < 0)
            return -1;
    }
    EventBuffer *buffer = queue_buffer(queue);
    int written = buffer == NULL ? -1 : write_when_full(native, buffer);
    if (written < 0 || (written == 0 && write_at_poll(native, time) < 0))
        return -1;
    if (STATE(queue)->late == 2) {
        STATE(queue)->late = 1;
        PyObject *done = PyObject_CallMethodObjArgs(queue, names.stop, NULL);
        Py_XDECREF(done);
        return done == NULL ? -1 : 0;
    }
    return 0;
}

/* The methods -------------------------------------------------------------------------------------------------------- */

static PyObject *recorder_of(PyObject *queue)
{
    return QUEUE(queue, recorder);
}

static PyObject *append(PyObject *queue, PyObject *handle)
{
    PyObject *done = deque_append(queue, handle);
    if (done != NULL && UNLIKELY(record_append(queue, handle) < 0) && guard(recorder_of(queue)) < 0)
        Py_CLEAR(done);
    return done;
}

static PyObject *popleft(PyObject *queue, PyObject *unused)
{
    PyObject *handle = deque_popleft(queue, NULL);
    if (STATE(queue)->uvloop && !records(queue)) /* uvloop had looked the method up when recording stopped */
        return handle;
    if (handle != NULL && UNLIKELY(record_popleft(queue, handle) < 0) && guard(recorder_of(queue)) < 0)
        Py_CLEAR(handle);
    return handle;
}

static int truth(PyObject *queue)
{
    Py_ssize_t size = Py_SIZE(queue);
    if (runs(queue) && running_code() == bound.run_once &&
        UNLIKELY(end_iteration(queue, size) < 0) && guard(recorder_of(queue)) < 0)
        return -1;
    return size > 0;
}

static Py_ssize_t length(PyObject *queue)
{
    Py_ssize_t size = Py_SIZE(queue);
    if (STATE(queue)->uvloop) {
        if (runs(queue) && UNLIKELY(end_batch(queue) < 0) && guard(recorder_of(queue)) < 0)
            return -1;
    }
    else if (STATE(queue)->polling && running_code() == bound.run_once && UNLIKELY(end_poll(queue) < 0) &&
        guard(recorder_of(queue)) < 0)
        return -1;
    return size;
}

static PyMethodDef methods[] = {
    {"append", append, METH_O, "As deque.append, recorded."},
    {"popleft", popleft, METH_NOARGS, "As deque.popleft, recorded."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_methods, methods}, {Py_nb_bool, truth}, {Py_sq_length, length}, {0, NULL},
};
static PyType_Spec spec = {"loopscope._accelerate.FastQueue", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

PyCFunction deque_method(const char *name, int flags)
{
    PyObject *method = PyDict_GetItemString(deque->tp_dict, name);
    PyMethodDef *definition = NULL;
    if (method != NULL && Py_TYPE(method) == &PyMethodDescr_Type)
        definition = ((PyMethodDescrObject *)method)->d_method;
    if (definition != NULL && definition->ml_flags == flags)
        return definition->ml_meth;
    PyErr_SetString(PyExc_ImportError, "this deque is made in a way that the accelerator does not know");
    return NULL;
}

/* The class of the recording queue. It is no base of another: the interpreter's quick ways to call a method in C are for
   instances of the very class that has it. */
int hooks_init(PyObject *module)
{
    PyObject *collections = PyImport_ImportModule("collections");
    deque = collections ? (PyTypeObject *)PyObject_GetAttrString(collections, "deque") : NULL;
    Py_XDECREF(collections);
    if (deque == NULL)
        return -1;
    deque_append = deque_method("append", METH_O);
    deque_popleft = deque_method("popleft", METH_NOARGS);
    if (deque_append == NULL || deque_popleft == NULL)
        return -1;
    PyObject *bases = PyTuple_Pack(1, bound.LoopQueue);
    PyObject *queue = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;
    Py_XDECREF(bases);
    return queue == NULL ? -1 : PyModule_AddObject(module, "FastQueue", queue);
}

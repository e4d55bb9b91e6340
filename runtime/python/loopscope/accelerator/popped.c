/* A handle leaves the queue and is about to run: `PythonQueue.popleft` and `LoopQueue.begin_callback`. */

#include "queue.h"

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

/* Whether the loop's clock is that of asyncio's own loops. `loop` may be None. */
static int asyncio_clock(PyObject *loop)
{
    PyObject *method = PyObject_GetAttr((PyObject *)Py_TYPE(loop), names.time);
    if (method == NULL)
        PyErr_Clear();
    Py_XDECREF(method);
    return method == bound.loop_time;
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

int record_popleft(PyObject *queue, PyObject *handle)
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

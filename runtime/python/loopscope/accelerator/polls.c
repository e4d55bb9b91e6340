/* The loop's iterations and polls: `LoopQueue.end_iteration`, `end_poll`, and when the recorder is asked to write. */

#include "queue.h"

#define ASK_AGAIN 2000 /* events */

int end_poll(PyObject *queue)
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

int end_iteration(PyObject *queue, Py_ssize_t size)
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

/* uvloop's loop polls, nothing being ready: `_uvloop.begin_poll`. */
static int begin_poll(PyObject *queue, EventBuffer *buffer, int64_t time, uint32_t loop)
{
    PyObject *timers = QUEUE(queue, timers);
    int64_t timeout = U32_MAX_VALUE;
    if (timers != NULL && PyAnySet_Check(timers) && PySet_GET_SIZE(timers) > 0) {
        PyObject *number = PyObject_CallMethodObjArgs(queue, names.poll_timeout_us, NULL);
        timeout = number ? PyLong_AsLongLong(number) : -1;
        Py_XDECREF(number);
        if (timeout < 0 || (buffer = queue_buffer(queue)) == NULL)
            return -1;
    }
    STATE(queue)->polling = 1;
    STATE(queue)->poll_ended = 0;
    STATE(queue)->polled = 0;
    return events_push(buffer, WITH_AUX(bound.ev_poll_begin, uvloop_descriptors(queue)), time, loop, (uint32_t)timeout);
}

/* `_uvloop.end_batch`. */
int end_batch(PyObject *queue)
{
    if (FAULT("end_batch"))
        return -1;
    if (STATE(queue)->polling && end_poll(queue) < 0)
        return -1;
    int step = running_ref(queue) != NULL, ready = Py_SIZE(queue) > 0;
    uint32_t loop;
    if (STATE(queue)->watching > 0) {
        PyObject *looked = PyObject_CallMethodObjArgs(queue, names.look, NULL);
        Py_XDECREF(looked);
        if (looked == NULL)
            return -1;
    }
    if (!step && !STATE(queue)->busy)
        return 0;
    Native *native = native_of(queue);
    int64_t time = now_ns();
    if (native == NULL || time < 0 || (step && end_step(queue, time) < 0) || loop_id(queue, &loop) < 0)
        return -1;
    STATE(queue)->busy = 0;
    EventBuffer *buffer = queue_buffer(queue);
    if (buffer == NULL)
        return -1;
    if (ready ? !step && events_push(buffer, bound.ev_run_end, time, loop, 0) < 0
              : STATE(queue)->late != 2 && begin_poll(queue, buffer, time, loop) < 0)
        return -1;
    int written = write_when_full(native, buffer);
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

/* A handle was put into the queue: `PythonQueue.append`, and of `_loop` `scheduled_task` with the part of `meet` that
   it needs. */

#include "queue.h"

int64_t current_id(Native *native, PyObject *queue, int own)
{
    if (bound.current_task == Py_None) {
        PyObject *ref = running_ref(queue);
        return own && ref != NULL && is_ref(ref) ? (int64_t)ref_id(ref) : 0;
    }
    PyObject *task, *loop = own && STATE(queue)->held ? ((PyWeakReference *)QUEUE(queue, loop))->wr_object : Py_None;
    if (loop != Py_None && PyDict_CheckExact(bound.current_tasks)) {
        if (PyDict_GET_SIZE(bound.current_tasks) == 0)
            return 0;
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

int record_append(PyObject *queue, PyObject *handle)
{
    if (FAULT("append"))
        return -1;
    Native *native = native_of(queue);
    PyObject *callback = native ? callback_of(queue, handle) : NULL, *task;
    if (callback == NULL)
        return -1;
    int kind = kind_of(callback, &task), result = -1;
    if (kind == bound.callback_other && STATE(queue)->uvloop && uvloop_appended(native, queue, callback) < 0)
        kind = -1;
    Py_DECREF(callback);
    if (kind < 0)
        return -1;
    if (kind != bound.callback_other) {
        PyObject *ref = running_ref(queue);
        if (kind == bound.callback_step && ref != NULL && is_ref(ref) &&
            (QUEUE(queue, task) == task ||
             PyLong_AsVoidPtr(SLOT(ref, bound.task_ref.key)) == (void *)task)) { /* a task yields, as by `sleep(0)` */
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

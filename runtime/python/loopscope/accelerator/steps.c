/* How a step ended: `LoopQueue.end_step`. */

#include "queue.h"

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
    if (result < 0 && rescheduled)
        slot_set(&SLOT(ref, bound.task_ref.rescheduled), new_ref(Py_True));
    Py_DECREF(coroutine);
    Py_XDECREF(future);
    return result;
}

int call_ended(PyObject *queue, PyObject *method, PyObject *task, PyObject *ref, PyObject *state, int64_t time)
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

int end_step(PyObject *queue, int64_t time)
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
    PyObject *cancelling = SLOT(ref, bound.task_ref.cancelling);
    if (cancelling != native->zero && PyLong_AsLong(cancelling) > 0 && call_ended(queue, names.note_uncancel, task, ref, NULL, time) < 0)
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
        if (type != NULL && !PyErr_GivenExceptionMatches(type, PyExc_Exception) && running_ref(queue) == NULL) {
            /* Of a signal's handler: what comes next tells it. */
            slot_set(&QUEUE(queue, task), new_ref(task));
            slot_set(&QUEUE(queue, ref), new_ref(ref));
        }
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

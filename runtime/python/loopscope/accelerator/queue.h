/* What the hooks read of the ready queue, and of the handles in it; what they hand to each other. */

#ifndef LOOPSCOPE_QUEUE_H
#define LOOPSCOPE_QUEUE_H

#include "frames.h"

/* The queue's state ------------------------------------------------------------------------------------------------ */

int queue_records(PyObject *queue); /* hooks.c: it is no QuietQueue by now */

static inline Native *native_of(PyObject *queue)
{
    PyObject *native = QUEUE(queue, native);
    if (native == NULL || Py_TYPE(native) != Native_Type || ((Native *)native)->refs == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the queue belongs to no recorder");
        return NULL;
    }
    return (Native *)native;
}

static inline int is_own(PyObject *queue)
{
    return STATE(queue)->thread == PyThread_get_thread_ident();
}

static inline int runs(PyObject *queue)
{
    return STATE(queue)->thread != 0;
}

/* The TaskRef of the task whose step runs, NULL = none. Borrowed. */
static inline PyObject *running_ref(PyObject *queue)
{
    PyObject *ref = QUEUE(queue, ref);
    return ref == NULL || ref == Py_None ? NULL : ref;
}

static inline int loop_id(PyObject *queue, uint32_t *ident)
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

static inline uint32_t ref_id(PyObject *ref)
{
    return (uint32_t)PyLong_AsUnsignedLong(SLOT(ref, bound.task_ref.id));
}

static inline int is_ref(PyObject *ref)
{
    return Py_TYPE(ref) == bound.TaskRef && SLOT(ref, bound.task_ref.id) != NULL;
}

/* The loop, or None when it is gone. New reference. */
static inline PyObject *loop_of(PyObject *queue)
{
    return PyObject_CallFunctionObjArgs(QUEUE(queue, loop), NULL);
}

/* Handles, in handles.c ---------------------------------------------------------------------------------------------- */

/* What a handle calls, and with what. New references. */
static inline PyObject *of_handle(PyObject *handle, Py_ssize_t slot, PyObject *name)
{
    if (PyObject_TypeCheck(handle, bound.Handle)) {
        PyObject *value = SLOT(handle, slot);
        if (value != NULL)
            return new_ref(value);
    }
    return PyObject_GetAttr(handle, name);
}

static inline PyObject *callback_of(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? uvloop_callback(handle) : of_handle(handle, bound.handle.callback, names._callback);
}

static inline PyObject *args_of(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? uvloop_args(handle) : of_handle(handle, bound.handle.args, names._args);
}

/* The handle as methods in Python want it. New reference. */
PyObject *for_python(PyObject *queue, PyObject *handle);
/* The first argument of a handle's callback, NULL without an error when there is none. New reference. */
PyObject *first_argument(PyObject *queue, PyObject *handle);
/* `is_cancelled`: -1 with an error. */
int is_cancelled(PyObject *future);
/* `task_of`: what a callback does, and the task (new reference, NULL for other callbacks). -1 with an error. */
int kind_of(PyObject *callback, PyObject **task);

/* What happens to the queue, told step for step; all -1 with an error ------------------------------------------------- */

int record_append(PyObject *queue, PyObject *handle);  /* appended.c */
int record_popleft(PyObject *queue, PyObject *handle); /* popped.c */
int end_step(PyObject *queue, int64_t time);           /* steps.c */
/* A method of the queue in Python, told of a task's end: `state` may be NULL, then it takes none. */
int call_ended(PyObject *queue, PyObject *method, PyObject *task, PyObject *ref, PyObject *state, int64_t time);
int end_poll(PyObject *queue); /* polls.c */
int end_iteration(PyObject *queue, Py_ssize_t size);
int end_batch(PyObject *queue); /* `_uvloop.end_batch` */

#endif

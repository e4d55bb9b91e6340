/* The handles of a loop: what they call, which of them step a task, and where their callbacks stand. */

#include "queue.h"
#include <string.h>

/* The handle as methods in Python want it. New reference. */
PyObject *for_python(PyObject *queue, PyObject *handle)
{
    return STATE(queue)->uvloop ? PyObject_CallFunctionObjArgs(bound.View, handle, NULL) : new_ref(handle);
}

/* The first argument of a handle's callback, NULL without an error when there is none. New reference. */
PyObject *first_argument(PyObject *queue, PyObject *handle)
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
int is_cancelled(PyObject *future)
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
int kind_of(PyObject *callback, PyObject **task)
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

int64_t callback_location(Native *native, PyObject *callback)
{
    callback = uvloop_called(callback);
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

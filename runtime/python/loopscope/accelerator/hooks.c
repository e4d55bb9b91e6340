/* The ready queue: a deque whose methods do the deque's own operation first and record it second. What is rare is left
   to the method of the same name in Python. */

#include "queue.h"

static PyTypeObject *deque;
static PyCFunction deque_append, deque_appendleft, deque_popleft; /* METH_O, METH_O, METH_NOARGS */

static int truth(PyObject *queue);

EventBuffer *queue_buffer(PyObject *queue)
{
    PyObject *buffer = QUEUE(queue, buffer);
    if (buffer == NULL || Py_TYPE(buffer) != EventBuffer_Type) {
        PyErr_SetString(PyExc_RuntimeError, "the loop does not run");
        return NULL;
    }
    return (EventBuffer *)buffer;
}

int queue_records(PyObject *queue)
{
    return Py_TYPE(queue)->tp_as_number != NULL && Py_TYPE(queue)->tp_as_number->nb_bool == truth;
}

int queue_runs_here(PyObject *queue)
{
    return queue_records(queue) && is_own(queue);
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
    if (STATE(queue)->uvloop && !queue_records(queue)) /* uvloop had looked the method up when recording stopped */
        return handle;
    if (handle != NULL && UNLIKELY(record_popleft(queue, handle) < 0) && guard(recorder_of(queue)) < 0) {
        put_back(deque_appendleft, queue, handle);
        Py_CLEAR(handle);
    }
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
    deque_appendleft = deque_method("appendleft", METH_O);
    deque_popleft = deque_method("popleft", METH_NOARGS);
    if (deque_append == NULL || deque_appendleft == NULL || deque_popleft == NULL)
        return -1;
    PyObject *bases = PyTuple_Pack(1, bound.LoopQueue);
    PyObject *queue = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;
    Py_XDECREF(bases);
    return queue == NULL ? -1 : PyModule_AddObject(module, "FastQueue", queue);
}

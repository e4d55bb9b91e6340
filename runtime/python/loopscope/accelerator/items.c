/* The items of a queue: `_queue_items.PythonItems`. The queue's operation first, the record second. */

#include "accelerate.h"

static PyCFunction deque_append, deque_popleft;

static int told(Native *native, PyObject *items)
{
    if (FAULT("items"))
        return -1;
    PyObject *ref = SLOT(items, bound.items.ref), *owner = SLOT(items, bound.items.queue);
    if (owner == NULL || !PyWeakref_Check(owner)) /* a copy, which is no queue's */
        return 0;
    PyObject *queue = ((PyWeakReference *)owner)->wr_object;
    if (queue == Py_None)
        return 0;
    /* A reference of an older recorder's calls that one when its queue is gone. */
    if (ref == NULL || ref == Py_None || ((PyWeakReference *)ref)->wr_callback != native->forget_object) {
        ref = native_object(native, queue);
        if (ref == NULL && PyErr_Occurred())
            return -1;
        if (ref != NULL)
            slot_set(&SLOT(items, bound.items.ref), new_ref(ref));
    }
    if (ref != NULL) {
        long count = PyLong_AsLong(SLOT(ref, bound.object_ref.told));
        if (count > bound.in_window || (count == -1 && PyErr_Occurred()))
            return count > 0 ? 0 : -1;
    }
    Py_INCREF(queue);
    PyObject *done = PyObject_CallFunctionObjArgs(bound.tell_items, native->recorder, queue, NULL);
    Py_DECREF(queue);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int tell(PyObject *items)
{
    Native *native = current_native;
    return native != NULL && native->live && UNLIKELY(told(native, items) < 0) ? guard(native->recorder) : 0;
}

static PyObject *append(PyObject *items, PyObject *item)
{
    PyObject *done = deque_append(items, item);
    if (done != NULL && tell(items) < 0)
        Py_CLEAR(done);
    return done;
}

static PyObject *popleft(PyObject *items, PyObject *unused)
{
    PyObject *item = deque_popleft(items, NULL);
    if (item != NULL && tell(items) < 0)
        Py_CLEAR(item);
    return item;
}

static PyMethodDef methods[] = {
    {"append", append, METH_O, "As deque.append, recorded."},
    {"popleft", popleft, METH_NOARGS, "As deque.popleft, recorded."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {{Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"collections.deque" /* as it calls itself where the program looks */, 0, 0, Py_TPFLAGS_DEFAULT, slots};

int items_init(PyObject *module)
{
    deque_append = deque_method("append", METH_O);
    deque_popleft = deque_method("popleft", METH_NOARGS);
    PyObject *bases = deque_append && deque_popleft ? PyTuple_Pack(1, bound.Items) : NULL;
    PyObject *type = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;
    Py_XDECREF(bases);
    return type == NULL ? -1 : PyModule_AddObject(module, "FastItems", type);
}

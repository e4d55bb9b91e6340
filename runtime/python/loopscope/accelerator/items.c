/* The items of a queue: `_queue_items.PythonItems`. The queue's operation first, the record second. */

#include "accelerate.h"

static PyCFunction deque_append, deque_appendleft, deque_popleft;

/* The buffer of this thread's events. New reference. */
static EventBuffer *own_buffer(Native *native)
{
    PyObject *stream = PyObject_CallMethodObjArgs(native->recorder, names.stream, NULL);
    PyObject *buffer = stream ? PyObject_GetAttr(stream, names.buffer) : NULL;
    Py_XDECREF(stream);
    if (buffer != NULL && Py_TYPE(buffer) != EventBuffer_Type) {
        PyErr_SetString(PyExc_TypeError, "the stream has no buffer of events");
        Py_CLEAR(buffer);
    }
    return (EventBuffer *)buffer;
}

/* `_queue_levels.changed`. */
static int changed(Native *native, PyObject *items, PyObject *ref)
{
    int64_t time = now_ns(), since = PyLong_AsLongLong(SLOT(ref, bound.object_ref.window_ns));
    long count = PyLong_AsLong(SLOT(ref, bound.object_ref.told));
    if (time < 0 || PyErr_Occurred())
        return -1;
    if (time - since > bound.window_ns) {
        PyObject *began = PyLong_FromLongLong(time);
        if (began == NULL)
            return -1;
        slot_set(&SLOT(ref, bound.object_ref.window_ns), began);
        count = 0;
    }
    PyObject *told = PyLong_FromLong(++count);
    if (told == NULL)
        return -1;
    slot_set(&SLOT(ref, bound.object_ref.told), told);
    if (count > bound.in_window)
        return PyList_Append(native->untold_queues, ref);
    int64_t stack = caller_stack(native, bound.level_depth, 1);
    EventBuffer *buffer = stack < 0 ? NULL : own_buffer(native);
    if (buffer == NULL)
        return -1;
    Py_ssize_t size = Py_SIZE(items);
    uint32_t ident = (uint32_t)PyLong_AsUnsignedLong(SLOT(ref, bound.object_ref.id));
    uint32_t level = (uint64_t)size < U32_MAX_VALUE ? (uint32_t)size : U32_MAX_VALUE;
    int result = events_push(buffer, WITH_AUX(bound.ev_level, stack), time, ident, level);
    Py_DECREF(buffer);
    return result;
}

static int in_python(Native *native, PyObject *items, PyObject *queue)
{
    PyObject *size = PyLong_FromSsize_t(Py_SIZE(items)), *done = NULL;
    Py_INCREF(queue);
    if (size != NULL)
        done = PyObject_CallFunctionObjArgs(bound.tell_items, native->recorder, queue, size, NULL);
    Py_DECREF(queue);
    Py_XDECREF(size);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

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
        if (ref == NULL)
            return PyErr_Occurred() ? -1 : in_python(native, items, queue);
        slot_set(&SLOT(items, bound.items.ref), new_ref(ref));
    }
    long count = PyLong_AsLong(SLOT(ref, bound.object_ref.told));
    if (count > bound.in_window || (count == -1 && PyErr_Occurred()))
        return count > 0 ? 0 : -1;
    Py_INCREF(ref);
    int result = changed(native, items, ref);
    Py_DECREF(ref);
    return result;
}

static inline int tell(PyObject *items)
{
    Native *native = current_native;
    if (native == NULL || !native->live)
        return 0;
    PyObject *ref = SLOT(items, bound.items.ref);
    /* The very number that a queue has whose levels wait: most of what passes here. */
    if (ref != NULL && Py_TYPE(ref) == bound.ObjectRef && SLOT(ref, bound.object_ref.told) == native->quiet &&
        ((PyWeakReference *)ref)->wr_callback == native->forget_object && !UNLIKELY(fault_name != NULL))
        return 0;
    return UNLIKELY(told(native, items) < 0) ? guard(native->recorder) : 0;
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
    if (item != NULL && tell(items) < 0) {
        put_back(deque_appendleft, items, item);
        Py_CLEAR(item);
    }
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
    deque_appendleft = deque_method("appendleft", METH_O);
    deque_popleft = deque_method("popleft", METH_NOARGS);
    PyObject *bases = deque_append && deque_appendleft && deque_popleft ? PyTuple_Pack(1, bound.Items) : NULL;
    PyObject *type = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;
    Py_XDECREF(bases);
    return type == NULL ? -1 : PyModule_AddObject(module, "FastItems", type);
}

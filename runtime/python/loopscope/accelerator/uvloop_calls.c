/* What uvloop calls past the ready queue, with its beginning and its end: `Call` stands in the place of a callback, and
   is for whoever looks at it what it calls. */

#include "queue.h"

typedef struct {
    PyObject_HEAD
    PyObject *callback, *queue;
    Counts *counts; /* of the connection whose data it is called with, NULL = it is another callback */
    int64_t due_ns; /* of a timer, on the clock of events */
    uint32_t number; /* of a timer that the program set; of a signal */
    void *native; /* whose numbers these are: another recorder's trace, as after a fork, knows none of them. Never touched */
    char kind, began;
} Call;

enum { DESCRIPTOR, TIMER, DATA, SIGNAL, OUTGOING };

static PyTypeObject *Call_Type;

static int begins(Call *self, Native *native, PyObject *args)
{
    if (FAULT("uvloop_call"))
        return -1;
    PyObject *queue = self->queue;
    EventBuffer *buffer = queue_buffer(queue);
    if (buffer == NULL || (STATE(queue)->polling && end_poll(queue) < 0))
        return -1;
    int64_t location = callback_location(native, self->callback), time = now_ns(), late = U32_MAX_VALUE;
    if (location < 0 || time < 0)
        return -1;
    uint32_t word = bound.ev_callback_begin;
    if (self->kind == TIMER) {
        word = bound.ev_timer_begin;
        late = time > self->due_ns ? time - self->due_ns : 0;
        if (self->number != 0 && self->native == native && events_push(buffer, bound.ev_timer_run, time, self->number, 0) < 0)
            return -1;
    }
    if (self->counts != NULL && self->native == native && PyTuple_GET_SIZE(args) > 0) {
        PyObject *data = PyTuple_GET_ITEM(args, 0);
        Py_ssize_t size = PyBytes_CheckExact(data) ? PyBytes_GET_SIZE(data) : PyLong_CheckExact(data) ? PyLong_AsSsize_t(data) : 0;
        if (size < 0 || count_more(native, self->counts, size, 1) < 0)
            return -1;
    }
    self->began = 1;
    STATE(queue)->busy = 1;
    STATE(queue)->began = time;
    return events_push(buffer, WITH_AUX(word, location), time, 0, (uint32_t)(late > (int64_t)U32_MAX_VALUE ? (int64_t)U32_MAX_VALUE : late));
}

/* What TLS reads from its own buffer is on its way to the wire. */
static PyObject *goes_out(Call *self, PyObject *data)
{
    Native *native = current_native != NULL && current_native->live ? current_native : NULL;
    if (data == NULL || native == NULL || self->native != native || self->counts == NULL || !self->counts->open || !PyBytes_CheckExact(data))
        return data;
    PyObject *recorder = new_ref(native->recorder);
    int counted = FAULT("uvloop_call") ? -1 : count_more(native, self->counts, PyBytes_GET_SIZE(data), 0);
    if (counted < 0 && guard(recorder) < 0)
        Py_CLEAR(data);
    Py_DECREF(recorder);
    return data;
}

static PyObject *call(PyObject *object, PyObject *args, PyObject *keywords)
{
    Call *self = (Call *)object;
    if (self->kind == OUTGOING)
        return goes_out(self, PyObject_Call(self->callback, args, keywords));
    PyObject *queue = self->queue, *callback = new_ref(self->callback), *result;
    Native *native = current_native != NULL && current_native->live ? current_native : NULL;
    int told = native != NULL && self->kind != SIGNAL && queue_runs_here(queue) && running_ref(queue) == NULL && !STATE(queue)->busy;
    if (told && UNLIKELY(begins(self, native, args) < 0)) {
        told = 0;
        if (guard(QUEUE(queue, recorder)) < 0) {
            Py_DECREF(callback);
            return NULL;
        }
    }
    new_ref(queue);
    result = PyObject_Call(callback, args, keywords);
    Py_DECREF(callback);
    if (told && queue_runs_here(queue) && STATE(queue)->busy) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        int failed = end_batch(queue) < 0 && guard(QUEUE(queue, recorder)) < 0;
        if (failed) {
            Py_CLEAR(result);
            Py_XDECREF(type);
            Py_XDECREF(value);
            Py_XDECREF(traceback);
        }
        else {
            PyErr_Restore(type, value, traceback);
        }
    }
    Py_DECREF(queue);
    return result;
}

int uvloop_appended(Native *native, PyObject *queue, PyObject *callback)
{
    Call *self = (Call *)callback;
    if (Py_TYPE(callback) != Call_Type || self->kind != SIGNAL || !is_own(queue))
        return 0;
    int64_t location = callback_location(native, self->callback), time = now_ns();
    EventBuffer *buffer = queue_buffer(queue);
    if (location < 0 || time < 0 || buffer == NULL || (STATE(queue)->polling && end_poll(queue) < 0))
        return -1;
    return events_push(buffer, WITH_AUX(bound.ev_signal, location), time, self->number, 0);
}

PyObject *uvloop_called(PyObject *callback)
{
    return Call_Type != NULL && Py_TYPE(callback) == Call_Type ? ((Call *)callback)->callback : callback;
}

/* Whoever looks at it sees what it calls -------------------------------------------------------------------------------- */

static PyObject *get_attribute(PyObject *self, PyObject *name)
{
    return PyObject_GetAttr(((Call *)self)->callback, name);
}

static PyObject *repr(PyObject *self)
{
    return PyObject_Repr(((Call *)self)->callback);
}

static PyObject *str(PyObject *self)
{
    return PyObject_Str(((Call *)self)->callback);
}

static PyObject *format(PyObject *self, PyObject *how)
{
    return PyObject_Format(((Call *)self)->callback, how);
}

static Py_hash_t hash(PyObject *self)
{
    return PyObject_Hash(((Call *)self)->callback);
}

static PyObject *compare(PyObject *self, PyObject *other, int how)
{
    return PyObject_RichCompare(((Call *)self)->callback, uvloop_called(other), how);
}

/* Its life ---------------------------------------------------------------------------------------------------------- */

static PyObject *made(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *callback, *queue, *counts;
    long long due_ns;
    unsigned int number;
    int kind;
    if (!PyArg_ParseTuple(args, "OO!iILO:Call", &callback, bound.LoopQueue, &queue, &kind, &number, &due_ns, &counts))
        return NULL;
    Call *self = (Call *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->callback = new_ref(callback);
    self->queue = new_ref(queue);
    self->counts = PyObject_TypeCheck(counts, Counts_Type) ? (Counts *)new_ref(counts) : NULL;
    self->kind = (char)kind;
    self->number = number;
    self->due_ns = due_ns;
    self->native = current_native;
    return (PyObject *)self;
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Call *self = (Call *)object;
    Py_VISIT(self->callback);
    Py_VISIT(self->queue);
    Py_VISIT(self->counts);
#if PY_VERSION_HEX >= 0x03090000
    Py_VISIT(Py_TYPE(object));
#endif
    return 0;
}

static void dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    Call *self = (Call *)object;
    PyObject_GC_UnTrack(object);
    Py_CLEAR(self->callback);
    Py_CLEAR(self->queue);
    Py_CLEAR(self->counts);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef call_methods[] = {{"__format__", format, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_new, made}, {Py_tp_call, call}, {Py_tp_getattro, get_attribute}, {Py_tp_repr, repr}, {Py_tp_str, str},
    {Py_tp_hash, hash}, {Py_tp_richcompare, compare}, {Py_tp_traverse, traverse},
    {Py_tp_dealloc, dealloc}, {Py_tp_methods, call_methods}, {0, NULL},
};
static PyType_Spec spec = {"loopscope._accelerate.Call", sizeof(Call), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

/* The number of a timer that has not begun, 0 = it has no number, or it has. */
static PyObject *timer_of(PyObject *module, PyObject *value)
{
    Call *self = (Call *)value;
    int found = Py_TYPE(value) == Call_Type && self->kind == TIMER && !self->began && self->native == current_native;
    return PyLong_FromUnsignedLong(found ? self->number : 0);
}

static PyMethodDef methods[] = {
    {"timer_of", timer_of, METH_O, "timer_of(callback): the number of a timer that has not begun to run, else 0."},
    {NULL, NULL, 0, NULL},
};

int uvloop_calls_init(PyObject *module)
{
    Call_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    return Call_Type == NULL || PyModule_AddFunctions(module, methods) < 0
               ? -1
               : PyModule_AddObject(module, "Call", new_ref((PyObject *)Call_Type));
}

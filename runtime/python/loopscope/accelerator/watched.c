/* Seeing an attribute change: `_watched.Watched` and `WatchedReads`, and what `_queue_levels` makes of a queue's. */

#include "frames.h"

#define CODES 4

typedef struct {
    PyObject_HEAD
    PyObject *name, *seen, *read;
    PyObject *codes; /* a tuple, NULL = all readings are told */
    Py_ssize_t data[CODES]; /* by code: the number of the local variable `data`, -1 = it has none */
} Watched;

/* The recorder when it records, else NULL. Borrowed. */
static Native *recording(void)
{
    return current_native != NULL && current_native->live ? current_native : NULL;
}

static PyObject *no_attribute(PyObject *instance, PyObject *name)
{
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute %R", Py_TYPE(instance)->tp_name, name);
    return NULL;
}

/* Tell Python, one frame below the hook as always. */
static int tell(PyObject *how, PyObject *seen, Native *native, PyObject *instance, PyObject *before, PyObject *value)
{
    PyObject *done = before ? PyObject_CallFunctionObjArgs(how, seen, native->recorder, instance, before, value, NULL)
                            : PyObject_CallFunctionObjArgs(how, seen, native->recorder, instance, value, NULL);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* 0 when the value is set; `before` is a new reference, NULL = there was none. */
static int store(Watched *self, PyObject *instance, PyObject *value, PyObject **before)
{
    *before = NULL;
    PyObject *values = PyObject_GenericGetDict(instance, NULL);
    if (values == NULL)
        return -1;
    int result = -1;
    if (value == NULL) {
        result = PyDict_DelItem(values, self->name);
        if (result < 0 && PyErr_ExceptionMatches(PyExc_KeyError))
            PyErr_SetObject(PyExc_AttributeError, self->name);
    }
    else {
        *before = PyDict_GetItemWithError(values, self->name);
        Py_XINCREF(*before);
        if (*before == value && value != NULL)
            result = 0;
        else if (*before != NULL || !PyErr_Occurred())
            result = PyDict_SetItem(values, self->name, value);
    }
    Py_DECREF(values);
    return result;
}

static int watched_set(PyObject *descriptor, PyObject *instance, PyObject *value)
{
    Watched *self = (Watched *)descriptor;
    PyObject *before;
    int result = store(self, instance, value, &before);
    Native *native = recording();
    if (result == 0 && value != NULL && value != before && native != NULL &&
        tell(bound.tell, self->seen, native, instance, before ? before : bound.unset, value) < 0)
        result = guard(native->recorder);
    Py_XDECREF(before);
    return result;
}

/* New reference. */
static PyObject *value_of(Watched *self, PyObject *instance)
{
    PyObject *values = PyObject_GenericGetDict(instance, NULL);
    if (values == NULL)
        return NULL;
    PyObject *value = PyDict_GetItemWithError(values, self->name);
    Py_XINCREF(value);
    Py_DECREF(values);
    return value == NULL && !PyErr_Occurred() ? no_attribute(instance, self->name) : value;
}

static PyObject *watched_get(PyObject *descriptor, PyObject *instance, PyObject *owner)
{
    Watched *self = (Watched *)descriptor;
    if (instance == NULL)
        return new_ref(descriptor);
    PyObject *value = value_of(self, instance);
    Native *native = recording();
    if (value != NULL && native != NULL && tell(bound.tell_read, self->read, native, instance, NULL, value) < 0 &&
        guard(native->recorder) < 0)
        Py_CLEAR(value);
    return value;
}

/* `_connections._Read`: told to Python with the frame that reads, when it is one of some functions'. */
static PyObject *code_get(PyObject *descriptor, PyObject *instance, PyObject *owner)
{
    Watched *self = (Watched *)descriptor;
    if (instance == NULL)
        return new_ref(descriptor);
    PyObject *value = value_of(self, instance);
    Native *native = recording();
    if (value == NULL || native == NULL || self->codes == NULL)
        return value;
    int told = FAULT("code_get") ? -1 : 0;
    RawFrame *frame = frame_running();
    PyObject *code = frame != NULL ? (PyObject *)frame_code(frame) : NULL;
    for (Py_ssize_t index = 0; told == 0 && index < PyTuple_GET_SIZE(self->codes); index++) {
        if (PyTuple_GET_ITEM(self->codes, index) != code)
            continue;
        int received = self->read == bound.received;
        if ((received || self->read == bound.written) && index < CODES && self->data[index] >= 0)
            told = count_bytes(native, instance, frame_local(frame, self->data[index]), received);
        if (told == 0) {
            PyFrameObject *object = PyEval_GetFrame();
            PyObject *done =
                object ? PyObject_CallFunctionObjArgs(self->read, native->recorder, instance, object, NULL) : NULL;
            Py_XDECREF(done);
            told = done == NULL ? -1 : 0;
        }
        break;
    }
    if (told < 0 && guard(native->recorder) < 0)
        Py_CLEAR(value);
    return value;
}

/* A queue's attributes ------------------------------------------------------------------------------------------------- */

/* `_queue_levels._changed` for a queue whose changes wait until the recorder writes: 1; 0 when Python has to say. */
static int waits(Native *native, PyObject *queue)
{
    PyObject *ref = native_object(native, queue);
    if (ref == NULL)
        return PyErr_Occurred() ? -1 : 0;
    return PyLong_AsLong(SLOT(ref, bound.object_ref.told)) > bound.in_window;
}

static int count_set(PyObject *descriptor, PyObject *instance, PyObject *value)
{
    Watched *self = (Watched *)descriptor;
    PyObject *before;
    int result = store(self, instance, value, &before);
    Native *native = recording();
    if (result == 0 && value != NULL && native != NULL) {
        int told = FAULT("count_set") ? -1 : 0;
        if (told == 0 && before != NULL) {
            int more = PyLong_CheckExact(before) && PyLong_CheckExact(value)
                           ? PyLong_AsLong(value) > PyLong_AsLong(before)
                           : PyObject_RichCompareBool(value, before, Py_GT);
            if (more == 0)
                more = bound.queue_shutdown != NULL && running_code() == bound.queue_shutdown;
            told = more < 0 ? -1 : more == 0 ? 1 : waits(native, instance);
        }
        if (told == 0)
            told = tell(bound.tell, self->seen, native, instance, before ? before : bound.unset, value);
        if (told < 0)
            result = guard(native->recorder);
    }
    Py_XDECREF(before);
    return result;
}

static PyObject *putters_get(PyObject *descriptor, PyObject *instance, PyObject *owner)
{
    Watched *self = (Watched *)descriptor;
    if (instance == NULL)
        return new_ref(descriptor);
    PyObject *value = value_of(self, instance);
    Native *native = recording();
    if (value != NULL && native != NULL) {
        int told = FAULT("putters_get") ? -1 : waits(native, instance);
        if (told == 0 && running_code() == bound.queue_get)
            told = tell(bound.tell_read, self->read, native, instance, NULL, value);
        if (told < 0 && guard(native->recorder) < 0)
            Py_CLEAR(value);
    }
    return value;
}

static int plain_set(PyObject *descriptor, PyObject *instance, PyObject *value)
{
    PyObject *before;
    int result = store((Watched *)descriptor, instance, value, &before);
    Py_XDECREF(before);
    return result;
}

/* The types ---------------------------------------------------------------------------------------------------------- */

static PyObject *watched_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *name, *current, *seen, *read = NULL, *codes = NULL;
    if (!PyArg_ParseTuple(args, "UOO|OO!", &name, &current, &seen, &read, &PyTuple_Type, &codes))
        return NULL;
    Watched *self = (Watched *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->name = new_ref(name);
    PyUnicode_InternInPlace(&self->name);
    self->seen = new_ref(seen);
    self->read = read ? new_ref(read) : NULL;
    self->codes = codes ? new_ref(codes) : NULL;
    for (Py_ssize_t index = 0; codes != NULL && index < PyTuple_GET_SIZE(codes) && index < CODES; index++) {
        PyObject *code = PyTuple_GET_ITEM(codes, index);
        self->data[index] = PyCode_Check(code) ? local_number((PyCodeObject *)code, names.data) : -1;
    }
    return (PyObject *)self;
}

static void watched_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    Watched *self = (Watched *)object;
    Py_CLEAR(self->name);
    Py_CLEAR(self->seen);
    Py_CLEAR(self->read);
    Py_CLEAR(self->codes);
    type->tp_free(object);
    Py_DECREF(type);
}

#define DESCRIPTOR(kind, get, set)                                                                                       \
    static PyType_Slot kind##_slots[] = {                                                                                \
        {Py_tp_new, watched_new}, {Py_tp_dealloc, watched_dealloc}, {Py_tp_descr_set, set}, get {0, NULL},               \
    };                                                                                                                   \
    static PyType_Spec kind##_spec = {"loopscope._accelerate." #kind, sizeof(Watched), 0, Py_TPFLAGS_DEFAULT, kind##_slots};

#define NO_GET
#define GET(function) {Py_tp_descr_get, function},
DESCRIPTOR(Watched, NO_GET, watched_set)
DESCRIPTOR(WatchedReads, GET(watched_get), plain_set)
DESCRIPTOR(CodeReads, GET(code_get), watched_set)
DESCRIPTOR(QueueCount, NO_GET, count_set)
DESCRIPTOR(QueuePutters, GET(putters_get), plain_set)

int watched_init(PyObject *module)
{
    static const struct {
        const char *name;
        PyType_Spec *spec;
    } kinds[] = {{"Watched", &Watched_spec},
                 {"WatchedReads", &WatchedReads_spec},
                 {"CodeReads", &CodeReads_spec},
                 {"QueueCount", &QueueCount_spec},
                 {"QueuePutters", &QueuePutters_spec}};
    for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++) {
        PyObject *type = PyType_FromSpec(kinds[index].spec);
        if (type == NULL || PyModule_AddObject(module, kinds[index].name, type) < 0)
            return -1;
    }
    return 0;
}

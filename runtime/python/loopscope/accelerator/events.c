/* The events of one thread, and their blocks in the file. As `Stream` and `_format.events` do in Python. */

#include "accelerate.h"

#define BLOCK_BYTES 32
#define RECORD_BYTES 16
#define BLOCK_MAGIC 0x4B53424Cu
#define BLOCK_EVENTS 2
#define ENCODING_STEPS (1u << 8) /* of a block in which one record can say a whole step */
#define WHOLE_STEP 0x80u         /* in the kind of such a record */
#define FIRST_CAPACITY 256
#define KEPT_CAPACITY 32768 /* a larger buffer is given back when it has been written */

PyTypeObject *EventBuffer_Type;

int events_grow(EventBuffer *buffer)
{
    Py_ssize_t capacity = buffer->capacity ? buffer->capacity * 2 : FIRST_CAPACITY;
    Event *events = PyMem_Realloc(buffer->events, (size_t)capacity * sizeof(Event));
    if (events == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    buffer->events = events;
    buffer->capacity = capacity;
    return 0;
}

static int u32_of(PyObject *number, uint32_t *value)
{
    unsigned long long wide = PyLong_AsUnsignedLongLong(number);
    if (wide == (unsigned long long)-1 && PyErr_Occurred())
        return -1;
    if (wide > U32_MAX_VALUE) {
        PyErr_SetString(PyExc_OverflowError, "a field of an event has more than 32 bits");
        return -1;
    }
    *value = (uint32_t)wide;
    return 0;
}

static PyObject *events_extend(PyObject *self, PyObject *fields)
{
    if (!PyTuple_Check(fields) || PyTuple_GET_SIZE(fields) % 4 != 0) {
        PyErr_SetString(PyExc_TypeError, "events are tuples of four numbers each");
        return NULL;
    }
    for (Py_ssize_t index = 0; index < PyTuple_GET_SIZE(fields); index += 4) {
        uint32_t word, a, b;
        long long time = PyLong_AsLongLong(PyTuple_GET_ITEM(fields, index + 1));
        if (time == -1 && PyErr_Occurred())
            return NULL;
        if (u32_of(PyTuple_GET_ITEM(fields, index), &word) < 0 || u32_of(PyTuple_GET_ITEM(fields, index + 2), &a) < 0 ||
            u32_of(PyTuple_GET_ITEM(fields, index + 3), &b) < 0 || events_push((EventBuffer *)self, word, time, a, b) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static void put_u32(unsigned char *place, uint32_t value)
{
    place[0] = (unsigned char)value;
    place[1] = (unsigned char)(value >> 8);
    place[2] = (unsigned char)(value >> 16);
    place[3] = (unsigned char)(value >> 24);
}

static void put_u64(unsigned char *place, uint64_t value)
{
    put_u32(place, (uint32_t)value);
    put_u32(place + 4, (uint32_t)(value >> 32));
}

/* How many events one block holds that begins at `start`: as many as 32 bits of nanoseconds reach. */
static Py_ssize_t block_length(const Event *events, Py_ssize_t start, Py_ssize_t count)
{
    int64_t base = events[start].time;
    if (events[count - 1].time - base <= (int64_t)U32_MAX_VALUE)
        return count - start;
    Py_ssize_t end = start;
    while (events[end].time - base <= (int64_t)U32_MAX_VALUE)
        end++;
    return end - start;
}

/* Whether the first of two events is the begin of a step that the second ends, and both go into one record. */
static int is_whole_step(const Event *begin, const Event *end)
{
    uint32_t kind = end->word & 0xFF;
    return begin->word == bound.ev_step_begin && kind >= bound.ev_step_suspend && kind <= bound.ev_step_return &&
           end->a == begin->a && end->b == 0;
}

/* The records of a block, with how many they are; returns where they end. */
static unsigned char *put_records(unsigned char *place, const Event *events, Py_ssize_t count, int64_t base, uint32_t *records)
{
    *records = 0;
    for (const Event *event = events, *end = events + count; event < end; event++, place += RECORD_BYTES, ++*records) {
        uint32_t word = event->word, b = event->b, time = (uint32_t)(event->time - base);
        if (event + 1 < end && is_whole_step(event, event + 1)) {
            event++;
            word = event->word | WHOLE_STEP;
            b = (uint32_t)(event->time - base) - time;
        }
        put_u32(place, word);
        put_u32(place + 4, time);
        put_u32(place + 8, event->a);
        put_u32(place + 12, b);
    }
    return place;
}

static PyObject *events_take(PyObject *self, PyObject *args)
{
    EventBuffer *buffer = (EventBuffer *)self;
    long long zero;
    unsigned int stream;
    if (!PyArg_ParseTuple(args, "LI:take", &zero, &stream))
        return NULL;
    Event *events = buffer->events;
    Py_ssize_t count = buffer->count, blocks = 0;
    /* A garbage collection or a signal ran a hook inside another hook. A stream's times never decrease, also from one taking to the next. */
    int64_t latest = buffer->latest;
    for (Py_ssize_t index = 0; index < count; index++)
        if (events[index].time < latest)
            events[index].time = latest;
        else
            latest = events[index].time;
    for (Py_ssize_t start = 0; start < count; blocks++)
        start += block_length(events, start, count);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, blocks * BLOCK_BYTES + count * RECORD_BYTES);
    if (bytes == NULL)
        return NULL;
    unsigned char *place = (unsigned char *)PyBytes_AS_STRING(bytes);
    for (Py_ssize_t start = 0; start < count;) {
        Py_ssize_t length = block_length(events, start, count);
        int64_t base = events[start].time;
        uint32_t records;
        unsigned char *head = place;
        place = put_records(place + BLOCK_BYTES, &events[start], length, base, &records);
        put_u32(head, BLOCK_MAGIC);
        put_u32(head + 4, BLOCK_EVENTS | (records < (uint32_t)length ? ENCODING_STEPS : 0));
        put_u32(head + 8, records * RECORD_BYTES);
        put_u32(head + 12, records);
        put_u64(head + 16, (uint64_t)(base - zero));
        put_u32(head + 24, stream);
        put_u32(head + 28, 0);
        start += length;
    }
    Py_ssize_t size = (char *)place - PyBytes_AS_STRING(bytes);
    if (size < PyBytes_GET_SIZE(bytes) && _PyBytes_Resize(&bytes, size) < 0)
        return NULL;
    buffer->latest = latest;
    buffer->count = buffer->asked = 0;
    if (buffer->capacity > KEPT_CAPACITY) {
        PyMem_Free(buffer->events);
        buffer->events = NULL;
        buffer->capacity = 0;
    }
    return bytes;
}

/* In numbers, four to an event, as of the list that `Stream` keeps in Python. */
static Py_ssize_t events_length(PyObject *self)
{
    return ((EventBuffer *)self)->count * 4;
}

static void events_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(((EventBuffer *)self)->events);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"extend", events_extend, METH_O, "Append events: `(kind | aux << 8, perf_counter_ns, a, b)`, once or more."},
    {"take", events_take, METH_VARARGS, "take(zero_ns, stream): the blocks of what has gathered, which is gone then."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_new, PyType_GenericNew},   {Py_tp_dealloc, events_dealloc}, {Py_tp_methods, methods},
    {Py_sq_length, events_length},    {0, NULL},
};
static PyType_Spec spec = {"loopscope._accelerate.EventBuffer", sizeof(EventBuffer), 0, Py_TPFLAGS_DEFAULT, slots};

int events_init(PyObject *module)
{
    EventBuffer_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (EventBuffer_Type == NULL)
        return -1;
    return PyModule_AddObject(module, "EventBuffer", new_ref((PyObject *)EventBuffer_Type));
}

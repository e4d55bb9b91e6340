/* When each callback that waits in the queue was put there, and by which task: a table by the handle's address. */

#include "accelerate.h"

#define FIRST_SIZE 64

PyTypeObject *Scheduled_Type;

static size_t place_of(const Scheduled *table, void *handle)
{
    uint64_t mixed = (uint64_t)(uintptr_t)handle * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 32) & table->mask;
}

static int grow(Scheduled *table)
{
    size_t size = table->entries ? (table->mask + 1) * 2 : FIRST_SIZE;
    ScheduledEntry *before = table->entries, *entries = PyMem_Calloc(size, sizeof(ScheduledEntry));
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    size_t count = before ? table->mask + 1 : 0;
    table->entries = entries;
    table->mask = size - 1;
    for (size_t index = 0; index < count; index++) {
        if (before[index].handle == NULL)
            continue;
        size_t place = place_of(table, before[index].handle);
        while (entries[place].handle != NULL)
            place = (place + 1) & table->mask;
        entries[place] = before[index];
    }
    PyMem_Free(before);
    return 0;
}

int scheduled_put(Scheduled *table, void *handle, int64_t time, uint32_t task)
{
    if ((table->entries == NULL || (table->used + 1) * 2 > table->mask) && grow(table) < 0)
        return -1;
    size_t place = place_of(table, handle);
    while (table->entries[place].handle != NULL && table->entries[place].handle != handle)
        place = (place + 1) & table->mask;
    if (table->entries[place].handle == NULL)
        table->used++;
    table->entries[place] = (ScheduledEntry){handle, time, task};
    return 0;
}

int scheduled_pop(Scheduled *table, void *handle, int64_t *time, uint32_t *task)
{
    if (table->used == 0)
        return 0;
    size_t place = place_of(table, handle);
    while (table->entries[place].handle != handle) {
        if (table->entries[place].handle == NULL)
            return 0;
        place = (place + 1) & table->mask;
    }
    *time = table->entries[place].time;
    *task = table->entries[place].task;
    /* Close the gap: what probed past it moves up. */
    size_t gap = place;
    for (;;) {
        place = (place + 1) & table->mask;
        if (table->entries[place].handle == NULL)
            break;
        size_t home = place_of(table, table->entries[place].handle);
        if (((place - home) & table->mask) >= ((place - gap) & table->mask)) {
            table->entries[gap] = table->entries[place];
            gap = place;
        }
    }
    table->entries[gap].handle = NULL;
    table->used--;
    return 1;
}

static void empty(Scheduled *table)
{
    PyMem_Free(table->entries);
    table->entries = NULL;
    table->mask = table->used = 0;
}

static PyObject *scheduled_clear(PyObject *self, PyObject *unused)
{
    empty((Scheduled *)self);
    Py_RETURN_NONE;
}

static PyObject *scheduled_take(PyObject *self, PyObject *args)
{
    PyObject *address, *otherwise;
    int64_t time;
    uint32_t task;
    if (!PyArg_ParseTuple(args, "OO:pop", &address, &otherwise))
        return NULL;
    void *handle = PyLong_AsVoidPtr(address);
    if (handle == NULL && PyErr_Occurred())
        return NULL;
    if (!scheduled_pop((Scheduled *)self, handle, &time, &task))
        return new_ref(otherwise);
    return Py_BuildValue("(LI)", (long long)time, task);
}

static int scheduled_set(PyObject *self, PyObject *address, PyObject *pair)
{
    long long time;
    unsigned int task;
    void *handle = PyLong_AsVoidPtr(address);
    if (handle == NULL && PyErr_Occurred())
        return -1;
    if (pair == NULL || !PyArg_ParseTuple(pair, "LI", &time, &task)) {
        if (pair == NULL)
            PyErr_SetString(PyExc_TypeError, "entries are taken out with pop()");
        return -1;
    }
    return scheduled_put((Scheduled *)self, handle, time, task);
}

static void scheduled_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    empty((Scheduled *)self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"clear", scheduled_clear, METH_NOARGS, "Forget all."},
    {"pop", scheduled_take, METH_VARARGS, "pop(id(handle), otherwise): `(time, task id)`."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_new, PyType_GenericNew}, {Py_tp_dealloc, scheduled_dealloc}, {Py_tp_methods, methods},
    {Py_mp_ass_subscript, scheduled_set}, {0, NULL},
};
static PyType_Spec spec = {"loopscope._accelerate.Scheduled", sizeof(Scheduled), 0, Py_TPFLAGS_DEFAULT, slots};

int scheduled_init(PyObject *module)
{
    Scheduled_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (Scheduled_Type == NULL)
        return -1;
    return PyModule_AddObject(module, "Scheduled", new_ref((PyObject *)Scheduled_Type));
}

/* What the hooks define themselves, as `Tables.define` and `Tables.text` do: new tasks (`Tasks.meet`), their names and
   places, and the futures that they wait for. */

#include "accelerate.h"
#include <string.h>

static void put_u32(unsigned char *place, uint32_t value)
{
    place[0] = (unsigned char)value;
    place[1] = (unsigned char)(value >> 8);
    place[2] = (unsigned char)(value >> 16);
    place[3] = (unsigned char)(value >> 24);
}

/* The next id of a kind, with its record pending, as `Tables._add`: no code of Python's runs in here. 0 with an error. */
static uint32_t define(Native *native, uint32_t kind, const void *payload, uint32_t size)
{
    uint32_t padded = (size + 3) & ~3u;
    PyObject *record = PyBytes_FromStringAndSize(NULL, 8 + (Py_ssize_t)padded);
    PyObject *counter = PyList_GET_ITEM(native->next, (Py_ssize_t)kind);
    PyObject *number = record ? Py_TYPE(counter)->tp_iternext(counter) : NULL;
    if (number == NULL) {
        Py_XDECREF(record);
        return 0;
    }
    uint32_t ident = (uint32_t)PyLong_AsUnsignedLong(number);
    Py_DECREF(number);
    unsigned char *place = (unsigned char *)PyBytes_AS_STRING(record);
    put_u32(place, kind | (4 + size) << 8);
    put_u32(place + 4, ident);
    memset(place + 8 + padded - (padded ? 4 : 0), 0, padded ? 4 : 0);
    memcpy(place + 8, payload, size);
    int failed = PyList_Append(native->pending, record) < 0;
    Py_DECREF(record);
    return failed ? 0 : ident;
}

/* The string id of a task's name; 0 with an error, or without one when Python has to say. */
static uint32_t name_id(Native *native, PyObject *name)
{
    if (!PyUnicode_CheckExact(name) || !PyUnicode_IS_ASCII(name))
        return 0;
    Py_ssize_t size = PyUnicode_GET_LENGTH(name);
    const char *text = PyUnicode_DATA(name);
    if (size >= 5 && memcmp(text, "Task-", 5) == 0)
        return size <= bound.max_string_bytes ? define(native, bound.def_string, text, (uint32_t)size) : 0;
    PyObject *known = PyDict_GetItemWithError(native->strings, name);
    if (known != NULL)
        return (uint32_t)PyLong_AsUnsignedLong(known);
    if (PyErr_Occurred())
        return 0;
    PyObject *made = PyObject_CallMethodObjArgs(native->tables, names.string, name, NULL);
    if (made == NULL)
        return 0;
    uint32_t ident = (uint32_t)PyLong_AsUnsignedLong(made);
    Py_DECREF(made);
    return ident;
}

/* The location of a coroutine's `def`; 0 as above. */
static uint32_t definition_id(Native *native, PyObject *coroutine)
{
    PyObject *code = PyObject_GetAttr(coroutine, names.cr_code);
    if (code == NULL)
        return 0;
    NearCode *near = near_code(native, (PyCodeObject *)code);
    uint32_t ident = near->definition;
    if (ident != 0) {
        Py_DECREF(code);
        return ident;
    }
    if (near->kind < 0)
        near->code = NULL; /* as in `code_kind` */
    PyObject *address = PyLong_FromVoidPtr(code), *known = NULL;
    if (address != NULL)
        known = PyDict_GetItemWithError(native->definitions, address);
    if (known != NULL)
        ident = (uint32_t)PyLong_AsUnsignedLong(known);
    if (ident == 0 && !PyErr_Occurred()) {
        PyObject *qualname = PyObject_GetAttr(coroutine, names.qualname), *made = NULL;
        if (qualname != NULL)
            made = PyObject_CallMethodObjArgs(native->stacks, names.definition, code, qualname, NULL);
        if (made != NULL)
            ident = (uint32_t)PyLong_AsUnsignedLong(made);
        Py_XDECREF(qualname);
        Py_XDECREF(made);
    }
    if (ident != 0) /* the table of definitions keeps it alive */
        near_code(native, (PyCodeObject *)code)->definition = ident;
    Py_XDECREF(address);
    Py_DECREF(code);
    return ident;
}

int64_t native_future(Native *native, PyObject *future)
{
    PyObject *ref = native_object(native, future);
    if (ref != NULL)
        return PyLong_AsLongLong(SLOT(ref, bound.object_ref.id));
    if (PyErr_Occurred())
        return -1;
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("Future")) == NULL)
        return -1;
    PyObject *known = PyDict_GetItemWithError(native->strings, name);
    if (known == NULL)
        return PyErr_Occurred() ? -1 : 0;
    unsigned char payload[12];
    put_u32(payload, bound.object_future);
    put_u32(payload + 4, (uint32_t)PyLong_AsUnsignedLong(known));
    put_u32(payload + 8, 0);
    PyObject *key = PyLong_FromVoidPtr(future);
    ref = key ? PyObject_CallFunctionObjArgs((PyObject *)bound.ObjectRef, future, native->forget_object, NULL) : NULL;
    int64_t result = -1;
    if (ref != NULL && (result = define(native, bound.def_object, payload, sizeof payload)) != 0) {
        slot_set(&SLOT(ref, bound.object_ref.key), new_ref(key));
        slot_set(&SLOT(ref, bound.object_ref.told), PyLong_FromLong(0));
        slot_set(&SLOT(ref, bound.object_ref.window_ns), PyLong_FromLong(0));
        slot_set(&SLOT(ref, bound.object_ref.id), PyLong_FromLongLong(result));
        if (PyDict_SetItem(native->object_refs, key, ref) < 0)
            result = -1;
    }
    Py_XDECREF(key);
    Py_XDECREF(ref);
    return PyErr_Occurred() ? -1 : result;
}

PyObject *native_meet(Native *native, PyObject *task, uint32_t loop)
{
    if (FAULT("meet"))
        return NULL;
    if (Py_TYPE(task) != bound.Task)
        return NULL;
    PyObject *coroutine = read_attribute(task, bound.Task, bound.task.coro, names._coro);
    if (coroutine == NULL)
        return NULL;
    if (Py_TYPE(coroutine) != &PyCoro_Type) {
        Py_DECREF(coroutine);
        return NULL;
    }
    PyObject *ref = NULL, *key = NULL, *name = task_name(task);
    uint32_t location, label, ident = 0;
    if (name == NULL || !PyUnicode_CheckExact(name) || !PyUnicode_IS_ASCII(name) ||
        PyUnicode_GET_LENGTH(name) > bound.max_string_bytes)
        goto done;
    /* A garbage collection may come with the making of the reference, and never with what follows. */
    PyObject *args = PyTuple_Pack(2, task, native->forget);
    ref = args ? bound.TaskRef->tp_new(bound.TaskRef, args, NULL) : NULL; /* `__init__` would only parse them again */
    Py_XDECREF(args);
    key = PyLong_FromVoidPtr(task);
    if (ref == NULL || key == NULL)
        goto failed;
    location = definition_id(native, coroutine);
    label = location == 0 ? 0 : name_id(native, name);
    if (label == 0)
        goto failed;
    unsigned char payload[16];
    put_u32(payload, loop);
    put_u32(payload + 4, location);
    put_u32(payload + 8, label);
    put_u32(payload + 12, 0);
    ident = define(native, bound.def_task, payload, sizeof payload);
    if (ident == 0)
        goto failed;
    slot_set(&SLOT(ref, bound.task_ref.key), new_ref(key));
    slot_set(&SLOT(ref, bound.task_ref.name), new_ref(name));
    slot_set(&SLOT(ref, bound.task_ref.cancelling), PyLong_FromLong(0));
    slot_set(&SLOT(ref, bound.task_ref.message), PyLong_FromLong(0));
    slot_set(&SLOT(ref, bound.task_ref.rescheduled), new_ref(Py_False));
    slot_set(&SLOT(ref, bound.task_ref.telling), new_ref(Py_True));
    slot_set(&SLOT(ref, bound.task_ref.id), PyLong_FromUnsignedLong(ident));
    if (SLOT(ref, bound.task_ref.id) == NULL || PyDict_SetItem(native->refs, key, ref) < 0)
        goto failed;
    *near_task(native, task) = (Near){task, ref};
    goto done;
failed:
    Py_CLEAR(ref);
done:
    Py_DECREF(coroutine);
    Py_XDECREF(key);
    Py_XDECREF(name);
    Py_XDECREF(ref); /* `refs` holds it */
    return ref;
}

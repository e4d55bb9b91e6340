/* What a task waits for, where the function tells that it is suspended in: `Awaits.target`. It is found among what the
   coroutine refers to, in the order of `gc.get_referents`. */

#include "frames.h"

typedef struct {
    Native *native;
    SiteInfo *info;
    PyObject *found; /* borrowed from the coroutine */
} Search;

static int visit_object(PyObject *value, void *search)
{
    PyTypeObject *type = Py_TYPE(value), *owner = ((Search *)search)->info->owner;
    if (type != owner && !PyType_IsSubtype(type, owner))
        return 0;
    ((Search *)search)->found = value;
    return 1;
}

static int visit_delay(PyObject *value, void *search)
{
    if (!PyFloat_CheckExact(value) && !PyLong_CheckExact(value))
        return 0;
    ((Search *)search)->found = value;
    return 1;
}

static int visit_count(PyObject *value, void *search)
{
    if (Py_TYPE(value) != &PySet_Type)
        return 0;
    ((Search *)search)->found = value;
    return 1;
}

static int visit_task(PyObject *value, void *search)
{
    if (native_ref(((Search *)search)->native, value) == NULL)
        return 0;
    ((Search *)search)->found = value;
    return 1;
}

/* As `_awaits.delay_us`; 0 when Python has to say. */
static int delay_us(PyObject *value, uint32_t *target)
{
    double seconds = PyFloat_AsDouble(value); /* of an integer too */
    if (seconds == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    if (!(seconds >= 0 && seconds < 1e9)) {
        *target = seconds < 0 ? 0 : U32_MAX_VALUE;
        return 1;
    }
    double us = seconds * 1e6;
    *target = us >= 4294967295.0 ? U32_MAX_VALUE : (uint32_t)us;
    return 1;
}

static int target_in_python(Native *native, SiteInfo *info, PyObject *coroutine, uint32_t *target)
{
    PyObject *number = PyObject_CallMethodObjArgs(native->awaits, names.target, info->site, coroutine, NULL);
    if (number == NULL)
        return -1;
    unsigned long value = PyLong_AsUnsignedLong(number);
    Py_DECREF(number);
    if (PyErr_Occurred())
        return -1;
    *target = (uint32_t)value;
    return 0;
}

int target_there(Native *native, SiteInfo *info, Walk *walk, PyObject *coroutine, uint32_t *target)
{
    static const visitproc visits[] = {NULL, visit_object, visit_delay, visit_count, visit_task};
    if (FAULT("target"))
        return -1;
    *target = 0;
    if (info->find == FIND_NOTHING)
        return 0;
    if (info->find == FIND_IN_PYTHON || info->depth >= walk->length)
        return target_in_python(native, info, coroutine, target);
    PyObject *holder = walk->coroutines[info->depth];
#if PY_VERSION_HEX < 0x030B0000
    holder = (PyObject *)((PyGenObject *)holder)->gi_frame; /* the locals hang there */
    if (holder == NULL)
        return target_in_python(native, info, coroutine, target);
#endif
    Search search = {native, info, NULL};
    Py_TYPE(holder)->tp_traverse(holder, visits[info->find], &search);
    if (PyErr_Occurred())
        return -1;
    PyObject *value = search.found;
    if (value == NULL)
        return info->find == FIND_TASK ? target_in_python(native, info, coroutine, target) : 0;
    if (info->find == FIND_DELAY)
        return delay_us(value, target) ? 0 : target_in_python(native, info, coroutine, target);
    if (info->find == FIND_COUNT) /* `joining` asks for the members, which Python notes */
        return target_in_python(native, info, coroutine, target);
    if (info->find == FIND_TASK) {
        int64_t task = native_id(native, value);
        *target = (uint32_t)task;
        return task < 0 ? -1 : 0;
    }
    PyObject *ref = native_object(native, value);
    if (ref != NULL) {
        *target = (uint32_t)PyLong_AsUnsignedLong(SLOT(ref, bound.object_ref.id));
        return PyErr_Occurred() ? -1 : 0;
    }
    if (PyErr_Occurred())
        return -1;
    Py_INCREF(value);
    PyObject *ident = PyObject_CallMethodObjArgs(native->objects, names.ident, value, info->object_kind, NULL);
    Py_DECREF(value);
    if (ident == NULL)
        return -1;
    *target = (uint32_t)PyLong_AsUnsignedLong(ident);
    Py_DECREF(ident);
    return PyErr_Occurred() ? -1 : 0;
}

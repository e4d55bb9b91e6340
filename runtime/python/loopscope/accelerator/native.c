/* One recorder's tables as the hooks reach them, and what is known of tasks: `Tasks.meet` and its way of forgetting. */

#include "accelerate.h"
#include <string.h>

PyTypeObject *Native_Type;
Native *current_native;

static Near *near_of(Native *native, PyObject *task)
{
    return &native->near[NEAR_OF(task) % NEAR];
}

PyObject *native_ref(Native *native, PyObject *task)
{
    Near *near = near_of(native, task);
    if (near->task == task)
        return near->ref;
    PyObject *address = PyLong_FromVoidPtr(task);
    if (address == NULL)
        return NULL;
    PyObject *ref = PyDict_GetItemWithError(native->refs, address);
    Py_DECREF(address);
    if (ref == NULL || Py_TYPE(ref) != bound.TaskRef)
        return NULL;
    *near = (Near){task, ref};
    return ref;
}

PyObject *native_object(Native *native, PyObject *object)
{
    PyObject **near = &native->near_objects[NEAR_OF(object) % NEAR_OBJECTS];
    if (*near != NULL && ((PyWeakReference *)*near)->wr_object == object)
        return *near;
    PyObject *address = PyLong_FromVoidPtr(object);
    if (address == NULL)
        return NULL;
    PyObject *ref = PyDict_GetItemWithError(native->object_refs, address);
    Py_DECREF(address);
    if (ref == NULL || Py_TYPE(ref) != bound.ObjectRef)
        return NULL;
    slot_set(near, new_ref(ref));
    return ref;
}

int64_t native_id(Native *native, PyObject *task)
{
    PyObject *ref = native_ref(native, task);
    if (ref == NULL)
        return PyErr_Occurred() ? -1 : 0;
    PyObject *id = SLOT(ref, bound.task_ref.id);
    return id == NULL ? 0 : PyLong_AsLongLong(id);
}

/* As `Tasks._forget_in`: a task is gone, and its address may be another's soon. */
static PyObject *forget(PyObject *self, PyObject *ref)
{
    Native *native = (Native *)self;
    if (native->refs == NULL) /* the interpreter ends */
        Py_RETURN_NONE;
    PyObject *key = SLOT(ref, bound.task_ref.key);
    if (key == NULL || PyDict_GetItemWithError(native->refs, key) != ref) {
        if (PyErr_Occurred())
            return NULL;
        Py_RETURN_NONE;
    }
    Py_INCREF(key);
    Near *near = near_of(native, PyLong_AsVoidPtr(key));
    if (near->ref == ref)
        *near = (Near){NULL, NULL};
    PyObject *telling = SLOT(ref, bound.task_ref.telling), *id = SLOT(ref, bound.task_ref.id);
    int failed = 0;
    if (telling == Py_True && id != NULL) {
        if (PyDict_Size(native->lost) > bound.max_lost)
            PyDict_Clear(native->lost);
        failed = PyDict_SetItem(native->lost, key, id) < 0;
    }
    failed = PyDict_DelItem(native->refs, key) < 0 || failed; /* last: it may free `ref` */
    Py_DECREF(key);
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

/* As `_objects.forget_in`. */
static PyObject *forget_object(PyObject *self, PyObject *ref)
{
    Native *native = (Native *)self;
    PyObject *key = SLOT(ref, bound.object_ref.key);
    if (native->object_refs == NULL || key == NULL)
        Py_RETURN_NONE;
    Py_INCREF(key);
    int failed = 0;
    if (PyDict_GetItemWithError(native->object_refs, key) == ref)
        failed = PyDict_DelItem(native->object_refs, key) < 0;
    Py_DECREF(key);
    if (failed || PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef forget_object_method = {"forget_object", forget_object, METH_O, "Called with an ObjectRef whose object is gone."};
static PyMethodDef forget_method = {"forget", forget, METH_O, "Called with a TaskRef whose task is gone."};

/* Definitions, as `Tables.define` and `Tables.text` make them ----------------------------------------------------- */

static void put_u32(unsigned char *place, uint32_t value)
{
    place[0] = (unsigned char)value;
    place[1] = (unsigned char)(value >> 8);
    place[2] = (unsigned char)(value >> 16);
    place[3] = (unsigned char)(value >> 24);
}

/* Whether `Tables._add` is at work, in another thread or below this very call: then Python has to say. -1 with an error. */
static int defines_already(Native *native)
{
    PyObject *busy = PyObject_GetAttr(native->tables, names._busy);
    if (busy == NULL)
        return -1;
    Py_DECREF(busy);
    return busy != Py_None;
}

/* The next id of a kind, with its record pending; 0 with an error. While no `_add` is at work; no code of Python's
   runs in here. */
static uint32_t define_next(Native *native, uint32_t kind, const void *payload, uint32_t size)
{
    Py_ssize_t index = (Py_ssize_t)kind;
    unsigned long ident = PyLong_AsUnsignedLong(PyList_GET_ITEM(native->counts, index)) + 1;
    if (PyErr_Occurred())
        return 0;
    uint32_t padded = (size + 3) & ~3u;
    PyObject *record = PyBytes_FromStringAndSize(NULL, 8 + (Py_ssize_t)padded), *count = PyLong_FromUnsignedLong(ident);
    if (record == NULL || count == NULL || PyList_Append(native->pending, record) < 0) {
        Py_XDECREF(record);
        Py_XDECREF(count);
        return 0;
    }
    unsigned char *place = (unsigned char *)PyBytes_AS_STRING(record);
    put_u32(place, kind | (4 + size) << 8);
    put_u32(place + 4, (uint32_t)ident);
    memset(place + 8 + padded - (padded ? 4 : 0), 0, padded ? 4 : 0);
    memcpy(place + 8, payload, size);
    Py_DECREF(record);
    PyList_SetItem(native->counts, index, count);
    return (uint32_t)ident;
}

/* The same; 0 also without an error, when Python has to say. */
static uint32_t define(Native *native, uint32_t kind, const void *payload, uint32_t size)
{
    return defines_already(native) != 0 ? 0 : define_next(native, kind, payload, size);
}

/* The string id of a task's name; 0 with an error, or without one when Python has to say. `next`: nothing but
   `define_next` has run since. */
static uint32_t name_id(Native *native, PyObject *name, int *next)
{
    *next = 0;
    if (!PyUnicode_CheckExact(name) || !PyUnicode_IS_ASCII(name))
        return 0;
    Py_ssize_t size = PyUnicode_GET_LENGTH(name);
    const char *text = PyUnicode_DATA(name);
    if (size >= 5 && memcmp(text, "Task-", 5) == 0)
        return (*next = size <= bound.max_string_bytes) ? define(native, bound.def_string, text, (uint32_t)size) : 0;
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
    int next = 0;
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
    label = location == 0 ? 0 : name_id(native, name, &next);
    if (label == 0)
        goto failed;
    unsigned char payload[16];
    put_u32(payload, loop);
    put_u32(payload + 4, location);
    put_u32(payload + 8, label);
    put_u32(payload + 12, 0);
    ident = (next ? define_next : define)(native, bound.def_task, payload, sizeof payload);
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
    *near_of(native, task) = (Near){task, ref};
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

/* The type --------------------------------------------------------------------------------------------------------- */

static PyObject *attribute(PyObject *object, const char *name, PyTypeObject *type)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    if (value != NULL && type != NULL && Py_TYPE(value) != type) {
        PyErr_Format(PyExc_TypeError, "%s is no %s", name, type->tp_name);
        Py_CLEAR(value);
    }
    return value;
}

/* A dict that an attribute has. */
static PyObject *attribute_of(PyObject *object, const char *holder, const char *name)
{
    PyObject *between = PyObject_GetAttrString(object, holder);
    PyObject *value = between ? attribute(between, name, &PyDict_Type) : NULL;
    Py_XDECREF(between);
    return value;
}

static PyObject *native_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *recorder;
    if (!PyArg_ParseTuple(args, "O:Native", &recorder))
        return NULL;
    Native *native = (Native *)type->tp_alloc(type, 0);
    if (native == NULL)
        return NULL;
    native->recorder = new_ref(recorder);
    if ((native->awaits = attribute(recorder, "awaits", NULL)) == NULL ||
        (native->stacks = attribute(recorder, "stacks", NULL)) == NULL ||
        (native->tasks = attribute(recorder, "tasks", NULL)) == NULL ||
        (native->objects = attribute(recorder, "objects", NULL)) == NULL ||
        (native->tables = attribute(recorder, "tables", NULL)) == NULL ||
        (native->refs = attribute(native->tasks, "refs", &PyDict_Type)) == NULL ||
        (native->lost = attribute(native->tasks, "lost", &PyDict_Type)) == NULL ||
        (native->object_refs = attribute(native->objects, "refs", &PyDict_Type)) == NULL ||
        (native->code_kinds = attribute(native->stacks, "_kinds", &PyDict_Type)) == NULL ||
        (native->definitions = attribute(native->stacks, "definitions", &PyDict_Type)) == NULL ||
        (native->strings = attribute(native->tables, "_strings", &PyDict_Type)) == NULL ||
        (native->pending = attribute(native->tables, "pending", &PyList_Type)) == NULL ||
        (native->counts = attribute(native->tables, "_counts", &PyList_Type)) == NULL ||
        (native->open_connections = attribute_of(recorder, "connections", "open")) == NULL ||
        (native->untold_connections = attribute_of(recorder, "connections", "untold")) == NULL ||
        (native->timers = attribute(recorder, "timers", NULL)) == NULL ||
        (native->forget = PyCFunction_New(&forget_method, (PyObject *)native)) == NULL ||
        (native->forget_object = PyCFunction_New(&forget_object_method, (PyObject *)native)) == NULL) {
        Py_DECREF(native);
        return NULL;
    }
    native->live = 1;
    Py_INCREF(native);
    Native *before = current_native;
    current_native = native;
    Py_XDECREF(before);
    return (PyObject *)native;
}

static int native_traverse(PyObject *self, visitproc visit, void *arg)
{
    Native *native = (Native *)self;
#if PY_VERSION_HEX >= 0x03090000
    Py_VISIT(Py_TYPE(self));
#endif
    Py_VISIT(native->recorder);
    Py_VISIT(native->awaits);
    Py_VISIT(native->stacks);
    Py_VISIT(native->tasks);
    Py_VISIT(native->objects);
    Py_VISIT(native->tables);
    Py_VISIT(native->refs);
    Py_VISIT(native->lost);
    Py_VISIT(native->object_refs);
    Py_VISIT(native->code_kinds);
    Py_VISIT(native->definitions);
    Py_VISIT(native->strings);
    Py_VISIT(native->pending);
    Py_VISIT(native->counts);
    Py_VISIT(native->open_connections);
    Py_VISIT(native->untold_connections);
    Py_VISIT(native->timers);
    Py_VISIT(native->forget);
    Py_VISIT(native->forget_object);
    return 0;
}

/* The sites hold Sites of Python's, which refer to nothing that leads back here but for the bound methods in them.
   They go with the Native. */
static int native_clear(PyObject *self)
{
    Native *native = (Native *)self;
    native->live = 0;
    memset(native->near, 0, sizeof native->near);
    for (size_t index = 0; index < NEAR_OBJECTS; index++)
        Py_CLEAR(native->near_objects[index]);
    for (size_t index = 0; index < NEAR_OBJECTS; index++)
        Py_CLEAR(native->near_counts[index].counts);
    memset(native->near_codes, 0, sizeof native->near_codes);
    chains_free(&native->sites, site_free);
    chains_free(&native->callers, NULL);
    Py_CLEAR(native->recorder);
    Py_CLEAR(native->awaits);
    Py_CLEAR(native->stacks);
    Py_CLEAR(native->tasks);
    Py_CLEAR(native->objects);
    Py_CLEAR(native->tables);
    Py_CLEAR(native->refs);
    Py_CLEAR(native->lost);
    Py_CLEAR(native->object_refs);
    Py_CLEAR(native->code_kinds);
    Py_CLEAR(native->definitions);
    Py_CLEAR(native->strings);
    Py_CLEAR(native->pending);
    Py_CLEAR(native->counts);
    Py_CLEAR(native->open_connections);
    Py_CLEAR(native->untold_connections);
    Py_CLEAR(native->timers);
    Py_CLEAR(native->forget);
    Py_CLEAR(native->forget_object);
    return 0;
}

static void native_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    native_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *native_stop(PyObject *self, PyObject *unused)
{
    ((Native *)self)->live = 0;
    Py_RETURN_NONE;
}

static PyMemberDef members[] = {
    {"forget", T_OBJECT, offsetof(Native, forget), READONLY, "What a TaskRef calls when its task is gone."},
    {"forget_object", T_OBJECT, offsetof(Native, forget_object), READONLY, "The same of an ObjectRef."},
    {NULL, 0, 0, 0, NULL},
};
static PyMethodDef methods[] = {
    {"caller", native_caller, METH_VARARGS, "caller(frame, depth, skip_asyncio): as `Stacks.caller`."},
    {"stop", native_stop, METH_NOARGS, "Attributes are told to nobody from here on."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_new, native_new},         {Py_tp_dealloc, native_dealloc}, {Py_tp_traverse, native_traverse},
    {Py_tp_clear, native_clear},     {Py_tp_methods, methods},        {Py_tp_members, members},
    {0, NULL},
};
static PyType_Spec spec = {"loopscope._accelerate.Native", sizeof(Native), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

int native_init(PyObject *module)
{
    Native_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (Native_Type == NULL)
        return -1;
    return PyModule_AddObject(module, "Native", new_ref((PyObject *)Native_Type));
}

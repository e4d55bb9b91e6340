/* One recorder's tables as the hooks reach them, and how what they know of a task or an object is found and forgotten. */

#include "accelerate.h"
#include <string.h>

PyTypeObject *Native_Type;
Native *current_native;

PyObject *native_ref(Native *native, PyObject *task)
{
    Near *near = near_task(native, task);
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

/* As what `Tasks.meet` gives a TaskRef to call: a task is gone, and its address may be another's soon. */
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
    Near *near = near_task(native, PyLong_AsVoidPtr(key));
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

/* As what `Objects.ident` gives an ObjectRef to call. */
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
        (native->next = attribute(native->tables, "_next", &PyList_Type)) == NULL ||
        (native->open_connections = attribute_of(recorder, "connections", "open")) == NULL ||
        (native->untold_connections = attribute_of(recorder, "connections", "untold")) == NULL ||
        (native->untold_queues = attribute(recorder, "untold", &PyList_Type)) == NULL ||
        (native->quiet = PyLong_FromLong(bound.in_window + 1)) == NULL ||
        (native->zero = PyLong_FromLong(0)) == NULL ||
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
    Py_VISIT(native->next);
    Py_VISIT(native->open_connections);
    Py_VISIT(native->untold_connections);
    Py_VISIT(native->untold_queues);
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
    memset(native->near_stacks, 0, sizeof native->near_stacks);
    memset(native->near_sites, 0, sizeof native->near_sites);
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
    Py_CLEAR(native->next);
    Py_CLEAR(native->open_connections);
    Py_CLEAR(native->untold_connections);
    Py_CLEAR(native->untold_queues);
    Py_CLEAR(native->quiet);
    Py_CLEAR(native->zero);
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

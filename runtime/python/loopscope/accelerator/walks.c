/* Walking frames and suspended coroutines: `Stacks.caller` and `Awaits.site`, for the places that Python has
   defined once. What is new is left to Python, which defines it and tells its number. */

#include "frames.h"

/* Who called ------------------------------------------------------------------------------------------------------ */

NearCode *near_code(Native *native, PyCodeObject *code)
{
    NearCode *near = &native->near_codes[NEAR_OF(code) % NEAR];
    if (near->code != code)
        *near = (NearCode){code, -1, 0};
    return near;
}

int code_kind(Native *native, PyCodeObject *code)
{
    NearCode *near = near_code(native, code);
    if (near->kind >= 0)
        return near->kind;
    if (near->definition == 0)
        near->code = NULL; /* until somebody keeps it alive */
    PyObject *address = PyLong_FromVoidPtr(code);
    if (address == NULL)
        return -1;
    PyObject *known = PyDict_GetItemWithError(native->code_kinds, address), *made = NULL;
    Py_DECREF(address);
    if (known == NULL && !PyErr_Occurred()) /* keeps the code alive */
        known = made = PyObject_CallMethodObjArgs(native->stacks, names.kind, code, NULL);
    if (known == NULL)
        return -1;
    int kind = (int)PyLong_AsLong(known);
    Py_XDECREF(made);
    if (kind >= 0)
        near_code(native, code)->kind = kind;
    return kind;
}

static int64_t caller_in_python(Native *native, PyFrameObject *frame, int depth, int skip_asyncio)
{
    /* The class's: the instance's own `caller` is `native_caller`. */
    PyObject *caller = PyObject_GetAttr((PyObject *)Py_TYPE(native->stacks), names.caller);
    if (caller == NULL)
        return -1;
    PyObject *innermost = frame != NULL ? (PyObject *)frame : Py_None;
    PyObject *stack =
        PyObject_CallFunction(caller, "OOiO", native->stacks, innermost, depth, skip_asyncio ? Py_True : Py_False);
    Py_DECREF(caller);
    if (stack == NULL)
        return -1;
    int64_t number = PyLong_AsLongLong(stack);
    Py_DECREF(stack);
    return number;
}

/* `known` is the innermost frame as an object, NULL = it is to be found, in this thread. */
static int64_t caller_as_object(Native *native, RawFrame *innermost, PyFrameObject *known, int depth, int skip_asyncio)
{
    if (known != NULL)
        return caller_in_python(native, known, depth, skip_asyncio);
    PyFrameObject *object = frame_object(innermost);
    if (object == NULL && PyErr_Occurred())
        return -1;
    int64_t stack = caller_in_python(native, object, depth, skip_asyncio);
    Py_XDECREF(object);
    return stack;
}

int64_t stack_of(Native *native, RawFrame *innermost, PyFrameObject *object, int depth, int skip_asyncio)
{
    if (FAULT("caller"))
        return -1;
    if (innermost == NULL)
        return 0;
    uintptr_t key[2 * CHAIN_MAX];
    uint32_t length = 0;
    if (depth > CHAIN_MAX)
        return caller_as_object(native, innermost, object, depth, skip_asyncio);
    for (RawFrame *frame = innermost; frame != NULL; frame = frame_outer(frame)) {
        PyCodeObject *code = frame_code(frame);
        int kind = code_kind(native, code);
        if (kind < 0)
            return -1;
        if (kind == bound.kind_outside)
            break;
        if (length > 0 || kind == bound.kind_user || (kind == bound.kind_asyncio && !skip_asyncio)) {
            key[length++] = (uintptr_t)code;
            key[length++] = (uintptr_t)(intptr_t)frame_lasti(frame);
            if (length == 2 * (uint32_t)depth)
                break;
        }
    }
    if (length == 0)
        return 0;
    int found;
    uint64_t hash = chain_hash(key, length);
    void *known = chains_get(&native->callers, key, length, hash, &found);
    if (found)
        return (int64_t)(intptr_t)known;
    int64_t stack = caller_as_object(native, innermost, object, depth, skip_asyncio);
    if (stack >= 0 && chains_put(&native->callers, key, length, hash, (void *)(intptr_t)stack) < 0)
        return -1;
    return stack;
}

int64_t caller_stack(Native *native, int depth, int skip_asyncio)
{
    return stack_of(native, frame_running(), NULL, depth, skip_asyncio);
}

/* In the place of `Stacks.caller`, for what calls it from Python. */
PyObject *native_caller(PyObject *self, PyObject *args)
{
    PyObject *frame;
    int depth, skip_asyncio;
    if (!PyArg_ParseTuple(args, "Oip:caller", &frame, &depth, &skip_asyncio))
        return NULL;
    if (frame != Py_None && !PyFrame_Check(frame)) {
        PyErr_SetString(PyExc_TypeError, "not a frame");
        return NULL;
    }
    int64_t stack = 0;
    if (frame != Py_None) {
        PyFrameObject *object = (PyFrameObject *)frame;
        RawFrame *innermost = frame_of_object(object);
        stack = innermost != NULL ? stack_of((Native *)self, innermost, object, depth, skip_asyncio)
                                  : caller_in_python((Native *)self, object, depth, skip_asyncio);
    }
    return stack < 0 ? NULL : PyLong_FromLongLong(stack);
}

/* Where a task is suspended ---------------------------------------------------------------------------------------- */

/* The suspended place of a coroutine, generator or asynchronous generator: 0 when it has no frame. */
static int place_in(PyObject *coroutine, uintptr_t *code, uintptr_t *lasti)
{
    PyGenObject *generator = (PyGenObject *)coroutine;
#if PY_VERSION_HEX < 0x030B0000
    RawFrame *frame = generator->gi_frame;
    if (frame == NULL)
        return 0;
#else
    if (generator->gi_frame_state > 0) /* FRAME_COMPLETED and what follows it */
        return 0;
    RawFrame *frame = (RawFrame *)&generator->gi_iframe;
#endif
    *code = (uintptr_t)frame_code(frame);
    *lasti = (uintptr_t)(intptr_t)frame_lasti(frame);
    return 1;
}

/* Fill `walk` from the outside in: 1; 0 when the chain is too deep for it; -1 with an error. */
static int walk_chain(PyObject *outermost, Walk *walk)
{
    PyObject *coroutine = new_ref(outermost);
    int result = 1;
    walk->length = 0;
    while (coroutine != Py_None) {
        PyTypeObject *type = Py_TYPE(coroutine);
        PyGetSetDef *inner_of;
        if (type == &PyCoro_Type) {
            inner_of = bound.cr_await;
        }
        else if (type == &PyGen_Type) {
            inner_of = bound.gi_yieldfrom;
        }
        else if (type == &PyAsyncGen_Type) {
            inner_of = bound.ag_await;
        }
        else {
            int end = PySet_Contains(bound.ends, (PyObject *)type);
            if (end != 0) {
                result = end < 0 ? -1 : 1;
                break;
            }
            PyObject *through = PyObject_CallFunctionObjArgs(bound.through, coroutine, NULL);
            Py_DECREF(coroutine);
            if (through == NULL)
                return -1;
            coroutine = through;
            continue;
        }
        if (walk->length == CHAIN_MAX) {
            result = 0;
            break;
        }
        uint32_t depth = walk->length;
        if (!place_in(coroutine, &walk->key[2 * depth], &walk->key[2 * depth + 1]))
            break;
        walk->coroutines[depth] = coroutine;
        walk->length++;
        PyObject *inner = inner_of->get(coroutine, inner_of->closure);
        Py_DECREF(coroutine);
        if (inner == NULL)
            return -1;
        coroutine = inner;
    }
    Py_DECREF(coroutine);
    return result;
}

void site_free(void *info)
{
    Py_XDECREF(((SiteInfo *)info)->site);
    Py_XDECREF(((SiteInfo *)info)->object_kind);
    PyMem_Free(info);
}

static int find_named(const char *name)
{
    static const struct {
        const char *name;
        int find;
    } finds[] = {{"object", FIND_OBJECT}, {"delay", FIND_DELAY}, {"count", FIND_COUNT}, {"task", FIND_TASK}};
    for (size_t index = 0; index < sizeof finds / sizeof *finds; index++)
        if (strcmp(name, finds[index].name) == 0)
            return finds[index].find;
    return FIND_IN_PYTHON;
}

/* What the recorder's Site says, as the hooks need it. */
static SiteInfo *site_info(PyObject *site)
{
    SiteInfo *info = PyMem_Calloc(1, sizeof(SiteInfo));
    if (info == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    info->site = new_ref(site);
    PyObject *ident = PyObject_GetAttr(site, names.ident), *known = PyObject_GetAttrString(site, "known");
    PyObject *depth = PyObject_GetAttrString(site, "depth"), *find = PyObject_GetAttrString(site, "find");
    PyObject *target = NULL, *owner = NULL;
    if (ident == NULL || known == NULL || depth == NULL || find == NULL)
        goto failed;
    info->ident = (uint32_t)PyLong_AsUnsignedLong(ident);
    info->depth = (uint32_t)PyLong_AsUnsignedLong(depth);
    info->unknown = known == Py_None;
    info->find = FIND_NOTHING;
    if (find != Py_None) {
        target = PyObject_GetAttr(known, names.target);
        owner = PyObject_GetAttrString(known, "owner");
        info->object_kind = PyObject_GetAttrString(known, "object_kind");
        const char *name = target ? PyUnicode_AsUTF8(target) : NULL;
        if (name == NULL || owner == NULL || info->object_kind == NULL)
            goto failed;
        info->find = find_named(name);
        if (PyType_Check(owner))
            info->owner = (PyTypeObject *)owner;
        else if (info->find == FIND_OBJECT)
            info->find = FIND_IN_PYTHON;
    }
    if (PyErr_Occurred())
        goto failed;
    goto done;
failed:
    site_free(info);
    info = NULL;
done:
    Py_XDECREF(ident);
    Py_XDECREF(known);
    Py_XDECREF(depth);
    Py_XDECREF(find);
    Py_XDECREF(target);
    Py_XDECREF(owner);
    return info;
}

SiteInfo *suspended_site(Native *native, PyObject *coroutine, Walk *walk)
{
    if (FAULT("site"))
        return NULL;
    if (walk_chain(coroutine, walk) <= 0)
        return NULL;
    int found;
    uint64_t hash = chain_hash(walk->key, 2 * walk->length);
    SiteInfo *info = chains_get(&native->sites, walk->key, 2 * walk->length, hash, &found);
    if (found)
        return info;
    PyObject *site = PyObject_CallMethodObjArgs(native->awaits, names.site, coroutine, NULL);
    if (site == NULL)
        return NULL;
    info = site_info(site);
    Py_DECREF(site);
    if (info == NULL)
        return NULL;
    int added = chains_put(&native->sites, walk->key, 2 * walk->length, hash, info);
    if (added <= 0) {
        site_free(info);
        info = added < 0 ? NULL : chains_get(&native->sites, walk->key, 2 * walk->length, hash, &found);
    }
    return info;
}

/* What a coroutine of the program awaits itself. AWAITED_OTHER = Python has to look. -1 with an error. */
static int awaited_kind(Native *native, PyObject *future, uint32_t *target)
{
    *target = 0;
    if (future == Py_None)
        return AWAITED_NOTHING;
    int64_t task = native_id(native, future);
    if (task != 0) {
        *target = (uint32_t)task;
        return task < 0 ? -1 : AWAITED_TASK;
    }
    if (Py_TYPE(future) != bound.Future || bound.future_callbacks == NULL)
        return AWAITED_OTHER;
    PyObject *callbacks = bound.future_callbacks->get(future, bound.future_callbacks->closure);
    if (callbacks == NULL)
        return -1;
    int kind = callbacks == Py_None || PyList_CheckExact(callbacks) ? AWAITED_FUTURE : AWAITED_OTHER;
    for (Py_ssize_t index = 0; kind == AWAITED_FUTURE && callbacks != Py_None && index < PyList_GET_SIZE(callbacks); index++) {
        PyObject *entry = PyList_GET_ITEM(callbacks, index);
        /* A wake-up in C is no closure of `shield` or of `wrap_future`; of anything else Python asks the name. */
        if (!PyTuple_CheckExact(entry) || PyTuple_GET_SIZE(entry) < 1 || !PyCFunction_Check(PyTuple_GET_ITEM(entry, 0)))
            kind = AWAITED_OTHER;
    }
    Py_DECREF(callbacks);
    if (kind != AWAITED_FUTURE)
        return kind;
    int64_t object = native_future(native, future);
    *target = (uint32_t)object;
    return object < 0 ? -1 : object == 0 ? AWAITED_OTHER : AWAITED_FUTURE;
}

int awaited_there(Native *native, SiteInfo *info, PyObject *coroutine, PyObject *future, uint32_t *ident, uint32_t *target)
{
    int kind = info->unknown ? awaited_kind(native, future, target) : AWAITED_OTHER;
    if (kind < 0)
        return -1;
    if (kind != AWAITED_OTHER && info->awaited[kind] != 0) {
        *ident = info->awaited[kind];
        return 0;
    }
    PyObject *pair = PyObject_CallMethodObjArgs(native->awaits, names.of, coroutine, future, NULL);
    if (pair == NULL)
        return -1;
    unsigned int found_ident, found_target;
    int parsed = PyArg_ParseTuple(pair, "II", &found_ident, &found_target);
    Py_DECREF(pair);
    if (!parsed)
        return -1;
    *ident = found_ident;
    *target = found_target;
    if (kind != AWAITED_OTHER)
        info->awaited[kind] = found_ident;
    return 0;
}

/* The target among what a suspended function refers to, in the order of `gc.get_referents` ------------------------ */

typedef struct {
    Native *native;
    SiteInfo *info;
    PyObject *found; /* borrowed from the coroutine */
} Search;

static int visit_object(PyObject *value, void *search)
{
    if (!PyType_IsSubtype(Py_TYPE(value), ((Search *)search)->info->owner))
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

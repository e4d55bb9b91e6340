/* Where a task is suspended: `Awaits.site` and `Awaits.of`, for the chains of coroutines that Python has defined once. */

#include "frames.h"

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
            int cython = through == Py_None ? PySet_Contains(bound.cython, (PyObject *)type) : 0;
            if (cython > 0 && walk->length < CHAIN_MAX) {
                PyObject *name = PyObject_GetAttr(coroutine, names.qualname); /* which it holds itself */
                walk->key[2 * walk->length] = (uintptr_t)type;
                walk->key[2 * walk->length + 1] = (uintptr_t)name;
                walk->coroutines[walk->length++] = coroutine; /* held by the one that awaits it */
                Py_XDECREF(name);
                result = name == NULL ? -1 : 1;
                Py_DECREF(through);
                break;
            }
            Py_DECREF(coroutine);
            if (through == NULL || cython < 0) {
                Py_XDECREF(through);
                return -1;
            }
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

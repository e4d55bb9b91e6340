/* Where a task is suspended: `Awaits.site` and `Awaits.of`, for the chains of coroutines that Python has defined once. */

#include "frames.h"
#include <string.h>

/* The suspended place of a coroutine, generator or asynchronous generator: 0 when it has no frame. */
static inline int place_in(PyObject *coroutine, uintptr_t *key)
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
    key[0] = (uintptr_t)frame_code(frame);
    key[1] = frame_place(frame);
    return 1;
}

static inline PyGetSetDef *inner_of(PyTypeObject *type)
{
    return type == &PyCoro_Type       ? bound.cr_await
           : type == &PyGen_Type      ? bound.gi_yieldfrom
           : type == &PyAsyncGen_Type ? bound.ag_await
                                      : NULL;
}

/* Beyond the interpreter's own coroutines: what an awaitable leads to, borrowed from it; NULL when the chain ends there.
   `result`: 1, -1 with an error. */
static PyObject *walk_through(PyObject *awaitable, Walk *walk, int *result)
{
    static PyTypeObject *latest_end; /* of those in `ends`, which keeps them alive */
    PyTypeObject *type = Py_TYPE(awaitable);
    *result = 1;
    if (type == latest_end)
        return NULL;
    int end = PySet_Contains(bound.ends, (PyObject *)type);
    if (end != 0) {
        if (end > 0)
            latest_end = type;
        *result = end < 0 ? -1 : 1;
        return NULL;
    }
    PyObject *through = PyObject_CallFunctionObjArgs(bound.through, awaitable, NULL);
    int cython = through == Py_None ? PySet_Contains(bound.cython, (PyObject *)type) : 0;
    if (cython > 0 && walk->length < CHAIN_MAX) {
        PyObject *name = PyObject_GetAttr(awaitable, names.qualname); /* which it holds itself */
        walk->key[2 * walk->length] = (uintptr_t)type;
        walk->key[2 * walk->length + 1] = (uintptr_t)name;
        walk->coroutines[walk->length++] = awaitable; /* held by the one that awaits it */
        Py_XDECREF(name);
        Py_DECREF(through);
        *result = name == NULL ? -1 : 1;
        return NULL;
    }
    Py_XDECREF(through); /* the awaitable refers to it */
    if (through == NULL || cython < 0) {
        *result = -1;
        return NULL;
    }
    return through;
}

/* Fill `walk` from the outside in: 1; 0 when the chain is too deep for it; -1 with an error. */
static int walk_chain(PyObject *outermost, Walk *walk)
{
    PyObject *coroutine = outermost;
    uint32_t depth = 0;
    int result = 1;
    walk->length = 0;
    while (coroutine != Py_None) {
        PyGetSetDef *inner = inner_of(Py_TYPE(coroutine));
        if (inner == NULL) {
            if ((coroutine = walk_through(coroutine, walk, &result)) == NULL)
                return result;
            continue;
        }
        if (depth == CHAIN_MAX)
            return 0;
        if (!place_in(coroutine, &walk->key[2 * depth]))
            break;
        walk->coroutines[depth] = coroutine;
        walk->length = ++depth;
        if ((coroutine = awaited_by(coroutine, inner)) == NULL)
            return -1;
    }
    return 1;
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

/* By the outermost place and the innermost, which is found without a look at all that is between. */
static NearSite *near_site(Native *native, const Walk *walk)
{
    const uintptr_t *inner = walk->length ? &walk->key[2 * (walk->length - 1)] : walk->key;
    uintptr_t place = walk->length ? NEAR_OF(walk->key[0]) ^ NEAR_OF(inner[0]) * 31 ^ walk->key[1] * 7 ^ inner[1] : 0;
    return &native->near_sites[(place ^ walk->length) % NEAR_SITES];
}

SiteInfo *suspended_site(Native *native, PyObject *coroutine, Walk *walk)
{
    if (FAULT("site"))
        return NULL;
    if (walk_chain(coroutine, walk) <= 0)
        return NULL;
    NearSite *near = near_site(native, walk);
    if (near->length == walk->length && near->length != 0 &&
        memcmp(near->key, walk->key, 2 * walk->length * sizeof(uintptr_t)) == 0)
        return near->info;
    int found;
    uint64_t hash = chain_hash(walk->key, 2 * walk->length);
    SiteInfo *info = chains_get(&native->sites, walk->key, 2 * walk->length, hash, &found);
    if (found) {
        *near = (NearSite){chains_key(&native->sites, walk->key, 2 * walk->length, hash), walk->length, info};
        return info;
    }
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

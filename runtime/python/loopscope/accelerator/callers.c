/* Who called: `Stacks.caller`, for the chains of frames that Python has defined once. What is new is left to Python,
   which defines it and tells its number. */

#include "frames.h"

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

static NearStack *near_stack(Native *native, RawFrame *innermost, int depth, int skip_asyncio)
{
    uintptr_t place = NEAR_OF(frame_code(innermost)) ^ frame_place(innermost) ^ (uintptr_t)(depth + skip_asyncio);
    return &native->near_stacks[place % NEAR_STACKS];
}

/* Whether the frames are those of the walk that is remembered: then all that was found out of them holds. */
static int is_same_walk(const NearStack *near, RawFrame *frame, int depth, int skip_asyncio)
{
    if (near->length == 0 || near->depth != depth || near->skip_asyncio != skip_asyncio)
        return 0;
    for (uint32_t index = 0; index < near->length; index += 2, frame = frame_outer(frame))
        if (frame == NULL || near->frames[index] != (uintptr_t)frame_code(frame) ||
            near->frames[index + 1] != frame_place(frame))
            return 0;
    return near->full || (frame == NULL ? NULL : frame_code(frame)) == near->beyond;
}

/* The stack of the chain that a walk has found. */
static int64_t stack_of_chain(Native *native, const uintptr_t *key, uint32_t length, RawFrame *innermost,
                              PyFrameObject *object, int depth, int skip_asyncio)
{
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

int64_t stack_of(Native *native, RawFrame *innermost, PyFrameObject *object, int depth, int skip_asyncio)
{
    if (FAULT("caller"))
        return -1;
    if (innermost == NULL)
        return 0;
    NearStack *near = near_stack(native, innermost, depth, skip_asyncio), walk;
    if (is_same_walk(near, innermost, depth, skip_asyncio))
        return near->stack;
    uintptr_t key[2 * CHAIN_MAX];
    uint32_t length = 0, looked = 0;
    if (depth > CHAIN_MAX)
        return caller_as_object(native, innermost, object, depth, skip_asyncio);
    walk = (NearStack){.depth = depth, .skip_asyncio = skip_asyncio};
    for (RawFrame *frame = innermost; frame != NULL; frame = frame_outer(frame)) {
        PyCodeObject *code = frame_code(frame);
        int kind = code_kind(native, code); /* keeps the code alive */
        if (kind < 0)
            return -1;
        if (kind == bound.kind_outside) {
            walk.beyond = code;
            break;
        }
        uintptr_t offset = frame_place(frame);
        if (looked < NEAR_FRAMES) {
            walk.frames[2 * looked] = (uintptr_t)code;
            walk.frames[2 * looked + 1] = offset;
        }
        looked++;
        if (length > 0 || kind == bound.kind_user || (kind == bound.kind_asyncio && !skip_asyncio)) {
            key[length++] = (uintptr_t)code;
            key[length++] = offset;
            if ((walk.full = length == 2 * (uint32_t)depth))
                break;
        }
    }
    walk.stack = stack_of_chain(native, key, length, innermost, object, depth, skip_asyncio);
    if (walk.stack >= 0 && looked <= NEAR_FRAMES) {
        walk.length = 2 * looked;
        *near = walk;
    }
    return walk.stack;
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

/* uvloop's own methods, seen (`_uvloop_io`): what they call in C is told before and after, and nothing of the method is
   another one: neither its identity nor its text, and no frame is below the program's. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#if !defined(_WIN32)
#include <dlfcn.h>
#endif

#include "accelerate.h" /* what is declared from here on is hidden from other libraries */

#define MOST 24
#define FAST (METH_FASTCALL | METH_KEYWORDS)

typedef PyObject *(*Plain)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

static struct {
    Plain plain;
    PyObject *before, *after; /* Python's, for good; NULL = none */
    int writes;               /* its first argument is data that goes out */
} seen[MOST];
static int seen_count;
static PyObject *buffered; /* Python's, told when data waits in a transport */

static Native *recording(void)
{
    return current_native != NULL && current_native->live ? current_native : NULL;
}

/* What `hook` returned; NULL without an error where it failed and the recorder ended. */
static PyObject *told(PyObject *hook, Native *native, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *result)
{
    PyObject *recorder = new_ref(native->recorder), *answer = NULL, *given = PyTuple_New(count);
    for (Py_ssize_t index = 0; given != NULL && index < count; index++)
        PyTuple_SET_ITEM(given, index, new_ref(args[index]));
    if (given != NULL && !FAULT("uvloop_method"))
        answer = PyObject_CallFunctionObjArgs(hook, recorder, self, given, result, NULL);
    Py_XDECREF(given);
    if (answer == NULL)
        (void)guard(recorder);
    Py_DECREF(recorder);
    return answer;
}

/* The size of what waits in the transport's buffer is asked of uvloop itself. */
static int wrote(Native *native, PyObject *transport, PyObject *data)
{
    PyObject *recorder = new_ref(native->recorder), *size = NULL, *done = NULL;
    int counted = count_bytes(native, transport, data, 0), result = -1;
    if (counted == 0) {
        done = PyObject_CallFunctionObjArgs(bound.written_data, recorder, transport, data, NULL);
        counted = done == NULL ? -1 : 1;
        Py_CLEAR(done);
    }
    if (counted > 0 && (size = PyObject_CallMethodObjArgs(transport, names.get_write_buffer_size, NULL)) != NULL) {
        int some = PyObject_IsTrue(size);
        result = some;
        if (some > 0) {
            done = PyObject_CallFunctionObjArgs(buffered, recorder, transport, size, NULL);
            result = done == NULL ? -1 : 0;
        }
    }
    Py_XDECREF(size);
    Py_XDECREF(done);
    result = result < 0 ? guard(recorder) : 0;
    Py_DECREF(recorder);
    return result;
}

static PyObject *call(int number, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    Native *native = recording();
    PyObject *changed = NULL, *result, *answer, *const *given = args;
    PyObject *stack[8];
    Py_ssize_t all = count + (keywords != NULL ? PyTuple_GET_SIZE(keywords) : 0);
    if (native != NULL && seen[number].before != NULL) {
        changed = told(seen[number].before, native, self, args, count, NULL);
        if (changed == NULL && PyErr_Occurred())
            return NULL;
        if (changed != NULL && PyTuple_Check(changed) && PyTuple_GET_SIZE(changed) == 2 && count >= 2 && all <= 8) {
            memcpy(stack, args, sizeof *args * all);
            stack[0] = PyTuple_GET_ITEM(changed, 0);
            stack[1] = PyTuple_GET_ITEM(changed, 1);
            given = stack;
        }
    }
    result = seen[number].plain(self, given, count, keywords);
    Py_XDECREF(changed);
    native = recording();
    if (result == NULL || native == NULL)
        return result;
    if (seen[number].writes) {
        if (count > 0 && wrote(native, self, args[0]) < 0)
            Py_CLEAR(result);
    }
    else if (seen[number].after != NULL) {
        answer = told(seen[number].after, native, self, args, count, result);
        if (answer == NULL && PyErr_Occurred())
            Py_CLEAR(result);
        Py_XDECREF(answer);
    }
    return result;
}

/* A method of C's is told nothing of which one it is: each has a function of its own. */
#define EACH(_) \
    _(0) _(1) _(2) _(3) _(4) _(5) _(6) _(7) _(8) _(9) _(10) _(11) _(12) _(13) _(14) _(15) _(16) _(17) _(18) _(19) _(20) _(21) \
    _(22) _(23)
#define DEFINE(number) \
    static PyObject *call_##number(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) \
    { \
        return call(number, self, args, count, keywords); \
    }
EACH(DEFINE)
#define NAME(number) call_##number,
static const Plain functions[MOST] = {EACH(NAME)};

int in_library_of(PyTypeObject *owner, const void *address)
{
#if !defined(_WIN32)
    Dl_info where, home;
    return dladdr((void *)owner, &home) != 0 && dladdr(address, &where) != 0 && where.dli_fbase == home.dli_fbase;
#else
    return 0;
#endif
}
#define AT_HOME(address) in_library_of(owner, (const void *)(uintptr_t)(address))

/* Of a function that Cython made: its definition, when it has this name and lies in the same library as its class. NULL
   without an error = it is made in another way, and nothing of it may be read. */
static PyMethodDef *definition_of(PyTypeObject *owner, PyObject *function, const char *name)
{
    if (strstr(Py_TYPE(function)->tp_name, "cython_function_or_method") == NULL ||
        Py_TYPE(function)->tp_basicsize < (Py_ssize_t)sizeof(PyCFunctionObject))
        return NULL;
    PyMethodDef *method = ((PyCFunctionObject *)function)->m_ml;
    if (!AT_HOME(method) || !AT_HOME(method->ml_name) || !AT_HOME(method->ml_meth) || method->ml_flags != FAST ||
        strcmp(method->ml_name, name) != 0)
        return NULL;
    return method;
}

static PyObject *see(PyObject *self, PyObject *args)
{
    PyObject *owner, *function, *before, *after;
    const char *name;
    int writes;
    if (!PyArg_ParseTuple(args, "O!sOOp:see", &PyType_Type, &owner, &name, &before, &after, &writes))
        return NULL;
    function = PyDict_GetItemString(((PyTypeObject *)owner)->tp_dict, name);
    PyMethodDef *method = function != NULL && seen_count < MOST ? definition_of((PyTypeObject *)owner, function, name) : NULL;
    if (method == NULL)
        Py_RETURN_FALSE;
    seen[seen_count].plain = (Plain)(void (*)(void))method->ml_meth;
    seen[seen_count].before = before == Py_None ? NULL : new_ref(before);
    seen[seen_count].after = after == Py_None ? NULL : new_ref(after);
    seen[seen_count].writes = writes;
    method->ml_meth = (PyCFunction)(void (*)(void))functions[seen_count++];
    Py_RETURN_TRUE;
}

/* Instances of a class of uvloop's, as it makes them itself -------------------------------------------------------------- */

static newfunc plain_new;         /* of older builds */
static vectorcallfunc plain_make; /* of those whose classes are called so */
static PyObject *made;            /* Python's */

static PyObject *was_made(PyObject *object, PyObject *loop)
{
    Native *native = recording();
    if (object == NULL || native == NULL)
        return object;
    PyObject *answer = told(made, native, loop, &loop, 1, object);
    if (answer == NULL && PyErr_Occurred())
        Py_CLEAR(object);
    Py_XDECREF(answer);
    return object;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *object = plain_new(type, args, keywords);
    return PyTuple_GET_SIZE(args) > 0 ? was_made(object, PyTuple_GET_ITEM(args, 0)) : object;
}

static PyObject *make_quickly(PyObject *type, PyObject *const *args, size_t count, PyObject *keywords)
{
    PyObject *object = plain_make(type, args, count, keywords);
    return (count & ~((size_t)1 << (8 * sizeof(size_t) - 1))) > 0 ? was_made(object, args[0]) : object;
}

static PyObject *see_new(PyObject *self, PyObject *args)
{
    PyTypeObject *owner;
    PyObject *hook;
    if (!PyArg_ParseTuple(args, "O!O:see_new", &PyType_Type, &owner, &hook))
        return NULL;
    if (made != NULL || owner->tp_flags & Py_TPFLAGS_HEAPTYPE || !AT_HOME(owner->tp_new) ||
        (owner->tp_vectorcall != NULL && !AT_HOME(owner->tp_vectorcall)))
        Py_RETURN_FALSE;
    made = new_ref(hook);
    if (owner->tp_vectorcall != NULL) {
        plain_make = owner->tp_vectorcall;
        owner->tp_vectorcall = make_quickly;
    }
    else {
        plain_new = owner->tp_new;
        owner->tp_new = make;
    }
    Py_RETURN_TRUE;
}

static PyObject *tell_buffered(PyObject *self, PyObject *hook)
{
    slot_set(&buffered, new_ref(hook));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"see", see, METH_VARARGS,
     "see(owner, name, before, after, writes): from now on tell of its calls. False where that cannot be."},
    {"see_new", see_new, METH_VARARGS, "see_new(owner, hook): from now on tell of its instances. False where that cannot be."},
    {"tell_buffered", tell_buffered, METH_O, "tell_buffered(hook): called with recorder, transport and size after a write."},
    {NULL, NULL, 0, NULL},
};

int uvloop_methods_init(PyObject *module)
{
    return PyModule_AddFunctions(module, methods);
}

/* uvloop's loops (`_uvloop`): the place of the ready queue in a loop, and what its handles call. */

#include "accelerate.h"

/* Handles have no attributes for it; they refer to the loop, the context, the callback and its arguments, in this
   order. All borrowed. */
typedef struct {
    PyObject *callback, *args;
    int in_context;
} Referents;

static int visit(PyObject *value, void *found)
{
    Referents *referents = found;
    if (!referents->in_context) {
        referents->in_context = PyContext_CheckExact(value);
        return 0;
    }
    if (referents->callback == NULL) {
        referents->callback = value;
        return 0;
    }
    referents->args = value;
    return 1;
}

static Referents referents_of(PyObject *handle)
{
    Referents referents = {NULL, NULL, 0};
    traverseproc traverse = Py_TYPE(handle)->tp_traverse;
    if (traverse != NULL)
        traverse(handle, visit, &referents);
    return referents;
}

/* Where the handles of a class keep what they call: the only place in one that holds it. 0 = not known. */
static Py_ssize_t callback_place(PyObject *handle, PyObject *callback)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t offset = sizeof(PyObject); offset + (Py_ssize_t)sizeof(PyObject *) <= Py_TYPE(handle)->tp_basicsize;
         offset += sizeof(PyObject *))
        if (SLOT(handle, offset) == callback) {
            if (found != 0)
                return 0;
            found = offset;
        }
    return found;
}

PyObject *uvloop_callback(PyObject *handle)
{
    static PyTypeObject *known; /* owned; looked through once, since each step asks twice */
    static Py_ssize_t place;
    if (Py_TYPE(handle) == known)
        return new_ref(SLOT(handle, place));
    Referents referents = referents_of(handle);
    if (referents.callback != NULL && referents.callback != Py_None && known == NULL &&
        (place = callback_place(handle, referents.callback)) != 0)
        known = (PyTypeObject *)new_ref((PyObject *)Py_TYPE(handle));
    return new_ref(referents.callback != NULL ? referents.callback : Py_None);
}

PyObject *uvloop_args(PyObject *handle)
{
    Referents referents = referents_of(handle);
    return new_ref(referents.args != NULL ? referents.args : Py_None);
}

/* Where in an object the pointer to another is ------------------------------------------------------------------- */

static PyObject *field(PyObject *self, PyObject *args)
{
    PyObject *object, *value;
    Py_ssize_t near;
    if (!PyArg_ParseTuple(args, "OOn:field", &object, &value, &near))
        return NULL;
    Py_ssize_t size = Py_TYPE(object)->tp_basicsize < near ? Py_TYPE(object)->tp_basicsize : near;
    for (Py_ssize_t offset = sizeof(PyObject); offset + (Py_ssize_t)sizeof(PyObject *) <= size; offset += sizeof(PyObject *))
        if (SLOT(object, offset) == value)
            return PyLong_FromSsize_t(offset);
    return PyLong_FromLong(0);
}

static PyObject *set_field(PyObject *self, PyObject *args)
{
    PyObject *object, *value;
    Py_ssize_t offset;
    if (!PyArg_ParseTuple(args, "OnO:set_field", &object, &offset, &value))
        return NULL;
    slot_set(&SLOT(object, offset), new_ref(value));
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"field", field, METH_VARARGS, "field(object, value, near): how far into `object` it refers to `value`, 0 = not so near."},
    {"set_field", set_field, METH_VARARGS, "set_field(object, offset, value): what `field` has found is another object now."},
    {NULL, NULL, 0, NULL},
};

int uvloop_init(PyObject *module)
{
    return PyModule_AddFunctions(module, methods);
}

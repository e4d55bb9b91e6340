/* What becomes of an error of the recorder's own, and such errors on purpose, for the tests. */

#include "accelerate.h"
#include <string.h>

const char *fault_name;
static long fault_after;
static char fault_text[64];

int guard(PyObject *recorder)
{
    PyObject *type, *value, *traceback;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_RuntimeError, "the queue is not in order");
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1; /* a KeyboardInterrupt, say, that came while Python ran */
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (recorder != NULL) {
        PyObject *done = PyObject_CallMethodObjArgs(recorder, names.broke, value ? value : Py_None, NULL);
        Py_XDECREF(done);
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_Exception))
            return -1;
        PyErr_Clear();
    }
    return 0;
}

/* `value` was taken out of a deque, and an error is set that is the program's: nobody took it. */
void put_back(PyCFunction appendleft, PyObject *deque, PyObject *value)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject *done = appendleft(deque, value);
    Py_XDECREF(done);
    PyErr_Restore(type, error, traceback);
}

int fault_met(const char *name)
{
    if (strcmp(name, fault_name) != 0 || fault_after-- > 0)
        return 0;
    PyErr_SetString(PyExc_RuntimeError, "a bug of the recorder");
    return 1;
}

PyObject *fault(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "sl:fault", &name, &fault_after))
        return NULL;
    strncpy(fault_text, name, sizeof fault_text - 1);
    fault_name = fault_text;
    Py_RETURN_NONE;
}

/* Bytes that pass through connections: `_connections._received` and `_written`, for what is mostly passed. */

#include "frames.h"

PyTypeObject *Counts_Type;

static PyMemberDef members[] = {
    {"ident", T_UINT, offsetof(Counts, ident), 0, NULL},
    {"received", T_LONGLONG, offsetof(Counts, received), 0, NULL},
    {"sent", T_LONGLONG, offsetof(Counts, sent), 0, NULL},
    {"told_received", T_LONGLONG, offsetof(Counts, told_received), 0, NULL},
    {"told_sent", T_LONGLONG, offsetof(Counts, told_sent), 0, NULL},
    {"open", T_BOOL, offsetof(Counts, open), 0, NULL},
    {"untold", T_BOOL, offsetof(Counts, untold), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_members, members}, {0, NULL}};
static PyType_Spec spec = {"loopscope._accelerate.Counts", sizeof(Counts), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

int traffic_init(PyObject *module)
{
    Counts_Type = (PyTypeObject *)PyType_FromSpec(&spec);
    return Counts_Type == NULL ? -1 : PyModule_AddObject(module, "Counts", new_ref((PyObject *)Counts_Type));
}

Counts *counts_of(Native *native, PyObject *transport)
{
    NearCounts *near = &native->near_counts[NEAR_OF(transport) % NEAR_OBJECTS];
    if (near->transport == transport && near->counts->open) /* a closed one's address may be another's by now */
        return near->counts;
    PyObject *address = PyLong_FromVoidPtr(transport);
    if (address == NULL)
        return NULL;
    PyObject *found = PyDict_GetItemWithError(native->open_connections, address);
    Py_DECREF(address);
    if (found == NULL || !PyObject_TypeCheck(found, Counts_Type))
        return NULL;
    Counts *before = near->counts;
    *near = (NearCounts){transport, (Counts *)new_ref(found)};
    Py_XDECREF(before);
    return near->counts;
}

int count_bytes(Native *native, PyObject *transport, PyObject *data, int received)
{
    if (data == NULL || !PyBytes_CheckExact(data))
        return 0;
    Counts *counts = counts_of(native, transport);
    if (counts == NULL)
        return PyErr_Occurred() ? -1 : 1;
    return count_more(native, counts, PyBytes_GET_SIZE(data), received) < 0 ? -1 : 1;
}

int count_more(Native *native, Counts *counts, Py_ssize_t size, int received)
{
    *(received ? &counts->received : &counts->sent) += size;
    if (counts->untold)
        return 0;
    PyObject *ident = PyLong_FromUnsignedLong(counts->ident);
    int failed = ident == NULL || PyDict_SetItem(native->untold_connections, ident, (PyObject *)counts) < 0;
    Py_XDECREF(ident);
    counts->untold = 1;
    return failed ? -1 : 0;
}

/* What changes with every step in the state of a loop's recording: numbers that cost no objects here, and that Python
   reads and sets as attributes of the queue all the same. */

#include "accelerate.h"

Py_ssize_t state_offset;

/* Their offsets count from the end of the deque, whose size is known when it is there. */
static PyMemberDef members[] = {
    {"began", T_LONGLONG, offsetof(LoopState, began), 0, NULL},
    {"poll_ended", T_LONGLONG, offsetof(LoopState, poll_ended), 0, NULL},
    {"thread", T_ULONG, offsetof(LoopState, thread), 0, NULL},
    {"polled", T_UINT, offsetof(LoopState, polled), 0, NULL},
    {"loop_id", T_UINT, offsetof(LoopState, loop_id), 0, NULL},
    {"late", T_INT, offsetof(LoopState, late), 0, NULL},
    {"spins", T_INT, offsetof(LoopState, spins), 0, NULL},
    {"watching", T_INT, offsetof(LoopState, watching), 0, NULL},
    {"busy", T_BOOL, offsetof(LoopState, busy), 0, NULL},
    {"held", T_BOOL, offsetof(LoopState, held), 0, NULL},
    {"polling", T_BOOL, offsetof(LoopState, polling), 0, NULL},
    {"uvloop", T_BOOL, offsetof(LoopState, uvloop), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot slots[] = {{Py_tp_members, members}, {0, NULL}};
static PyType_Spec spec = {"loopscope._accelerate.LoopState", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

int state_init(PyObject *module)
{
    PyObject *collections = PyImport_ImportModule("collections");
    PyTypeObject *deque = collections ? (PyTypeObject *)PyObject_GetAttrString(collections, "deque") : NULL;
    Py_XDECREF(collections);
    if (deque == NULL)
        return -1;
    if (state_offset == 0) {
        state_offset = (deque->tp_basicsize + 7) / 8 * 8;
        for (PyMemberDef *member = members; member->name != NULL; member++)
            member->offset += state_offset;
        spec.basicsize = (int)(state_offset + (Py_ssize_t)sizeof(LoopState));
    }
    PyObject *bases = PyTuple_Pack(1, deque);
    PyObject *type = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;
    Py_XDECREF(bases);
    return type == NULL ? -1 : PyModule_AddObject(module, "LoopState", type);
}

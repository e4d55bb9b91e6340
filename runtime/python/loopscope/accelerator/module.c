/* The module `loopscope._accelerate`: what Python tells it about itself, the clock. */

#include "accelerate.h"
#include <string.h>
#include <time.h>

/* Grows with every change that `_accelerator.py` must know of: an older build is not used. */
#define INTERFACE 9

Bound bound;
Names names;

int64_t now_ns(void)
{
#if defined(CLOCK_MONOTONIC)
    if (bound.monotonic_clock) {
        struct timespec now;
        if (clock_gettime(CLOCK_MONOTONIC, &now) == 0)
            return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    }
#endif
    PyObject *number = PyObject_CallFunctionObjArgs(bound.clock, NULL);
    if (number == NULL)
        return -1;
    int64_t time = PyLong_AsLongLong(number);
    Py_DECREF(number);
    return time;
}

/* Reading what `bind` was given ------------------------------------------------------------------------------------- */

/* Borrowed; kept alive by the bound dict, which is never given back. */
static PyObject *given(PyObject *facts, const char *name)
{
    PyObject *value = PyDict_GetItemString(facts, name);
    if (value == NULL)
        PyErr_Format(PyExc_KeyError, "bind() was not told %s", name);
    return value;
}

static int number(PyObject *facts, const char *name, int64_t *result)
{
    PyObject *value = given(facts, name);
    if (value == NULL)
        return -1;
    *result = PyLong_AsLongLong(value);
    return *result == -1 && PyErr_Occurred() ? -1 : 0;
}

/* Where instances of a class keep one of its __slots__. */
static int slot(PyTypeObject *type, const char *name, Py_ssize_t *offset)
{
    PyObject *member = PyObject_GetAttrString((PyObject *)type, name);
    int result = -1;
    if (member != NULL && Py_TYPE(member) == &PyMemberDescr_Type &&
        ((PyMemberDescrObject *)member)->d_member->type == T_OBJECT_EX) {
        *offset = ((PyMemberDescrObject *)member)->d_member->offset;
        result = 0;
    }
    else if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "%s.%s is no slot", type->tp_name, name);
    }
    Py_XDECREF(member);
    return result;
}

static PyGetSetDef *getset(PyTypeObject *type, const char *name)
{
    for (; type != NULL; type = type->tp_base)
        for (PyGetSetDef *entry = type->tp_getset; entry != NULL && entry->name != NULL; entry++)
            if (strcmp(entry->name, name) == 0)
                return entry;
    return NULL; /* then the attribute is read as Python does */
}

static PyTypeObject *type_given(PyObject *facts, const char *name)
{
    PyObject *value = given(facts, name);
    if (value != NULL && !PyType_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s is no class", name);
        return NULL;
    }
    return (PyTypeObject *)value;
}

static int code_given(PyObject *facts, const char *name, PyCodeObject **code)
{
    PyObject *value = given(facts, name);
    if (value == NULL || (value != Py_None && !PyCode_Check(value))) {
        if (value != NULL)
            PyErr_Format(PyExc_TypeError, "%s is no code", name);
        return -1;
    }
    *code = value == Py_None ? NULL : (PyCodeObject *)value;
    return 0;
}

static int bind_slots(void)
{
#define QUEUE_SLOT(name) slot(bound.LoopQueue, #name, &bound.queue.name) < 0
#define TASK_SLOT(name) slot(bound.TaskRef, #name, &bound.task_ref.name) < 0
    return slot(bound.Items, "queue", &bound.items.queue) < 0 || slot(bound.Items, "ref", &bound.items.ref) < 0 ||
                   QUEUE_SLOT(buffer) || QUEUE_SLOT(loop) || QUEUE_SLOT(native) || QUEUE_SLOT(recorder) || QUEUE_SLOT(ref) ||
                   QUEUE_SLOT(scheduled) || QUEUE_SLOT(task) || QUEUE_SLOT(timers) || TASK_SLOT(id) || TASK_SLOT(key) ||
                   TASK_SLOT(cancelling) || TASK_SLOT(message) || TASK_SLOT(name) || TASK_SLOT(rescheduled) ||
                   TASK_SLOT(telling) || slot(bound.ObjectRef, "id", &bound.object_ref.id) < 0 ||
                   slot(bound.ObjectRef, "key", &bound.object_ref.key) < 0 ||
                   slot(bound.ObjectRef, "window_ns", &bound.object_ref.window_ns) < 0 ||
                   slot(bound.ObjectRef, "told", &bound.object_ref.told) < 0 ||
                   slot(bound.Handle, "_callback", &bound.handle.callback) < 0 ||
                   slot(bound.Handle, "_args", &bound.handle.args) < 0 ||
                   slot(bound.Handle, "_cancelled", &bound.handle.cancelled) < 0 ||
                   slot(bound.Handle, "_loop", &bound.handle.loop) < 0 ||
                   slot(bound.TimerHandle, "_when", &bound.handle.when) < 0
               ? -1
               : 0;
}

static void bind_getters(void)
{
    PyObject *name = bound.get_name;
    PyMethodDef *method = Py_TYPE(name) == &PyMethodDescr_Type ? ((PyMethodDescrObject *)name)->d_method : NULL;
    bound.task_name = method != NULL && method->ml_flags == METH_NOARGS ? method->ml_meth : NULL;
    bound.task = (TaskGetters){getset(bound.Task, "_state"), getset(bound.Task, "_coro"), getset(bound.Task, "_fut_waiter"),
                               getset(bound.Task, "_exception"), getset(bound.Task, "_must_cancel")};
    bound.future_state = getset(bound.Future, "_state");
    bound.future_callbacks = getset(bound.Future, "_callbacks");
    bound.cr_await = getset(&PyCoro_Type, "cr_await");
    bound.gi_yieldfrom = getset(&PyGen_Type, "gi_yieldfrom");
    bound.ag_await = getset(&PyAsyncGen_Type, "ag_await");
}

static int in_main_interpreter(void)
{
#if PY_VERSION_HEX < 0x03090000
    return PyThreadState_Get()->interp == PyInterpreterState_Main();
#else
    return PyInterpreterState_Get() == PyInterpreterState_Main();
#endif
}

static PyObject *bind(PyObject *self, PyObject *facts)
{
    if (!PyDict_Check(facts)) {
        PyErr_SetString(PyExc_TypeError, "bind() takes a dict");
        return NULL;
    }
    if (!in_main_interpreter() || bound.LoopQueue != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the accelerator serves the main interpreter, once");
        return NULL;
    }
    Bound empty = {0};
#define TYPE(name) (bound.name = type_given(facts, #name)) == NULL
#define OBJECT(name) (bound.name = given(facts, #name)) == NULL
#define CODE(name) code_given(facts, #name, &bound.name) < 0
    if (TYPE(LoopQueue) || TYPE(TaskRef) || TYPE(ObjectRef) || TYPE(Handle) || TYPE(TimerHandle) || TYPE(Task) ||
        TYPE(Future) || TYPE(Gathering) || OBJECT(get_name) || OBJECT(current_task) || OBJECT(current_tasks) || OBJECT(scheduled_tasks) ||
        OBJECT(py_step) || OBJECT(py_wakeup) || OBJECT(loop_time) || OBJECT(kinds) || OBJECT(ends) || OBJECT(cython) ||
        OBJECT(kind_of_type) || OBJECT(through) || OBJECT(received) || OBJECT(written) || OBJECT(written_data) || OBJECT(spinning) || OBJECT(tell) || OBJECT(tell_read) || OBJECT(tell_items) || TYPE(Items) || OBJECT(unset) || OBJECT(clock) || OBJECT(View) || TYPE(Selector) ||
        CODE(run_once) || CODE(queue_get) || CODE(queue_shutdown) || bind_slots() < 0)
        goto failed;
#define NUMBER(name)                                                                                                     \
    do {                                                                                                                 \
        int64_t value;                                                                                                   \
        if (number(facts, #name, &value) < 0)                                                                            \
            goto failed;                                                                                                 \
        bound.name = value;                                                                                              \
    } while (0)
    NUMBER(clocks_apart_ns);
    NUMBER(monotonic_clock);
    NUMBER(flush_at_poll_ns);
    NUMBER(full);
    NUMBER(creation_depth);
    NUMBER(waker_depth);
    NUMBER(in_window);
    NUMBER(window_ns);
    NUMBER(level_depth);
    NUMBER(max_lost);
    NUMBER(repeats_after);
    NUMBER(max_string_bytes);
    NUMBER(kind_outside);
    NUMBER(kind_user);
    NUMBER(kind_asyncio);
    NUMBER(callback_other);
    NUMBER(callback_step);
    NUMBER(callback_wakeup);
    NUMBER(callback_builtin);
    NUMBER(callback_method);
    NUMBER(ev_step_begin);
    NUMBER(ev_step_suspend);
    NUMBER(ev_step_yield);
    NUMBER(ev_step_return);
    NUMBER(ev_callback_begin);
    NUMBER(ev_timer_begin);
    NUMBER(ev_run_end);
    NUMBER(ev_task_create);
    NUMBER(ev_task_ready);
    NUMBER(ev_poll_begin);
    NUMBER(ev_poll_end);
    NUMBER(ev_level);
    NUMBER(ev_signal);
    NUMBER(ev_timer_set);
    NUMBER(ev_timer_run);
    NUMBER(ev_timer_cancel);
    NUMBER(def_task);
    NUMBER(def_string);
    NUMBER(def_object);
    NUMBER(object_future);
    bind_getters();
    if (bound.cr_await == NULL || bound.gi_yieldfrom == NULL || bound.ag_await == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "coroutines of a kind that the accelerator does not know");
        goto failed;
    }
    if (hooks_init(self) < 0 || items_init(self) < 0)
        goto failed;
    Py_INCREF(facts); /* for good: everything above is borrowed from it */
    Py_RETURN_NONE;
failed:
    bound = empty;
    return NULL;
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_O, "bind(facts): once, before anything else."},
    {"fault", fault, METH_VARARGS, "fault(name, after): the hook of that name raises after so many calls. For tests."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "loopscope._accelerate", "The recorder's hot paths in C; used by `_accelerator`.", -1, methods,
    NULL, NULL, NULL, NULL,
};

#if defined(__GNUC__) || defined(__clang__)
#pragma GCC visibility push(default) /* Python looks it up, and 3.8's headers do not say so */
#endif
PyMODINIT_FUNC PyInit__accelerate(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL)
        return NULL;
#define INTERN(name, text)                                                                                               \
    if (names.name == NULL && (names.name = PyUnicode_InternFromString(text)) == NULL)                                   \
        goto failed;
    NAMES(INTERN)
    if (PyModule_AddIntConstant(module, "INTERFACE", INTERFACE) < 0 || events_init(module) < 0 ||
        scheduled_init(module) < 0 || native_init(module) < 0 || traffic_init(module) < 0 || timers_init(module) < 0 || state_init(module) < 0 || watched_init(module) < 0 || uvloop_init(module) < 0 || uvloop_methods_init(module) < 0 || uvloop_calls_init(module) < 0 || uvloop_handles_init(module) < 0)
        goto failed;
    return module;
failed:
    Py_DECREF(module);
    return NULL;
}

/* The program's timers: `_timers._Scheduled`, for the loop of the running thread. All else is left to Python. */

#include "frames.h"

PyTypeObject *TimerState_Type;

/* The tables ------------------------------------------------------------------------------------------------------- */

static PyObject *state_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    TimerState *state = (TimerState *)type->tp_alloc(type, 0);
    if (state == NULL)
        return NULL;
    state->pending = (Scheduled *)PyObject_CallFunctionObjArgs((PyObject *)Scheduled_Type, NULL);
    state->due = (Scheduled *)PyObject_CallFunctionObjArgs((PyObject *)Scheduled_Type, NULL);
    if (state->pending == NULL || state->due == NULL)
        Py_CLEAR(state);
    return (PyObject *)state;
}

static void state_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(((TimerState *)self)->pending);
    Py_CLEAR(((TimerState *)self)->due);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef state_members[] = {
    {"pending", T_OBJECT_EX, offsetof(TimerState, pending), READONLY, NULL},
    {"due", T_OBJECT_EX, offsetof(TimerState, due), READONLY, NULL},
    {"count", T_UINT, offsetof(TimerState, count), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot state_slots[] = {
    {Py_tp_new, state_new}, {Py_tp_dealloc, state_dealloc}, {Py_tp_members, state_members}, {0, NULL},
};
static PyType_Spec state_spec = {"loopscope._accelerate.TimerState", sizeof(TimerState), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, state_slots};

/* The attribute `_scheduled` of a timer's handle -------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *plain;            /* the class's own descriptor of the slot, which goes on to hold the value */
    PyObject *was_set, *was_cancelled; /* what does it in Python: called with the recorder, the handle, a frame */
    PyCodeObject *call_at, *call_later, *cancelled;
} TimerSlot;

static Native *recording(void)
{
    return current_native != NULL && current_native->live ? current_native : NULL;
}

/* The queue of a handle's loop, when this thread runs it. New reference; NULL without an error otherwise. */
static PyObject *own_queue(PyObject *handle)
{
    PyObject *loop = SLOT(handle, bound.handle.loop);
    PyObject *queue = loop ? PyObject_GetAttr(loop, names._ready) : NULL;
    if (queue == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError))
            PyErr_Clear();
        return NULL;
    }
    if (queue_runs_here(queue))
        return queue;
    Py_DECREF(queue);
    return NULL;
}

static int in_python(PyObject *how, Native *native, PyObject *handle, RawFrame *frame)
{
    PyFrameObject *object = frame ? frame_object(frame) : NULL;
    PyObject *done = NULL;
    if (!PyErr_Occurred())
        done = PyObject_CallFunctionObjArgs(how, native->recorder, handle, object ? (PyObject *)object : Py_None, NULL);
    Py_XDECREF(object);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int was_set(TimerSlot *self, Native *native, TimerState *timers, PyObject *handle)
{
    RawFrame *frame = frame_running();
    int kind = -1;
    if (frame != NULL && frame_code(frame) == self->call_at) {
        frame = frame_outer(frame);
        if (frame != NULL && frame_code(frame) == self->call_later)
            frame = frame_outer(frame);
        if (frame != NULL && (kind = code_kind(native, frame_code(frame))) < 0)
            return -1;
    }
    if (kind != bound.kind_user) {
        int64_t stack;
        uint32_t number;
        scheduled_pop(timers->pending, handle, &stack, &number);
        return 0;
    }
    PyObject *queue = own_queue(handle);
    if (queue == NULL)
        return PyErr_Occurred() ? -1 : in_python(self->was_set, native, handle, frame);
    int result = -1;
    int64_t stack = stack_of(native, frame, NULL, bound.creation_depth, 1), time;
    PyObject *callback = SLOT(handle, bound.handle.callback);
    int64_t location = stack < 0 || callback == NULL ? -1 : callback_location(native, callback);
    EventBuffer *buffer = queue_buffer(queue);
    uint32_t number = timers->count + 1;
    if (location >= 0 && buffer != NULL && scheduled_put(timers->pending, handle, stack, number) == 0) {
        timers->count = number;
        if ((time = now_ns()) >= 0)
            result = events_push(buffer, WITH_AUX(bound.ev_timer_set, stack), time, number, (uint32_t)location);
    }
    Py_DECREF(queue);
    return result;
}

static int left_heap(TimerState *timers, PyObject *handle)
{
    int64_t stack;
    uint32_t number;
    if (!scheduled_pop(timers->pending, handle, &stack, &number))
        return 0;
    PyObject *cancelled = SLOT(handle, bound.handle.cancelled);
    int is_gone = cancelled ? PyObject_IsTrue(cancelled) : 1;
    return is_gone < 0 ? -1 : is_gone ? 0 : scheduled_put(timers->due, handle, stack, number);
}

static int was_cancelled(TimerSlot *self, Native *native, TimerState *timers, PyObject *handle, RawFrame *frame)
{
    if (timers->pending->used == 0 && timers->due->used == 0)
        return 0;
    for (int further = 0; further < 2 && frame != NULL; further++) /* out of `cancel` */
        frame = frame_outer(frame);
    PyObject *queue = own_queue(handle);
    if (queue == NULL)
        return PyErr_Occurred() ? -1 : in_python(self->was_cancelled, native, handle, frame);
    int64_t stack, time;
    uint32_t number;
    int result = 0;
    if (scheduled_pop(timers->pending, handle, &stack, &number) || scheduled_pop(timers->due, handle, &stack, &number)) {
        EventBuffer *buffer = queue_buffer(queue);
        stack = stack_of(native, frame, NULL, bound.creation_depth, 1);
        int64_t task = stack < 0 ? -1 : current_id(native, queue, 1);
        result = buffer == NULL || task < 0 || (time = now_ns()) < 0
                     ? -1
                     : events_push(buffer, WITH_AUX(bound.ev_timer_cancel, stack), time, number, (uint32_t)task);
    }
    Py_DECREF(queue);
    return result;
}

static TimerState *timers_of(Native *native, PyObject *handle)
{
    if (!PyObject_TypeCheck(native->timers, TimerState_Type) || !PyObject_TypeCheck(handle, bound.TimerHandle))
        return NULL;
    return (TimerState *)native->timers;
}

static int timer_slot_set(PyObject *descriptor, PyObject *handle, PyObject *value)
{
    TimerSlot *self = (TimerSlot *)descriptor;
    if (Py_TYPE(self->plain)->tp_descr_set(self->plain, handle, value) < 0)
        return -1;
    Native *native = recording();
    TimerState *timers = native && value ? timers_of(native, handle) : NULL;
    if (timers == NULL)
        return 0;
    int true_now = FAULT("timer") ? -1 : PyObject_IsTrue(value);
    int told = true_now < 0 ? -1 : true_now ? was_set(self, native, timers, handle) : left_heap(timers, handle);
    return told < 0 ? guard(native->recorder) : 0;
}

static PyObject *timer_slot_get(PyObject *descriptor, PyObject *handle, PyObject *owner)
{
    TimerSlot *self = (TimerSlot *)descriptor;
    PyObject *value = Py_TYPE(self->plain)->tp_descr_get(self->plain, handle, owner);
    Native *native = value && handle ? recording() : NULL;
    TimerState *timers = native ? timers_of(native, handle) : NULL;
    RawFrame *frame = timers ? frame_running() : NULL;
    if (frame != NULL && frame_code(frame) == self->cancelled &&
        UNLIKELY(was_cancelled(self, native, timers, handle, frame) < 0) && guard(native->recorder) < 0)
        Py_CLEAR(value);
    return value;
}

static PyObject *timer_slot_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *plain, *set, *cancelled, *codes[3];
    if (!PyArg_ParseTuple(args, "OOOO!O!O!", &plain, &set, &cancelled, &PyCode_Type, &codes[0], &PyCode_Type, &codes[1],
                          &PyCode_Type, &codes[2]))
        return NULL;
    if (Py_TYPE(plain)->tp_descr_set == NULL || Py_TYPE(plain)->tp_descr_get == NULL) {
        PyErr_SetString(PyExc_TypeError, "no slot");
        return NULL;
    }
    TimerSlot *self = (TimerSlot *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->plain = new_ref(plain);
    self->was_set = new_ref(set);
    self->was_cancelled = new_ref(cancelled);
    self->call_at = (PyCodeObject *)new_ref(codes[0]);
    self->call_later = (PyCodeObject *)new_ref(codes[1]);
    self->cancelled = (PyCodeObject *)new_ref(codes[2]);
    return (PyObject *)self;
}

static void timer_slot_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    TimerSlot *self = (TimerSlot *)object;
    Py_CLEAR(self->plain);
    Py_CLEAR(self->was_set);
    Py_CLEAR(self->was_cancelled);
    Py_CLEAR(self->call_at);
    Py_CLEAR(self->call_later);
    Py_CLEAR(self->cancelled);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyType_Slot slot_slots[] = {
    {Py_tp_new, timer_slot_new},       {Py_tp_dealloc, timer_slot_dealloc}, {Py_tp_descr_set, timer_slot_set},
    {Py_tp_descr_get, timer_slot_get}, {0, NULL},
};
static PyType_Spec slot_spec = {"loopscope._accelerate.TimerSlot", sizeof(TimerSlot), 0, Py_TPFLAGS_DEFAULT, slot_slots};

int timers_init(PyObject *module)
{
    TimerState_Type = (PyTypeObject *)PyType_FromSpec(&state_spec);
    if (TimerState_Type == NULL || PyModule_AddObject(module, "TimerState", new_ref((PyObject *)TimerState_Type)) < 0)
        return -1;
    PyObject *slot = PyType_FromSpec(&slot_spec);
    return slot == NULL ? -1 : PyModule_AddObject(module, "TimerSlot", slot);
}

/* The frames that run, from the inside out, without making frame objects of them: that would cost more than all the
   rest of a hook. What is returned is borrowed, and good for as long as no frame of it returns. */

#ifndef LOOPSCOPE_FRAMES_H
#define LOOPSCOPE_FRAMES_H

#include "accelerate.h"

#if PY_VERSION_HEX < 0x030B0000 /* frames are objects always */

typedef PyFrameObject RawFrame;

static inline RawFrame *frame_running(void)
{
    return PyEval_GetFrame();
}

static inline RawFrame *frame_outer(const RawFrame *frame)
{
    return frame->f_back;
}

static inline PyCodeObject *frame_code(const RawFrame *frame)
{
    return frame->f_code;
}

/* Where in its code it stands, as a key: equal for equal instructions of one code. */
static inline uintptr_t frame_place(const RawFrame *frame)
{
    return (uintptr_t)(intptr_t)frame->f_lasti;
}

/* A local variable by its number. Borrowed; NULL = it has no value. */
static inline PyObject *frame_local(const RawFrame *frame, Py_ssize_t number)
{
    return frame->f_localsplus[number];
}

/* The number of a plain local variable, -1 = it is none. */
static inline Py_ssize_t local_number(PyCodeObject *code, PyObject *name)
{
    if (PySequence_Contains(code->co_cellvars, name) != 0)
        return -1;
    return PySequence_Contains(code->co_varnames, name) == 1 ? PySequence_Index(code->co_varnames, name) : -1;
}

/* NULL when it runs no more. */
static inline RawFrame *frame_of_object(PyFrameObject *object)
{
    return object;
}

/* The same as an object. New reference. */
static inline PyFrameObject *frame_object(RawFrame *frame)
{
    Py_INCREF(frame);
    return frame;
}

#else

#if defined(__GNUC__) || defined(__clang__)
#pragma GCC visibility push(default) /* what they declare is the interpreter's */
#endif
#define Py_BUILD_CORE
#if PY_VERSION_HEX >= 0x030E0000
#include "internal/pycore_interpframe.h"
#endif
#include "internal/pycore_code.h"
#include "internal/pycore_frame.h"
#undef Py_BUILD_CORE
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC visibility pop
#endif

typedef struct _PyInterpreterFrame RawFrame;

static inline RawFrame *frame_complete(RawFrame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame))
        frame = frame->previous;
    return frame;
}

static inline RawFrame *frame_running(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return frame_complete(PyThreadState_Get()->current_frame);
#else
    return frame_complete(PyThreadState_Get()->cframe->current_frame);
#endif
}

static inline RawFrame *frame_outer(const RawFrame *frame)
{
    return frame_complete(frame->previous);
}

static inline PyCodeObject *frame_code(RawFrame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return _PyFrame_GetCode(frame);
#else
    return frame->f_code;
#endif
}

static inline uintptr_t frame_place(RawFrame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (uintptr_t)frame->instr_ptr;
#else
    return (uintptr_t)frame->prev_instr;
#endif
}

static inline PyObject *frame_local(RawFrame *frame, Py_ssize_t number)
{
#if PY_VERSION_HEX >= 0x030E0000
    return PyStackRef_IsNull(frame->localsplus[number]) ? NULL : PyStackRef_AsPyObjectBorrow(frame->localsplus[number]);
#else
    return frame->localsplus[number];
#endif
}

static inline Py_ssize_t local_number(PyCodeObject *code, PyObject *name)
{
    PyObject *all = code->co_localsplusnames;
    Py_ssize_t number = PySequence_Contains(all, name) == 1 ? PySequence_Index(all, name) : -1;
    if (number < 0)
        return -1;
    const unsigned char kind = (unsigned char)PyBytes_AS_STRING(code->co_localspluskinds)[number];
    return (kind & (CO_FAST_LOCAL | CO_FAST_CELL)) == CO_FAST_LOCAL ? number : -1;
}

static inline RawFrame *frame_of_object(PyFrameObject *object)
{
    RawFrame *frame = object->f_frame;
    return frame->owner == FRAME_OWNED_BY_FRAME_OBJECT ? NULL : frame;
}

static inline PyFrameObject *frame_object(RawFrame *frame)
{
    /* Only the innermost one is made for us, and from it all others are reached. */
    PyFrameObject *object = PyEval_GetFrame();
    Py_XINCREF(object);
    while (object != NULL && object->f_frame != frame) {
        PyFrameObject *outer = PyFrame_GetBack(object);
        Py_DECREF(object);
        object = outer;
    }
    return object;
}

#endif

/* What a coroutine, a generator or an asynchronous generator waits for, as `cr_await` and its like say. Borrowed from it;
   NULL with an error. */
static inline PyObject *awaited_by(PyObject *coroutine, PyGetSetDef *getter)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyGenObject *generator = (PyGenObject *)coroutine; /* as `_PyGen_yf`, which is not for others */
    if (generator->gi_frame_state != FRAME_SUSPENDED_YIELD_FROM)
        return Py_None;
#if PY_VERSION_HEX >= 0x030E0000
    return PyStackRef_AsPyObjectBorrow(_PyFrame_StackPeek((RawFrame *)&generator->gi_iframe));
#else
    return _PyFrame_StackPeek((RawFrame *)&generator->gi_iframe);
#endif
#else
    PyObject *awaited = getter->get(coroutine, getter->closure);
    Py_XDECREF(awaited); /* the frame holds it */
    return awaited;
#endif
}

/* As `caller_stack`, from this frame outwards. `object` is the same frame, where there is an object of it, as of a frame of
   another thread there has to be; else NULL. */
int64_t stack_of(Native *native, RawFrame *innermost, PyFrameObject *object, int depth, int skip_asyncio);

/* Python code that runs calls the hook. */
static inline PyCodeObject *running_code(void)
{
    RawFrame *frame = frame_running();
    return frame == NULL ? NULL : frame_code(frame);
}

#endif

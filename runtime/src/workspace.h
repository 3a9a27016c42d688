/*===- workspace.h - scratch memory of a call -------------------*- C -*-===*/

#ifndef KALMIR_RUNTIME_WORKSPACE_H
#define KALMIR_RUNTIME_WORKSPACE_H

#include "kalmir/runtime.h"

/**
 * Takes the caller's workspace. Leaves null data where none is given, or none
 * is required.
 */
int32_t kalmir_rt_take_workspace(const kalmir_signature *signature, void *given,
                                 int64_t given_bytes, int64_t required,
                                 kalmir_rt_workspace *workspace);

#endif /* KALMIR_RUNTIME_WORKSPACE_H */

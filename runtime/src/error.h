/*===- error.h - the thread's last error --------------------------*- C -*-===*/

#ifndef KALMIR_RUNTIME_ERROR_H
#define KALMIR_RUNTIME_ERROR_H

#include "kalmir/runtime.h"

/** Leaves the formatted text for kalmir_last_error and returns `status`. */
__attribute__((format(printf, 2, 3))) int32_t kalmir_rt_fail(int32_t status,
                                                             const char *format,
                                                             ...);

/** "kla: input 1 'k' (argument 1)", in a buffer of the caller. */
const char *kalmir_rt_describe(const kalmir_signature *signature,
                               int64_t position, char buffer[160]);

#endif /* KALMIR_RUNTIME_ERROR_H */

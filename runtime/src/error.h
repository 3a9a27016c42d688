/*===- error.h - the thread's last error ------------------------*- C -*-===*/

#ifndef KALMIR_RUNTIME_ERROR_H
#define KALMIR_RUNTIME_ERROR_H

#include <stdint.h>

/** Leaves the formatted text for kalmir_last_error and returns `status`. */
__attribute__((format(printf, 2, 3))) int32_t kalmir_rt_fail(int32_t status,
                                                             const char *format,
                                                             ...);

#endif /* KALMIR_RUNTIME_ERROR_H */

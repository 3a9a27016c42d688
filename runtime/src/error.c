/*===- error.c - the thread's last error ----------------------------------===*/

#include "error.h"

#include "kalmir/runtime.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char last_error[512];

const char *kalmir_last_error(void) { return last_error; }

int32_t kalmir_abi_version(void) { return KALMIR_ABI_VERSION; }

int32_t kalmir_rt_fail(int32_t status, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(last_error, sizeof last_error, format, list);
  va_end(list);
  return status;
}

/*===- error.c - the thread's last error ----------------------------------===*/

#include "error.h"

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

const char *kalmir_rt_describe(const kalmir_signature *signature,
                               int64_t position, char buffer[160]) {
  int is_input = position < signature->num_inputs;
  snprintf(buffer, 160, "%s: %s %lld '%s' (argument %lld)", signature->name,
           is_input ? "input" : "output",
           (long long)(is_input ? position : position - signature->num_inputs),
           signature->args[position].name, (long long)position);
  return buffer;
}

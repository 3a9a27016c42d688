/* Entries that no compiler should write: one counts its calls, one leaves its
   result as it found it, one fails. OLD makes it a library of another time. */

#include "kalmir/runtime.h"

#include <stddef.h>

static const int64_t dims[] = {2};
static const kalmir_argument args[] = {
    {"y", {KALMIR_FLOAT, 32, 1}, 1, dims, NULL}};

#ifdef OLD
int32_t kalmir_abi_version(void) { return KALMIR_ABI_VERSION - 1; }
#else
int32_t kalmir_abi_version(void) { return KALMIR_ABI_VERSION; }
#endif
const char *kalmir_last_error(void) { return "failing: it is late"; }

static int32_t shapes(kalmir_tensor *const *tensors, int64_t count) {
  (void)count;
  tensors[0]->shape[0] = 2;
  return KALMIR_OK;
}
static int32_t workspace(int64_t *bytes) {
  *bytes = 0;
  return KALMIR_OK;
}
static int32_t info(kalmir_info *result) {
  *result = (kalmir_info){0, 0};
  return KALMIR_OK;
}

#define ENTRY(name)                                                            \
  const kalmir_signature name##_signature = {                                  \
      KALMIR_ABI_VERSION, 0, 1, 0, #name, args, KALMIR_DEVICE_CPU};            \
  int32_t name##_shapes(kalmir_tensor *const *tensors, int64_t count) {        \
    return shapes(tensors, count);                                             \
  }                                                                            \
  int32_t name##_workspace(kalmir_tensor *const *tensors, int64_t count,       \
                           int64_t *bytes) {                                   \
    (void)tensors, (void)count;                                                \
    return workspace(bytes);                                                   \
  }                                                                            \
  int32_t name##_info(kalmir_tensor *const *tensors, int64_t count,            \
                      kalmir_info *result) {                                   \
    (void)tensors, (void)count;                                                \
    return info(result);                                                       \
  }                                                                            \
  int32_t name(kalmir_tensor *const *tensors, int64_t count, void *space,      \
               int64_t bytes)

ENTRY(counting) {
  static float calls;
  (void)count, (void)space, (void)bytes;
  ((float *)tensors[0]->data)[0] = 1;
  ((float *)tensors[0]->data)[1] = calls++;
  return KALMIR_OK;
}

ENTRY(lazy) {
  (void)tensors, (void)count, (void)space, (void)bytes;
  return KALMIR_OK;
}

ENTRY(failing) {
  (void)tensors, (void)count, (void)space, (void)bytes;
  return KALMIR_BAD_ARGUMENT;
}

const kalmir_signature partial_signature = {
    KALMIR_ABI_VERSION, 0, 1, 0, "partial", args, KALMIR_DEVICE_CPU};

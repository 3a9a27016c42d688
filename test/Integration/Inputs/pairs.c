/* Calls @pairs of pairs.mlir with sizes whose workspace no memory holds, or
 * that 64 bits cannot count, and with a result of the wrong size. */

#define _GNU_SOURCE
#include "pairs.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { num_args = 4 };

/* Reserved, not used: the call must fail before it reads or writes any. */
static void *reserve(int64_t bytes) {
  return mmap(NULL, bytes, PROT_NONE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static void call(const char *what, int64_t n, int64_t zeros) {
  int64_t extents[num_args] = {n, n, n, zeros};
  kalmir_tensor tensors[num_args], *args[num_args];
  for (int i = 0; i < num_args; ++i) {
    kalmir_tensor *t = args[i] = &tensors[i];
    memset(t, 0, sizeof *t);
    t->data = reserve(extents[i]);
    t->device.device_type = KALMIR_DEVICE_CPU;
    t->ndim = 1;
    t->dtype = (kalmir_dtype){KALMIR_INT, 8, 1};
    t->shape = &extents[i];
    if (t->data == MAP_FAILED)
      printf("no addresses for the test\n");
  }
  int32_t status = pairs(args, num_args, NULL, 0);
  printf("%s: %d %s\n", what, status, status ? kalmir_last_error() : "");
  for (int i = 0; i < num_args; ++i)
    munmap(tensors[i].data, extents[i]);
}

int main(void) {
  call("zeros", 4096, 4096);
  call("memory", INT64_C(1) << 25, INT64_C(1) << 26);
  call("negative", INT64_C(3037000500), INT64_C(6074001000));
  /* n * n is 0 in 64 bits. */
  call("overflow", INT64_C(1) << 32, INT64_C(1) << 33);
  return 0;
}

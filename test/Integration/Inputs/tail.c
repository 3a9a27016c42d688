/* Calls @tail and @far of tail.mlir with extents that fit, and with others. */

#include "tail.h"

#include <stdio.h>

static kalmir_tensor tensor(float *data, int64_t *extent) {
  kalmir_tensor t = {0};
  t.data = data;
  t.device.device_type = KALMIR_DEVICE_CPU;
  t.ndim = 1;
  t.dtype = (kalmir_dtype){KALMIR_FLOAT, 32, 1};
  t.shape = extent;
  return t;
}

static void show(const char *what, int32_t status) {
  printf("%s: %d %s\n", what, status, kalmir_last_error());
}

int main(void) {
  int64_t long_extent = 4, count = 3, result_extent = 3, bytes = -7;
  float x[5] = {1, 2, 3, 4, 5}, y[5] = {0}, last[5] = {0};
  kalmir_tensor tx = tensor(x, &long_extent), ty = tensor(y, &count);
  kalmir_tensor tl = tensor(last, &result_extent);
  kalmir_tensor *args[] = {&tx, &ty, &tl};
  kalmir_info info = {-7, -7};
  int32_t status = tail(args, 3, NULL, 0);
  printf("fits: %d, %g %g %g\n", status, last[0], last[1], last[2]);

  long_extent = 2;
  last[0] = -1;
  result_extent = -7;
  show("shapes", tail_shapes(args, 3));
  show("workspace", tail_workspace(args, 2, &bytes));
  show("info", tail_info(args, 2, &info));
  int64_t unchanged = result_extent;
  result_extent = 3;
  show("call", tail(args, 3, NULL, 0));
  if (unchanged == -7 && bytes == -7 && info.chunks == -7 && last[0] == -1)
    printf("untouched\n");

  long_extent = 4;
  count = result_extent = 5;
  show("far", far(args, 3, NULL, 0));
  return 0;
}

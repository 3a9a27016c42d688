/* Calls @row_sums of row-sums.mlir through the generated header: shapes,
 * workspace and values, two threads at once, and every way to be refused. */

#include "row-sums.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static kalmir_tensor tensor(void *data, int32_t rank, int64_t *shape) {
  kalmir_tensor t;
  memset(&t, 0, sizeof t);
  t.data = data;
  t.device.device_type = KALMIR_DEVICE_CPU;
  t.ndim = rank;
  t.dtype.code = KALMIR_FLOAT;
  t.dtype.bits = 32;
  t.dtype.lanes = 1;
  t.shape = shape;
  return t;
}

/* The whole protocol, for n rows of m; the workspace from us or not. */
static const char *run(int64_t n, int64_t m, int give_workspace) {
  int64_t x_shape[] = {n, m}, bias_shape[] = {m};
  int64_t shifted_shape[2] = {-1, -1}, sum_shape[1] = {-1};
  float *x = malloc(sizeof(float) * (n * m + 1));
  float *bias = malloc(sizeof(float) * (m + 1));
  for (int64_t i = 0; i < n * m; ++i)
    x[i] = (float)(i % 17) - 4;
  for (int64_t j = 0; j < m; ++j)
    bias[j] = (float)j;
  kalmir_tensor tx = tensor(x, 2, x_shape), tb = tensor(bias, 1, bias_shape);
  kalmir_tensor ty = tensor(NULL, 2, shifted_shape);
  kalmir_tensor ts = tensor(NULL, 1, sum_shape);
  kalmir_tensor *args[] = {&tx, &tb, &ty, &ts};

  if (row_sums_shapes(args, 4))
    return kalmir_last_error();
  if (shifted_shape[0] != n || shifted_shape[1] != m || sum_shape[0] != n)
    return "wrong shapes";
  int64_t bytes = -1;
  if (row_sums_workspace(args, 2, &bytes))
    return kalmir_last_error();
  if (bytes < n * m * (int64_t)sizeof(float))
    return "workspace too small";
  kalmir_info info = {-1, -1};
  if (row_sums_info(args, 2, &info))
    return kalmir_last_error();
  if (info.state_steps != 0 || info.chunks != 0)
    return "state steps without a recurrence";

  float *y = malloc(sizeof(float) * (n * m + 1));
  float *s = malloc(sizeof(float) * (n + 1));
  for (int64_t i = 0; i < n * m + 1; ++i)
    y[i] = NAN;
  for (int64_t i = 0; i < n + 1; ++i)
    s[i] = NAN;
  ty.data = y;
  ts.data = s;
  /* One byte off: alignment is the callee's business. */
  char *workspace = give_workspace ? malloc(bytes + 1) : NULL;
  if (row_sums(args, 4, workspace ? workspace + 1 : NULL, bytes))
    return kalmir_last_error();
  for (int64_t i = 0; i < n; ++i) {
    float sum = 0;
    for (int64_t j = 0; j < m; ++j) {
      sum += 2 * x[i * m + j];
      if (y[i * m + j] != 2 * x[i * m + j] + bias[j])
        return "wrong value in shifted";
    }
    if (fabsf(s[i] - sum) > 1e-3f)
      return "wrong value in sum";
  }
  if (!isnan(y[n * m]) || !isnan(s[n]))
    return "wrote past the end";
  free(x);
  free(bias);
  free(y);
  free(s);
  free(workspace);
  return NULL;
}

static void *thread(void *argument) {
  for (int64_t i = 0; i < 50; ++i) {
    const char *problem = run(3 + i, 40 + (int64_t)(intptr_t)argument, i % 2);
    if (problem)
      return (void *)strdup(problem);
  }
  return NULL;
}

static void show(const char *what, int32_t status) {
  printf("%s: %d %s\n", what, status, kalmir_last_error());
}

static void refused(void) {
  int64_t x_shape[] = {2, 3}, bias_shape[] = {3}, sum_shape[] = {2};
  int64_t wrong[] = {4}, strides[] = {1, 2}, negative[] = {-1, 3};
  int64_t huge[] = {INT64_MAX, 3};
  float x[6] = {0}, bias[3] = {0}, y[6], s[2];
  kalmir_tensor tx = tensor(x, 2, x_shape), tb = tensor(bias, 1, bias_shape);
  kalmir_tensor ty = tensor(y, 2, x_shape), ts = tensor(s, 1, sum_shape);
  kalmir_tensor *args[] = {&tx, &tb, &ty, &ts};
  show("fine", row_sums(args, 4, NULL, 0));
  show("count", row_sums(args, 3, NULL, 0));
  show("no array", row_sums(NULL, 4, NULL, 0));
  kalmir_tensor *missing[] = {&tx, NULL, &ty, &ts};
  show("null", row_sums(missing, 4, NULL, 0));
  tx.shape = NULL;
  show("no shape", row_sums(args, 4, NULL, 0));
  tx.shape = x_shape;
  ty.shape = NULL;
  show("no room", row_sums_shapes(args, 4));
  ty.shape = x_shape;
  tx.ndim = 1;
  show("rank", row_sums(args, 4, NULL, 0));
  tx.ndim = 2;
  tx.dtype.bits = 64;
  show("dtype", row_sums(args, 4, NULL, 0));
  tx.dtype.bits = 32;
  tb.shape = wrong;
  show("symbol", row_sums(args, 4, NULL, 0));
  show("symbol in shapes", row_sums_shapes(args, 4));
  show("symbol in workspace", row_sums_workspace(args, 2, &x_shape[0]));
  tb.shape = bias_shape;
  ts.shape = wrong;
  show("output", row_sums(args, 4, NULL, 0));
  ts.shape = sum_shape;
  tx.shape = negative;
  show("negative", row_sums(args, 4, NULL, 0));
  tx.shape = huge;
  show("overflow", row_sums(args, 4, NULL, 0));
  tx.shape = x_shape;
  tx.strides = strides;
  show("strides", row_sums(args, 4, NULL, 0));
  tx.strides = NULL;
  tx.data = NULL;
  show("no data", row_sums(args, 4, NULL, 0));
  tx.data = (char *)x + 1;
  show("alignment", row_sums(args, 4, NULL, 0));
  tx.data = x;
  tx.device.device_type = 2;
  show("device", row_sums(args, 4, NULL, 0));
  tx.device.device_type = KALMIR_DEVICE_CPU;
  ty.data = x;
  show("overlap", row_sums(args, 4, NULL, 0));
  ty.data = y;
  show("workspace", row_sums(args, 4, x, 5));
  show("null bytes", row_sums_workspace(args, 2, NULL));
  show("null info", row_sums_info(args, 2, NULL));
}

int main(void) {
  if (kalmir_abi_version() != KALMIR_ABI_VERSION ||
      row_sums_signature.abi_version != KALMIR_ABI_VERSION)
    return 1;
  printf("%s %d %d %s\n", row_sums_signature.name,
         row_sums_signature.num_inputs, row_sums_signature.num_outputs,
         row_sums_signature.args[2].name);
  const int64_t sizes[][2] = {{1, 1}, {2, 3}, {33, 65}, {0, 3}, {3, 0}};
  for (int i = 0; i < 5; ++i) {
    const char *problem = run(sizes[i][0], sizes[i][1], i % 2);
    printf("%lld x %lld: %s\n", (long long)sizes[i][0], (long long)sizes[i][1],
           problem ? problem : "right");
  }
  pthread_t threads[2];
  for (intptr_t i = 0; i < 2; ++i)
    pthread_create(&threads[i], NULL, thread, (void *)i);
  for (int i = 0; i < 2; ++i) {
    void *problem = NULL;
    pthread_join(threads[i], &problem);
    printf("thread: %s\n", problem ? (char *)problem : "right");
  }
  refused();
  return 0;
}

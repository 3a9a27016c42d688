/* The runtime on a real device: y = x * factor * factor through a workspace,
 * by an entry as compiled code has it, and what the driver makes of errors.
 * The argument is scale.ptx. */

#include "kalmir/runtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *driver;

/* Calls of the driver that must work. */
#define CUDA(symbol, types, ...)                                               \
  do {                                                                         \
    int(*function) types;                                                      \
    *(void **)&function = dlsym(driver, symbol);                               \
    int error = function(__VA_ARGS__);                                         \
    if (error) {                                                               \
      printf("%s: %d\n", symbol, error);                                       \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static kalmir_rt_kernel kernel = {NULL, 0, "scale", NULL};

static const int64_t vector_dims[] = {-1};
static const kalmir_argument arguments[] = {
    {"x", {KALMIR_FLOAT, 32, 1}, 1, vector_dims, NULL},
    {"factor", {KALMIR_FLOAT, 32, 1}, 0, NULL, NULL},
    {"y", {KALMIR_FLOAT, 32, 1}, 1, vector_dims, NULL}};
static const kalmir_signature signature = {
    KALMIR_ABI_VERSION, 2, 1, 1, "twice", arguments, KALMIR_DEVICE_CUDA};

typedef struct {
  int64_t block_y, shared_bytes;
} launch_size;

static void scale(void *from, void *to, void *factor, int64_t n,
                  launch_size size) {
  int64_t params[] = {(intptr_t)from, (intptr_t)to, (intptr_t)factor, n};
  kalmir_rt_launch(&kernel, (n + 127) / 128, 1, 1, 128, size.block_y, 1,
                   size.shared_bytes, params, 4);
}

static int32_t twice(kalmir_tensor *const *args, void *given,
                     int64_t given_bytes, launch_size size) {
  int32_t status = kalmir_rt_check(&signature, args, 3, KALMIR_CHECK_ALL);
  if (status)
    return status;
  kalmir_rt_workspace workspace;
  int64_t n = args[0]->shape[0];
  status = kalmir_rt_cuda_begin(&signature, args, given, given_bytes,
                                4 * n + 63, &workspace);
  if (status)
    return status;
  scale(args[0]->data, workspace.data, args[1]->data, n, size);
  scale(workspace.data, args[2]->data, args[1]->data, n, size);
  return kalmir_rt_cuda_end(&workspace);
}

static int32_t prepare(void) {
  kalmir_rt_kernel *kernels[] = {&kernel};
  return kalmir_rt_cuda_prepare(&signature, kernels, 1, 0);
}

static void show(const char *what, int32_t status) {
  printf("%s: %d %s\n", what, status, status ? kalmir_last_error() : "");
}

/* Arguments in memory of the device. */
typedef struct {
  int64_t n;
  kalmir_tensor tensors[3];
  kalmir_tensor *args[3];
  void *workspace;
} problem;

static void *allocate(int64_t bytes) {
  uint64_t pointer;
  CUDA("cuMemAlloc_v2", (uint64_t *, size_t), &pointer, (size_t)bytes);
  return (void *)(uintptr_t)pointer;
}

static void create(problem *p, int64_t n) {
  p->n = n;
  float *x = malloc(4 * (size_t)n), factor = 1.5f;
  for (int64_t i = 0; i < n; ++i)
    x[i] = (float)(i % 101) - 50;
  for (int i = 0; i < 3; ++i) {
    p->tensors[i] = (kalmir_tensor){allocate(i == 1 ? 4 : 4 * n),
                                    {KALMIR_DEVICE_CUDA, 0},
                                    i != 1,
                                    {KALMIR_FLOAT, 32, 1},
                                    &p->n,
                                    NULL,
                                    0};
    p->args[i] = &p->tensors[i];
  }
  p->workspace = allocate(4 * n + 63);
  CUDA("cuMemcpyHtoD_v2", (uint64_t, const void *, size_t),
       (uintptr_t)p->tensors[0].data, x, 4 * (size_t)n);
  CUDA("cuMemcpyHtoD_v2", (uint64_t, const void *, size_t),
       (uintptr_t)p->tensors[1].data, &factor, 4);
  free(x);
}

/* NaN in y before a call, and what must be there after it. */
static void poison(problem *p) {
  CUDA("cuMemsetD32_v2", (uint64_t, unsigned, size_t),
       (uintptr_t)p->tensors[2].data, 0x7fc00000, (size_t)p->n);
}

static const char *check(problem *p) {
  float *y = malloc(4 * (size_t)p->n);
  CUDA("cuCtxSynchronize", (void));
  CUDA("cuMemcpyDtoH_v2", (void *, uint64_t, size_t), y,
       (uintptr_t)p->tensors[2].data, 4 * (size_t)p->n);
  const char *verdict = "right";
  for (int64_t i = 0; i < p->n; ++i)
    if (y[i] != ((float)(i % 101) - 50) * 1.5f * 1.5f)
      verdict = "wrong";
  free(y);
  return verdict;
}

static const launch_size usual = {1, 0};

static void run(const char *what, int64_t n, int is_given) {
  problem p;
  create(&p, n);
  poison(&p);
  int32_t status =
      twice(p.args, is_given ? p.workspace : NULL, 4 * n + 63, usual);
  show(what, status);
  printf("%s: %s\n", what, check(&p));
}

/* Before anything is loaded, and after NAME_prepare. */
static void capture(void *stream) {
  problem p;
  create(&p, 1000);
  for (int is_prepared = 0; is_prepared < 2; ++is_prepared) {
    void *graph, *executable;
    if (is_prepared)
      show("prepare", prepare());
    poison(&p);
    CUDA("cuStreamBeginCapture_v2", (void *, int), stream, 0);
    show("captured", twice(p.args, NULL, 0, usual));
    CUDA("cuStreamEndCapture", (void *, void **), stream, &graph);
    CUDA("cuGraphInstantiateWithFlags", (void **, void *, unsigned long long),
         &executable, graph, 0);
    CUDA("cuGraphLaunch", (void *, void *), executable, stream);
    printf("graph: %s\n", check(&p));
  }
}

static void refused(void) {
  problem p;
  create(&p, 1000);
  void *device = p.tensors[0].data, *pinned, *host = malloc(4000);
  p.tensors[0].data = host;
  show("host memory", twice(p.args, NULL, 0, usual));
  CUDA("cuMemHostAlloc", (void **, size_t, unsigned), &pinned, 4000, 0);
  p.tensors[0].data = pinned;
  show("pinned memory", twice(p.args, NULL, 0, usual));
  p.tensors[0].data = device;
  show("host workspace", twice(p.args, host, 4063, usual));
  show("much shared memory", twice(p.args, NULL, 0, (launch_size){1, 100000}));
  show("too much shared memory",
       twice(p.args, NULL, 0, (launch_size){1, 300000}));
  show("too many threads", twice(p.args, NULL, 0, (launch_size){16, 0}));
  for (int i = 0; i < 3; ++i)
    p.tensors[i].device.device_id = 99;
  show("device", twice(p.args, NULL, 0, usual));
  free(host);
}

static void bad_image(const char *what, const char *from, const char *to) {
  kalmir_rt_kernel good = kernel;
  char *image = calloc(1, (size_t)good.image_bytes + 64);
  const char *at = strstr(good.image, from);
  sprintf(image, "%.*s%s%s", (int)(at - good.image), good.image, to,
          at + strlen(from));
  kernel = (kalmir_rt_kernel){image, (int64_t)strlen(image), "scale", NULL};
  show(what, prepare());
  free(image);
  kernel = good;
}

static void contexts(void) {
  void *context, *popped;
  for (int i = 0; i < 2; ++i) {
    CUDA("cuCtxCreate_v2", (void **, unsigned, int), &context, 0, 0);
    run("own context", 1000, 0);
    CUDA("cuCtxDestroy_v2", (void *), context);
  }
  CUDA("cuDevicePrimaryCtxReset_v2", (int), 0);
  CUDA("cuDevicePrimaryCtxRetain", (void **, int), &context, 0);
  CUDA("cuCtxPushCurrent_v2", (void *), context);
  run("after a reset", 1000, 0);
  CUDA("cuCtxPopCurrent_v2", (void **), &popped);
}

int main(int argc, char **argv) {
  char image[4096] = "";
  FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
  driver = dlopen("libcuda.so.1", RTLD_NOW);
  if (!file || !driver)
    return 1;
  kernel.image = image;
  kernel.image_bytes = (int64_t)fread(image, 1, sizeof image - 1, file);
  fclose(file);

  void *context, *stream, *popped;
  CUDA("cuInit", (unsigned), 0);
  CUDA("cuDevicePrimaryCtxRetain", (void **, int), &context, 0);
  CUDA("cuCtxPushCurrent_v2", (void *), context);
  CUDA("cuStreamCreate", (void **, unsigned), &stream, 1);
  kalmir_set_stream(stream);
  capture(stream);
  run("one", 1, 0);
  run("many", 100003, 1);
  kalmir_set_stream(NULL);
  run("default stream", 1001, 0);
  refused();
  bad_image("version", ".version 7.0", ".version 99.9");
  bad_image("architecture", ".target sm_80", ".target sm_121a");
  bad_image("syntax", "ld.global.f32", "nonsense");
  bad_image("name", ".entry scale", ".entry other");
  CUDA("cuCtxPopCurrent_v2", (void **), &popped);
  problem p;
  CUDA("cuCtxPushCurrent_v2", (void *), context);
  create(&p, 1000);
  poison(&p);
  CUDA("cuCtxPopCurrent_v2", (void **), &popped);
  show("no context", twice(p.args, NULL, 0, usual));
  CUDA("cuCtxPushCurrent_v2", (void *), context);
  printf("no context: %s\n", check(&p));
  CUDA("cuCtxPopCurrent_v2", (void **), &popped);
  contexts();
  return 0;
}

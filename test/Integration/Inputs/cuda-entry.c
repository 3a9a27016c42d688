/* Calls @twice of cuda-entry.mlir with the driver of fake_cuda.c, which prints
 * what it is asked for; the argument says which story. */

#include "cuda-entry.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static uint64_t address(int device, uint64_t offset) {
  return ((uint64_t)(device + 1) << 44) + offset;
}

static kalmir_tensor tensor(uint64_t data, int device, int32_t rank,
                            int64_t *shape) {
  kalmir_tensor t;
  memset(&t, 0, sizeof t);
  t.data = (void *)(uintptr_t)data;
  t.device.device_type = KALMIR_DEVICE_CUDA;
  t.device.device_id = device;
  t.ndim = rank;
  t.dtype.code = KALMIR_FLOAT;
  t.dtype.bits = 32;
  t.dtype.lanes = 1;
  t.shape = shape;
  return t;
}

static void show(const char *what, int32_t status) {
  printf("%s: %d%s%s\n", what, status, status ? " " : "",
         status ? kalmir_last_error() : "");
}

/* n numbers on a device; the workspace is ours where it has bytes. */
static int32_t call(int64_t n, int device, int64_t workspace_bytes) {
  int64_t shape[] = {n};
  kalmir_tensor x = tensor(address(device, 0x100000), device, 1, shape);
  kalmir_tensor factor = tensor(address(device, 0x10), device, 0, NULL);
  kalmir_tensor y = tensor(address(device, 0x200000), device, 1, shape);
  x.byte_offset = 64;
  kalmir_tensor *args[] = {&x, &factor, &y};
  void *workspace = (void *)(uintptr_t)address(device, 0x300001);
  return twice(args, 3, workspace_bytes ? workspace : NULL, workspace_bytes);
}

static void calls(void) {
  show("first", call(1000, 0, 0));
  kalmir_set_stream((void *)0x50);
  show("second, on a stream", call(1000, 0, 4063));
  show("other device", call(1, 1, 67));
  show("nothing", call(0, 1, 63));
  show("prepared before", twice_prepare(0));
  void *driver = dlopen("libcuda.so.1", RTLD_NOW);
  void (*use_own_context)(void);
  *(void **)&use_own_context = dlsym(driver, "fake_use_own_context");
  use_own_context();
  show("current context of the device", call(1, 0, 67));
  show("current context of another", call(1, 1, 67));
  dlclose(driver);
}

static void prepare(void) {
  show("prepare", twice_prepare(1));
  show("call", call(1, 1, 67));
  show("no such device", twice_prepare(-1));
}

static void refused(void) {
  int64_t shape[] = {8}, none[] = {0};
  float host[8] = {0};
  kalmir_tensor x = tensor(address(0, 0x1000), 0, 1, shape);
  kalmir_tensor factor = tensor(address(0, 0x10), 0, 0, NULL);
  kalmir_tensor y = tensor(address(0, 0x2000), 0, 1, shape);
  kalmir_tensor *args[] = {&x, &factor, &y};
  x.device.device_type = KALMIR_DEVICE_CPU;
  show("host", twice(args, 3, NULL, 0));
  x.device.device_type = 13;
  show("other", twice(args, 3, NULL, 0));
  x.device.device_type = KALMIR_DEVICE_CUDA;
  y.device.device_id = 1;
  show("two devices", twice(args, 3, NULL, 0));
  y.device.device_id = 0;
  y.data = (void *)(uintptr_t)address(1, 0x2000);
  show("memory of another", twice(args, 3, NULL, 0));
  y.data = host;
  show("memory of the host", twice(args, 3, NULL, 0));
  y.shape = x.shape = none;
  show("no memory", twice(args, 3, NULL, 0));
  y.shape = x.shape = shape;
  y.data = (void *)(uintptr_t)address(0, 0x2000);
  show("host workspace", twice(args, 3, host, 1000));
  show("small workspace",
       twice(args, 3, (void *)(uintptr_t)address(0, 0x3000), 5));
  x.device.device_id = y.device.device_id = factor.device.device_id = 7;
  show("no such device", twice(args, 3, NULL, 0));
}

static void launches(void) {
  static const kalmir_signature signature = {
      KALMIR_ABI_VERSION, 0, 0, 0, "launches", NULL, KALMIR_DEVICE_CUDA};
  static kalmir_rt_kernel kernel = {"PTX of other", 12, "other", NULL};
  static const int64_t sizes[][7] = {
      {2147483647, 65535, 65535, 1024, 1, 1, 0},
      {0, 1, 1, 128, 1, 1, 0},
      {1, 0, 2147483648, 0, 1, 1, 0},
      {2147483648, 1, 1, 128, 1, 1, 0},
      {1, 65536, 1, 128, 1, 1, 0},
      {1, 1, -1, 128, 1, 1, 0},
      {1, 1, 1, 1025, 1, 1, 0},
      {1, 1, 1, 32, 1, 0, 0},
      {1, 1, 1, 32, 4, 8, 49152},
      {1, 1, 1, 32, 4, 8, 100000},
      {1, 1, 1, 32, 4, 8, 60000},
      {1, 1, 1, 32, 4, 8, 200001},
      {1, 1, 1, 32, 4, 8, 4294967296},
      {1, 1, 1, 32, 4, 8, -1},
  };
  float small = 1;
  int64_t params[4] = {-1, 5, 0, 7};
  memcpy(&params[2], &small, sizeof small);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    const int64_t *s = sizes[i];
    kalmir_rt_workspace workspace;
    show("begin",
         kalmir_rt_cuda_begin(&signature, NULL, NULL, 0, 0, &workspace));
    kalmir_rt_launch(&kernel, s[0], s[1], s[2], s[3], s[4], s[5], s[6], params,
                     4);
    /* After an error nothing is launched, whatever it is. */
    kalmir_rt_launch(&kernel, 1, 1, 1, 1, 1, 1, 0, params, 4);
    show("end", kalmir_rt_cuda_end(&workspace));
  }
  kalmir_rt_workspace workspace;
  kalmir_rt_cuda_begin(&signature, NULL, NULL, 0, 0, &workspace);
  kalmir_rt_launch(&kernel, 1, 1, 1, 1, 1, 1, 0, params, 513);
  show("parameters", kalmir_rt_cuda_end(&workspace));
}

static void *thread(void *argument) {
  kalmir_set_stream(argument);
  for (int i = 0; i < 100; ++i)
    if (call(1 + i, 0, 0))
      return "wrong";
  return "right";
}

static void threads(void) {
  pthread_t workers[4];
  for (uintptr_t i = 0; i < 4; ++i)
    pthread_create(&workers[i], NULL, thread, (void *)(0x100 + i));
  for (int i = 0; i < 4; ++i) {
    void *result;
    pthread_join(workers[i], &result);
    printf("thread: %s\n", (const char *)result);
  }
}

/* Needs no driver. */
static void shapes(void) {
  int64_t shape[] = {8}, room[] = {-1}, bytes = -1;
  kalmir_tensor x = tensor(0, 0, 1, shape), y = tensor(0, 0, 1, room);
  kalmir_tensor factor = tensor(0, 0, 0, NULL);
  kalmir_tensor *args[] = {&x, &factor, &y};
  show("shapes", twice_shapes(args, 3));
  show("workspace", twice_workspace(args, 3, &bytes));
  printf("%lld numbers, %lld bytes, device type %d\n", (long long)room[0],
         (long long)bytes, twice_signature.device_type);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } stories[] = {{"calls", calls},     {"prepare", prepare},
                 {"refused", refused}, {"launches", launches},
                 {"threads", threads}, {"shapes", shapes}};
  for (size_t i = 0; argc > 1 && i < sizeof stories / sizeof *stories; ++i)
    if (strcmp(argv[1], stories[i].name) == 0) {
      stories[i].run();
      return 0;
    }
  show("call", call(1000, 0, 0));
  return 0;
}

/* A CUDA driver without a GPU: prints the calls that matter, computes nothing.
   Memory of device d has addresses from (d + 1) << 44 on. What cuMemAlloc gives
   can be read and written, by this driver alone as long as others behave.

   FAKE_CUDA_FAIL=cuLaunchKernel=700  what these functions return, several with
                                      commas between them
   FAKE_CUDA_JIT_LOG=text             what loading a module writes to its log,
                                      | for a new line
   FAKE_CUDA_CAPTURING=1              every stream is captured

   With -DOLD_DRIVER it lacks the allocation in stream order, with -DNO_EVENTS
   the recording of events. */

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { num_devices = 2 };

typedef struct {
  int device;
  const char *name;
} context;

static context primary[num_devices] = {{0, "primary 0"}, {1, "primary 1"}};
/* What a caller that is not the runtime may have made. */
static context own = {0, "own"};
static _Thread_local context *stack[8];
static _Thread_local int depth;

static int failure(const char *function) {
  const char *list = getenv("FAKE_CUDA_FAIL");
  size_t length = strlen(function);
  for (; list && *list; list = strchr(list, ',') ? strchr(list, ',') + 1 : "")
    if (strncmp(list, function, length) == 0 && list[length] == '=')
      return atoi(list + length + 1);
  return 0;
}

#define MAY_FAIL                                                               \
  if (failure(__func__))                                                       \
  return failure(__func__)

static int current_device(void) { return stack[depth - 1]->device; }

/* For tests: makes a context current that is no primary one. */
void fake_use_own_context(void) { stack[depth++] = &own; }

int cuInit(unsigned flags) {
  (void)flags;
  MAY_FAIL;
  return 0;
}

int cuGetErrorName(int error, const char **name) {
  *name = error == 2     ? "CUDA_ERROR_OUT_OF_MEMORY"
          : error == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
                         : "CUDA_ERROR_FAKE";
  return 0;
}

int cuGetErrorString(int error, const char **text) {
  if (error == 999)
    return 1;
  *text = "fake text";
  return 0;
}

int cuDriverGetVersion(int *version) {
  *version = 12040;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  MAY_FAIL;
  if (ordinal < 0 || ordinal >= num_devices)
    return 101;
  *device = ordinal;
  return 0;
}

int cuDeviceGetCount(int *count) {
  *count = num_devices;
  return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  *value = attribute == 75 ? 8 : attribute == 76 ? 0 : 200000;
  return 0;
}

int cuDevicePrimaryCtxRetain(void **result, int device) {
  MAY_FAIL;
  printf("  retain primary %d\n", device);
  *result = &primary[device];
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  printf("  release primary %d\n", device);
  return 0;
}

int cuCtxGetCurrent(void **result) {
  *result = depth ? stack[depth - 1] : NULL;
  return 0;
}

int cuCtxGetDevice(int *device) {
  *device = current_device();
  return 0;
}

int cuCtxGetId(void *of, unsigned long long *id) {
  *id = of == &own ? 7 : 1 + ((context *)of)->device;
  return 0;
}

int cuCtxPushCurrent_v2(void *pushed) {
  MAY_FAIL;
  printf("  push %s\n", ((context *)pushed)->name);
  stack[depth++] = pushed;
  return 0;
}

int cuCtxPopCurrent_v2(void **popped) {
  *popped = stack[--depth];
  printf("  pop %s\n", ((context *)*popped)->name);
  return 0;
}

int cuModuleLoadDataEx(void **module, const void *image, unsigned num_options,
                       int *options, void **values) {
  const char *log = getenv("FAKE_CUDA_JIT_LOG");
  if (num_options == 2 && options[0] == 5 && options[1] == 6 && log) {
    snprintf(values[0], (size_t)(uintptr_t)values[1], "%s\n", log);
    for (char *at = values[0]; (at = strchr(at, '|'));)
      *at = '\n';
  }
  MAY_FAIL;
  printf("  load '%.*s', %zu bytes, in %s\n", (int)strcspn(image, "\n"),
         (const char *)image, strlen(image), stack[depth - 1]->name);
  *module = stack[depth - 1];
  return 0;
}

int cuModuleUnload(void *module) {
  printf("  unload from %s\n", ((context *)module)->name);
  return 0;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
  MAY_FAIL;
  (void)module;
  *function = (void *)name;
  return 0;
}

int cuFuncGetAttribute(int *value, int attribute, void *function) {
  (void)function;
  MAY_FAIL;
  *value = attribute == 8 ? 49152 : 1024;
  return 0;
}

int cuFuncSetAttribute(void *function, int attribute, int value) {
  MAY_FAIL;
  printf("  set attribute %d of %s to %d\n", attribute, (char *)function,
         value);
  return 0;
}

/* All kernels of tests have four parameters. */
int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y,
                   unsigned grid_z, unsigned block_x, unsigned block_y,
                   unsigned block_z, unsigned shared_bytes, void *stream,
                   void **params, void **extra) {
  MAY_FAIL;
  printf("  launch %s grid %u %u %u block %u %u %u shared %u stream %#llx "
         "params",
         (char *)function, grid_x, grid_y, grid_z, block_x, block_y, block_z,
         shared_bytes, (unsigned long long)(uintptr_t)stream);
  for (int i = 0; i < 4; ++i)
    printf(" %llx", (unsigned long long)*(uint64_t *)params[i]);
  printf(" in %s%s\n", stack[depth - 1]->name, extra ? " with extra" : "");
  return 0;
}

int cuStreamIsCapturing(void *stream, int *status) {
  (void)stream;
  MAY_FAIL;
  *status = getenv("FAKE_CUDA_CAPTURING") != NULL;
  return 0;
}

int cuPointerGetAttributes(unsigned count, int *attributes, void **values,
                           uint64_t pointer) {
  MAY_FAIL;
  int device = (int)(pointer >> 44) - 1;
  int known = device >= 0 && device < num_devices;
  for (unsigned i = 0; i < count; ++i)
    *(int *)values[i] = attributes[i] == 2 ? (known ? 2 : 0)
                        : known            ? device
                                           : -2;
  return 0;
}

#ifndef OLD_DRIVER
static uint64_t allocated;

int cuMemAllocAsync(uint64_t *pointer, size_t bytes, void *stream) {
  MAY_FAIL;
  *pointer = ((uint64_t)(current_device() + 1) << 44) + (1ull << 43) +
             __atomic_fetch_add(&allocated, 1 << 20, __ATOMIC_RELAXED);
  printf("  allocate %zu bytes at %llx on stream %#llx\n", bytes,
         (unsigned long long)*pointer, (unsigned long long)(uintptr_t)stream);
  return 0;
}
#endif

int cuMemFreeAsync(uint64_t pointer, void *stream) {
  MAY_FAIL;
  printf("  free %llx on stream %#llx\n", (unsigned long long)pointer,
         (unsigned long long)(uintptr_t)stream);
  return 0;
}

/* What only programs need that own tensors. */

int cuDeviceGetName(char *name, int length, int device) {
  snprintf(name, (size_t)length, "fake \"%d\"", device);
  return 0;
}

int cuStreamCreate(void **stream, unsigned flags) {
  MAY_FAIL;
  printf("  create stream, flags %u\n", flags);
  *stream = (void *)0x51;
  return 0;
}

int cuStreamDestroy_v2(void *stream) {
  (void)stream;
  printf("  destroy stream\n");
  return 0;
}

int cuStreamSynchronize(void *stream) {
  MAY_FAIL;
  printf("  synchronize stream %#llx\n", (unsigned long long)(uintptr_t)stream);
  return 0;
}

static int num_events;

int cuEventCreate(void **event, unsigned flags) {
  (void)flags;
  MAY_FAIL;
  *event = (void *)(uintptr_t)++num_events;
  return 0;
}

int cuEventDestroy_v2(void *event) {
  printf("  destroy event %d\n", (int)(uintptr_t)event);
  return 0;
}

#ifndef NO_EVENTS
int cuEventRecord(void *event, void *stream) {
  MAY_FAIL;
  printf("  record event %d on stream %#llx\n", (int)(uintptr_t)event,
         (unsigned long long)(uintptr_t)stream);
  return 0;
}
#endif

/* 2 ms, 4 ms, ... */
int cuEventElapsedTime(float *ms, void *start, void *end) {
  static int calls;
  (void)start, (void)end;
  *ms = 2.0f * (float)++calls;
  return 0;
}

/* At an address that is the device's. */
int cuMemAlloc_v2(uint64_t *pointer, size_t bytes) {
  static uint64_t used;
  MAY_FAIL;
  uint64_t address = ((uint64_t)(current_device() + 1) << 44) + used;
  used += (bytes + 4096) / 4096 * 4096;
  if (mmap((void *)(uintptr_t)address, bytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
           -1, 0) == MAP_FAILED)
    return 2;
  printf("  memory of %zu bytes\n", bytes);
  *pointer = address;
  return 0;
}

int cuMemFree_v2(uint64_t pointer) {
  (void)pointer;
  printf("  free memory\n");
  return 0;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                         void *stream) {
  MAY_FAIL;
  printf("  copy %zu bytes in on stream %#llx\n", bytes,
         (unsigned long long)(uintptr_t)stream);
  memcpy((void *)(uintptr_t)to, from, bytes);
  return 0;
}

int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream) {
  MAY_FAIL;
  printf("  copy %zu bytes out on stream %#llx\n", bytes,
         (unsigned long long)(uintptr_t)stream);
  memcpy(to, (void *)(uintptr_t)from, bytes);
  return 0;
}

/* What is too large for a tensor of a test is not written. */
int cuMemsetD8Async(uint64_t to, unsigned char byte, size_t bytes,
                    void *stream) {
  MAY_FAIL;
  printf("  fill %zu bytes with %#x on stream %#llx\n", bytes, byte,
         (unsigned long long)(uintptr_t)stream);
  if (bytes < 1 << 24)
    memset((void *)(uintptr_t)to, byte, bytes);
  return 0;
}

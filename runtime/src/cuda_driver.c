/*===- cuda_driver.c - finding and starting the CUDA driver ---------------===*/

#include "cuda_driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Written once, by start(). */
static cuda_driver loaded;
static int32_t start_status;
static char start_text[384];

/** Sets `function`, a pointer to a function, to a symbol of the driver. */
static int find(void *library, const char *symbol, void *function) {
  void *address = dlsym(library, symbol);
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

static void start(void) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    start_status = KALMIR_NO_DRIVER;
    snprintf(start_text, sizeof start_text,
             "cannot load libcuda.so.1 (%s); install the NVIDIA driver, or "
             "compile with --target=cpu",
             dlerror());
    return;
  }
  const char *missing = NULL;
#define KALMIR_CUDA_FIND(member, symbol, params)                               \
  if (!find(library, symbol, &loaded.member) && !missing)                      \
    missing = symbol;
  KALMIR_CUDA_FUNCTIONS(KALMIR_CUDA_FIND)
#undef KALMIR_CUDA_FIND
  if (missing) {
    start_status = KALMIR_NO_DRIVER;
    snprintf(start_text, sizeof start_text,
             "expected a driver for CUDA 11.2 or newer, found a libcuda.so.1 "
             "without %s; update the NVIDIA driver",
             missing);
    return;
  }
  find(library, "cuCtxGetId", &loaded.cuCtxGetId);
  cuda_result error = loaded.cuInit(0);
  if (error == CUDA_SUCCESS)
    return;
  char what[160];
  kalmir_rt_cuda_error(&loaded, error, what);
  if (error == CUDA_NO_DEVICE) {
    start_status = KALMIR_NO_DEVICE;
    snprintf(start_text, sizeof start_text,
             "expected a CUDA device, found none: %s; see nvidia-smi and "
             "CUDA_VISIBLE_DEVICES",
             what);
    return;
  }
  start_status = KALMIR_NO_DRIVER;
  snprintf(start_text, sizeof start_text,
           "the CUDA driver does not start: %s; see nvidia-smi", what);
}

const cuda_driver *kalmir_rt_cuda_driver(const kalmir_signature *signature,
                                         int32_t *status) {
  pthread_once(&once, start);
  *status = start_status;
  if (start_status == KALMIR_OK)
    return &loaded;
  kalmir_rt_fail(start_status, "%s: %s", signature->name, start_text);
  return NULL;
}

const char *kalmir_rt_cuda_error(const cuda_driver *driver, cuda_result error,
                                 char buffer[160]) {
  const char *name = NULL, *text = NULL;
  if (driver->cuGetErrorName(error, &name) || !name)
    name = "an unknown error";
  if (driver->cuGetErrorString(error, &text) || !text)
    text = "no description";
  snprintf(buffer, 160, "%s (%d, %s)", name, error, text);
  return buffer;
}

/*===- cuda_kernel.c - kernels in contexts --------------------------------===
 *
 * kernel->state is a list with one loaded_kernel for each context. It only
 * grows, at its head and under the lock, so that readers need none.
 *
 *===----------------------------------------------------------------------===*/

#include "cuda_call.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static loaded_kernel *find(const cuda_call *call, kalmir_rt_kernel *kernel) {
  loaded_kernel *known = __atomic_load_n(&kernel->state, __ATOMIC_ACQUIRE);
  while (known && (known->context != call->context ||
                   known->context_id != call->context_id))
    known = known->next;
  return known;
}

static int32_t fail_in_capture(const cuda_call *call,
                               const kalmir_rt_kernel *kernel) {
  return kalmir_rt_fail(
      KALMIR_NOT_PREPARED,
      "%s: expected kernel '%s' to be on device %d before a stream is "
      "captured, found that it is not there; call %s_prepare(%d) before "
      "capturing",
      call->signature->name, kernel->name, call->device_id,
      call->signature->name, call->device_id);
}

/** The text of a failed load; `log` is the driver's, maybe empty. */
static int32_t fail_to_load(const cuda_call *call,
                            const kalmir_rt_kernel *kernel, cuda_result error,
                            char *log) {
  if (kalmir_rt_cuda_is_capture(error))
    return fail_in_capture(call, kernel);
  size_t length = strlen(log);
  while (length > 0 && strchr(" \t\r\n", log[length - 1]))
    log[--length] = '\0';
  /* A text is one line. */
  for (char *at = log; *at; ++at)
    if (*at == '\n' || *at == '\r')
      *at = ' ';
  const cuda_driver *driver = call->driver;
  int major = 0, minor = 0, version = 0;
  driver->cuDeviceGetAttribute(&major, CUDA_DEVICE_CAPABILITY_MAJOR,
                               call->device);
  driver->cuDeviceGetAttribute(&minor, CUDA_DEVICE_CAPABILITY_MINOR,
                               call->device);
  driver->cuDriverGetVersion(&version);
  char what[160], advice[64] = "";
  kalmir_rt_cuda_error(driver, error, what);
  int32_t status = KALMIR_BAD_IMAGE;
  switch (error) {
  case CUDA_OUT_OF_MEMORY:
    status = KALMIR_OUT_OF_MEMORY;
    break;
  case CUDA_UNSUPPORTED_PTX_VERSION:
    snprintf(advice, sizeof advice, "; update the NVIDIA driver");
    break;
  case CUDA_INVALID_IMAGE:
  case CUDA_NO_BINARY_FOR_GPU:
  case CUDA_INVALID_PTX:
    snprintf(advice, sizeof advice, "; compile with -march=sm_%d%d", major,
             minor);
  }
  return kalmir_rt_fail(
      status,
      "%s: expected a kernel '%s' that device %d (sm_%d%d, driver for CUDA "
      "%d.%d) can load, found: %s%s%s%s",
      call->signature->name, kernel->name, call->device_id, major, minor,
      version / 1000, version % 1000 / 10, what, *log ? ": " : "", log, advice);
}

/** The image as the driver reads it: PTX ends with a null byte. */
static char *copy_image(const kalmir_rt_kernel *kernel) {
  char *copy = malloc((size_t)kernel->image_bytes + 1);
  if (!copy)
    return NULL;
  memcpy(copy, kernel->image, (size_t)kernel->image_bytes);
  copy[kernel->image_bytes] = '\0';
  return copy;
}

/** Loads under the lock. */
static int32_t load(const cuda_call *call, const kalmir_rt_kernel *kernel,
                    loaded_kernel *result) {
  const cuda_driver *driver = call->driver;
  /* Asking first leaves the capture valid. */
  int capturing = 0;
  cuda_result error = driver->cuStreamIsCapturing(call->stream, &capturing);
  if (capturing || kalmir_rt_cuda_is_capture(error))
    return fail_in_capture(call, kernel);
  char log[512] = "";
  int options[] = {CUDA_JIT_ERROR_LOG_BUFFER,
                   CUDA_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, (void *)(uintptr_t)(sizeof log - 1)};
  char *image = copy_image(kernel);
  if (!image)
    return kalmir_rt_fail(
        KALMIR_OUT_OF_MEMORY, "%s: out of memory for %lld bytes of kernel '%s'",
        call->signature->name, (long long)kernel->image_bytes, kernel->name);
  cuda_module module;
  error = driver->cuModuleLoadDataEx(&module, image, 2, options, values);
  free(image);
  if (error)
    return fail_to_load(call, kernel, error, log);
  error = driver->cuModuleGetFunction(&result->function, module, kernel->name);
  /* This also makes a driver that loads lazily do it now. */
  if (!error)
    error = driver->cuFuncGetAttribute(
        &result->max_threads, CUDA_FUNCTION_MAX_THREADS, result->function);
  int shared_bytes = 0;
  if (!error)
    error = driver->cuFuncGetAttribute(&shared_bytes,
                                       CUDA_FUNCTION_MAX_DYNAMIC_SHARED_MEMORY,
                                       result->function);
  if (error) {
    driver->cuModuleUnload(module);
    return fail_to_load(call, kernel, error, log);
  }
  result->context = call->context;
  result->context_id = call->context_id;
  result->shared_bytes = shared_bytes;
  /* The primary context lives as long as somebody holds it. */
  if (call->pushed) {
    cuda_context kept;
    driver->cuDevicePrimaryCtxRetain(&kept, call->device);
  }
  return KALMIR_OK;
}

loaded_kernel *kalmir_rt_cuda_load(cuda_call *call, kalmir_rt_kernel *kernel) {
  loaded_kernel *known = find(call, kernel);
  if (known)
    return known;
  pthread_mutex_lock(&lock);
  known = find(call, kernel);
  if (!known) {
    loaded_kernel *result = malloc(sizeof *result);
    call->status = result ? load(call, kernel, result)
                          : kalmir_rt_fail(KALMIR_OUT_OF_MEMORY,
                                           "%s: out of memory for kernel '%s'",
                                           call->signature->name, kernel->name);
    if (call->status) {
      free(result);
    } else {
      result->next = kernel->state;
      __atomic_store_n(&kernel->state, result, __ATOMIC_RELEASE);
      known = result;
    }
  }
  pthread_mutex_unlock(&lock);
  return known;
}

int32_t kalmir_rt_cuda_allow_shared(cuda_call *call,
                                    const kalmir_rt_kernel *kernel,
                                    loaded_kernel *loaded,
                                    int64_t shared_bytes) {
  if (shared_bytes <= __atomic_load_n(&loaded->shared_bytes, __ATOMIC_ACQUIRE))
    return KALMIR_OK;
  const cuda_driver *driver = call->driver;
  int most = 0;
  driver->cuDeviceGetAttribute(&most, CUDA_DEVICE_MAX_SHARED_MEMORY,
                               call->device);
  cuda_result error = CUDA_SUCCESS;
  if (shared_bytes <= most) {
    /* The largest of all threads' wishes is what must remain. */
    pthread_mutex_lock(&lock);
    if (shared_bytes > loaded->shared_bytes) {
      error = driver->cuFuncSetAttribute(
          loaded->function, CUDA_FUNCTION_MAX_DYNAMIC_SHARED_MEMORY,
          (int)shared_bytes);
      if (!error)
        __atomic_store_n(&loaded->shared_bytes, shared_bytes, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
    if (!error)
      return KALMIR_OK;
  }
  char what[160];
  return call->status = kalmir_rt_fail(
             KALMIR_LAUNCH_FAILED,
             "%s: expected at most %d bytes of shared memory in a block on "
             "device %d, static and dynamic, found %lld dynamic ones for "
             "kernel '%s'%s%s",
             call->signature->name, most, call->device_id,
             (long long)shared_bytes, kernel->name, error ? ": " : "",
             error ? kalmir_rt_cuda_error(driver, error, what) : "");
}

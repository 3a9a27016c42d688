/*===- cuda_call.c - calls of entries for CUDA ----------------------------===*/

#include "cuda_call.h"
#include "workspace.h"

#include <stdio.h>

/** What CUDA takes at least: 4096 bytes of parameters. */
enum { max_params = 512 };

static _Thread_local cuda_call current;

static _Thread_local kalmir_launch_listener listener;
static _Thread_local void *listener_data;

int32_t kalmir_set_stream(void *stream) {
  *kalmir_rt_stream() = stream;
  return KALMIR_OK;
}

int32_t kalmir_set_launch_listener(kalmir_launch_listener told, void *data) {
  listener = told;
  listener_data = data;
  return KALMIR_OK;
}

/*===- Contexts ---------------------------------------------------------===*/

/** Makes a context of the device current; leave() undoes it. */
static int32_t enter(cuda_call *call, const kalmir_signature *signature,
                     int32_t device_id) {
  *call = (cuda_call){.signature = signature,
                      .stream = *kalmir_rt_stream(),
                      .device_id = device_id};
  int32_t status;
  const cuda_driver *driver = call->driver =
      kalmir_rt_cuda_driver(signature, &status);
  if (!driver)
    return status;
  char what[160];
  cuda_result error = driver->cuDeviceGet(&call->device, device_id);
  if (error == CUDA_INVALID_DEVICE) {
    int count = 0;
    driver->cuDeviceGetCount(&count);
    return kalmir_rt_fail(KALMIR_NO_DEVICE,
                          "%s: expected a CUDA device from 0 to %d, found %d; "
                          "see nvidia-smi and CUDA_VISIBLE_DEVICES",
                          signature->name, count - 1, device_id);
  }
  cuda_device device;
  if (!error && (driver->cuCtxGetCurrent(&call->context) || !call->context ||
                 driver->cuCtxGetDevice(&device) || device != call->device)) {
    error = driver->cuDevicePrimaryCtxRetain(&call->context, call->device);
    if (!error) {
      call->pushed = 1;
      error = driver->cuCtxPushCurrent(call->context);
      if (error)
        driver->cuDevicePrimaryCtxRelease(call->device);
    }
  }
  if (error)
    return kalmir_rt_fail(error == CUDA_OUT_OF_MEMORY ? KALMIR_OUT_OF_MEMORY
                                                      : KALMIR_LAUNCH_FAILED,
                          "%s: cannot use CUDA device %d: %s", signature->name,
                          device_id, kalmir_rt_cuda_error(driver, error, what));
  if (driver->cuCtxGetId)
    driver->cuCtxGetId(call->context, &call->context_id);
  return KALMIR_OK;
}

static void leave(const cuda_call *call) {
  if (!call->pushed)
    return;
  cuda_context former;
  call->driver->cuCtxPopCurrent(&former);
  call->driver->cuDevicePrimaryCtxRelease(call->device);
}

/*===- Memory -----------------------------------------------------------===*/

/** A kernel that reads other memory would end the whole context. */
static int32_t check_pointer(const cuda_call *call, uintptr_t pointer,
                             int32_t status, const char *who) {
  unsigned type = 0;
  int ordinal = -1;
  int attributes[] = {CUDA_POINTER_MEMORY_TYPE, CUDA_POINTER_DEVICE_ORDINAL};
  void *values[] = {&type, &ordinal};
  /* A pointer that the driver does not know is no error: type remains 0. */
  cuda_result error =
      call->driver->cuPointerGetAttributes(2, attributes, values, pointer);
  char what[160];
  if (error)
    return kalmir_rt_fail(KALMIR_LAUNCH_FAILED, "%s: cannot look up memory: %s",
                          who, kalmir_rt_cuda_error(call->driver, error, what));
  if (type == CUDA_MEMORY_TYPE_DEVICE && ordinal == call->device_id)
    return KALMIR_OK;
  if (type == CUDA_MEMORY_TYPE_DEVICE)
    return kalmir_rt_fail(
        status,
        "%s: expected memory of CUDA device %d, found some of device "
        "%d",
        who, call->device_id, ordinal);
  return kalmir_rt_fail(status,
                        "%s: expected memory of CUDA device %d, found address "
                        "0x%llx of the host",
                        who, call->device_id, (unsigned long long)pointer);
}

static int is_empty(const kalmir_tensor *tensor) {
  for (int32_t i = 0; i < tensor->ndim; ++i)
    if (tensor->shape[i] == 0)
      return 1;
  return 0;
}

static int32_t check_pointers(const cuda_call *call, kalmir_tensor *const *args,
                              int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    char who[160];
    int32_t status =
        is_empty(args[i])
            ? KALMIR_OK
            : check_pointer(call,
                            (uintptr_t)args[i]->data + args[i]->byte_offset,
                            KALMIR_BAD_DEVICE,
                            kalmir_rt_describe(call->signature, i, who));
    if (status)
      return status;
  }
  return KALMIR_OK;
}

/** The caller's workspace, or one that is there when the stream gets to it. */
static int32_t acquire(const cuda_call *call, void *given, int64_t given_bytes,
                       int64_t required, kalmir_rt_workspace *workspace) {
  const kalmir_signature *signature = call->signature;
  int32_t status = kalmir_rt_take_workspace(signature, given, given_bytes,
                                            required, workspace);
  if (status || required == 0)
    return status;
  if (workspace->data) {
    char who[160];
    snprintf(who, sizeof who, "%s: workspace", signature->name);
    return check_pointer(call, (uintptr_t)given, KALMIR_BAD_WORKSPACE, who);
  }
  cuda_pointer pointer;
  cuda_result error =
      call->driver->cuMemAllocAsync(&pointer, (size_t)required, call->stream);
  if (error == CUDA_OUT_OF_MEMORY)
    return kalmir_rt_fail(
        KALMIR_OUT_OF_MEMORY,
        "%s: out of memory for a workspace of %lld bytes on CUDA device %d",
        signature->name, (long long)required, call->device_id);
  char what[160];
  if (error)
    return kalmir_rt_fail(KALMIR_LAUNCH_FAILED,
                          "%s: cannot allocate a workspace of %lld bytes on "
                          "CUDA device %d: %s",
                          signature->name, (long long)required, call->device_id,
                          kalmir_rt_cuda_error(call->driver, error, what));
  /* The driver aligns to more than 64 bytes. */
  workspace->data = workspace->owned = (void *)(uintptr_t)pointer;
  return KALMIR_OK;
}

/*===- Calls ------------------------------------------------------------===*/

int32_t kalmir_rt_cuda_begin(const kalmir_signature *signature,
                             kalmir_tensor *const *args, void *given,
                             int64_t given_bytes, int64_t required,
                             kalmir_rt_workspace *workspace) {
  cuda_call *call = &current;
  int64_t count = (int64_t)signature->num_inputs + signature->num_outputs;
  int32_t status =
      enter(call, signature, count > 0 ? args[0]->device.device_id : 0);
  if (status)
    return status;
  status = check_pointers(call, args, count);
  if (!status)
    status = acquire(call, given, given_bytes, required, workspace);
  if (status)
    leave(call);
  return status;
}

int32_t kalmir_rt_cuda_end(kalmir_rt_workspace *workspace) {
  cuda_call *call = &current;
  if (workspace->owned) {
    cuda_result error = call->driver->cuMemFreeAsync(
        (cuda_pointer)(uintptr_t)workspace->owned, call->stream);
    char what[160];
    if (error && !call->status)
      call->status =
          kalmir_rt_fail(KALMIR_LAUNCH_FAILED,
                         "%s: cannot free the workspace on CUDA device %d: %s",
                         call->signature->name, call->device_id,
                         kalmir_rt_cuda_error(call->driver, error, what));
  }
  leave(call);
  return call->status;
}

int32_t kalmir_rt_cuda_prepare(const kalmir_signature *signature,
                               kalmir_rt_kernel *const *kernels,
                               int64_t num_kernels, int32_t device) {
  cuda_call call;
  int32_t status = enter(&call, signature, device);
  if (status)
    return status;
  for (int64_t i = 0; i < num_kernels && !call.status; ++i)
    kalmir_rt_cuda_load(&call, kernels[i]);
  leave(&call);
  return call.status;
}

/*===- Launches ---------------------------------------------------------===*/

static int32_t check_launch(const cuda_call *call,
                            const kalmir_rt_kernel *kernel,
                            const int64_t grid[3], const int64_t block[3],
                            int64_t shared_bytes, int64_t num_params) {
  static const int64_t most[] = {INT32_MAX, 65535, 65535};
  static const int64_t most_threads[] = {1024, 1024, 64};
  const char *name = call->signature->name;
  for (int i = 0; i < 3; ++i) {
    if (grid[i] < 0 || grid[i] > most[i])
      return kalmir_rt_fail(
          KALMIR_LAUNCH_FAILED,
          "%s: expected a grid of at most %lld blocks in %c, found %lld for "
          "kernel '%s'",
          name, (long long)most[i], "xyz"[i], (long long)grid[i], kernel->name);
    if (block[i] < 1 || block[i] > most_threads[i])
      return kalmir_rt_fail(
          KALMIR_LAUNCH_FAILED,
          "%s: expected a block of 1 to %lld threads in %c, found %lld for "
          "kernel '%s'",
          name, (long long)most_threads[i], "xyz"[i], (long long)block[i],
          kernel->name);
  }
  if (shared_bytes < 0 || num_params < 0 || num_params > max_params)
    return kalmir_rt_fail(
        KALMIR_LAUNCH_FAILED,
        "%s: expected shared memory of at least 0 bytes and at most %d "
        "parameters, found %lld and %lld for kernel '%s'",
        name, max_params, (long long)shared_bytes, (long long)num_params,
        kernel->name);
  return KALMIR_OK;
}
static int32_t fail_to_launch(const cuda_call *call,
                              const kalmir_rt_kernel *kernel,
                              const int64_t grid[3], const int64_t block[3],
                              int64_t shared_bytes, int max_threads,
                              cuda_result error) {
  char what[160];
  const char *advice = "";
  if (error == CUDA_INVALID_HANDLE || error == CUDA_INVALID_CONTEXT)
    advice = "; expected the stream of kalmir_set_stream to be of the current "
             "context of this device";
  else if (error >= CUDA_ILLEGAL_ADDRESS && error != CUDA_OUT_OF_RESOURCES)
    advice = "; earlier work on the device may be at fault";
  return kalmir_rt_fail(
      KALMIR_LAUNCH_FAILED,
      "%s: cannot launch kernel '%s' on CUDA device %d, grid %lld x %lld x "
      "%lld, block %lld x %lld x %lld (at most %d threads), %lld bytes of "
      "shared memory: %s%s",
      call->signature->name, kernel->name, call->device_id, (long long)grid[0],
      (long long)grid[1], (long long)grid[2], (long long)block[0],
      (long long)block[1], (long long)block[2], max_threads,
      (long long)shared_bytes, kalmir_rt_cuda_error(call->driver, error, what),
      advice);
}

void kalmir_rt_launch(kalmir_rt_kernel *kernel, int64_t grid_x, int64_t grid_y,
                      int64_t grid_z, int64_t block_x, int64_t block_y,
                      int64_t block_z, int64_t shared_bytes, int64_t *params,
                      int64_t num_params) {
  cuda_call *call = &current;
  if (call->status || grid_x == 0 || grid_y == 0 || grid_z == 0)
    return;
  const int64_t grid[] = {grid_x, grid_y, grid_z};
  const int64_t block[] = {block_x, block_y, block_z};
  call->status =
      check_launch(call, kernel, grid, block, shared_bytes, num_params);
  if (call->status)
    return;
  loaded_kernel *loaded = kalmir_rt_cuda_load(call, kernel);
  if (!loaded ||
      kalmir_rt_cuda_allow_shared(call, kernel, loaded, shared_bytes))
    return;
  void *pointers[max_params];
  for (int64_t i = 0; i < num_params; ++i)
    pointers[i] = params + i;
  cuda_result error = call->driver->cuLaunchKernel(
      loaded->function, (unsigned)grid_x, (unsigned)grid_y, (unsigned)grid_z,
      (unsigned)block_x, (unsigned)block_y, (unsigned)block_z,
      (unsigned)shared_bytes, call->stream, pointers, NULL);
  if (error)
    call->status = fail_to_launch(call, kernel, grid, block, shared_bytes,
                                  loaded->max_threads, error);
  else if (listener)
    listener(listener_data, kernel->name, grid, block, shared_bytes);
}

/*===- cuda_driver.h - what is used of the CUDA driver ----------*- C -*-===
 *
 * Declared here, so that no CUDA installation is needed to build, and found at
 * the first call of an entry for CUDA, so that none is needed to load.
 *
 *===----------------------------------------------------------------------===*/

#ifndef KALMIR_RUNTIME_CUDA_DRIVER_H
#define KALMIR_RUNTIME_CUDA_DRIVER_H

#include "error.h"
#include "kalmir/runtime.h"

#include <stddef.h>

typedef int cuda_result;
typedef int cuda_device;
typedef uint64_t cuda_pointer;
typedef void *cuda_context;
typedef void *cuda_module;
typedef void *cuda_function;
typedef void *cuda_stream;

/* Values of cuda.h. */
enum {
  CUDA_SUCCESS = 0,
  CUDA_OUT_OF_MEMORY = 2,
  CUDA_NO_DEVICE = 100,
  CUDA_INVALID_DEVICE = 101,
  CUDA_INVALID_IMAGE = 200,
  CUDA_INVALID_CONTEXT = 201,
  CUDA_NO_BINARY_FOR_GPU = 209,
  CUDA_INVALID_PTX = 218,
  CUDA_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_INVALID_HANDLE = 400,
  CUDA_ILLEGAL_ADDRESS = 700,
  CUDA_OUT_OF_RESOURCES = 701,
  /* All of 900 to 908 say that a stream is captured. */
  CUDA_CAPTURE_UNSUPPORTED = 900,
  CUDA_CAPTURE_WRONG_THREAD = 908,

  CUDA_JIT_ERROR_LOG_BUFFER = 5,
  CUDA_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
  CUDA_POINTER_MEMORY_TYPE = 2,
  CUDA_POINTER_DEVICE_ORDINAL = 9,
  CUDA_MEMORY_TYPE_DEVICE = 2,
  CUDA_DEVICE_CAPABILITY_MAJOR = 75,
  CUDA_DEVICE_CAPABILITY_MINOR = 76,
  CUDA_DEVICE_MAX_SHARED_MEMORY = 97,
  CUDA_FUNCTION_MAX_THREADS = 0,
  CUDA_FUNCTION_MAX_DYNAMIC_SHARED_MEMORY = 8
};

/** F(member, symbol, parameters): the functions that every driver must have. */
#define KALMIR_CUDA_FUNCTIONS(F)                                               \
  F(cuInit, "cuInit", (unsigned flags))                                        \
  F(cuGetErrorName, "cuGetErrorName", (cuda_result error, const char **name))  \
  F(cuGetErrorString, "cuGetErrorString",                                      \
    (cuda_result error, const char **text))                                    \
  F(cuDriverGetVersion, "cuDriverGetVersion", (int *version))                  \
  F(cuDeviceGet, "cuDeviceGet", (cuda_device * device, int ordinal))           \
  F(cuDeviceGetCount, "cuDeviceGetCount", (int *count))                        \
  F(cuDeviceGetAttribute, "cuDeviceGetAttribute",                              \
    (int *value, int attribute, cuda_device device))                           \
  F(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain",                      \
    (cuda_context * context, cuda_device device))                              \
  F(cuDevicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease_v2",                 \
    (cuda_device device))                                                      \
  F(cuCtxGetCurrent, "cuCtxGetCurrent", (cuda_context * context))              \
  F(cuCtxGetDevice, "cuCtxGetDevice", (cuda_device * device))                  \
  F(cuCtxPushCurrent, "cuCtxPushCurrent_v2", (cuda_context context))           \
  F(cuCtxPopCurrent, "cuCtxPopCurrent_v2", (cuda_context * context))           \
  F(cuModuleLoadDataEx, "cuModuleLoadDataEx",                                  \
    (cuda_module * module, const void *image, unsigned num_options,            \
     int *options, void **values))                                             \
  F(cuModuleUnload, "cuModuleUnload", (cuda_module module))                    \
  F(cuModuleGetFunction, "cuModuleGetFunction",                                \
    (cuda_function * function, cuda_module module, const char *name))          \
  F(cuFuncGetAttribute, "cuFuncGetAttribute",                                  \
    (int *value, int attribute, cuda_function function))                       \
  F(cuFuncSetAttribute, "cuFuncSetAttribute",                                  \
    (cuda_function function, int attribute, int value))                        \
  F(cuLaunchKernel, "cuLaunchKernel",                                          \
    (cuda_function function, unsigned grid_x, unsigned grid_y,                 \
     unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,    \
     unsigned shared_bytes, cuda_stream stream, void **params, void **extra))  \
  F(cuStreamIsCapturing, "cuStreamIsCapturing",                                \
    (cuda_stream stream, int *status))                                         \
  F(cuPointerGetAttributes, "cuPointerGetAttributes",                          \
    (unsigned count, int *attributes, void **values, cuda_pointer pointer))    \
  F(cuMemAllocAsync, "cuMemAllocAsync",                                        \
    (cuda_pointer * pointer, size_t bytes, cuda_stream stream))                \
  F(cuMemFreeAsync, "cuMemFreeAsync",                                          \
    (cuda_pointer pointer, cuda_stream stream))

typedef struct cuda_driver {
#define KALMIR_CUDA_MEMBER(member, symbol, params) cuda_result(*member) params;
  KALMIR_CUDA_FUNCTIONS(KALMIR_CUDA_MEMBER)
#undef KALMIR_CUDA_MEMBER
  /** Null before CUDA 12: a number that no other context ever has. */
  cuda_result (*cuCtxGetId)(cuda_context context, unsigned long long *id);
} cuda_driver;

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Loads and starts the driver at the first call of the process. Null where
 * that failed, and then *status is set and the text has the name of the entry.
 */
const cuda_driver *kalmir_rt_cuda_driver(const kalmir_signature *signature,
                                         int32_t *status);

/** "CUDA_ERROR_INVALID_VALUE (invalid argument)", in a buffer of the caller. */
const char *kalmir_rt_cuda_error(const cuda_driver *driver, cuda_result error,
                                 char buffer[160]);

#ifdef __cplusplus
}
#endif

#endif /* KALMIR_RUNTIME_CUDA_DRIVER_H */

/*===- cuda_call.h - a call of an entry for CUDA ----------------*- C -*-===*/

#ifndef KALMIR_RUNTIME_CUDA_CALL_H
#define KALMIR_RUNTIME_CUDA_CALL_H

#include "cuda_driver.h"

/** What a thread is calling. */
typedef struct cuda_call {
  const kalmir_signature *signature;
  const cuda_driver *driver;
  cuda_stream stream;
  int32_t device_id;
  cuda_device device;
  /** Current during the call. */
  cuda_context context;
  /** Tells a context from a later one at the same address, if not 0. */
  unsigned long long context_id;
  /** Whether the call made the primary context current. */
  int pushed;
  /** The first error, whose text is the thread's last. */
  int32_t status;
} cuda_call;

/** A kernel in a context. */
typedef struct loaded_kernel {
  cuda_context context;
  unsigned long long context_id;
  cuda_function function;
  /** The most bytes of dynamic shared memory that launches may ask for. */
  int64_t shared_bytes;
  /** The most threads of a block. */
  int max_threads;
  struct loaded_kernel *next;
} loaded_kernel;

/** The kernel in the context of the call, loaded if it is not there yet. Null
 * where that failed, and then call->status is set. */
loaded_kernel *kalmir_rt_cuda_load(cuda_call *call, kalmir_rt_kernel *kernel);

/** Lets launches of the kernel have `shared_bytes` of dynamic shared memory. */
int32_t kalmir_rt_cuda_allow_shared(cuda_call *call,
                                    const kalmir_rt_kernel *kernel,
                                    loaded_kernel *loaded,
                                    int64_t shared_bytes);

/** Whether `error` says that a stream is captured. */
static inline int kalmir_rt_cuda_is_capture(cuda_result error) {
  return error >= CUDA_CAPTURE_UNSUPPORTED &&
         error <= CUDA_CAPTURE_WRONG_THREAD;
}

#endif /* KALMIR_RUNTIME_CUDA_CALL_H */

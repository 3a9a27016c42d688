/*===- runtime.h - what code compiled by Kalmir is called through -----------===
 *
 * A compiled entry NAME is four C functions and a constant:
 *
 *   int32_t NAME(kalmir_tensor *const *args, int64_t num_args,
 *                void *workspace, int64_t workspace_bytes);
 *   int32_t NAME_shapes(kalmir_tensor *const *args, int64_t num_args);
 *   int32_t NAME_workspace(kalmir_tensor *const *args, int64_t num_args,
 *                          int64_t *bytes);
 *   int32_t NAME_info(kalmir_tensor *const *args, int64_t num_args,
 *                     kalmir_info *info);
 *   extern const kalmir_signature NAME_signature;
 *
 * `args` holds the inputs, then the outputs, in the order of the function's
 * arguments and results. A call looks like this:
 *
 *   kalmir_tensor *args[] = {&x, &y};           // y.shape: room for its rank
 *   if (NAME_shapes(args, 2)) fail(kalmir_last_error());
 *   y.data = malloc(...);                       // of y.shape
 *   if (NAME(args, 2, NULL, 0)) fail(kalmir_last_error());
 *
 * Every function returns KALMIR_OK or another kalmir_status and then leaves a
 * sentence for kalmir_last_error(). Nothing aborts, nothing runs at load time,
 * and any number of threads may call at once, each with tensors of its own.
 *
 * The tensors of an entry are in host memory or, where NAME_signature says so,
 * on a CUDA device; kalmir_set_stream has more on those.
 *
 *===----------------------------------------------------------------------===*/

#ifndef KALMIR_RUNTIME_H
#define KALMIR_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of everything in this header; it changes when a layout does. */
#define KALMIR_ABI_VERSION 2

#if defined(_WIN32)
#define KALMIR_EXPORT __declspec(dllexport)
#else
#define KALMIR_EXPORT __attribute__((visibility("default")))
#endif

/** What a call came to. */
typedef enum kalmir_status {
  KALMIR_OK = 0,
  /** Wrong number of arguments, a null pointer, or null data. */
  KALMIR_BAD_ARGUMENT = 1,
  /** The element type is not the declared one. */
  KALMIR_BAD_DTYPE = 2,
  /** The rank or an extent is not what the entry or its other arguments ask,
   * or an operation of the entry would leave its tensors with it. */
  KALMIR_BAD_SHAPE = 3,
  /** Not row-major and contiguous, or not aligned for its elements. */
  KALMIR_BAD_LAYOUT = 4,
  /** Not in the memory that the entry works on, or on several devices. */
  KALMIR_BAD_DEVICE = 5,
  /** An output shares memory with another argument. */
  KALMIR_OVERLAP = 6,
  /** A workspace was given and is too small. */
  KALMIR_BAD_WORKSPACE = 7,
  /** A workspace was not given and could not be allocated, or 64 bits cannot
   * count its bytes (NAME_workspace then says -1). */
  KALMIR_OUT_OF_MEMORY = 8,
  /** There is no CUDA driver, it does not start, or it is too old. */
  KALMIR_NO_DRIVER = 9,
  /** There is no CUDA device, or none of that number. */
  KALMIR_NO_DEVICE = 10,
  /** The device or its driver does not take the compiled kernels. */
  KALMIR_BAD_IMAGE = 11,
  /** A kernel would be loaded while a stream is captured: NAME_prepare first.
   */
  KALMIR_NOT_PREPARED = 12,
  /** A kernel was not launched, or the driver failed in another way, which may
   * be the fault of earlier work on the device. */
  KALMIR_LAUNCH_FAILED = 13
} kalmir_status;

/** Where a tensor lives; values as in DLPack's DLDevice. */
typedef struct kalmir_device {
  int32_t device_type;
  int32_t device_id;
} kalmir_device;

/** The device_type of host memory. */
#define KALMIR_DEVICE_CPU 1

/** The device_type of the memory of a CUDA device. */
#define KALMIR_DEVICE_CUDA 2

/** Codes of kalmir_dtype, those of DLPack's DLDataTypeCode. */
enum {
  KALMIR_INT = 0,
  KALMIR_UINT = 1,
  KALMIR_FLOAT = 2,
  KALMIR_BFLOAT = 4,
  KALMIR_BOOL = 6
};

/** An element type; `lanes` is always 1. Layout of DLPack's DLDataType. */
typedef struct kalmir_dtype {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} kalmir_dtype;

/**
 * A tensor that somebody else owns. Layout of DLPack's DLTensor, so that a
 * pointer to one may be passed as a pointer to the other.
 *
 * `strides` counts elements and may be null for row-major data; the data begin
 * `byte_offset` bytes after `data`.
 */
typedef struct kalmir_tensor {
  void *data;
  kalmir_device device;
  int32_t ndim;
  kalmir_dtype dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} kalmir_tensor;

/** What is declared of one argument of an entry. */
typedef struct kalmir_argument {
  const char *name;
  kalmir_dtype dtype;
  int32_t ndim;
  /**
   * One number for each dimension: an extent of 0 or more, or -(s+1) for the
   * symbol s. Dimensions with the same symbol must have the same extent.
   */
  const int64_t *dims;
  /**
   * Null, or for boundaries of packed sequences, which ascend from 0 to the
   * extent of time: that extent and the number of sequences, as in dims
   * (INT64_MIN: any number).
   */
  const int64_t *boundaries;
} kalmir_argument;

/** What is declared of an entry. */
typedef struct kalmir_signature {
  int32_t abi_version;
  int32_t num_inputs;
  int32_t num_outputs;
  int32_t num_symbols;
  const char *name;
  /** Inputs, then outputs. */
  const kalmir_argument *args;
  /** KALMIR_DEVICE_*: where all tensors of a call are. */
  int32_t device_type;
} kalmir_signature;

/** How a call would run, for its input shapes. */
typedef struct kalmir_info {
  /** Products of all loop extents of the recurrences, summed over them. */
  int64_t state_steps;
  /** Chunks that time is cut into: the most of any recurrence, 0 without one.
   */
  int64_t chunks;
} kalmir_info;

/**
 * The text of the last status other than KALMIR_OK of this thread, or "".
 * It is valid until the thread's next call.
 */
KALMIR_EXPORT const char *kalmir_last_error(void);

/** The KALMIR_ABI_VERSION that the linked runtime was built with. */
KALMIR_EXPORT int32_t kalmir_abi_version(void);

/*===- CUDA
 * ---------------------------------------------------------------===*/

/**
 * Makes later calls of this thread launch on `stream`, a CUstream or
 * cudaStream_t; null, as at first, is the default stream (the legacy one). In
 * every library with entries for CUDA. Always KALMIR_OK.
 *
 * A call checks its arguments, launches, and returns: results are there, and
 * errors of running kernels are found, when the stream is synchronised. All
 * tensors of a call are on one device. It runs in the current context where
 * that belongs to this device, else in the device's primary one; the stream
 * must be of the same context. The context that was current is so again
 * afterwards.
 *
 * NAME_shapes, NAME_workspace and NAME_info need no driver and read no data.
 * A workspace is memory of the device; without one the call allocates and
 * frees its own in stream order. The content of boundaries of packed sequences
 * is not checked, as it is on the device.
 *
 * The first call on a device loads its kernels, compiling PTX, which takes
 * time and cannot be done while a stream is captured. Entries for CUDA have
 *
 *   int32_t NAME_prepare(int32_t device);
 *
 * which loads all kernels of the library on that device. After it, calls can
 * be captured in graphs. Kernels stay loaded until the process ends.
 */
KALMIR_EXPORT int32_t kalmir_set_stream(void *stream);

/** Told of a launch: the kernel's name, blocks and threads in x, y and z, and
 * the bytes of dynamic shared memory. */
typedef void (*kalmir_launch_listener)(void *data, const char *kernel,
                                       const int64_t grid[3],
                                       const int64_t block[3],
                                       int64_t shared_bytes);

/**
 * Makes later calls of this thread tell `listener` of every kernel that they
 * have launched, in order; null, as at first, tells nobody. In every library
 * with entries for CUDA, each for its own. Always KALMIR_OK.
 */
KALMIR_EXPORT int32_t
kalmir_set_launch_listener(kalmir_launch_listener listener, void *data);

/*===- Called by compiled code
 * ---------------------------------------------===*/

/** How much of the arguments kalmir_rt_check looks at. */
enum {
  /** Types and shapes of inputs; outputs may be left out of the arguments. */
  KALMIR_CHECK_INPUTS = 0,
  /** Inputs as above, and outputs that can be given a shape. */
  KALMIR_CHECK_SHAPES = 1,
  /** Everything: shapes, layout, data and overlap of inputs and outputs. */
  KALMIR_CHECK_ALL = 2
};

/** Checks arguments against a signature; `what` is one of KALMIR_CHECK_*. */
KALMIR_EXPORT int32_t kalmir_rt_check(const kalmir_signature *signature,
                                      kalmir_tensor *const *args,
                                      int64_t num_args, int32_t what);

/**
 * Refuses a call for whose extents check number `failed`, counted from 0, does
 * not hold; negative where all do. `texts` has one null-terminated string for
 * each check, in which {0} stands for values[0] and so on.
 */
KALMIR_EXPORT int32_t kalmir_rt_check_bounds(const kalmir_signature *signature,
                                             const char *texts, int64_t failed,
                                             const int64_t *values,
                                             int64_t num_values);

/**
 * Compares the shapes of the outputs with `extents`, the extents of all
 * outputs one after the other, as computed from the inputs.
 */
KALMIR_EXPORT int32_t kalmir_rt_check_outputs(const kalmir_signature *signature,
                                              kalmir_tensor *const *args,
                                              const int64_t *extents);

/** Writes rank, shape and element type of the outputs, from `extents`. */
KALMIR_EXPORT int32_t kalmir_rt_set_outputs(const kalmir_signature *signature,
                                            kalmir_tensor *const *args,
                                            const int64_t *extents);

/** A workspace in use. */
typedef struct kalmir_rt_workspace {
  /** First byte, a multiple of 64. */
  void *data;
  /** What kalmir_rt_release frees, or null. */
  void *owned;
} kalmir_rt_workspace;

/**
 * Takes the caller's workspace, or allocates `required` bytes where `given` is
 * null. `required` counts the bytes lost to alignment.
 */
KALMIR_EXPORT int32_t kalmir_rt_acquire(const kalmir_signature *signature,
                                        void *given, int64_t given_bytes,
                                        int64_t required,
                                        kalmir_rt_workspace *workspace);

/** Frees what kalmir_rt_acquire allocated. */
KALMIR_EXPORT void kalmir_rt_release(kalmir_rt_workspace *workspace);

/** A kernel of a compiled library. */
typedef struct kalmir_rt_kernel {
  /** PTX text or a cubin. */
  const char *image;
  int64_t image_bytes;
  const char *name;
  /** Null at first; then the runtime's: where the kernel is loaded. */
  void *state;
} kalmir_rt_kernel;

/**
 * Starts a call of an entry for CUDA, whose checked arguments are `args`: makes
 * the context current, checks that memory is the device's, and takes or
 * allocates the workspace like kalmir_rt_acquire. Where it returns KALMIR_OK,
 * kalmir_rt_cuda_end must follow.
 */
KALMIR_EXPORT int32_t kalmir_rt_cuda_begin(const kalmir_signature *signature,
                                           kalmir_tensor *const *args,
                                           void *given, int64_t given_bytes,
                                           int64_t required,
                                           kalmir_rt_workspace *workspace);

/**
 * Launches a kernel between kalmir_rt_cuda_begin and kalmir_rt_cuda_end. Each
 * parameter fills the 8 bytes at `params + i`, smaller ones the low bytes. A
 * grid of 0 in any dimension launches nothing. After an error, which
 * kalmir_rt_cuda_end returns, nothing is launched any more.
 */
KALMIR_EXPORT void kalmir_rt_launch(kalmir_rt_kernel *kernel, int64_t grid_x,
                                    int64_t grid_y, int64_t grid_z,
                                    int64_t block_x, int64_t block_y,
                                    int64_t block_z, int64_t shared_bytes,
                                    int64_t *params, int64_t num_params);

/**
 * Ends a call: frees the workspace, makes the former context current, and
 * returns the first error since kalmir_rt_cuda_begin.
 */
KALMIR_EXPORT int32_t kalmir_rt_cuda_end(kalmir_rt_workspace *workspace);

/** NAME_prepare: loads `kernels` on a device. */
KALMIR_EXPORT int32_t kalmir_rt_cuda_prepare(const kalmir_signature *signature,
                                             kalmir_rt_kernel *const *kernels,
                                             int64_t num_kernels,
                                             int32_t device);

/** Where the stream of this thread is kept. Libraries in one process share it,
 * and so export it. */
KALMIR_EXPORT void **kalmir_rt_stream(void);

/**
 * Checks `pointer`, the result parameter `what` of an entry's function.
 */
KALMIR_EXPORT int32_t kalmir_rt_check_result(const kalmir_signature *signature,
                                             const void *pointer,
                                             const char *what);

#ifdef __cplusplus
}
#endif

#endif /* KALMIR_RUNTIME_H */

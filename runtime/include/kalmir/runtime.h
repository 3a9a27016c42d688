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
 *===----------------------------------------------------------------------===*/

#ifndef KALMIR_RUNTIME_H
#define KALMIR_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of everything in this header; it changes when a layout does. */
#define KALMIR_ABI_VERSION 1

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
  /** Not in the memory of the host. */
  KALMIR_BAD_DEVICE = 5,
  /** An output shares memory with another argument. */
  KALMIR_OVERLAP = 6,
  /** A workspace was given and is too small. */
  KALMIR_BAD_WORKSPACE = 7,
  /** A workspace was not given and could not be allocated, or 64 bits cannot
   * count its bytes (NAME_workspace then says -1). */
  KALMIR_OUT_OF_MEMORY = 8
} kalmir_status;

/** Where a tensor lives; values as in DLPack's DLDevice (1 is the CPU). */
typedef struct kalmir_device {
  int32_t device_type;
  int32_t device_id;
} kalmir_device;

/** The device_type of host memory. */
#define KALMIR_DEVICE_CPU 1

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

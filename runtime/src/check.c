/*===- check.c - arguments against the signature of an entry --------------===
 *
 * Everything that compiled code takes for granted is established here, so
 * that a wrong argument is a status and a sentence instead of a wild access.
 *
 *===----------------------------------------------------------------------===*/

#include "error.h"

#include <stdio.h>
#include <string.h>

/** Ranks are small; this bounds what a descriptor can make us read. */
enum { max_symbols = 256 };

/** An argument under check, with what messages say about it. */
typedef struct {
  const kalmir_signature *signature;
  const kalmir_argument *declared;
  const kalmir_tensor *tensor;
  int64_t position;
} argument;

static const char *describe(const argument *arg, char buffer[160]) {
  return kalmir_rt_describe(arg->signature, arg->position, buffer);
}

static const char *dtype_name(kalmir_dtype dtype, char buffer[32]) {
  static const char *const letters[] = {"i", "u", "f", "?", "bf", "c", "bool"};
  if (dtype.code < sizeof letters / sizeof *letters && dtype.code != 3 &&
      dtype.lanes == 1)
    snprintf(buffer, 32, "%s%u", letters[dtype.code], dtype.bits);
  else
    snprintf(buffer, 32, "code %u, %u bits, %u lanes", dtype.code, dtype.bits,
             dtype.lanes);
  return buffer;
}

/** Pointers, rank and element type. */
static int32_t check_type(const argument *arg) {
  char who[160], expected[32], found[32];
  const kalmir_tensor *tensor = arg->tensor;
  const kalmir_argument *declared = arg->declared;
  if (!tensor)
    return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                          "%s: expected a tensor, found a null pointer",
                          describe(arg, who));
  if (tensor->ndim != declared->ndim)
    return kalmir_rt_fail(KALMIR_BAD_SHAPE, "%s: expected rank %d, found %d",
                          describe(arg, who), declared->ndim, tensor->ndim);
  if (declared->ndim > 0 && !tensor->shape)
    return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                          "%s: expected a shape, found a null pointer",
                          describe(arg, who));
  if (tensor->dtype.code != declared->dtype.code ||
      tensor->dtype.bits != declared->dtype.bits || tensor->dtype.lanes != 1)
    return kalmir_rt_fail(KALMIR_BAD_DTYPE, "%s: expected %s, found %s",
                          describe(arg, who),
                          dtype_name(declared->dtype, expected),
                          dtype_name(tensor->dtype, found));
  return KALMIR_OK;
}

/** Where a symbol got its extent. */
typedef struct {
  int64_t extent;
  int64_t position;
  int32_t dim;
} binding;

/** The size in bytes, or -1 where it overflows. */
static int64_t byte_size(const kalmir_tensor *tensor) {
  int64_t bytes = (tensor->dtype.bits + 7) / 8;
  /* An extent of 0 makes the product 0, whatever the others are. */
  for (int32_t i = 0; i < tensor->ndim; ++i)
    if (tensor->shape[i] == 0)
      return 0;
  for (int32_t i = 0; i < tensor->ndim; ++i)
    if (__builtin_mul_overflow(bytes, tensor->shape[i], &bytes))
      return -1;
  return bytes;
}

/** Extents: not negative, static ones and symbols as declared, no overflow. */
static int32_t check_shape(const argument *arg, binding *symbols) {
  char who[160];
  const kalmir_tensor *tensor = arg->tensor;
  for (int32_t i = 0; i < tensor->ndim; ++i) {
    int64_t extent = tensor->shape[i], declared = arg->declared->dims[i];
    if (extent < 0)
      return kalmir_rt_fail(
          KALMIR_BAD_SHAPE,
          "%s: expected an extent of at least 0 in dimension %d, found %lld",
          describe(arg, who), i, (long long)extent);
    if (declared >= 0) {
      if (extent != declared)
        return kalmir_rt_fail(KALMIR_BAD_SHAPE,
                              "%s: expected extent %lld in dimension %d, "
                              "found %lld",
                              describe(arg, who), (long long)declared, i,
                              (long long)extent);
      continue;
    }
    int64_t symbol = -(declared + 1);
    if (symbol >= max_symbols)
      continue;
    binding *bound = &symbols[symbol];
    if (bound->position < 0) {
      *bound = (binding){extent, arg->position, i};
    } else if (bound->extent != extent) {
      return kalmir_rt_fail(
          KALMIR_BAD_SHAPE,
          "%s: expected extent %lld in dimension %d, as in dimension %d of "
          "'%s' (argument %lld), found %lld",
          describe(arg, who), (long long)bound->extent, i, bound->dim,
          arg->signature->args[bound->position].name,
          (long long)bound->position, (long long)extent);
    }
  }
  if (byte_size(tensor) < 0)
    return kalmir_rt_fail(KALMIR_BAD_SHAPE,
                          "%s: the size in bytes overflows 64 bits",
                          describe(arg, who));
  return KALMIR_OK;
}

static uintptr_t address(const kalmir_tensor *tensor) {
  return (uintptr_t)tensor->data + tensor->byte_offset;
}

static const char *memory_name(int32_t device_type) {
  return device_type == KALMIR_DEVICE_CPU    ? "host memory"
         : device_type == KALMIR_DEVICE_CUDA ? "memory of a CUDA device"
                                             : "other memory";
}

/** The memory of the entry's kind; on a device, that of the first argument. */
static int32_t check_device(const argument *arg, const kalmir_tensor *first) {
  char who[160];
  int32_t declared = arg->signature->device_type;
  kalmir_device device = arg->tensor->device;
  if (device.device_type != declared)
    return kalmir_rt_fail(
        KALMIR_BAD_DEVICE,
        "%s: expected %s (device type %d), found %s (device type %d)",
        describe(arg, who), memory_name(declared), declared,
        memory_name(device.device_type), device.device_type);
  if (declared != KALMIR_DEVICE_CPU &&
      device.device_id != first->device.device_id)
    return kalmir_rt_fail(
        KALMIR_BAD_DEVICE,
        "%s: expected memory of device %d, as of '%s' (argument 0), found "
        "device %d",
        describe(arg, who), first->device.device_id,
        arg->signature->args[0].name, device.device_id);
  return KALMIR_OK;
}

/** Data, alignment and strides. */
static int32_t check_memory(const argument *arg) {
  char who[160];
  const kalmir_tensor *tensor = arg->tensor;
  int64_t bytes = byte_size(tensor);
  if (bytes == 0)
    return KALMIR_OK;
  if (!tensor->data)
    return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                          "%s: expected %lld bytes of data, found a null "
                          "pointer",
                          describe(arg, who), (long long)bytes);
  uintptr_t element = (tensor->dtype.bits + 7u) / 8u;
  if (address(tensor) % element)
    return kalmir_rt_fail(
        KALMIR_BAD_LAYOUT,
        "%s: expected data aligned to %llu bytes, found address 0x%llx",
        describe(arg, who), (unsigned long long)element,
        (unsigned long long)address(tensor));
  if (!tensor->strides)
    return KALMIR_OK;
  int64_t expected = 1;
  for (int32_t i = tensor->ndim - 1; i >= 0; --i) {
    /* Nobody ever steps along an extent of 1. */
    if (tensor->shape[i] != 1 && tensor->strides[i] != expected)
      return kalmir_rt_fail(
          KALMIR_BAD_LAYOUT,
          "%s: expected contiguous row-major data, that is stride %lld in "
          "dimension %d, found %lld",
          describe(arg, who), (long long)expected, i,
          (long long)tensor->strides[i]);
    expected *= tensor->shape[i];
  }
  return KALMIR_OK;
}

/** Outputs are written while other arguments are still read. */
static int32_t check_overlap(const kalmir_signature *signature,
                             kalmir_tensor *const *args) {
  int64_t count = (int64_t)signature->num_inputs + signature->num_outputs;
  for (int64_t out = signature->num_inputs; out < count; ++out) {
    uintptr_t begin = address(args[out]);
    uintptr_t end = begin + (uintptr_t)byte_size(args[out]);
    for (int64_t other = 0; other < out; ++other) {
      uintptr_t other_begin = address(args[other]);
      uintptr_t other_end = other_begin + (uintptr_t)byte_size(args[other]);
      if (begin == end || other_begin == other_end || begin >= other_end ||
          other_begin >= end)
        continue;
      char who[160];
      argument arg = {signature, &signature->args[out], args[out], out};
      return kalmir_rt_fail(KALMIR_OVERLAP,
                            "%s: expected memory of its own, found an overlap "
                            "with '%s' (argument %lld)",
                            describe(&arg, who), signature->args[other].name,
                            (long long)other);
    }
  }
  return KALMIR_OK;
}

/* The extent that a number of dims stands for; -1 where it is not known. */
static int64_t resolve(int64_t declared, const binding *symbols) {
  if (declared >= 0)
    return declared;
  if (declared < -max_symbols || symbols[-declared - 1].position < 0)
    return -1;
  return symbols[-declared - 1].extent;
}

/* Boundaries of packed sequences ascend from 0 to the extent of time. Those in
   other memory than the host's cannot be read here. */
static int32_t check_boundaries(const argument *arg, const binding *symbols) {
  char who[160];
  const kalmir_tensor *tensor = arg->tensor;
  int64_t time = resolve(arg->declared->boundaries[0], symbols);
  int64_t sequences = resolve(arg->declared->boundaries[1], symbols);
  int64_t count = tensor->shape[0];
  if (sequences >= 0 ? count != sequences + 1 : count < 1)
    return kalmir_rt_fail(KALMIR_BAD_SHAPE,
                          "%s: expected one boundary more than the %lld "
                          "sequences, found %lld",
                          describe(arg, who),
                          (long long)(sequences < 0 ? 0 : sequences),
                          (long long)count);
  if (arg->signature->device_type != KALMIR_DEVICE_CPU)
    return KALMIR_OK;
  const char *data = (const char *)tensor->data + tensor->byte_offset;
  int64_t previous = 0;
  for (int64_t i = 0; i < count; ++i) {
    int64_t value;
    switch (tensor->dtype.bits) {
    case 64:
      value = ((const int64_t *)data)[i];
      break;
    case 32:
      value = ((const int32_t *)data)[i];
      break;
    case 16:
      value = ((const int16_t *)data)[i];
      break;
    default:
      value = ((const int8_t *)data)[i];
    }
    int is_last = i == count - 1 && time >= 0;
    if ((i == 0 && value != 0) || value < previous ||
        (is_last && value != time))
      return kalmir_rt_fail(
          KALMIR_BAD_ARGUMENT,
          "%s: expected boundaries that ascend from 0 to %lld, found %lld at "
          "%lld",
          describe(arg, who), (long long)time, (long long)value, (long long)i);
    previous = value;
  }
  return KALMIR_OK;
}

int32_t kalmir_rt_check(const kalmir_signature *signature,
                        kalmir_tensor *const *args, int64_t num_args,
                        int32_t what) {
  int64_t inputs = signature->num_inputs;
  int64_t count = inputs + signature->num_outputs;
  if (num_args != count && !(what == KALMIR_CHECK_INPUTS && num_args == inputs))
    return kalmir_rt_fail(
        KALMIR_BAD_ARGUMENT,
        "%s: expected %lld arguments (%lld inputs, then %d outputs), found "
        "%lld",
        signature->name, (long long)count, (long long)inputs,
        signature->num_outputs, (long long)num_args);
  if (!args && num_args > 0)
    return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                          "%s: expected an array of arguments, found a null "
                          "pointer",
                          signature->name);

  binding symbols[max_symbols];
  for (int i = 0; i < max_symbols; ++i)
    symbols[i].position = -1;
  int64_t checked = what == KALMIR_CHECK_ALL ? count : inputs;
  for (int64_t i = 0; i < checked; ++i) {
    argument arg = {signature, &signature->args[i], args[i], i};
    int32_t status = check_type(&arg);
    if (!status)
      status = check_shape(&arg, symbols);
    if (!status && what == KALMIR_CHECK_ALL)
      status = check_device(&arg, args[0]);
    if (!status && what == KALMIR_CHECK_ALL)
      status = check_memory(&arg);
    if (status)
      return status;
  }
  for (int64_t i = 0; what == KALMIR_CHECK_ALL && i < inputs; ++i) {
    argument arg = {signature, &signature->args[i], args[i], i};
    int32_t status =
        arg.declared->boundaries ? check_boundaries(&arg, symbols) : KALMIR_OK;
    if (status)
      return status;
  }
  if (what == KALMIR_CHECK_ALL)
    return check_overlap(signature, args);
  if (what == KALMIR_CHECK_SHAPES) {
    for (int64_t i = inputs; i < count; ++i) {
      char who[160];
      argument arg = {signature, &signature->args[i], args[i], i};
      if (!args[i] || (arg.declared->ndim > 0 && !args[i]->shape))
        return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                              "%s: expected room for %d extents, found a null "
                              "pointer",
                              describe(&arg, who), arg.declared->ndim);
    }
  }
  return KALMIR_OK;
}

int32_t kalmir_rt_check_bounds(const kalmir_signature *signature,
                               const char *texts, int64_t failed,
                               const int64_t *values, int64_t num_values) {
  if (failed < 0)
    return KALMIR_OK;
  for (; failed > 0; --failed)
    texts += strlen(texts) + 1;
  char text[512];
  size_t size = 0;
  while (*texts && size + 1 < sizeof text) {
    int number, length = 0;
    sscanf(texts, "{%d}%n", &number, &length);
    /* Any other brace is that of a file's name. */
    if (length > 0 && number >= 0 && number < num_values) {
      size += (size_t)snprintf(text + size, sizeof text - size, "%lld",
                               (long long)values[number]);
      texts += length;
    } else {
      text[size++] = *texts++;
    }
  }
  text[size < sizeof text ? size : sizeof text - 1] = '\0';
  return kalmir_rt_fail(KALMIR_BAD_SHAPE, "%s: %s", signature->name, text);
}

int32_t kalmir_rt_check_outputs(const kalmir_signature *signature,
                                kalmir_tensor *const *args,
                                const int64_t *extents) {
  for (int64_t i = signature->num_inputs, count = i + signature->num_outputs;
       i < count; ++i) {
    for (int32_t d = 0; d < args[i]->ndim; ++d, ++extents) {
      if (args[i]->shape[d] == *extents)
        continue;
      char who[160];
      argument arg = {signature, &signature->args[i], args[i], i};
      return kalmir_rt_fail(KALMIR_BAD_SHAPE,
                            "%s: expected extent %lld in dimension %d for "
                            "these inputs, found %lld",
                            describe(&arg, who), (long long)*extents, d,
                            (long long)args[i]->shape[d]);
    }
  }
  return KALMIR_OK;
}

int32_t kalmir_rt_set_outputs(const kalmir_signature *signature,
                              kalmir_tensor *const *args,
                              const int64_t *extents) {
  for (int64_t i = signature->num_inputs, count = i + signature->num_outputs;
       i < count; ++i) {
    const kalmir_argument *declared = &signature->args[i];
    args[i]->ndim = declared->ndim;
    args[i]->dtype = declared->dtype;
    for (int32_t d = 0; d < declared->ndim; ++d)
      args[i]->shape[d] = *extents++;
  }
  return KALMIR_OK;
}

int32_t kalmir_rt_check_result(const kalmir_signature *signature,
                               const void *pointer, const char *what) {
  if (pointer)
    return KALMIR_OK;
  return kalmir_rt_fail(KALMIR_BAD_ARGUMENT,
                        "%s: expected a pointer for '%s', found null",
                        signature->name, what);
}

/*===- workspace.c - scratch memory of a call -----------------------------===*/

#include "error.h"
#include "kalmir/runtime.h"

#include <stdlib.h>

enum { alignment = 64 };

int32_t kalmir_rt_acquire(const kalmir_signature *signature, void *given,
                          int64_t given_bytes, int64_t required,
                          kalmir_rt_workspace *workspace) {
  workspace->data = NULL;
  workspace->owned = NULL;
  if (required < 0 || (uint64_t)required > SIZE_MAX)
    return kalmir_rt_fail(KALMIR_OUT_OF_MEMORY,
                          "%s: the size of the workspace overflows",
                          signature->name);
  if (required == 0)
    return KALMIR_OK;
  void *base = given;
  if (!given) {
    base = workspace->owned = malloc((size_t)required);
    if (!base)
      return kalmir_rt_fail(KALMIR_OUT_OF_MEMORY,
                            "%s: out of memory for a workspace of %lld bytes",
                            signature->name, (long long)required);
  } else if (given_bytes < required) {
    return kalmir_rt_fail(
        KALMIR_BAD_WORKSPACE,
        "%s: expected a workspace of at least %lld bytes, found %lld",
        signature->name, (long long)required, (long long)given_bytes);
  }
  uintptr_t address = (uintptr_t)base;
  workspace->data =
      (char *)base + (alignment - address % alignment) % alignment;
  return KALMIR_OK;
}

void kalmir_rt_release(kalmir_rt_workspace *workspace) {
  free(workspace->owned);
}

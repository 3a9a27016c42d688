/*===- workspace.c - scratch memory of a call -----------------------------===*/

#include "workspace.h"

#include "error.h"

#include <stdlib.h>

enum { alignment = 64 };

static void *align(void *pointer) {
  uintptr_t address = (uintptr_t)pointer;
  return (char *)pointer + (alignment - address % alignment) % alignment;
}

int32_t kalmir_rt_take_workspace(const kalmir_signature *signature, void *given,
                                 int64_t given_bytes, int64_t required,
                                 kalmir_rt_workspace *workspace) {
  workspace->data = NULL;
  workspace->owned = NULL;
  if (required < 0 || (uint64_t)required > SIZE_MAX)
    return kalmir_rt_fail(KALMIR_OUT_OF_MEMORY,
                          "%s: the size of the workspace overflows",
                          signature->name);
  if (required == 0 || !given)
    return KALMIR_OK;
  if (given_bytes < required)
    return kalmir_rt_fail(
        KALMIR_BAD_WORKSPACE,
        "%s: expected a workspace of at least %lld bytes, found %lld",
        signature->name, (long long)required, (long long)given_bytes);
  workspace->data = align(given);
  return KALMIR_OK;
}

int32_t kalmir_rt_acquire(const kalmir_signature *signature, void *given,
                          int64_t given_bytes, int64_t required,
                          kalmir_rt_workspace *workspace) {
  int32_t status = kalmir_rt_take_workspace(signature, given, given_bytes,
                                            required, workspace);
  if (status || required == 0 || workspace->data)
    return status;
  workspace->owned = malloc((size_t)required);
  if (!workspace->owned)
    return kalmir_rt_fail(KALMIR_OUT_OF_MEMORY,
                          "%s: out of memory for a workspace of %lld bytes",
                          signature->name, (long long)required);
  workspace->data = align(workspace->owned);
  return KALMIR_OK;
}

void kalmir_rt_release(kalmir_rt_workspace *workspace) {
  free(workspace->owned);
}

/*===- cuda_stream.c - the stream of a thread -----------------------------===
 *
 * Alone in its file, so that callers go through the symbol: of all compiled
 * libraries that a process has linked, the first one's is used by everybody.
 *
 *===----------------------------------------------------------------------===*/

#include "kalmir/runtime.h"

#include <stddef.h>

static _Thread_local void *stream = NULL;

void **kalmir_rt_stream(void) { return &stream; }

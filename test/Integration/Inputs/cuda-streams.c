/* Calls @twice of a library that is linked, and of another one, loaded later.
 */

#include "cuda-entry.h"

#include <dlfcn.h>
#include <stdio.h>

typedef int32_t entry(kalmir_tensor *const *args, int64_t num_args,
                      void *workspace, int64_t workspace_bytes);

static void call(const char *what, entry *function) {
  int64_t shape[] = {1};
  kalmir_tensor args[3];
  kalmir_tensor *pointers[3];
  for (int i = 0; i < 3; ++i) {
    uintptr_t address = ((uintptr_t)1 << 44) + 0x1000 * (uintptr_t)i;
    args[i] = (kalmir_tensor){(void *)address,
                              {KALMIR_DEVICE_CUDA, 0},
                              i != 1,
                              {KALMIR_FLOAT, 32, 1},
                              shape,
                              NULL,
                              0};
    pointers[i] = &args[i];
  }
  printf("%s\n", what);
  if (function(pointers, 3, NULL, 0))
    printf("%s\n", kalmir_last_error());
}

int main(int argc, char **argv) {
  void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  entry *loaded;
  int32_t (*set_stream)(void *);
  if (!library)
    return 1;
  *(void **)&loaded = dlsym(library, "twice");
  *(void **)&set_stream = dlsym(library, "kalmir_set_stream");
  kalmir_set_stream((void *)0x50);
  call("linked", twice);
  call("loaded", loaded);
  set_stream((void *)0x60);
  call("set by the loaded one", twice);
  return 0;
}

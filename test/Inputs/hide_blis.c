/* Preloaded, makes a process not find BLIS, or with KALMIR_TEST_BLIS=broken
   find it and fail to load it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_broken(void) {
  const char *mode = getenv("KALMIR_TEST_BLIS");
  return mode && strcmp(mode, "broken") == 0;
}

int access(const char *path, int mode) {
  if (strstr(path, "libblis") && !is_broken()) {
    errno = ENOENT;
    return -1;
  }
  int (*next)(const char *, int);
  *(void **)&next = dlsym(RTLD_NEXT, "access");
  return next(path, mode);
}

void *dlopen(const char *path, int flags) {
  void *(*next)(const char *, int);
  *(void **)&next = dlsym(RTLD_NEXT, "dlopen");
  return next(path && strstr(path, "libblis") ? "/broken/libblis.so.4" : path,
              flags);
}

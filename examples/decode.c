/* Prefill, then decode, with the functions that kalmir-compile derives:
 *
 *   kalmir-compile kla.mlir --derive-step=kla_y --schedule=serial -o kla.so
 *   cc -I DIR/include decode.c kla.so -Wl,-rpath=. -o decode
 *
 * Runs a sequence whole and as 5 tokens, then token by token, and compares the
 * bits. States go from call to call in two sets of buffers. */

#include "kla.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { length = 9, prompt = 5, channels = 19, states = 4 };

/* v, lv, k, q of the whole sequence, a, p, lam0, eta0. */
static float v[length * channels], lv[length * channels], k[length * states],
    q[length * states], a[channels * states], p[channels * states],
    lam0[channels * states], eta0[channels * states];
static float whole[length * channels], pieces[length * channels];
static float carried[2][3][channels * states];

static kalmir_tensor tensor(float *data, int32_t ndim, int64_t *shape) {
  kalmir_tensor t = {
      data, {KALMIR_DEVICE_CPU, 0}, ndim, {KALMIR_FLOAT, 32, 1}, shape, NULL,
      0};
  return t;
}

typedef int32_t entry(kalmir_tensor *const *args, int64_t num_args,
                      void *workspace, int64_t workspace_bytes);

/* Calls `f` on `count` tokens from `first` on. `in` and `out` are states, or
 * null: then the prior goes in, and nothing but y comes out. */
static void call(entry *f, int first, int64_t count, float *y,
                 float (*in)[channels * states],
                 float (*out)[channels * states]) {
  int64_t over_channels[] = {1, count, channels};
  int64_t over_states[] = {1, count, states};
  int64_t weights[] = {channels, states}, beliefs[] = {1, channels, states};
  kalmir_tensor tensors[13], *args[13];
  int n = 0;
  tensors[n++] = tensor(v + first * channels, 3, over_channels);
  tensors[n++] = tensor(lv + first * channels, 3, over_channels);
  tensors[n++] = tensor(k + first * states, 3, over_states);
  tensors[n++] = tensor(q + first * states, 3, over_states);
  tensors[n++] = tensor(a, 2, weights);
  tensors[n++] = tensor(p, 2, weights);
  if (in) {
    for (int i = 0; i < 3; ++i)
      tensors[n++] = tensor(in[i], 3, beliefs);
  } else {
    tensors[n++] = tensor(lam0, 3, beliefs);
    tensors[n++] = tensor(eta0, 3, beliefs);
  }
  tensors[n++] = tensor(y + first * channels, 3, over_channels);
  for (int i = 0; out && i < 3; ++i)
    tensors[n++] = tensor(out[i], 3, beliefs);
  for (int i = 0; i < n; ++i)
    args[i] = &tensors[i];
  if (f(args, n, NULL, 0)) {
    fprintf(stderr, "%s\n", kalmir_last_error());
    exit(1);
  }
}

static void fill(float *data, int count, float least, float most) {
  for (int i = 0; i < count; ++i)
    data[i] = least + (most - least) * ((float)rand() / (float)RAND_MAX);
}

int main(void) {
  fill(v, length * channels, -1, 1);
  fill(lv, length * channels, 0.5f, 1.5f);
  fill(k, length * states, -1, 1);
  fill(q, length * states, -1, 1);
  fill(a, channels * states, 0.9f, 0.999f);
  fill(p, channels * states, 0.001f, 0.01f);
  fill(lam0, channels * states, 1, 1);

  call(kla_y, 0, length, whole, NULL, NULL);
  call(kla_y_prefill, 0, prompt, pieces, NULL, carried[0]);
  int now = 0;
  for (int t = prompt; t < length; ++t, now = !now)
    call(kla_y_step, t, 1, pieces, carried[now], carried[!now]);

  int same = memcmp(whole, pieces, sizeof whole) == 0;
  printf("%d tokens at once, then %d one by one: %s\n", prompt, length - prompt,
         same ? "same bits" : "different");
  return !same;
}

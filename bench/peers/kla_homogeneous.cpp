//===- kla_homogeneous.cpp - the filter without division in the recursion -===//
//
//   d' = p n + a^2 d     n' = n + phi d'     e' = a e + r d'
//
// n and d only grow, so each lane is divided every 8 steps by the power of two
// of its largest member.
//
//===----------------------------------------------------------------------===//

#include "kla.h"

#include <algorithm>
#include <vector>

using Vector = float __attribute__((vector_size(32), aligned(4)));
using Bits = int32_t __attribute__((vector_size(32), aligned(4)));

static constexpr int64_t width = 8, period = 8, blockWidth = 64;

namespace {
/// What one state of eight channels needs; S of them fit in L1.
struct Lanes {
  Vector n, e, d, a, a2, p;
};
} // namespace

static Vector load(const float *from) {
  return *reinterpret_cast<const Vector *>(from);
}

static void store(float *to, Vector value) {
  *reinterpret_cast<Vector *>(to) = value;
}

/// Divides by the power of two of max(n, d, |e|): positive floats are ordered
/// as their bits are, and the difference of exponents needs no float.
static void rescale(Lanes &lanes) {
  Bits size = (Bits)lanes.n, d = (Bits)lanes.d;
  Bits e = (Bits)lanes.e & 0x7fffffff;
  size = d > size ? d : size;
  size = e > size ? e : size;
  Vector scale = (Vector)((254 << 23) - (size & 0x7f800000));
  lanes.n *= scale;
  lanes.e *= scale;
  lanes.d *= scale;
}

template <bool variance>
static void run(const KlaProblem &c, int64_t b, int64_t first, int64_t count) {
  int64_t vectors = count / width;
  std::vector<Lanes> block(vectors * c.S);
  for (int64_t m = 0; m < count; ++m)
    for (int64_t s = 0; s < c.S; ++s) {
      int64_t lane = (first + m) * c.S + s, i = m % width;
      Lanes &l = block[m / width * c.S + s];
      l.n[i] = c.lam0[b * c.M * c.S + lane];
      l.e[i] = c.eta0[b * c.M * c.S + lane];
      l.d[i] = 1;
      l.a[i] = c.a[lane];
      l.a2[i] = c.a[lane] * c.a[lane];
      l.p[i] = c.p[lane];
    }
  for (int64_t t = 0; t < c.L; ++t) {
    const float *k = c.k + (b * c.L + t) * c.S;
    const float *q = c.q + (b * c.L + t) * c.S;
    for (int64_t j = 0; j < vectors; ++j) {
      int64_t at = (b * c.L + t) * c.M + first + j * width;
      Vector lv = load(c.lv + at), vlv = load(c.v + at) * lv;
      Vector mean = {}, var = {};
      for (int64_t s = 0; s < c.S; ++s) {
        Lanes &l = block[j * c.S + s];
        l.d = l.p * l.n + l.a2 * l.d;
        l.n = l.n + lv * (k[s] * k[s]) * l.d;
        l.e = l.a * l.e + vlv * k[s] * l.d;
        Vector inverse = 1 / l.n;
        mean += q[s] * l.e * inverse;
        if (variance)
          var += q[s] * q[s] * l.d * inverse;
        if (t % period == period - 1)
          rescale(l);
      }
      store(c.y + at, mean);
      if (variance)
        store(c.yvar + at, var);
    }
  }
}

void klaHomogeneous(const KlaProblem &problem) {
#pragma omp parallel for collapse(2)
  for (int64_t b = 0; b < problem.B; ++b)
    for (int64_t m = 0; m < problem.M; m += blockWidth) {
      int64_t count = std::min(blockWidth, problem.M - m);
      problem.yvar ? run<true>(problem, b, m, count)
                   : run<false>(problem, b, m, count);
    }
}

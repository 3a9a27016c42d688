//===- kla_plain.cpp - the filter as a plain loop -------------------------===//

#include "kla.h"

#include <vector>

template <bool variance>
static void run(const KlaProblem &c, int64_t b) {
  std::vector<float> lam(c.lam0 + b * c.M * c.S, c.lam0 + (b + 1) * c.M * c.S);
  std::vector<float> eta(c.eta0 + b * c.M * c.S, c.eta0 + (b + 1) * c.M * c.S);
  for (int64_t t = 0; t < c.L; ++t) {
    const float *k = c.k + (b * c.L + t) * c.S;
    const float *q = c.q + (b * c.L + t) * c.S;
    for (int64_t m = 0; m < c.M; ++m) {
      int64_t at = (b * c.L + t) * c.M + m;
      float v = c.v[at], lv = c.lv[at];
      float mean = 0, var = 0;
      for (int64_t s = 0; s < c.S; ++s) {
        int64_t lane = m * c.S + s;
        float a = c.a[lane];
        float scale = 1 / (a * a + c.p[lane] * lam[lane]);
        float newLam = lam[lane] * scale + lv * k[s] * k[s];
        float newEta = a * eta[lane] * scale + v * lv * k[s];
        lam[lane] = newLam;
        eta[lane] = newEta;
        mean += q[s] * newEta / newLam;
        if (variance)
          var += q[s] * q[s] / newLam;
      }
      c.y[at] = mean;
      if (variance)
        c.yvar[at] = var;
    }
  }
}

void klaPlain(const KlaProblem &problem) {
#pragma omp parallel for
  for (int64_t b = 0; b < problem.B; ++b)
    problem.yvar ? run<true>(problem, b) : run<false>(problem, b);
}

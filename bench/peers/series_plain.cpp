//===- series_plain.cpp - one series as a plain loop ----------------------===//

#include "kla.h"

void klaSeriesPlain(const KlaProblem &c) {
  float a = c.a[0], p = c.p[0], lam = c.lam0[0], eta = c.eta0[0];
  for (int64_t t = 0; t < c.L; ++t) {
    float k = c.k[t];
    float scale = 1 / (a * a + p * lam);
    lam = lam * scale + c.lv[t] * k * k;
    eta = a * eta * scale + c.v[t] * c.lv[t] * k;
    c.y[t] = c.q[t] * eta / lam;
  }
}

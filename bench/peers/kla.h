//===- kla.h - what the C++ peers compute -----------------------*- C++ -*-===//
//
// The filter of Kalman linear attention, one lane for each (b, m, s):
//
//   lam' = lam / (a^2 + p lam) + lv k^2       y[b,t,m]    = sum_s q eta'/lam'
//   eta' = a eta / (a^2 + p lam) + v lv k     yvar[b,t,m] = sum_s q^2 / lam'
//
// Arrays are row-major and contiguous.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_BENCH_PEERS_KLA_H
#define KALMIR_BENCH_PEERS_KLA_H

#include <cstdint>

/// One problem: inputs, extents, and where the results go.
struct KlaProblem {
  const float *v, *lv;      // [B,L,M]
  const float *k, *q;       // [B,L,S]
  const float *a, *p;       // [M,S]
  const float *lam0, *eta0; // [B,M,S]
  float *y;                 // [B,L,M]
  float *yvar;              // [B,L,M], or null: not asked for
  int64_t B, L, M, S;
};

/// The recursion of (lam, eta) as anyone would write it; state arrays [M,S],
/// threads over b.
void klaPlain(const KlaProblem &problem);

/// The same for one series (B = M = S = 1, no variance): two floats of state.
void klaSeriesPlain(const KlaProblem &problem);

/// Homogeneous coordinates (n, e, d), lam = n/d, eta = e/d: no division in the
/// recursion. Eight channels in a vector, states innermost, threads over b and
/// blocks of channels. Rescaled by powers of two every 8 steps. M is a
/// multiple of 8.
void klaHomogeneous(const KlaProblem &problem);

#endif // KALMIR_BENCH_PEERS_KLA_H

//===- reference.cpp - the filter in float64 ------------------------------===//
//
// kla-reference V LV K Q A P LAM0 ETA0 Y YVAR
//
// Reads eight .npy files (float32 or bfloat16) and writes the read-out and its
// variance in float64, by the sequential definition and without -ffast-math.
//
//===----------------------------------------------------------------------===//

#include "Array.h"

#include <cstdio>
#include <stdexcept>

static void run(const std::vector<Array> &in, Array &y, Array &yvar) {
  int64_t B = in[0].shape.at(0), L = in[0].shape.at(1), M = in[0].shape.at(2);
  int64_t S = in[2].shape.at(2);
  auto *means = reinterpret_cast<double *>(y.data.get());
  auto *vars = reinterpret_cast<double *>(yvar.data.get());
#pragma omp parallel for collapse(2)
  for (int64_t b = 0; b < B; ++b)
    for (int64_t m = 0; m < M; ++m) {
      std::vector<double> lam, eta, a, p;
      for (int64_t s = 0; s < S; ++s) {
        a.push_back(in[4].at(m * S + s));
        p.push_back(in[5].at(m * S + s));
        lam.push_back(in[6].at((b * M + m) * S + s));
        eta.push_back(in[7].at((b * M + m) * S + s));
      }
      for (int64_t t = 0; t < L; ++t) {
        int64_t at = (b * L + t) * M + m;
        double v = in[0].at(at), lv = in[1].at(at), mean = 0, var = 0;
        for (int64_t s = 0; s < S; ++s) {
          double k = in[2].at((b * L + t) * S + s);
          double q = in[3].at((b * L + t) * S + s);
          double denominator = a[s] * a[s] + p[s] * lam[s];
          lam[s] = lam[s] / denominator + lv * k * k;
          eta[s] = a[s] * eta[s] / denominator + v * lv * k;
          mean += q * eta[s] / lam[s];
          var += q * q / lam[s];
        }
        means[at] = mean;
        vars[at] = var;
      }
    }
}

int main(int argc, char **argv) {
  try {
    if (argc != 11)
      throw std::runtime_error("expected 10 files");
    std::vector<Array> inputs;
    for (int i = 1; i < 9; ++i)
      inputs.push_back(readNpy(argv[i]));
    Array y = Array::allocate("<f8", inputs[0].shape);
    Array yvar = Array::allocate("<f8", inputs[0].shape);
    run(inputs, y, yvar);
    writeNpy(argv[9], y);
    writeNpy(argv[10], yvar);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "kla-reference: error: %s\n", error.what());
    return 2;
  }
}

//===- ModularField.h - Arithmetic modulo 61-bit primes ---------*- C++ -*-===//
//
// Private to the polynomial gcd: prime fields, dense univariate gcds over them
// and the deterministic random numbers they are probed with. Example: over any
// of the fields, gcd of z^2 - 1 and z^2 + 2*z + 1 is z + 1.
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_LIB_ANALYSIS_MODULARFIELD_H
#define KALMIR_LIB_ANALYSIS_MODULARFIELD_H

#include "kalmir/Analysis/Polynomial.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace kalmir::analysis::detail {

/// The primes used are 2^61 - gap. Enough of them to carry coefficients of
/// Polynomial::maxCoefficientBits bits with their sign.
inline constexpr unsigned primeGaps[] = {
    1,    31,   45,   229,  259,  283,  339,  391,  403,  465,  531,  579,
    675,  759,  799,  819,  829,  843,  859,  939,  985,  1015, 1153, 1195,
    1215, 1281, 1299, 1351, 1371, 1425, 1489, 1525, 1533, 1543, 1609, 1621,
    1669, 1741, 1753, 1813, 1845, 1849, 1855, 1863, 1869, 1909, 1921, 1923,
    1945, 1959, 2023, 2083, 2115, 2133, 2185, 2371, 2373, 2383, 2385, 2401,
    2539, 2551, 2595, 2605, 2665, 2695, 2911, 2919, 3015, 3045, 3069, 3079};
inline constexpr unsigned numPrimes = sizeof(primeGaps) / sizeof(*primeGaps);

/// Field of 2^61 - gap elements, each kept below the modulus.
struct ModularField {
  uint64_t gap, modulus;

  explicit ModularField(unsigned primeIndex)
      : gap(primeGaps[primeIndex]), modulus((uint64_t(1) << 61) - gap) {}

  uint64_t add(uint64_t a, uint64_t b) const {
    uint64_t sum = a + b;
    return sum >= modulus ? sum - modulus : sum;
  }
  uint64_t sub(uint64_t a, uint64_t b) const {
    return a >= b ? a - b : a + modulus - b;
  }
  uint64_t mul(uint64_t a, uint64_t b) const {
    // 2^61 = gap modulo the prime, so the high part folds down; two folds reach
    // less than twice the modulus because gap is small.
    constexpr uint64_t mask = (uint64_t(1) << 61) - 1;
    unsigned __int128 t = static_cast<unsigned __int128>(a) * b;
    t = (t >> 61) * gap + static_cast<uint64_t>(t & mask);
    t = (t >> 61) * gap + static_cast<uint64_t>(t & mask);
    uint64_t r = static_cast<uint64_t>(t);
    return r >= modulus ? r - modulus : r;
  }
  uint64_t pow(uint64_t base, uint64_t exponent) const {
    uint64_t result = 1;
    for (; exponent; exponent >>= 1, base = mul(base, base))
      if (exponent & 1)
        result = mul(result, base);
    return result;
  }
  /// Inverse of a nonzero element.
  uint64_t inverse(uint64_t a) const { return pow(a, modulus - 2); }
  /// Residue of an integer.
  uint64_t reduce(const Integer &value) const {
    int64_t r =
        static_cast<int64_t>(value % Integer(static_cast<int64_t>(modulus)));
    return r < 0 ? r + modulus : r;
  }
};

/// Deterministic pseudo-random numbers (splitmix64).
struct RandomSource {
  uint64_t state;

  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// A field element other than 0 and 1.
  uint64_t element(const ModularField &field) {
    return 2 + next() % (field.modulus - 2);
  }
};

/// Dense univariate polynomial, lowest power first, no leading zeros.
using Dense = std::vector<uint64_t>;

inline void trim(Dense &p) {
  while (!p.empty() && p.back() == 0)
    p.pop_back();
}

inline void makeMonic(const ModularField &field, Dense &p) {
  if (p.empty())
    return;
  uint64_t scale = field.inverse(p.back());
  for (uint64_t &c : p)
    c = field.mul(c, scale);
}

/// Monic gcd of two trimmed polynomials.
inline Dense denseGcd(const ModularField &field, Dense a, Dense b) {
  if (a.size() < b.size())
    std::swap(a, b);
  while (!b.empty()) {
    makeMonic(field, b);
    while (a.size() >= b.size()) {
      uint64_t factor = a.back();
      size_t offset = a.size() - b.size();
      for (size_t i = 0; i < b.size(); ++i)
        a[offset + i] = field.sub(a[offset + i], field.mul(factor, b[i]));
      trim(a);
    }
    std::swap(a, b);
  }
  makeMonic(field, a);
  return a;
}

} // namespace kalmir::analysis::detail

#endif // KALMIR_LIB_ANALYSIS_MODULARFIELD_H

//===- Rational.cpp - Exact rational numbers --------------------*- C++ -*-===//
//
// Rational on DynamicAPInt, always in lowest terms. mlir::presburger::Fraction
// is not used because its constructors do not reduce, and because DynamicAPInt
// keeps (and hashes) the width it once grew to, so equal values could hash
// differently. Example: 1/3 + 1/6 is stored as 1/2.
//
//===----------------------------------------------------------------------===//

#include "kalmir/Analysis/Polynomial.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APSInt.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <limits>

using namespace kalmir::analysis;

static bool fitsSmall(const Integer &value) {
  return value >= std::numeric_limits<int64_t>::min() &&
         value <= std::numeric_limits<int64_t>::max();
}

/// DynamicAPInt never goes back to its fast representation by itself.
static Integer shrink(const Integer &value) {
  return fitsSmall(value) ? Integer(static_cast<int64_t>(value)) : value;
}

static bool tooWide(const Integer &value) {
  if (fitsSmall(value))
    return false;
  constexpr unsigned bits = Polynomial::maxCoefficientBits;
  static const Integer medium(llvm::APInt::getOneBitSet(258, 256));
  static const Integer bound(llvm::APInt::getOneBitSet(bits + 2, bits));
  // The cheap comparison first: it does not widen its operand much.
  if (value < medium && value > -medium)
    return false;
  return value >= bound || value <= -bound;
}

Rational::Rational(const Integer &value) : num(shrink(value)), den(1) {}

Rational Rational::reduced(const Integer &n, const Integer &d) {
  Integer g = gcd(abs(n), d);
  if (g == 1)
    return Rational(shrink(n), shrink(d));
  return Rational(shrink(n / g), shrink(d / g));
}

std::optional<Rational> Rational::fraction(const Integer &n, const Integer &d) {
  if (d == 0)
    return std::nullopt;
  return d > 0 ? reduced(n, d) : reduced(-n, -d);
}

std::optional<Rational> Rational::fromFloat(const llvm::APFloat &value) {
  if (!value.isFinite() ||
      &value.getSemantics() == &llvm::APFloat::PPCDoubleDouble())
    return std::nullopt;
  if (value.isZero())
    return Rational();
  int exponent = ilogb(value);
  if (exponent > 1100 || exponent < -1100)
    return std::nullopt;
  // Scale so that the whole significand is an integer.
  int digits = llvm::APFloat::semanticsPrecision(value.getSemantics());
  int shift = digits - 1 - exponent;
  llvm::APFloat wide = value;
  bool losesInfo = false, isExact = false;
  // Quad holds every supported significand and scaled exponent exactly.
  wide.convert(llvm::APFloat::IEEEquad(), llvm::APFloat::rmNearestTiesToEven,
               &losesInfo);
  if (losesInfo)
    return std::nullopt;
  llvm::APSInt significand(digits + 2, /*isUnsigned=*/false);
  auto status =
      scalbn(wide, shift, llvm::APFloat::rmNearestTiesToEven)
          .convertToInteger(significand, llvm::APFloat::rmTowardZero, &isExact);
  if (status != llvm::APFloat::opOK || !isExact)
    return std::nullopt;
  unsigned magnitude = shift < 0 ? -shift : shift;
  Integer power(llvm::APInt::getOneBitSet(magnitude + 2, magnitude));
  Integer mantissa{static_cast<const llvm::APInt &>(significand)};
  return shift >= 0 ? reduced(mantissa, power) : Rational(mantissa * power);
}

bool Rational::isOversized() const { return tooWide(num) || tooWide(den); }

Rational Rational::operator+(const Rational &other) const {
  if (den == other.den) {
    if (den == 1)
      return Rational(num + other.num);
    return reduced(num + other.num, den);
  }
  return reduced(num * other.den + other.num * den, den * other.den);
}

Rational Rational::operator-(const Rational &other) const {
  return *this + -other;
}

Rational Rational::operator*(const Rational &other) const {
  if (den == 1 && other.den == 1)
    return Rational(num * other.num);
  return reduced(num * other.num, den * other.den);
}

Rational Rational::operator-() const { return Rational(shrink(-num), den); }

std::optional<Rational> Rational::divide(const Rational &other) const {
  return fraction(num * other.den, den * other.num);
}

bool Rational::operator<(const Rational &other) const {
  if (den == other.den)
    return num < other.num;
  return num * other.den < other.num * den;
}

static double approximate(Integer value, int &scale) {
  static const Integer coarse(llvm::APInt::getOneBitSet(98, 96));
  scale = 0;
  auto drop = [&](int bits) {
    value = shrink(value / Integer(int64_t(1) << bits));
    scale += bits;
  };
  while (!fitsSmall(value) && (value > coarse || value < -coarse))
    drop(32);
  // Small steps at the end keep more bits than a double has.
  while (!fitsSmall(value))
    drop(4);
  return static_cast<double>(static_cast<int64_t>(value));
}

double Rational::toDouble() const {
  int numScale, denScale;
  double n = approximate(num, numScale), d = approximate(den, denScale);
  return std::ldexp(n / d, numScale - denScale);
}

void Rational::print(llvm::raw_ostream &os) const {
  os << num;
  if (!isInteger())
    os << '/' << den;
}

llvm::hash_code kalmir::analysis::hash_value(const Rational &value) {
  // Hash residues, not representations: the storage width of a large integer
  // depends on how it was computed.
  const Integer modulus((int64_t(1) << 61) - 1);
  return llvm::hash_combine(static_cast<int64_t>(value.num % modulus),
                            static_cast<int64_t>(value.den % modulus));
}

//===- Result.h - a value or what went wrong --------------------*- C++ -*-===//
//
// The code in lib/Exec runs where LLVM is not, so it says what went wrong with
// these:
//
//   Result<npy::Array> x = npy::read("x.npy");
//   if (!x)
//     return x.takeFailure();
//   use(*x);
//
//===----------------------------------------------------------------------===//

#ifndef KALMIR_EXEC_RESULT_H
#define KALMIR_EXEC_RESULT_H

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace kalmir::exec {

/// What was expected and found, in a sentence without a final stop. Empty where
/// it was reported already.
struct Failure {
  std::string text;
};

/// A value, or why there is none.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : state(std::move(value)) {}
  Result(Failure failure) : state(std::move(failure)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state); }
  T &operator*() { return *get(); }
  T *operator->() { return get(); }

  Failure takeFailure() {
    assert(!*this && "there is a value");
    return std::move(*std::get_if<Failure>(&state));
  }

private:
  T *get() {
    assert(*this && "there is no value");
    return std::get_if<T>(&state);
  }

  std::variant<T, Failure> state;
};

/// The value of what has none.
struct Success {};
using Status = Result<Success>;

} // namespace kalmir::exec

#endif // KALMIR_EXEC_RESULT_H

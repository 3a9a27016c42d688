//===- Text.h - lists and numbers in options --------------------*- C++ -*-===//

#ifndef KALMIR_EXEC_TEXT_H
#define KALMIR_EXEC_TEXT_H

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace kalmir::exec {

/// "a,,b" as three names; one empty name for an empty text.
inline std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// The whole text as a number, NaN and infinity among them.
inline std::optional<double> parseNumber(const std::string &text) {
  char *end;
  double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end)
    return std::nullopt;
  return number;
}

/// The whole text as an integer of 64 bits.
inline std::optional<int64_t> parseInteger(const std::string &text) {
  char *end;
  errno = 0;
  int64_t number = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end || errno)
    return std::nullopt;
  return number;
}

} // namespace kalmir::exec

#endif // KALMIR_EXEC_TEXT_H

//===- Assemble.cpp - PTX to machine code ---------------------------------===//

#include "kalmir/Target/CUDA/Assemble.h"

#include "kalmir/Support/TemporaryDirectory.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;
using namespace kalmir;

std::vector<std::string> cuda::getAssembleCommand(StringRef ptxas,
                                                  StringRef chip, StringRef ptx,
                                                  StringRef cubin) {
  return {ptxas.str(), "-v", ("-arch=" + chip).str(),
          ptx.str(),   "-o", cubin.str()};
}

/// The number before `unit` in a log such as "Used 40 registers, 8 bytes smem".
static int64_t findNumber(StringRef log, StringRef unit) {
  size_t at = log.find(unit);
  if (at == StringRef::npos)
    return 0;
  StringRef before = log.take_front(at).rtrim();
  int64_t number = 0;
  before.drop_front(before.find_last_of(" ,\n") + 1).getAsInteger(10, number);
  return number;
}

/// The lines of a log that say what is wrong, on one line.
static std::string getErrors(StringRef log, StringRef path) {
  SmallVector<StringRef> lines, errors;
  log.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    // "ptxas PATH, line 7; error   : text", or "ptxas error   : text".
    auto [before, text] = line.split(": ");
    if (before.rtrim().ends_with("error") || before.rtrim().ends_with("fatal"))
      errors.push_back(text.trim());
  }
  std::string result = errors.empty() ? log.trim().str() : join(errors, "; ");
  for (size_t at; (at = result.find(path)) != std::string::npos;)
    result.replace(at, path.size(), "the kernel's PTX");
  return result;
}

Expected<cuda::Cubin> cuda::assemble(StringRef ptxas, StringRef chip,
                                     StringRef ptx) {
  Expected<TemporaryDirectory> directory =
      TemporaryDirectory::create("kalmir-ptxas");
  if (!directory)
    return directory.takeError();
  std::string source = *directory / "kernel.ptx",
              object = *directory / "kernel.cubin", log = *directory / "log";
  if (Error error = writeToOutput(source, [&](raw_ostream &os) {
        os << ptx;
        return Error::success();
      }))
    return std::move(error);
  std::vector<std::string> command =
      getAssembleCommand(ptxas, chip, source, object);
  SmallVector<StringRef> args(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {std::nullopt, log, log};
  std::string message;
  int status =
      sys::ExecuteAndWait(ptxas, args, std::nullopt, redirects, 0, 0, &message);
  ErrorOr<std::unique_ptr<MemoryBuffer>> said = MemoryBuffer::getFile(log);
  StringRef text = said ? (*said)->getBuffer() : StringRef();
  if (status != 0) {
    std::string errors = getErrors(text, source);
    return createStringError("'" + ptxas + "' failed with status " +
                             Twine(status) +
                             (message.empty() ? "" : ": " + message) +
                             (errors.empty() ? "" : ": " + errors));
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> image = MemoryBuffer::getFile(
      object, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!image)
    return createStringError(
        image.getError(),
        "'" + ptxas + "' wrote no cubin: " + image.getError().message());
  Cubin cubin;
  cubin.image = (*image)->getBuffer().str();
  cubin.registers = findNumber(text, " registers");
  cubin.spilledBytes = findNumber(text, " bytes spill stores");
  cubin.sharedBytes = findNumber(text, " bytes smem");
  return std::move(cubin);
}

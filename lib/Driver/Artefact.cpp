//===- Artefact.cpp - files from a lowered module -------------------------===//

#include "Artefact.h"

#include "kalmir/Support/TemporaryDirectory.h"
#include "kalmir/Target/CPU/CodeGen.h"
#include "kalmir/Target/CPU/Header.h"
#include "kalmir/Target/CPU/Link.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace kalmir;

static Error cannotWrite(StringRef path, std::error_code code) {
  return createStringError(code,
                           "cannot write '" + path + "': " + code.message());
}

Error kalmir::writeFile(StringRef path, StringRef content) {
  Error error = writeToOutput(path, [&](raw_ostream &os) {
    os << content;
    os.flush();
    return Error::success();
  });
  if (error)
    return createStringError("cannot write '" + path +
                             "': " + toString(std::move(error)));
  return Error::success();
}

Error kalmir::saveTemp(const CompileOptions &options, StringRef extension,
                       StringRef content) {
  if (!options.saveTemps)
    return Error::success();
  if (std::error_code code = sys::fs::create_directories(*options.saveTemps))
    return cannotWrite(*options.saveTemps, code);
  SmallString<128> path(*options.saveTemps);
  StringRef stem = options.input == "-" ? StringRef("stdin")
                                        : sys::path::stem(options.input);
  sys::path::append(path, stem + extension);
  return writeFile(path, content);
}

static void printCommand(ArrayRef<std::string> command) {
  for (const std::string &word : command)
    errs() << " \"" << word << '"';
  errs() << '\n';
}

/// Links in a directory of its own and moves the result to its place.
static Error linkShared(StringRef object, ArrayRef<std::string> entries,
                        bool usesBLIS, bool usesCUDA,
                        const CompileOptions &options) {
  std::string runtime = cpu::findRuntime();
  if (!sys::fs::exists(runtime))
    return createStringError("expected the runtime library at '" + runtime +
                             "'");
  Expected<TemporaryDirectory> directory =
      TemporaryDirectory::create("kalmir-link");
  if (!directory)
    return directory.takeError();
  // Beside the output, so that the last step is a rename.
  SmallString<128> library;
  if (std::error_code code =
          sys::fs::createUniqueFile(options.output + ".tmp%%%%%%", library))
    return cannotWrite(options.output, code);
  scope_exit removeLibrary([&] { sys::fs::remove(library); });

  cpu::LinkInputs inputs{*directory / "module.o",    runtime,
                         *directory / "exports",     library.str().str(),
                         cpu::findOpenMPDirectory(), ""};
  if (usesBLIS) {
    inputs.blisDirectory = cpu::findBLISDirectory();
    if (inputs.blisDirectory.empty())
      return cpu::createBLISError();
  }
  if (Error error = writeFile(inputs.object, object))
    return error;
  if (Error error =
          writeFile(inputs.exports, cpu::getExports(entries, usesCUDA)))
    return error;
  Expected<std::vector<std::string>> command = cpu::getLinkCommand(inputs);
  if (!command)
    return command.takeError();
  if (options.verbose || options.dryRun)
    printCommand(*command);
  if (options.dryRun)
    return Error::success();
  if (Error error = cpu::runCommand(*command, *directory / "log"))
    return error;
  if (std::error_code code = sys::fs::rename(library, options.output))
    return cannotWrite(options.output, code);
  removeLibrary.release();
  return Error::success();
}

/// The header `x.h` beside `x.o` or `x.so`.
static Error writeHeaderBeside(mlir::ModuleOp module,
                               const CompileOptions &options) {
  if (options.output == "-" || options.dryRun)
    return Error::success();
  SmallString<128> path(options.output);
  sys::path::replace_extension(path, ".h");
  std::string text;
  raw_string_ostream os(text);
  cpu::writeHeader(os, module, sys::path::stem(options.output));
  Error error = writeFile(path, text);
  if (error)
    sys::fs::remove(options.output);
  return error;
}

/// Translation knows two dialects; anything else was not lowered.
static mlir::LogicalResult checkLowered(mlir::ModuleOp module) {
  mlir::WalkResult result = module.walk([](mlir::Operation *op) {
    if (isa<mlir::ModuleOp>(op) ||
        isa<mlir::LLVM::LLVMDialect, mlir::omp::OpenMPDialect>(
            op->getDialect()))
      return mlir::WalkResult::advance();
    // What the op is used for is closer to the source than a cast.
    if (isa<mlir::UnrealizedConversionCastOp>(op))
      return mlir::WalkResult::advance();
    op->emitError() << "expected an operation that can be lowered to host "
                       "code, found '"
                    << op->getName() << "'";
    return mlir::WalkResult::interrupt();
  });
  return mlir::failure(result.wasInterrupted());
}

Error kalmir::createNoEntryError(const CompileOptions &options) {
  return createStringError(options.input +
                           ": expected a public function that takes or "
                           "returns tensors, found none; declare what C "
                           "code calls with func.func, not private, and "
                           "numbers as tensor<f64>");
}

Error kalmir::writeArtefact(mlir::ModuleOp module,
                            const CompileOptions &options) {
  SmallVector<std::string> entries = cpu::getEntryNames(module);
  if (entries.empty())
    return createNoEntryError(options);
  Expected<std::unique_ptr<TargetMachine>> machine =
      cpu::createTargetMachine(options.march);
  if (!machine)
    return machine.takeError();
  if (failed(checkLowered(module)))
    return createStringError("no code for '" + options.input + "'");
  LLVMContext context;
  std::unique_ptr<Module> code =
      cpu::translateToLLVMIR(module, context, **machine);
  if (!code)
    return createStringError("the module cannot be translated to LLVM IR");
  cpu::optimize(*code, **machine);

  auto print = [&] {
    std::string text;
    raw_string_ostream os(text);
    code->print(os, nullptr);
    return text;
  };
  if (options.emit == EmitKind::LLVM)
    return writeFile(options.output, print());
  if (options.saveTemps)
    if (Error error = saveTemp(options, ".ll", print()))
      return error;

  SmallVector<char, 0> assembly, object;
  if (options.emit == EmitKind::Assembly || options.saveTemps) {
    // Emission changes the module.
    std::unique_ptr<Module> copy = CloneModule(*code);
    cpu::emit(*copy, **machine, CodeGenFileType::AssemblyFile, assembly);
    StringRef text(assembly.data(), assembly.size());
    if (options.emit == EmitKind::Assembly)
      return writeFile(options.output, text);
    if (Error error = saveTemp(options, ".s", text))
      return error;
  }
  cpu::emit(*code, **machine, CodeGenFileType::ObjectFile, object);
  StringRef bytes(object.data(), object.size());
  if (Error error = saveTemp(options, ".o", bytes))
    return error;
  Error error = options.emit == EmitKind::Object
                    ? writeFile(options.output, bytes)
                    : linkShared(bytes, entries, cpu::usesBLIS(*code),
                                 cpu::usesCUDA(*code), options);
  if (error)
    return error;
  return writeHeaderBeside(module, options);
}

//===- ReferenceEngine.cpp - the float64 interpreter as a target ----------===//

#include "kalmir/Target/Run/Engine.h"

#include "kalmir/Exec/Measure.h"
#include "kalmir/Reference/Interpreter.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace kalmir;
using reference::Array;
using reference::Kind;

//===----------------------------------------------------------------------===//
// Between files and the interpreter
//===----------------------------------------------------------------------===//

static const llvm::fltSemantics &getSemantics(Type type) {
  return cast<FloatType>(getElementTypeOrSelf(type)).getFloatSemantics();
}

template <typename From, typename To>
static void convert(const npy::Array &from, To *to) {
  llvm::copy(from.getElements<From>(), to);
}

static void readFloats(const npy::Array &from, Type type, double *to) {
  switch (from.getDType()) {
  case npy::DType::f64:
    return convert<double>(from, to);
  case npy::DType::f32:
    return convert<float>(from, to);
  default:
    for (uint16_t bits : from.getElements<uint16_t>())
      *to++ = APFloat(getSemantics(type), APInt(16, bits)).convertToDouble();
  }
}

static void readInts(const npy::Array &from, Type type, int64_t *to) {
  switch (npy::getSize(from.getDType())) {
  case 8:
    convert<int64_t>(from, to);
    break;
  case 4:
    convert<int32_t>(from, to);
    break;
  case 2:
    convert<int16_t>(from, to);
    break;
  case 1:
    convert<int8_t>(from, to);
    break;
  }
  unsigned width = reference::getWidth(type);
  std::transform(to, to + from.getNumElements(), to, [=](int64_t value) {
    // Any byte but 0 is true.
    return width == 1 ? value != 0 : reference::wrap(value, width);
  });
}

static FailureOr<Array> fromFile(const npy::Array &file, Type type,
                                 Location loc) {
  std::optional<Array> array =
      Array::create(*reference::getKind(type), file.getShape());
  if (!array)
    return emitError(loc) << "expected inputs that fit in memory as float64, "
                             "found shape "
                          << npy::formatShape(file.getShape());
  if (array->isFloat())
    readFloats(file, type, array->getMutable<double>());
  else
    readInts(file, type, array->getMutable<int64_t>());
  return std::move(*array);
}

/// Rounds to the declared type, to nearest with ties to even.
static void writeFloats(const double *from, Type type, npy::Array &to) {
  switch (to.getDType()) {
  case npy::DType::f64:
    std::copy_n(from, to.getNumElements(), static_cast<double *>(to.getData()));
    return;
  case npy::DType::f32:
    for (float &element : to.getElements<float>())
      element = static_cast<float>(*from++);
    return;
  default:
    for (uint16_t &element : to.getElements<uint16_t>()) {
      APFloat number(*from++);
      bool losesInfo;
      number.convert(getSemantics(type), APFloat::rmNearestTiesToEven,
                     &losesInfo);
      element = number.bitcastToAPInt().getZExtValue();
    }
  }
}

template <typename To>
static void writeInts(const int64_t *from, npy::Array &to) {
  for (To &element : to.getElements<To>())
    element = static_cast<To>(*from++);
}

static FailureOr<npy::Array> toFile(const Array &array, Type type,
                                    Location loc) {
  exec::Result<npy::Array> file = npy::Array::create(
      *getDType(type), ArrayRef<int64_t>(array.getShape()).vec());
  if (!file)
    return emitError(loc) << file.takeFailure().text;
  if (array.isFloat()) {
    writeFloats(array.get<double>(), type, *file);
    return std::move(*file);
  }
  const int64_t *from = array.get<int64_t>();
  if (reference::getWidth(type) == 1) {
    for (uint8_t &element : file->getElements<uint8_t>())
      element = *from++ & 1;
    return std::move(*file);
  }
  switch (npy::getSize(file->getDType())) {
  case 8:
    writeInts<int64_t>(from, *file);
    break;
  case 4:
    writeInts<int32_t>(from, *file);
    break;
  case 2:
    writeInts<int16_t>(from, *file);
    break;
  case 1:
    writeInts<int8_t>(from, *file);
    break;
  }
  return std::move(*file);
}

//===----------------------------------------------------------------------===//
// The engine
//===----------------------------------------------------------------------===//

namespace {
class ReferenceEngine : public Engine {
public:
  explicit ReferenceEngine(const EngineOptions &options)
      : interpreter({options.scanByElements, options.progress}) {}

  LogicalResult compile(ModuleOp, FunctionOpInterface function) override {
    entry = dyn_cast<func::FuncOp>(function.getOperation());
    if (entry &&
        llvm::none_of(entry.getArgumentTypes(), llvm::IsaPred<BaseMemRefType>))
      return success();
    return function->emitError("expected a function on tensors, of the level "
                               "'scheduled' or above, for "
                               "--target=reference, found one of type ")
           << function.getFunctionType();
  }

  // What fails is reported before an empty failure is returned.

  exec::Status prepare(std::vector<npy::Array> &arrays) override {
    for (auto [file, type] :
         llvm::zip_equal(arrays, entry.getArgumentTypes())) {
      FailureOr<Array> array = fromFile(file, type, entry.getLoc());
      if (failed(array))
        return exec::Failure();
      inputs.push_back(std::move(*array));
    }
    return exec::Success();
  }

  exec::Result<double> call() override {
    interpreter.getStatistics() = {};
    results.clear();
    exec::Stopwatch watch;
    if (failed(interpreter.run(entry, inputs, results)))
      return exec::Failure();
    return watch.getMs();
  }

  exec::Result<std::vector<npy::Array> *> getResults() override {
    files.clear();
    for (auto [array, type] :
         llvm::zip_equal(results, entry.getResultTypes())) {
      FailureOr<npy::Array> file = toFile(array, type, entry.getLoc());
      if (failed(file))
        return exec::Failure();
      files.push_back(std::move(*file));
    }
    return &files;
  }

  exec::CallInfo getInfo() override {
    reference::Statistics &statistics = interpreter.getStatistics();
    exec::CallInfo info;
    info.chunks = statistics.chunks;
    info.stateSteps = statistics.stateSteps;
    return info;
  }

private:
  reference::Interpreter interpreter;
  func::FuncOp entry;
  SmallVector<Array> inputs, results;
  std::vector<npy::Array> files;
};
} // namespace

std::unique_ptr<Engine>
kalmir::createReferenceEngine(const EngineOptions &options) {
  return std::make_unique<ReferenceEngine>(options);
}

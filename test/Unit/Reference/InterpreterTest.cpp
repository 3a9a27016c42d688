//===- InterpreterTest.cpp - what the interpreter asks of its callers -----===//

#include "kalmir/Reference/Interpreter.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace kalmir::reference;

namespace {
class InterpreterTest : public ::testing::Test {
protected:
  InterpreterTest() { context.loadDialect<func::FuncDialect>(); }

  /// The diagnostic of running the only function of `source`.
  std::string runError(StringRef source, ArrayRef<Array> inputs) {
    std::string text;
    ScopedDiagnosticHandler handler(
        &context, [&](Diagnostic &diagnostic) { text = diagnostic.str(); });
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(source, &context);
    auto function = *module->getOps<func::FuncOp>().begin();
    SmallVector<Array> results;
    EXPECT_TRUE(failed(Interpreter().run(function, inputs, results)));
    return text;
  }

  MLIRContext context;
};
} // namespace

TEST_F(InterpreterTest, RefusesArgumentsOfOtherTypes) {
  EXPECT_EQ(runError("func.func @f(%a: f64, %x: vector<2xf32>) { return }",
                     {Array::scalar(1.0), Array::scalar(1.0)}),
            "'func.func' op expected floating-point, integer or index numbers "
            "or tensors of them, found 'vector<2xf32>' as argument 1");
}

TEST_F(InterpreterTest, RefusesArgumentsOfOtherShapes) {
  EXPECT_EQ(runError("func.func @f(%x: tensor<?x3xf32>) { return }",
                     {*Array::create(Kind::Float, {2, 4})}),
            "'func.func' op expected argument 0 of type 'tensor<?x3xf32>', "
            "found 'tensor<2x4xf32>'");
}

//===- RunTool.h - the kalmir-run tool --------------------------*- C++ -*-===//

#ifndef KALMIR_TARGET_RUN_RUNTOOL_H
#define KALMIR_TARGET_RUN_RUNTOOL_H

#pragma GCC visibility push(default)

namespace kalmir {

/// `main` of kalmir-run:
///
///   kalmir-run FILE.mlir --entry=NAME --in=a.npy,b.npy --out=y.npy,,z.npy
///
/// runs a function on arrays from files and stores its results. Returns 0, 1
/// after a diagnosed error, or 2 for wrong usage; unless it returns 0 no output
/// file is created or changed.
int runToolMain(int argc, char **argv);

} // namespace kalmir

#pragma GCC visibility pop

#endif // KALMIR_TARGET_RUN_RUNTOOL_H

//===- Run.h - from options to a report -------------------------*- C++ -*-===//

#ifndef KALMIR_EXEC_RUN_H
#define KALMIR_EXEC_RUN_H

#include "kalmir/Exec/Measure.h"
#include "kalmir/Exec/Options.h"
#include "kalmir/Exec/Runner.h"

namespace kalmir::exec {

/// Whether all inputs come from files, so that they can be read before the
/// signature of compiled code is known.
bool hasFilesOnly(const Options &options);

/// Reads the inputs, and makes those without a file.
Result<std::vector<npy::Array>> getInputs(const Options &options,
                                          const Signature &signature);

/// The inputs, checked against the signature.
Result<std::vector<npy::Array>> getCheckedInputs(const Options &options,
                                                 const Signature &signature);

/// Checks that no list of files is longer than the results.
Status checkResultNames(const Options &options, const Signature &signature);

/// Everything after the code and the inputs are there: calls, comparisons,
/// results and the report. Files are written only where all of it succeeds.
/// `compileMs` is for the report, negative where nothing was compiled.
Status runCalls(const Options &options, const Signature &signature,
                Runner &runner, std::vector<npy::Array> &inputs,
                double compileMs, ProgressLine &progress);

} // namespace kalmir::exec

#endif // KALMIR_EXEC_RUN_H

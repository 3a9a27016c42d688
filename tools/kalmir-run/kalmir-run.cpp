//===- kalmir-run.cpp - run a function on arrays from files ---------------===//

#include "kalmir/Target/Run/RunTool.h"

int main(int argc, char **argv) { return kalmir::runToolMain(argc, argv); }

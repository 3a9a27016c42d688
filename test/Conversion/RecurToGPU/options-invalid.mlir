// RUN: %exits 1 kalmir-opt %s --kalmir-convert-recur-to-gpu=block-size=48 | FileCheck %s
// CHECK: error: expected a workgroup of 32 to 1024 threads, in multiples of 32, found 48
// RUN: %exits 1 kalmir-opt %s --kalmir-convert-recur-to-gpu=shared-bytes=-1 | FileCheck %s --check-prefix=SHARED
// RUN: %exits 1 kalmir-opt %s --kalmir-convert-recur-to-gpu=multiprocessors=-1 | FileCheck %s --check-prefix=PROCESSORS
// SHARED: error: expected at least 0 bytes of shared memory, found -1
// PROCESSORS: error: expected at least 0 multiprocessors, found -1

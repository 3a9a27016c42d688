// What is no scan stays a serial recurrence, and a remark names the value and
// the reason. The functions are those of the corpus, in its order.
// RUN: kalmir-opt %S/../../Analysis/Inputs/refused.mlir \
// RUN:   --kalmir-recur-derive-scan -o %t.mlir --remarks-filter=kalmir 2>&1 \
// RUN:   | FileCheck %s
// RUN: FileCheck %s --check-prefix=IR --input-file %t.mlir
// IR-NOT: recur.scan

// tanh_gate
// CHECK: this value is 'math.tanh' of a state, which is no fraction of polynomials in the states
// CHECK-NEXT: %h1 = math.tanh

// state_gate
// CHECK: this value is 'math.exp' of a state
// CHECK-NEXT: %e = math.exp

// state_product
// CHECK: this value is of degree 2 in states 0 and 1; steps combine only where all are of degree 1
// CHECK-NEXT: %hg = arith.mulf

// state_square
// CHECK: this value is of degree 2 in state 0
// CHECK-NEXT: %h1 = arith.mulf

// state_branch
// CHECK: this value is selected by a condition that depends on a state
// CHECK-NEXT: %factor = arith.select

// state_clamp
// CHECK: this value is 'arith.maximumf' of a state
// CHECK-NEXT: %h1 = arith.maximumf

// filtered_mean_average
// CHECK: this value is fed by states 0 and 1 but not the other way, and does not close jointly with what feeds it (a cascade of recurrences)
// CHECK-NEXT: %h1 = arith.addf

// mobius_cascade
// CHECK: this value is fed by state 0 but not the other way
// CHECK-NEXT: %u1 = arith.divf

// two_denominators
// CHECK: this value has another denominator than the states it depends on
// CHECK-NEXT: %s1 = arith.divf

// state_cast
// CHECK: this value changes the precision of a state ('arith.truncf'); keep casts off the path of the state
// CHECK-NEXT: %narrow = arith.truncf

// wrong_joseph
// CHECK: this value is of degree 2 in state 1
// CHECK-NEXT: %P1 = arith.mulf

// CHECK-NOT: remark

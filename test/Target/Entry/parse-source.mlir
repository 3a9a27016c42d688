// kalmir-compile and kalmir-run keep the names that the source gives to arguments
// and results.
//
// RUN: rm -rf %t && mkdir %t
// RUN: kalmir-compile %s --compile-to=kalman | FileCheck %s
// RUN: kalmir-compile %s --emit=obj -o %t/names.o && FileCheck %s --check-prefix=HEADER < %t/names.h
//
// They survive all levels, but are not in bytecode.
// RUN: kalmir-compile %s --compile-to=scf -o %t/scf.mlir
// RUN: kalmir-compile %t/scf.mlir --emit=obj -o %t/names.o && FileCheck %s --check-prefix=HEADER < %t/names.h
// RUN: kalmir-opt %s --emit-bytecode -o %t/names.mlirbc
// RUN: kalmir-compile %t/names.mlirbc --emit=obj -o %t/names.o && FileCheck %s --check-prefix=BYTECODE < %t/names.h
//
// Messages have them, too.
// RUN: %npy make --dir=%t x=f4:3:range y=f4:4:range wide=f8:3:range
// RUN: %exits 1 kalmir-run %s --entry=named --in=%t/x.npy,%t/wide.npy | FileCheck %s --check-prefix=INPUT
// RUN: %exits 1 kalmir-run %s --entry=named --in=%t/x.npy,%t/y.npy | FileCheck %s --check-prefix=EXTENT
// INPUT: error: input 1 'lv' ('{{.*}}wide.npy'): expected elements of type '<f4' for 'f32', found '<f8'
// EXTENT: error: named: input 1 'lv' (argument 1): expected extent 3 in dimension 0, as in dimension 0 of 'v' (argument 0), found 4

// CHECK: func.func @named(%{{.*}}: tensor<?xf32> {kalmir.name = "v"}, %{{.*}}: tensor<?xf32> {kalmir.name = "lv"}) -> (tensor<?xf32> {kalmir.name = "sum"}, tensor<?xf32> {kalmir.name = "product"})
// HEADER: args[0] input v f32 [n0]
// HEADER: args[1] input lv f32 [n0]
// HEADER: args[2] output sum f32 [n0]
// HEADER: args[3] output product f32 [n0]
// BYTECODE: args[0] input arg0 f32 [n0]
// BYTECODE: args[3] output result1 f32 [n0]
func.func @named(%v: tensor<?xf32>, %lv: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %sum = arith.addf %v, %lv : tensor<?xf32>
  %product = arith.mulf %v, %lv : tensor<?xf32>
  return %sum, %product : tensor<?xf32>, tensor<?xf32>
}

// Numbers are no names; a name that is written counts; an argument or a value
// that comes back twice has one name already.
// CHECK: func.func @unnamed(%{{.*}}: tensor<?xf32>, %{{.*}}: tensor<?xf32> {kalmir.name = "mine"}, %{{.*}}: tensor<?xf32>) -> (tensor<?xf32> {kalmir.name = "sum"}, tensor<?xf32>, tensor<?xf32>)
// HEADER: args[0] input arg0 f32 [n0]
// HEADER: args[1] input mine f32 [n0]
// HEADER: args[2] input arg2 f32 [n1]
// HEADER: args[3] output sum f32 [n0]
// HEADER: args[4] output result1 f32 [n0]
// HEADER: args[5] output result2 f32 [n0]
func.func @unnamed(%0: tensor<?xf32>, %x: tensor<?xf32> {kalmir.name = "mine"}, %dotted.name: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %sum = arith.addf %0, %x : tensor<?xf32>
  return %sum, %x, %sum : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

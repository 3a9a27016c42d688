// RUN: kalmir-opt %s --kalmir-mask-as-integers | FileCheck %s

// CHECK-LABEL: llvm.func @move(
// CHECK-SAME: %[[FROM:.*]]: !llvm.ptr, %[[TO:.*]]: !llvm.ptr, %[[MASK:.*]]: vector<8xi1>, %[[REST:.*]]: vector<8xbf16>
// CHECK: %[[PASS:.*]] = llvm.bitcast %[[REST]] : vector<8xbf16> to vector<8xi16>
// CHECK: %[[BITS:.*]] = llvm.intr.masked.load %[[FROM]], %[[MASK]], %[[PASS]] {alignment = 2 : i32}
// CHECK-SAME: -> vector<8xi16>
// CHECK: %[[X:.*]] = llvm.bitcast %[[BITS]] : vector<8xi16> to vector<8xbf16>
// CHECK: %[[AGAIN:.*]] = llvm.bitcast %[[X]] : vector<8xbf16> to vector<8xi16>
// CHECK: llvm.intr.masked.store %[[AGAIN]], %[[TO]], %[[MASK]] {alignment = 2 : i32} : vector<8xi16>
// CHECK: llvm.return %[[X]]
llvm.func @move(%from: !llvm.ptr, %to: !llvm.ptr, %mask: vector<8xi1>,
                %rest: vector<8xbf16>) -> vector<8xbf16> {
  %x = llvm.intr.masked.load %from, %mask, %rest {alignment = 2 : i32}
      : (!llvm.ptr, vector<8xi1>, vector<8xbf16>) -> vector<8xbf16>
  llvm.intr.masked.store %x, %to, %mask {alignment = 2 : i32}
      : vector<8xbf16>, vector<8xi1> into !llvm.ptr
  llvm.return %x : vector<8xbf16>
}

// Floats of 32 bits stay.

// CHECK-LABEL: llvm.func @wide(
// CHECK: llvm.intr.masked.load {{.*}} -> vector<8xf32>
llvm.func @wide(%from: !llvm.ptr, %mask: vector<8xi1>, %rest: vector<8xf32>)
    -> vector<8xf32> {
  %x = llvm.intr.masked.load %from, %mask, %rest {alignment = 4 : i32}
      : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
  llvm.return %x : vector<8xf32>
}

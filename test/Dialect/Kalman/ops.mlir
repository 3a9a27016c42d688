// RUN: kalmir-opt %s | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --mlir-print-op-generic | kalmir-opt | FileCheck %s
// RUN: kalmir-opt %s --emit-bytecode | kalmir-opt | FileCheck %s

// CHECK-LABEL: func @attention
func.func @attention(%v: tensor<2x?x8xf32>, %lv: tensor<2x?x8xf32>,
                     %k: tensor<2x?x16xf32>, %q: tensor<2x?x16xf32>,
                     %a: tensor<8x16xf32>, %p: tensor<8x16xf32>)
    -> (tensor<2x?x8xf32>, tensor<2x8x16xf32>) {
  // CHECK: kalman.linear_attention value(%{{.*}} : tensor<2x?x8xf32>) precision(%{{.*}} : tensor<2x?x8xf32>) key(%{{.*}} : tensor<2x?x16xf32>) query(%{{.*}} : tensor<2x?x16xf32>) decay(%{{.*}} : tensor<8x16xf32>) noise(%{{.*}} : tensor<8x16xf32>) -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
  %y, %lam = kalman.linear_attention
      value(%v : tensor<2x?x8xf32>) precision(%lv : tensor<2x?x8xf32>)
      key(%k : tensor<2x?x16xf32>) query(%q : tensor<2x?x16xf32>)
      decay(%a : tensor<8x16xf32>) noise(%p : tensor<8x16xf32>)
      -> (mean: tensor<2x?x8xf32>, final_precision: tensor<2x8x16xf32>)
  return %y, %lam : tensor<2x?x8xf32>, tensor<2x8x16xf32>
}

// CHECK-LABEL: func @attention_all
func.func @attention_all(%v: tensor<?x?x?xbf16>, %lv: tensor<?x?x?xf32>,
                         %k: tensor<?x?x?xbf16>, %q: tensor<?x?x?xbf16>,
                         %a: tensor<?x?x?x?xf32>, %p: tensor<?x?x?xf32>,
                         %lam0: tensor<?x?x?xf64>, %eta0: tensor<?x?x?xf64>)
    -> (tensor<?x?x?xbf16>, tensor<?x?x?xf32>, tensor<?x?x?xf64>,
        tensor<?x?x?xf64>) {
  // CHECK: prior(%{{.*}}, %{{.*}} : tensor<?x?x?xf64>, tensor<?x?x?xf64>) {decode_from_prior, state_type = f64} -> (variance: tensor<?x?x?xbf16>, mean: tensor<?x?x?xf32>, final_information: tensor<?x?x?xf64>, final_precision: tensor<?x?x?xf64>)
  %r:4 = kalman.linear_attention
      value(%v : tensor<?x?x?xbf16>) precision(%lv : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xbf16>) query(%q : tensor<?x?x?xbf16>)
      decay(%a : tensor<?x?x?x?xf32>) noise(%p : tensor<?x?x?xf32>)
      prior(%lam0, %eta0 : tensor<?x?x?xf64>, tensor<?x?x?xf64>)
      {decode_from_prior, state_type = f64}
      -> (variance: tensor<?x?x?xbf16>, mean: tensor<?x?x?xf32>,
          final_information: tensor<?x?x?xf64>,
          final_precision: tensor<?x?x?xf64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?x?x?xbf16>, tensor<?x?x?xf32>,
      tensor<?x?x?xf64>, tensor<?x?x?xf64>
}

// RUN: kalmir-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize | FileCheck %s

// The sizes of results come from the operands.
// CHECK-LABEL: func @sizes(
// CHECK-SAME: %[[V:.*]]: tensor<?x?x?xf32>, %[[K:.*]]: tensor<?x?x?xf32>
func.func @sizes(%v: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>,
                 %a: tensor<?x?xf32>) -> (index, index) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y, %lam = kalman.linear_attention
      value(%v : tensor<?x?x?xf32>) precision(%v : tensor<?x?x?xf32>)
      key(%k : tensor<?x?x?xf32>) query(%k : tensor<?x?x?xf32>)
      decay(%a : tensor<?x?xf32>) process_noise(%a : tensor<?x?xf32>)
      -> (mean: tensor<?x?x?xf32>, final_precision: tensor<?x?x?xf32>)
  %length = tensor.dim %y, %c1 : tensor<?x?x?xf32>
  %states = tensor.dim %lam, %c2 : tensor<?x?x?xf32>
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
  // CHECK-DAG: %[[L:.*]] = tensor.dim %[[V]], %[[C1]]
  // CHECK-DAG: %[[S:.*]] = tensor.dim %[[K]], %[[C2]]
  // CHECK: return %[[L]], %[[S]]
  return %length, %states : index, index
}

// CHECK-LABEL: func @filter_sizes(
// CHECK-SAME: %[[Y:.*]]: tensor<?x?x?xf64>
func.func @filter_sizes(%y: tensor<?x?x?xf64>, %r: f64) -> (index, index) {
  %c1 = arith.constant 1 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  // CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
  // CHECK-DAG: %[[L:.*]] = tensor.dim %[[Y]], %[[C1]]
  // CHECK-DAG: %[[N:.*]] = tensor.dim %[[Y]], %[[C2]]
  %m, %ll = kalman.scalar_filter observed(%y : tensor<?x?x?xf64>)
      observation_noise(%r : f64) diffuse time_dim = 1
      -> (filtered_mean: tensor<?x?x?xf64>, log_likelihood: tensor<?x?xf64>)
  %length = tensor.dim %m, %c1 : tensor<?x?x?xf64>
  %lanes = tensor.dim %ll, %c1 : tensor<?x?xf64>
  // CHECK: return %[[L]], %[[N]]
  return %length, %lanes : index, index
}

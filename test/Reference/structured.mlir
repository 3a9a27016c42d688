// linalg operations by value, with every kind of indexing map.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t a=f8:2,3:range b=f8:3,2:range x=f8:5:list,1,2,4,8,16 w=f8:2:list,1,10
// RUN: kalmir-run %s --target=reference --entry=products --in=%t/a.npy,%t/b.npy --out=%t/matmul.npy,%t/rows.npy,%t/transposed.npy,%t/total.npy
// RUN: %npy show %t/matmul.npy %t/rows.npy %t/transposed.npy %t/total.npy | FileCheck %s --check-prefix=PRODUCTS
// RUN: kalmir-run %s --target=reference --entry=windows --in=%t/x.npy,%t/w.npy --out=%t/window.npy,%t/reversed.npy,%t/strided.npy,%t/running.npy
// RUN: %npy show %t/window.npy %t/reversed.npy %t/strided.npy %t/running.npy | FileCheck %s --check-prefix=WINDOWS
// RUN: kalmir-run %s --target=reference --entry=others --in=%t/a.npy --out=%t/fill.npy,%t/index.npy,%t/map.npy,%t/gather.npy,%t/swap.npy,%t/swap1.npy
// RUN: %npy show %t/fill.npy %t/index.npy %t/map.npy %t/gather.npy %t/swap.npy %t/swap1.npy | FileCheck %s --check-prefix=OTHERS

// PRODUCTS: matmul <f8 [2, 2] [{{\[}}10.0, 13.0], [28.0, 40.0]]
// PRODUCTS: rows <f8 [2] [3.0, 12.0]
// PRODUCTS: transposed <f8 [3, 2] [{{\[}}0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
// PRODUCTS: total <f8 [] 15.0
func.func @products(%a: tensor<?x?xf64>, %b: tensor<?x?xf64>)
    -> (tensor<2x2xf64>, tensor<?xf64>, tensor<3x2xf64>, tensor<f64>) {
  %zero = arith.constant 0.0 : f64
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf64>
  %e0 = tensor.empty() : tensor<2x2xf64>
  %f0 = linalg.fill ins(%zero : f64) outs(%e0 : tensor<2x2xf64>) -> tensor<2x2xf64>
  %matmul = linalg.matmul ins(%a, %b : tensor<?x?xf64>, tensor<?x?xf64>)
                          outs(%f0 : tensor<2x2xf64>) -> tensor<2x2xf64>
  %e1 = tensor.empty(%m) : tensor<?xf64>
  %f1 = linalg.fill ins(%zero : f64) outs(%e1 : tensor<?xf64>) -> tensor<?xf64>
  %rows = linalg.reduce { arith.addf } ins(%a : tensor<?x?xf64>)
                        outs(%f1 : tensor<?xf64>) dimensions = [1]
  %e2 = tensor.empty() : tensor<3x2xf64>
  %fixed = tensor.cast %a : tensor<?x?xf64> to tensor<2x3xf64>
  %transposed = linalg.transpose ins(%fixed : tensor<2x3xf64>)
                                 outs(%e2 : tensor<3x2xf64>) permutation = [1, 0]
  %e3 = tensor.splat %zero : tensor<f64>
  %total = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
    ins(%a : tensor<?x?xf64>) outs(%e3 : tensor<f64>) {
  ^bb0(%x: f64, %sum: f64):
    %next = arith.addf %sum, %x : f64
    linalg.yield %next : f64
  } -> tensor<f64>
  return %matmul, %rows, %transposed, %total
    : tensor<2x2xf64>, tensor<?xf64>, tensor<3x2xf64>, tensor<f64>
}

// WINDOWS: window <f8 [4] [21.0, 42.0, 84.0, 168.0]
// WINDOWS: reversed <f8 [5] [16.0, 8.0, 4.0, 2.0, 1.0]
// WINDOWS: strided <f8 [2] [2.0, 8.0]
// WINDOWS: running <f8 [5] [31.0, 0.0, 0.0, 0.0, 0.0]
func.func @windows(%x: tensor<5xf64>, %w: tensor<2xf64>)
    -> (tensor<4xf64>, tensor<5xf64>, tensor<2xf64>, tensor<5xf64>) {
  %zero = arith.constant 0.0 : f64
  %e4 = tensor.splat %zero : tensor<4xf64>
  %window = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>,
                       affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]}
    ins(%x, %w : tensor<5xf64>, tensor<2xf64>) outs(%e4 : tensor<4xf64>) {
  ^bb0(%a: f64, %b: f64, %sum: f64):
    %ab = arith.mulf %a, %b : f64
    %next = arith.addf %sum, %ab : f64
    linalg.yield %next : f64
  } -> tensor<4xf64>
  %e5 = tensor.empty() : tensor<5xf64>
  %reversed = linalg.generic {
      indexing_maps = [affine_map<(i) -> (4 - i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
    ins(%x : tensor<5xf64>) outs(%e5 : tensor<5xf64>) {
  ^bb0(%a: f64, %b: f64):
    linalg.yield %a : f64
  } -> tensor<5xf64>
  %e2 = tensor.empty() : tensor<2xf64>
  %strided = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i * 2 + 1)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
    ins(%x : tensor<5xf64>) outs(%e2 : tensor<2xf64>) {
  ^bb0(%a: f64, %b: f64):
    linalg.yield %a : f64
  } -> tensor<2xf64>
  // An output that no iterator indexes: its other elements stay.
  %s5 = tensor.splat %zero : tensor<5xf64>
  %running = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (0)>],
      iterator_types = ["reduction"]}
    ins(%x : tensor<5xf64>) outs(%s5 : tensor<5xf64>) {
  ^bb0(%a: f64, %sum: f64):
    %next = arith.addf %sum, %a : f64
    linalg.yield %next : f64
  } -> tensor<5xf64>
  return %window, %reversed, %strided, %running
    : tensor<4xf64>, tensor<5xf64>, tensor<2xf64>, tensor<5xf64>
}

// OTHERS: fill <f4 [2] [1.5, 1.5]
// OTHERS: index <i8 [2, 3] [{{\[}}0, 1, 2], [10, 11, 12]]
// OTHERS: map <f8 [2, 3] [{{\[}}0.0, 2.0, 4.0], [6.0, 8.0, 10.0]]
// OTHERS: gather <f8 [3] [0.0, 4.0, 5.0]
// OTHERS: swap <f8 [2, 3] [{{\[}}7.0, 7.0, 7.0], [7.0, 7.0, 7.0]]
// OTHERS: swap1 <f8 [2, 3] [{{\[}}0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
func.func @others(%a: tensor<2x3xf64>)
    -> (tensor<2xf32>, tensor<2x3xindex>, tensor<2x3xf64>, tensor<3xf64>,
        tensor<2x3xf64>, tensor<2x3xf64>) {
  %half = arith.constant 1.5 : f32
  %e0 = tensor.empty() : tensor<2xf32>
  %fill = linalg.fill ins(%half : f32) outs(%e0 : tensor<2xf32>) -> tensor<2xf32>
  %e1 = tensor.empty() : tensor<2x3xindex>
  %index = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>],
                           iterator_types = ["parallel", "parallel"]}
    outs(%e1 : tensor<2x3xindex>) {
  ^bb0(%old: index):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %c10 = arith.constant 10 : index
    %ten = arith.muli %i, %c10 : index
    %sum = arith.addi %ten, %j : index
    linalg.yield %sum : index
  } -> tensor<2x3xindex>
  %e2 = tensor.empty() : tensor<2x3xf64>
  %map = linalg.map { arith.addf } ins(%a, %a : tensor<2x3xf64>, tensor<2x3xf64>)
                                   outs(%e2 : tensor<2x3xf64>)
  // A table that the body indexes by itself, here clamped to one row.
  %e3 = tensor.empty() : tensor<3xf64>
  %gather = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>],
                            iterator_types = ["parallel"]}
    outs(%e3 : tensor<3xf64>) {
  ^bb0(%old: f64):
    %i = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %row = arith.minui %i, %c1 : index
    %x = tensor.extract %a[%row, %i] : tensor<2x3xf64>
    linalg.yield %x : f64
  } -> tensor<3xf64>
  %seven = arith.constant dense<7.0> : tensor<2x3xf64>
  %swap:2 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
    outs(%a, %seven : tensor<2x3xf64>, tensor<2x3xf64>) {
  ^bb0(%x: f64, %y: f64):
    linalg.yield %y, %x : f64, f64
  } -> (tensor<2x3xf64>, tensor<2x3xf64>)
  return %fill, %index, %map, %gather, %swap#0, %swap#1
    : tensor<2xf32>, tensor<2x3xindex>, tensor<2x3xf64>, tensor<3xf64>,
      tensor<2x3xf64>, tensor<2x3xf64>
}

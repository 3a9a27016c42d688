// RUN: kalmir-opt %s --kalmir-convert-kalman-to-recur --canonicalize --cse | FileCheck %s

// CHECK-DAG: #[[TN:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[N:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[BTN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[T3:.*]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-DAG: #[[NONE3:.*]] = affine_map<(d0, d1, d2) -> ()>
// CHECK-DAG: #[[BN:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>

// Covariance form; the prior is that of the first state, so that time 0 adds no
// process noise. What the filter lacks leaves no trace in the body.
// CHECK-LABEL: func @local_level(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x?xf64>, %[[R:[^:]*]]: tensor<?xf64>, %[[Q:[^:]*]]: tensor<?xf64>, %[[M0:[^:]*]]: tensor<?xf64>, %[[P0:[^:]*]]: tensor<?xf64>)
func.func @local_level(%y: tensor<?x?xf64>, %r: tensor<?xf64>,
                       %q: tensor<?xf64>, %m0: tensor<?xf64>,
                       %P0: tensor<?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  // CHECK: %[[F:.*]]:5 = recur.generic {indexing_maps = [#[[TN]], #[[N]], #[[N]], #[[N]], #[[N]], #[[TN]], #[[TN]], #[[N]]], iterator_types = ["recurrence", "parallel"]}
  // CHECK-SAME: ins(%[[Y]], %[[Q]], %[[R]] :
  // CHECK-SAME: state(%[[M0]], %[[P0]] :
  // CHECK: ^bb0(%[[y:[^:]*]]: f64, %[[q:[^:]*]]: f64, %[[r:[^:]*]]: f64, %[[m:[^:]*]]: f64, %[[P:[^:]*]]: f64):
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
  // CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
  // CHECK-DAG: %[[HALF:.*]] = arith.constant -5.000000e-01 : f64
  // CHECK-DAG: %[[TWOPI:.*]] = arith.constant 6.2831853071795862 : f64
  // CHECK-DAG: %[[INF:.*]] = arith.constant 0x7FF0000000000000 : f64
  // CHECK: %[[MISSING:.*]] = arith.cmpf uno, %[[y]], %[[y]]
  // CHECK: %[[T:.*]] = recur.index 0
  // CHECK: %[[START:.*]] = arith.cmpi eq, %[[T]], %{{.*}} : index
  // CHECK: %[[QT:.*]] = arith.select %[[START]], %[[ZERO]], %[[q]]
  // CHECK: %[[PP:.*]] = arith.addf %[[P]], %[[QT]]
  // CHECK: %[[I:.*]] = arith.subf %[[y]], %[[m]]
  // CHECK: %[[S:.*]] = arith.addf %[[PP]], %[[r]]
  // CHECK: %[[K:.*]] = arith.divf %[[PP]], %[[S]]
  // CHECK: %[[REST:.*]] = arith.subf %[[ONE]], %[[K]]
  // CHECK: %[[KI:.*]] = arith.mulf %[[K]], %[[I]]
  // CHECK: %[[MU:.*]] = arith.addf %[[m]], %[[KI]]
  // CHECK: %[[PU:.*]] = arith.mulf %[[REST]], %[[PP]]
  // CHECK: %[[M1:.*]] = arith.select %[[MISSING]], %[[m]], %[[MU]]
  // CHECK: %[[P1:.*]] = arith.select %[[MISSING]], %[[PP]], %[[PU]]
  // CHECK: %[[S2PI:.*]] = arith.mulf %[[S]], %[[TWOPI]]
  // CHECK: %[[LOG:.*]] = math.log %[[S2PI]]
  // CHECK: %[[II:.*]] = arith.mulf %[[I]], %[[I]]
  // CHECK: %[[CHI:.*]] = arith.divf %[[II]], %[[S]]
  // CHECK: %[[SUM:.*]] = arith.addf %[[LOG]], %[[CHI]]
  // CHECK: %[[DENSITY:.*]] = arith.mulf %[[SUM]], %[[HALF]]
  // CHECK-DAG: %[[PINF:.*]] = arith.cmpf oeq, %[[PP]], %[[INF]]
  // CHECK-DAG: %[[SINF:.*]] = arith.cmpf oeq, %[[S]], %[[INF]]
  // CHECK: %[[DIFFUSE:.*]] = arith.andi %[[PINF]], %[[SINF]]
  // CHECK: %[[L:.*]] = arith.select %[[DIFFUSE]], %[[ZERO]], %[[DENSITY]]
  // CHECK: %[[LL:.*]] = arith.select %[[MISSING]], %[[ZERO]], %[[L]]
  // CHECK: recur.yield state(%[[M1]], %[[P1]] : f64, f64) outs(%[[M1]], %[[P1]], %[[LL]] : f64, f64, f64)
  // CHECK: return %[[F]]#2, %[[F]]#3, %[[F]]#4
  %r3:3 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?xf64>) process_noise(%q : tensor<?xf64>)
      prior(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %r3#0, %r3#1, %r3#2 : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>
}

// A diffuse prior starts at mean 0, variance +inf. Parameters take the maps of
// the dimensions that they vary over; the log-likelihood is summed in the
// state's type.
// CHECK-LABEL: func @diffuse(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<4x?x3xf32>, %[[R:[^:]*]]: tensor<4x?x3xf64>, %[[C:[^:]*]]: f16, %[[Q:[^:]*]]: tensor<?xf32>, %[[H:[^:]*]]: tensor<4x3xf32>)
func.func @diffuse(%y: tensor<4x?x3xf32>, %r: tensor<4x?x3xf64>, %c: f16,
                   %q: tensor<?xf32>, %h: tensor<4x3xf32>)
    -> (tensor<4x?x3xbf16>, tensor<4x3xf64>) {
  // CHECK-DAG: %[[INF:.*]] = arith.constant 0x7F800000 : f32
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[M0:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%{{.*}} : tensor<4x3xf32>)
  // CHECK-DAG: %[[P0:.*]] = linalg.fill ins(%[[INF]] : f32) outs(%{{.*}} : tensor<4x3xf32>)
  // CHECK: %[[F:.*]]:4 = recur.generic {indexing_maps = [#[[BTN]], #[[NONE3]], #[[T3]], #[[BN]], #[[BTN]], #[[BN]], #[[BN]], #[[BTN]], #[[BN]]], iterator_types = ["parallel", "recurrence", "parallel"]}
  // CHECK-SAME: ins(%[[Y]], %[[C]], %[[Q]], %[[H]], %[[R]] :
  // CHECK-SAME: state(%[[M0]], %[[P0]] :
  // CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<4x?x3xbf16>, tensor<4x3xf32>)
  // CHECK: ^bb0(%[[y:[^:]*]]: f32, %[[c:[^:]*]]: f16, %[[q:[^:]*]]: f32, %[[h:[^:]*]]: f32, %[[r:[^:]*]]: f64, %[[m:[^:]*]]: f32, %[[P:[^:]*]]: f32):
  // CHECK-NOT: recur.index
  // CHECK: %[[C32:.*]] = arith.extf %[[c]] : f16 to f32
  // CHECK: %[[R32:.*]] = arith.truncf %[[r]] : f64 to f32
  // CHECK: %[[AM:.*]] = arith.mulf %[[m]], %[[A:.*]] : f32
  // CHECK: %[[MP:.*]] = arith.addf %[[AM]], %[[C32]]
  // CHECK: %[[AP:.*]] = arith.mulf %[[P]], %[[A]]
  // CHECK: %[[AAP:.*]] = arith.mulf %[[AP]], %[[A]]
  // CHECK: %[[PP:.*]] = arith.addf %[[AAP]], %[[q]]
  // CHECK: %[[HM:.*]] = arith.mulf %[[h]], %[[MP]]
  // CHECK: %[[HP:.*]] = arith.mulf %[[h]], %[[PP]]
  // CHECK: %[[HHP:.*]] = arith.mulf %[[h]], %[[HP]]
  // CHECK: %[[S:.*]] = arith.addf %[[HHP]], %[[R32]]
  // CHECK: %[[K:.*]] = arith.divf %[[HP]], %[[S]]
  // h = 0 keeps a diffuse belief from the innovation.
  // CHECK-DAG: %[[HZERO:.*]] = arith.cmpf oeq, %[[h]], %{{.*}}
  // CHECK-DAG: %[[PINF:.*]] = arith.cmpf oeq, %[[PP]], %{{.*}}
  // CHECK: %[[UNREACHED:.*]] = arith.andi %[[HZERO]], %[[PINF]]
  // CHECK: arith.select %[[UNREACHED]], %{{.*}}, %[[HM]]
  // CHECK: arith.select %[[UNREACHED]], %{{.*}}, %[[HHP]]
  // CHECK: %[[OUT:.*]] = arith.truncf %[[MP]] : f32 to bf16
  // CHECK: recur.yield state(%{{.*}}, %{{.*}} : f32, f32) outs(%[[OUT]], %{{.*}} : bf16, f32)
  // CHECK: linalg.generic {{.*}} ins(%[[F]]#3 : tensor<4x3xf32>) outs(%{{.*}} : tensor<4x3xf64>)
  // CHECK: arith.extf
  %a = arith.constant 0.5 : f32
  %m, %ll = kalman.scalar_filter observed(%y : tensor<4x?x3xf32>)
      observation_noise(%r : tensor<4x?x3xf64>)
      observation(%h : tensor<4x3xf32>) offset(%c : f16) transition(%a : f32)
      process_noise(%q over [1] : tensor<?xf32>) diffuse
      prior_at = before_first_transition time_dim = 1
      -> (predicted_mean: tensor<4x?x3xbf16>, log_likelihood: tensor<4x3xf64>)
  return %m, %ll : tensor<4x?x3xbf16>, tensor<4x3xf64>
}

// Information form: a missing observation adds nothing; no select has a
// condition that depends on the state.
// CHECK-LABEL: func @information(
func.func @information(%y: tensor<?x?xf64>, %a: tensor<?x?xf64>,
                       %c: tensor<?x?xf64>, %q: tensor<?x?xf64>,
                       %h: tensor<?x?xf64>, %r: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  // CHECK: recur.generic
  // CHECK: ^bb0(%[[y:[^:]*]]: f64, %[[a:[^:]*]]: f64, %[[c:[^:]*]]: f64, %[[q:[^:]*]]: f64, %[[h:[^:]*]]: f64, %[[r:[^:]*]]: f64, %[[lam:[^:]*]]: f64, %[[eta:[^:]*]]: f64):
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
  // CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
  // CHECK: %[[MISSING:.*]] = arith.cmpf uno, %[[y]], %[[y]]
  // CHECK: %[[T:.*]] = recur.index 0
  // CHECK: %[[START:.*]] = arith.cmpi eq, %[[T]],
  // CHECK: %[[A:.*]] = arith.select %[[START]], %[[ONE]], %[[a]]
  // CHECK: %[[C:.*]] = arith.select %[[START]], %[[ZERO]], %[[c]]
  // CHECK: %[[Q:.*]] = arith.select %[[START]], %[[ZERO]], %[[q]]
  // CHECK: %[[AA:.*]] = arith.mulf %[[A]], %[[A]]
  // CHECK: %[[QL:.*]] = arith.mulf %[[Q]], %[[lam]]
  // CHECK: %[[DEN:.*]] = arith.addf %[[AA]], %[[QL]]
  // CHECK: %[[LP:.*]] = arith.divf %[[lam]], %[[DEN]]
  // CHECK: %[[AE:.*]] = arith.mulf %[[A]], %[[eta]]
  // CHECK: %[[AED:.*]] = arith.divf %[[AE]], %[[DEN]]
  // CHECK: %[[CL:.*]] = arith.mulf %[[C]], %[[LP]]
  // CHECK: %[[EP:.*]] = arith.addf %[[AED]], %[[CL]]
  // CHECK: %[[W:.*]] = arith.divf %[[h]], %[[r]]
  // CHECK: %[[HW:.*]] = arith.mulf %[[h]], %[[W]]
  // CHECK: %[[GAINED:.*]] = arith.select %[[MISSING]], %[[ZERO]], %[[HW]]
  // CHECK: %[[WY:.*]] = arith.mulf %[[W]], %[[y]]
  // CHECK: %[[HEARD:.*]] = arith.select %[[MISSING]], %[[ZERO]], %[[WY]]
  // CHECK: %[[L1:.*]] = arith.addf %[[LP]], %[[GAINED]]
  // CHECK: %[[E1:.*]] = arith.addf %[[EP]], %[[HEARD]]
  // CHECK: %[[M:.*]] = arith.divf %[[E1]], %[[L1]]
  // CHECK: %[[V:.*]] = arith.divf %[[ONE]], %[[L1]]
  // CHECK: recur.yield state(%[[L1]], %[[E1]] : f64, f64) outs(%[[M]], %[[V]], %{{.*}} : f64, f64, f64)
  %zero = arith.constant 0.0 : f64
  %r3:3 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?x?xf64>)
      transition(%a : tensor<?x?xf64>) offset(%c : tensor<?x?xf64>)
      process_noise(%q : tensor<?x?xf64>) observation(%h : tensor<?x?xf64>)
      information_prior(%zero, %zero : f64, f64)
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          innovation_variance: tensor<?x?xf64>)
  return %r3#0, %r3#1, %r3#2 : tensor<?x?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>
}

// One series without lanes, parameters all constant.
// CHECK-LABEL: func @one_series(
func.func @one_series(%y: tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>) {
  // CHECK: recur.generic {{.*}} iterator_types = ["recurrence"]} ins(%{{.*}} : tensor<?xf32>) state(%{{.*}}, %{{.*}} : tensor<f32>, tensor<f32>) outs(%{{.*}}, %{{.*}} : tensor<?xf32>, tensor<f32>)
  %r = arith.constant dense<2.0> : tensor<f32>
  %q = arith.constant 0.25 : f64
  %m0 = arith.constant 0.0 : f32
  %P0 = arith.constant 9.0 : f32
  %m, %ll = kalman.scalar_filter observed(%y : tensor<?xf32>)
      observation_noise(%r : tensor<f32>) process_noise(%q : f64)
      prior(%m0, %P0 : f32, f32)
      -> (filtered_mean: tensor<?xf32>, log_likelihood: tensor<f32>)
  return %m, %ll : tensor<?xf32>, tensor<f32>
}

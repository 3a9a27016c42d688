// The scalar filter against an independent loop in NumPy: every parameter
// different at every step, missing observations, steps that observe nothing
// (h = 0), both priors and both conventions, every result. Four programs must
// agree with the loop: the op in the reference, the recurrence it converts to
// (not where the prior is diffuse, which a serial mean and variance cannot be),
// the scan that is derived from it, and the recurrence in information form.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t y=f8:41,6:missing,0.3,-50,50 a=f8:41,6:uniform,-1.2,1.2 \
// RUN:   c=f8:41,6:normal,0,3 q=f8:41,6:log,1e-3,10 h=f8:41,6:integers,-2,3 \
// RUN:   r=f8:41,6:log,1e-2,10 m0=f8:6:normal,0,5 P0=f8:6:log,0.1,10
// RUN: %python %inputs/filter_oracle.py %t
// RUN: kalmir-opt %s --kalmir-convert-kalman-to-recur -o %t/recur.mlir
// RUN: kalmir-opt %t/recur.mlir --kalmir-recur-derive-scan -o %t/scan.mlir
// RUN: kalmir-opt %s --kalmir-kalman-to-information-form \
// RUN:   --kalmir-convert-kalman-to-recur -o %t/information.mlir
// RUN: FileCheck %s --check-prefix=SCAN --input-file=%t/scan.mlir
// SCAN-COUNT-4: recur.scan
// SCAN-NOT: recur.generic

// RUN: kalmir-run %s --entry=proper_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-first-fm.npy --majorant=%t/proper-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-first-pm.npy --majorant=%t/proper-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-first-i.npy --majorant=%t/proper-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-first-ll.npy --majorant=%t/proper-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/recur.mlir --entry=proper_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-first-fm.npy --majorant=%t/proper-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-first-pm.npy --majorant=%t/proper-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-first-i.npy --majorant=%t/proper-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-first-ll.npy --majorant=%t/proper-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/scan.mlir --entry=proper_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-first-fm.npy --majorant=%t/proper-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-first-pm.npy --majorant=%t/proper-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-first-i.npy --majorant=%t/proper-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-first-ll.npy --majorant=%t/proper-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/information.mlir --entry=proper_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-first-fm.npy --majorant=%t/proper-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-first-pm.npy --majorant=%t/proper-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-first-i.npy --majorant=%t/proper-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-first-ll.npy --majorant=%t/proper-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %s --entry=proper_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-before-fm.npy --majorant=%t/proper-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-before-pm.npy --majorant=%t/proper-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-before-i.npy --majorant=%t/proper-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-before-ll.npy --majorant=%t/proper-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/recur.mlir --entry=proper_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-before-fm.npy --majorant=%t/proper-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-before-pm.npy --majorant=%t/proper-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-before-i.npy --majorant=%t/proper-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-before-ll.npy --majorant=%t/proper-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/scan.mlir --entry=proper_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-before-fm.npy --majorant=%t/proper-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-before-pm.npy --majorant=%t/proper-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-before-i.npy --majorant=%t/proper-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-before-ll.npy --majorant=%t/proper-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/information.mlir --entry=proper_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-before-fm.npy --majorant=%t/proper-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/proper-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/proper-before-pm.npy --majorant=%t/proper-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/proper-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/proper-before-i.npy --majorant=%t/proper-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/proper-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/proper-before-ll.npy --majorant=%t/proper-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %s --entry=diffuse_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-first-fm.npy --majorant=%t/diffuse-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-first-pm.npy --majorant=%t/diffuse-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-first-i.npy --majorant=%t/diffuse-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-first-ll.npy --majorant=%t/diffuse-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/scan.mlir --entry=diffuse_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-first-fm.npy --majorant=%t/diffuse-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-first-pm.npy --majorant=%t/diffuse-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-first-i.npy --majorant=%t/diffuse-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-first-ll.npy --majorant=%t/diffuse-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/information.mlir --entry=diffuse_first --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-first-fm.npy --majorant=%t/diffuse-first-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-first-pm.npy --majorant=%t/diffuse-first-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-first-i.npy --majorant=%t/diffuse-first-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-first-ll.npy --majorant=%t/diffuse-first-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %s --entry=diffuse_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-before-fm.npy --majorant=%t/diffuse-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-before-pm.npy --majorant=%t/diffuse-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-before-i.npy --majorant=%t/diffuse-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-before-ll.npy --majorant=%t/diffuse-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/scan.mlir --entry=diffuse_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-before-fm.npy --majorant=%t/diffuse-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-before-pm.npy --majorant=%t/diffuse-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-before-i.npy --majorant=%t/diffuse-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-before-ll.npy --majorant=%t/diffuse-before-ll-majorant.npy --tolerance=1e-12
//
// RUN: kalmir-run %t/information.mlir --entry=diffuse_before --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-before-fm.npy --majorant=%t/diffuse-before-fm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/fv.npy %t/diffuse-before-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-before-pm.npy --majorant=%t/diffuse-before-pm-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/pv.npy %t/diffuse-before-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-before-i.npy --majorant=%t/diffuse-before-i-majorant.npy --tolerance=1e-12
// RUN: %npy compare %t/iv.npy %t/diffuse-before-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-before-ll.npy --majorant=%t/diffuse-before-ll-majorant.npy --tolerance=1e-12

func.func @proper_first(%y: tensor<?x?xf64>, %a: tensor<?x?xf64>, %c: tensor<?x?xf64>,
    %q: tensor<?x?xf64>, %h: tensor<?x?xf64>, %r: tensor<?x?xf64>, %m0: tensor<?xf64>,
    %P0: tensor<?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %f:7 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?x?xf64>) transition(%a : tensor<?x?xf64>)
      offset(%c : tensor<?x?xf64>) process_noise(%q : tensor<?x?xf64>)
      observation(%h : tensor<?x?xf64>)
      prior(%m0, %P0 : tensor<?xf64>, tensor<?xf64>)
      {positive_noise, positive_prior}
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          predicted_mean: tensor<?x?xf64>, predicted_variance: tensor<?x?xf64>,
          innovation: tensor<?x?xf64>, innovation_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %f#0, %f#1, %f#2, %f#3, %f#4, %f#5, %f#6 : tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?xf64>
}

func.func @proper_before(%y: tensor<?x?xf64>, %a: tensor<?x?xf64>, %c: tensor<?x?xf64>,
    %q: tensor<?x?xf64>, %h: tensor<?x?xf64>, %r: tensor<?x?xf64>, %m0: tensor<?xf64>,
    %P0: tensor<?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %f:7 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?x?xf64>) transition(%a : tensor<?x?xf64>)
      offset(%c : tensor<?x?xf64>) process_noise(%q : tensor<?x?xf64>)
      observation(%h : tensor<?x?xf64>)
      prior(%m0, %P0 : tensor<?xf64>, tensor<?xf64>) prior_at = before_first_transition
      {positive_noise, positive_prior}
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          predicted_mean: tensor<?x?xf64>, predicted_variance: tensor<?x?xf64>,
          innovation: tensor<?x?xf64>, innovation_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %f#0, %f#1, %f#2, %f#3, %f#4, %f#5, %f#6 : tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?xf64>
}

func.func @diffuse_first(%y: tensor<?x?xf64>, %a: tensor<?x?xf64>, %c: tensor<?x?xf64>,
    %q: tensor<?x?xf64>, %h: tensor<?x?xf64>, %r: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %f:7 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?x?xf64>) transition(%a : tensor<?x?xf64>)
      offset(%c : tensor<?x?xf64>) process_noise(%q : tensor<?x?xf64>)
      observation(%h : tensor<?x?xf64>)
      diffuse
      {positive_noise}
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          predicted_mean: tensor<?x?xf64>, predicted_variance: tensor<?x?xf64>,
          innovation: tensor<?x?xf64>, innovation_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %f#0, %f#1, %f#2, %f#3, %f#4, %f#5, %f#6 : tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?xf64>
}

func.func @diffuse_before(%y: tensor<?x?xf64>, %a: tensor<?x?xf64>, %c: tensor<?x?xf64>,
    %q: tensor<?x?xf64>, %h: tensor<?x?xf64>, %r: tensor<?x?xf64>)
    -> (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
        tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) {
  %f:7 = kalman.scalar_filter observed(%y : tensor<?x?xf64>)
      observation_noise(%r : tensor<?x?xf64>) transition(%a : tensor<?x?xf64>)
      offset(%c : tensor<?x?xf64>) process_noise(%q : tensor<?x?xf64>)
      observation(%h : tensor<?x?xf64>)
      diffuse prior_at = before_first_transition
      {positive_noise}
      -> (filtered_mean: tensor<?x?xf64>, filtered_variance: tensor<?x?xf64>,
          predicted_mean: tensor<?x?xf64>, predicted_variance: tensor<?x?xf64>,
          innovation: tensor<?x?xf64>, innovation_variance: tensor<?x?xf64>,
          log_likelihood: tensor<?xf64>)
  return %f#0, %f#1, %f#2, %f#3, %f#4, %f#5, %f#6 : tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>,
      tensor<?x?xf64>, tensor<?xf64>
}

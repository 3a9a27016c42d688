// The reference of kalman.scalar_filter against exact rational arithmetic:
// every parameter different at every step, missing observations.
//
// RUN: rm -rf %t
// RUN: %npy make --dir=%t y=f8:20,3:missing,0.3,-5,5 a=f8:20,3:uniform,-1,1 c=f8:20,3:normal,0,1 q=f8:20,3:log,1e-3,1 \
// RUN:   h=f8:20,3:uniform,-2,2 r=f8:20,3:log,1e-3,10 m0=f8:3:normal,0,1 P0=f8:3:log,0.1,10
//
// RUN: %python %inputs/filter_oracle.py %t --exact
// RUN: kalmir-run %s --entry=proper --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-first-fm.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/fv.npy %t/proper-first-fv.npy --tolerance=1e-13
// RUN: %npy compare %t/pm.npy %t/proper-first-pm.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/pv.npy %t/proper-first-pv.npy --tolerance=1e-13
// RUN: %npy compare %t/i.npy %t/proper-first-i.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/iv.npy %t/proper-first-iv.npy --tolerance=1e-13
// RUN: %npy compare %t/ll.npy %t/proper-first-ll.npy --tolerance=1e-12
//
// The prior one step earlier.
//
// RUN: kalmir-run %s --entry=earlier --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy,%t/m0.npy,%t/P0.npy \
// RUN:   --out=%t/fm.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/proper-before-fm.npy --tolerance=1e-12 --absolute
// RUN: %npy compare %t/ll.npy %t/proper-before-ll.npy --tolerance=1e-12
//
// The exact diffuse prior.
//
// RUN: kalmir-run %s --entry=diffuse --target=reference \
// RUN:   --in=%t/y.npy,%t/a.npy,%t/c.npy,%t/q.npy,%t/h.npy,%t/r.npy \
// RUN:   --out=%t/fm.npy,%t/fv.npy,%t/pm.npy,%t/pv.npy,%t/i.npy,%t/iv.npy,%t/ll.npy
// RUN: %npy compare %t/fm.npy %t/diffuse-first-fm.npy --tolerance=1e-11 --absolute
// RUN: %npy compare %t/fv.npy %t/diffuse-first-fv.npy --tolerance=1e-12
// RUN: %npy compare %t/pm.npy %t/diffuse-first-pm.npy --tolerance=1e-11 --absolute
// RUN: %npy compare %t/pv.npy %t/diffuse-first-pv.npy --tolerance=1e-12
// RUN: %npy compare %t/i.npy %t/diffuse-first-i.npy --tolerance=1e-11 --absolute
// RUN: %npy compare %t/iv.npy %t/diffuse-first-iv.npy --tolerance=1e-12
// RUN: %npy compare %t/ll.npy %t/diffuse-first-ll.npy --tolerance=1e-11

!s = tensor<?x?xf64>
!n = tensor<?xf64>

func.func @proper(%y: !s, %a: !s, %c: !s, %q: !s, %h: !s, %r: !s, %m0: !n, %P0: !n)
    -> (!s, !s, !s, !s, !s, !s, !n) {
  %o:7 = kalman.scalar_filter observed(%y : !s) observation_noise(%r : !s)
    transition(%a : !s) offset(%c : !s) process_noise(%q : !s) observation(%h : !s)
    prior(%m0, %P0 : !n, !n)
    -> (filtered_mean: !s, filtered_variance: !s, predicted_mean: !s,
        predicted_variance: !s, innovation: !s, innovation_variance: !s,
        log_likelihood: !n)
  return %o#0, %o#1, %o#2, %o#3, %o#4, %o#5, %o#6 : !s, !s, !s, !s, !s, !s, !n
}

func.func @earlier(%y: !s, %a: !s, %c: !s, %q: !s, %h: !s, %r: !s, %m0: !n, %P0: !n)
    -> (!s, !n) {
  %o:2 = kalman.scalar_filter observed(%y : !s) observation_noise(%r : !s)
    transition(%a : !s) offset(%c : !s) process_noise(%q : !s) observation(%h : !s)
    prior(%m0, %P0 : !n, !n) prior_at = before_first_transition
    -> (filtered_mean: !s, log_likelihood: !n)
  return %o#0, %o#1 : !s, !n
}

func.func @diffuse(%y: !s, %a: !s, %c: !s, %q: !s, %h: !s, %r: !s)
    -> (!s, !s, !s, !s, !s, !s, !n) {
  %o:7 = kalman.scalar_filter observed(%y : !s) observation_noise(%r : !s)
    transition(%a : !s) offset(%c : !s) process_noise(%q : !s) observation(%h : !s)
    diffuse
    -> (filtered_mean: !s, filtered_variance: !s, predicted_mean: !s,
        predicted_variance: !s, innovation: !s, innovation_variance: !s,
        log_likelihood: !n)
  return %o#0, %o#1, %o#2, %o#3, %o#4, %o#5, %o#6 : !s, !s, !s, !s, !s, !s, !n
}

// A transition with a = 0 ends a diffuse belief; compiled code has 0/0 for it, and
// NaN from there on, in that series only.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %npy make --dir=%t y=f8:3,2:list,nan,1,nan,2,4,4 a=f8:3,2:list,1,1,0,0.5,1,1 q=f8:3,2:const,0.5 r=f8:3,2:const,0.5
// RUN: kalmir-run %s --entry=f --target=reference --in=y.npy,a.npy,q.npy,r.npy --out=m.npy,P.npy
// RUN: %npy show m.npy P.npy | FileCheck %s --check-prefix=REFERENCE
// RUN: kalmir-run %s --entry=f --in=y.npy,a.npy,q.npy,r.npy --out=m.npy,P.npy
// RUN: %npy show m.npy P.npy | FileCheck %s --check-prefix=CODE
// REFERENCE: m <f8 [3, 2] [{{\[}}nan, 1.0], [0.0, 1.3{{[0-9]*}}], [2.6{{[0-9]*}}, 2.9{{[0-9]*}}]]
// REFERENCE: P <f8 [3, 2] [{{\[}}inf, 0.5], [0.5, 0.277{{[0-9]*}}], [0.333{{[0-9]*}}, 0.304{{[0-9]*}}]]
// CODE: m <f8 [3, 2] [{{\[}}nan, 1.0], [nan, 1.3{{[0-9]*}}], [nan, 2.9{{[0-9]*}}]]
// CODE: P <f8 [3, 2] [{{\[}}inf, 0.5], [nan, 0.277{{[0-9]*}}], [nan, 0.304{{[0-9]*}}]]

!s = tensor<?x?xf64>
func.func @f(%y: !s, %a: !s, %q: !s, %r: !s) -> (!s, !s) {
  %m, %P = kalman.scalar_filter observed(%y : !s) observation_noise(%r : !s)
    transition(%a : !s) process_noise(%q : !s) diffuse
    -> (filtered_mean: !s, filtered_variance: !s)
  return %m, %P : !s, !s
}

// RUN: kalmir-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected a function to carry 'kalmir.entry'}}
module attributes {kalmir.entry = 1} {}

// -----

// expected-error @+1 {{expected #kalmir.entry as 'kalmir.entry', found 1 : i64}}
func.func private @f() attributes {kalmir.entry = 1}

// -----

// expected-error @+1 {{expected a symbol as 'kalmir.helper', found 1 : i64}}
func.func private @f() attributes {kalmir.helper = 1}

// -----

// expected-error @+1 {{unknown attribute 'kalmir.other' on a function}}
func.func private @f() attributes {kalmir.other = 1}

// -----

// expected-error @+1 {{unknown attribute 'kalmir.other' on an argument or result}}
func.func private @f(f32 {kalmir.other = 1})

// -----

// expected-error @+1 {{expected a string as 'kalmir.name', found 1 : i64}}
func.func private @f() -> (f32 {kalmir.name = 1})

// -----

// expected-error @+2 {{expected an element type that C code can pass, found 'index'}}
// expected-error @+1 {{failed to parse Kalmir_EntryAttr parameter 'inputs'}}
func.func private @f() attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", index, []>], outputs = []>}

// -----

// expected-error @+1 {{expected #kalmir.argument, found 1 : i64}}
func.func private @f() attributes {kalmir.entry = #kalmir.entry<inputs = [1], outputs = []>}

// -----

// expected-error @+2 {{expected two numbers as the boundaries of a one-dimensional argument, found 1 of one with 1 dimensions}}
// expected-error @+1 {{failed to parse Kalmir_EntryAttr parameter 'inputs'}}
func.func private @f() attributes {kalmir.entry = #kalmir.entry<inputs = [#kalmir.argument<"x", i64, [-1], boundaries = [-2]>], outputs = []>}

// -----

// expected-error @+1 {{expected an array of strings as 'kalmir.checks', found [1]}}
func.func private @f() attributes {kalmir.checks = [1]}

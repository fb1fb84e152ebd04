//! Programs that must not compile: what the types promise is kept by the compiler, in its own words.
//!
//! To write the words anew after a change of the pinned toolchain: `TRYBUILD=overwrite cargo xtask test compile_fail`.

#[test]
fn programs_that_break_the_house_rules_do_not_compile() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/programs/legal_move.rs");
    for case in [
        "illegal_move",
        "new_move",
        "broken_seal",
        "forged_state",
        "changed_layer",
        "forged_team",
        "forged_plan",
    ] {
        tests.compile_fail(format!("tests/programs/{case}.rs"));
    }
}

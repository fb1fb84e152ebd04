//! What the ledger promises, tried on every store: what holds of one holds of all.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::{Builder, Runtime};
use xiaohao_core::County;
use xiaohao_core::values::CountyCode;
use xiaohao_tests::county;
use xiaohao_tests::sample::but;

/// One test on every kind of store for each of these claims, which are functions of a kind. What depends on acts waiting at
/// the same moment runs on one thread, where the order in which they wait is certain.
macro_rules! on_every_store {
    (laws: $($claim:ident)*) => {$(
        mod $claim {
            use xiaohao_tests::office::Kind;

            #[test]
            fn in_memory() { super::$claim(Kind::Memory); }
            #[test]
            fn on_sqlite() { super::$claim(Kind::Sqlite); }
            #[test]
            fn on_postgres() { super::$claim(Kind::Postgres); }
        }
    )*};
    (on many threads: $($claim:ident)*) => {
        on_every_store! { (flavor = "multi_thread", worker_threads = 4) => $($claim)* }
    };
    ($runtime:tt => $($claim:ident)*) => {$(
        mod $claim {
            use xiaohao_tests::office::Kind;

            #[tokio::test $runtime]
            async fn in_memory() { super::$claim(Kind::Memory).await; }
            #[tokio::test $runtime]
            async fn on_sqlite() { super::$claim(Kind::Sqlite).await; }
            #[tokio::test $runtime]
            async fn on_postgres() { super::$claim(Kind::Postgres).await; }
        }
    )*};
    ($($claim:ident)*) => {
        on_every_store! { (flavor = "current_thread") => $($claim)* }
    };
}

mod batches;
mod callers;
mod closure;
mod crowds;
mod doubles;
mod erasure;
mod faults;
mod fingerprints;
mod numbers;
mod papers;
mod reading;
mod record;
mod reporters;
mod requests;
mod sealing;
mod sizes;
mod strangers;
mod versions;
pub(crate) mod walk;

/// A county like the sample one, but for its code: where many ledgers lie in one cabinet, each is of another county.
pub(crate) fn another_county(number: u32) -> County {
    but(county(), |county| {
        county.code = CountyCode::parse(&format!("4311{number:02}")).unwrap();
    })
}

/// A runtime of one thread, for claims that try random inputs one after the other.
pub(crate) fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Tries a law on random inputs, and names the smallest that breaks it.
pub(crate) fn for_all<S: Strategy>(cases: u32, inputs: &S, law: impl Fn(S::Value)) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let tried = TestRunner::new(config).run(inputs, |input| {
        law(input);
        Ok(())
    });
    if let Err(broken) = tried {
        panic!("{broken}");
    }
}

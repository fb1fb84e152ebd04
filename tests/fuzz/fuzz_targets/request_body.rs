//! Any bytes as the body of a request: what goes out is an answer, and the program lives on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use xiaohao_tests::answered::Counter;

/// A county that is served, with somebody who has signed in.
static COUNTER: LazyLock<(Runtime, Counter)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let counter = runtime.block_on(Counter::open());
    (runtime, counter)
});

fuzz_target!(
    // Passwords take their time, which is no body's fault.
    init: {
        LazyLock::force(&COUNTER);
    },
    |body: &[u8]| {
        let (runtime, counter) = &*COUNTER;
        let (status, answer) = runtime.block_on(counter.answer(body.to_vec()));
        if let Err(complaint) = xiaohao_tests::answered::read(body, status, &answer) {
            panic!("{complaint}: {status} {}", String::from_utf8_lossy(&answer));
        }
    }
);

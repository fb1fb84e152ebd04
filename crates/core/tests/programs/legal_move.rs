//! The control: what the table has compiles.

use xiaohao_core::On;
use xiaohao_core::acts::{HazardStruckOff, NoteAdded, VerificationPassed};
use xiaohao_core::hazard::{AwaitingVerification, Closed, Verified};

fn after<S, E>(next: <S as On<E>>::Next) -> <S as On<E>>::Next
where
    S: On<E>,
{
    next
}

fn main() {
    let _: fn(Verified) -> Verified = after::<AwaitingVerification, VerificationPassed>;
    let _: fn(Closed) -> Closed = after::<Verified, HazardStruckOff>;
    let _: fn(Closed) -> Closed = after::<Closed, NoteAdded>;
}

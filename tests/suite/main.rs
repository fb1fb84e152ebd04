//! One integration binary for the whole product.

mod duties;
mod guard;
mod lifecycle;
mod walks;

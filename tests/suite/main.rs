//! One integration binary for the whole product.

mod guard;
mod lifecycle;
mod walks;

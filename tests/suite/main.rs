//! One integration binary for the whole product.

mod advice;
mod architecture;
mod compile_fail;
mod duties;
mod guard;
mod lifecycle;
mod refusals;
mod rules;
mod statistics;
mod stored_form;
mod transitions;
mod walks;

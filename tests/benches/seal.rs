//! What the log adds to a line before it is written: salts by chance, what the body is bound to, the leaf, its place in the
//! tree. The lines are those of a whole life.
#![allow(
    missing_docs,
    reason = "the macros of criterion make items without documentation"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use xiaohao_core::Status;
use xiaohao_ledger::{Fingerprint, NewLine, Position, Record, Salts};
use xiaohao_log::{Frontier, Hash};
use xiaohao_server::chance;
use xiaohao_tests::{Case, county, salts};

/// How many lines stand before: a power of two less one, after which a leaf closes all subtrees there are.
const BEFORE: u32 = (1 << 17) - 1;

fn lines() -> Vec<Record> {
    let case = Case::at(Status::Closed);
    let entries = case.history.into_iter();
    entries
        .map(|entry| Record::Hazard(Box::new(entry)))
        .collect()
}

fn seal(c: &mut Criterion) {
    let lines = lines();
    let code = county().code;
    let by_chance: Salts = Arc::new(chance::salt);
    let always_the_same = salts();
    let mut tree = Frontier::default();
    for leaf in 0..BEFORE {
        tree.append(Hash::of_leaf(&leaf.to_be_bytes())).unwrap();
    }
    let mut group = c.benchmark_group("seal");
    group.throughput(Throughput::Elements(lines.len().try_into().unwrap()));
    group.bench_function("the bodies alone", |b| {
        let body = |line: Record| black_box(line.sealed(&always_the_same).unwrap());
        let body_of_each = |lines: Vec<Record>| lines.into_iter().map(body).collect::<Vec<_>>();
        b.iter_batched(|| lines.clone(), body_of_each, BatchSize::SmallInput);
    });
    group.bench_function("with salts, leaves and tree", |b| {
        let log = |(mut tree, lines): (Frontier, Vec<Record>)| {
            let each = (1..).zip(lines).map(|(place, line)| {
                let said = Fingerprint::new([7; 32]);
                let place = Position::new(u64::from(BEFORE) + place);
                let new = NewLine::sealed(code, place, line, said, &by_chance).unwrap();
                tree.append(new.line.leaf).unwrap();
                new
            });
            let new: Vec<_> = each.collect();
            (tree.to_bytes(), new)
        };
        let given = || (tree.clone(), lines.clone());
        b.iter_batched(given, log, BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(of_a_line, seal);
criterion_main!(of_a_line);

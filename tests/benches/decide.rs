//! The core alone: acts decided, histories replayed.
#![allow(
    missing_docs,
    reason = "the macros of criterion make items without documentation"
)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use xiaohao_core::{Actor, Command, Entry, Status, evolve, replay};
use xiaohao_tests::{Case, clerk, factory, inspector, sample};

/// A hazard in work whose history has so many lines.
fn in_work(lines: usize) -> Case {
    let mut case = Case::at(Status::Rectifying);
    while case.history.len() < lines {
        case.step(&factory(), sample::progress(40));
    }
    case
}

/// A hazard struck off after so many lines.
fn struck_off(lines: usize) -> Vec<Entry> {
    let last_acts = 3;
    let mut case = in_work(lines - last_acts);
    case.pass_days(3);
    // The photos of this round are numbered by hand: the length of the history is more than there are files.
    case.step(&factory(), sample::apply(100));
    let today = case.today;
    case.step(&inspector(), sample::pass(today, 104));
    case.step(&xiaohao_tests::approver(), sample::strike_off());
    case.history
}

fn decide(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide");
    let mut act = |name: &str, case: &Case, by: &Actor, says: Command| {
        let lines = case.history.len();
        assert!(case.dry_run(by, says.clone()).is_ok(), "{name} is refused");
        group.bench_function(BenchmarkId::new(name, lines), |b| {
            b.iter_batched(
                || says.clone(),
                |says| case.dry_run(black_box(by), says),
                criterion::BatchSize::SmallInput,
            );
        });
    };
    act(
        "report",
        &Case::new(),
        &inspector(),
        sample::report().into(),
    );
    act(
        "list",
        &Case::at(Status::Reported),
        &clerk(),
        sample::list().into(),
    );
    for lines in [5, 100] {
        let case = in_work(lines);
        act(
            "record progress",
            &case,
            &factory(),
            sample::progress(60).into(),
        );
        act(
            "apply for verification",
            &case,
            &factory(),
            sample::apply(100).into(),
        );
    }
    group.finish();
}

fn all_actions(c: &mut Criterion) {
    let case = in_work(8);
    c.bench_function("actions", |b| b.iter(|| case.actions(black_box(&clerk()))));
}

fn history(c: &mut Criterion) {
    let mut group = c.benchmark_group("replay");
    for lines in [8, 100] {
        let history = struck_off(lines);
        assert_eq!(history.len(), lines);
        group.bench_function(BenchmarkId::from_parameter(lines), |b| {
            b.iter(|| replay(black_box(&history)).unwrap());
        });
    }
    group.finish();
    let case = in_work(8);
    let (last, before) = case.history.split_last().unwrap();
    let hazard = replay(before).unwrap();
    c.bench_function("evolve", |b| {
        b.iter_batched(
            || hazard.clone(),
            |hazard| evolve(hazard, black_box(last)).unwrap(),
            criterion::BatchSize::SmallInput,
        );
    });
}

criterion_group! {
    name = core;
    config = Criterion::default().sample_size(20);
    targets = decide, all_actions, history
}
criterion_main!(core);

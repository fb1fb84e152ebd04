//! What the tree costs beside a million entries: growing, and proofs from one walk over the leaf hashes.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use xiaohao_log::{ConsistencyProof, Frontier, Hash, InclusionProof, KeyName, LogSigner, TreeHead};

const MILLION: u64 = 1_000_000;

fn leaves() -> Vec<Hash> {
    (0..MILLION)
        .map(|n| Hash::of_leaf(&n.to_be_bytes()))
        .collect()
}

fn grown(leaves: &[Hash]) -> Frontier {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        // A log of a million is not full.
        let _index = frontier.append(*leaf);
    }
    frontier
}

fn tree(criterion: &mut Criterion) {
    let leaves = leaves();
    let frontier = grown(&leaves);

    let mut one = criterion.benchmark_group("one");
    let entry = [b'x'; 600];
    one.throughput(Throughput::Bytes(600));
    one.bench_function("leaf of 600 bytes", |bencher| {
        bencher.iter(|| Hash::of_leaf(black_box(&entry)));
    });
    one.throughput(Throughput::Elements(1));
    one.bench_function("append to a million", |bencher| {
        let mut frontier = frontier.clone();
        bencher.iter(|| frontier.append(black_box(Hash::OF_NOTHING)));
    });
    one.bench_function("root of 999 999", |bencher| {
        let frontier = grown(leaves.split_last().map_or(&leaves, |(_, before)| before));
        bencher.iter(|| black_box(&frontier).root());
    });
    one.bench_function("keep and read back", |bencher| {
        bencher.iter(|| Frontier::from_bytes(&black_box(&frontier).to_bytes()));
    });
    one.finish();

    let mut million = criterion.benchmark_group("million");
    million
        .sample_size(10)
        .throughput(Throughput::Elements(MILLION));
    million.bench_function("append all", |bencher| {
        bencher.iter(|| grown(black_box(&leaves)).root());
    });
    million.bench_function("inclusion proof", |bencher| {
        bencher.iter(|| InclusionProof::of(black_box(333_333), &leaves));
    });
    million.bench_function("consistency proof", |bencher| {
        bencher.iter(|| ConsistencyProof::of(black_box(654_321), &leaves));
    });
    million.finish();

    let mut check = criterion.benchmark_group("check");
    let head = frontier.head();
    if let (Ok(inclusion), Ok(consistency), Some(leaf)) = (
        InclusionProof::of(333_333, &leaves),
        ConsistencyProof::of(654_321, &leaves),
        leaves.get(333_333),
    ) {
        check.bench_function("inclusion in a million", |bencher| {
            bencher.iter(|| inclusion.verify(333_333, black_box(*leaf), head));
        });
        let (before, _) = leaves.split_at(654_321);
        let old: TreeHead = grown(before).head();
        check.bench_function("consistency to a million", |bencher| {
            bencher.iter(|| consistency.verify(black_box(old), head));
        });
    }
    if let Ok(name) = KeyName::new("aq.example.gov.cn/431123") {
        let signer = LogSigner::from_seed(name, &[7; 32]);
        let keys = [signer.public().clone()];
        check.bench_function("sign a checkpoint", |bencher| {
            bencher.iter_batched(
                || head,
                |head| xiaohao_log::Checkpoint::sign(head, &signer),
                BatchSize::SmallInput,
            );
        });
        let note = xiaohao_log::Checkpoint::sign(head, &signer);
        check.bench_function("check a signature", |bencher| {
            bencher.iter(|| black_box(&note).signed_by(&keys).is_ok());
        });
    }
    check.finish();
}

criterion_group!(benches, tree);
criterion_main!(benches);

"""Scores: features of images, and comparisons of sets of features, images or points.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, outputs of train.smk and sample.smk.
OUTPUTS: features beside the images, results/{dataset}/{method}/seed{seed}/{extractor}/METRIC.csv,
    .../{moments,frontier}.csv, results/{mixture}/{method}/seed{seed}/scores.csv.
"""


use rule on_network as extract_features with:
    """Run a feature extractor over a method's samples."""
    input:
        images="results/{dataset}/{method}/seed{seed}/samples.npz",
    output:
        features="results/{dataset}/{method}/seed{seed}/{extractor}/features.npz",
    log:
        "results/logs/extract_features/{dataset}/{method}/seed{seed}/{extractor}.log",
    params:
        **job(
            "extract_features.py",
            "extractor threads",
            modules=SCORE.extractor_modules,
            set=SCORE.extractor_words,
            count_=SCORE.count,
        ),


use rule extract_features as extract_data_features with:
    """Run a feature extractor over the training or the test images."""
    input:
        images="results/{dataset}/data/{split}.npz",
    output:
        features="results/{dataset}/data/{extractor}/{split}.npz",
    log:
        "results/logs/extract_data_features/{dataset}/{split}/{extractor}.log",


use rule extract_features as extract_midpoints with:
    """Run a feature extractor over the midpoints, for the convexity score."""
    input:
        images="results/{dataset}/{method}/seed{seed}/midpoints.npz",
    output:
        features="results/{dataset}/{method}/seed{seed}/{extractor}/midpoints.npz",
    log:
        "results/logs/extract_midpoints/{dataset}/{method}/seed{seed}/{extractor}.log",
    params:
        **job(
            "extract_features.py",
            "extractor threads",
            modules=SCORE.extractor_modules,
            set=SCORE.extractor_words,
            count_=None,
        ),


use rule extract_midpoints as extract_training_features with:
    """Run a feature extractor over all training images, which samples may copy."""
    input:
        images="results/{dataset}/data/train.npz",
    output:
        features="results/{dataset}/data/{extractor}/all.npz",
    log:
        "results/logs/extract_training_features/{dataset}/{extractor}.log",


use rule extract_midpoints as extract_decoded_features with:
    """Run a feature extractor over the decoded training or test images."""
    input:
        images="results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz",
    output:
        features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/{split}.npz",
    log:
        "results/logs/extract_decoded_features/{dataset}/{split}/seed{seed}/{extractor}.log",


use rule on_network as invert_generator with:
    """Find how far test images are from what a generator can draw."""
    input:
        unpack(METHOD.range_inputs),
        images="results/{dataset}/data/test.npz",
    output:
        range="results/{dataset}/{method}/seed{seed}/range.npz",
    log:
        "results/logs/invert_generator/{dataset}/{method}/seed{seed}.log",
    resources:
        **asks(runtime=360),
    params:
        **job(
            "invert_generator.py",
            "seed threads",
            modules=METHOD.range_modules,
            sampler_set=METHOD.range_words,
            set=words(CONFIG.section("inversion")),
        ),


use rule invert_generator as invert_reference with:
    """Do the same with the settings of a study's search, for a method that it does not search."""
    output:
        range="results/{study}/{dataset}/{method}/seed{seed}/range.npz",
    log:
        "results/logs/invert_reference/{study}/{dataset}/{method}/seed{seed}.log",
    params:
        **job(
            "invert_generator.py",
            "seed threads",
            modules=METHOD.range_modules,
            sampler_set=METHOD.range_words,
            set=SEARCH.inversion_words,
        ),


use rule on_network as score_reference with:
    """Score the images of a method without a search as the study's search scores them."""
    input:
        unpack(SEARCH.reference_inputs),
        reports=METHOD.training_reports,
    output:
        rows="results/{study}/{dataset}/{method}/seed{seed}/{extractor}/draws.csv",
    log:
        "results/logs/score_reference/{study}/{dataset}/{method}/seed{seed}/{extractor}.log",
    wildcard_constraints:
        method=either(SEARCH.references),
    params:
        **job(
            "score_samples.py",
            "extractor seed threads",
            modules=SEARCH.reference_modules,
            count_=SEARCH.count,
            metrics=SEARCH.metrics,
            manifold=SEARCH.manifold,
            manifold_set=SEARCH.manifold_words,
            extractor_set=SCORE.extractor_words,
        ),


for name, metric in METRIC_CLASSES.items():

    rule:
        """Compute a metric of a method's samples."""
        name:
            f"compute_{name}"
        input:
            unpack(SCORE.metric_inputs(name)),
        output:
            **SCORE.metric_outputs(name),
        log:
            f"results/logs/compute_{name}/{{dataset}}/{{method}}/seed{{seed}}/{{extractor}}.log",
        conda:
            ENVIRONMENT
        threads: NETWORK_THREADS if metric.GPU else 1
        resources:
            **(asks() if metric.GPU else {"mem_mb": growing(4000)}),
        params:
            **job(
                "compute_metric.py",
                "seed threads",
                modules=SCORE.metric_modules(name),
                metric=name,
                count_=SCORE.metric_count(name),
                set=SCORE.metric_words(name),
                **SCORE.metric_named(name),
            ),
        shell:
            SCRIPT


use rule on_network as score_moments with:
    """Score the samples at the moments of a model's training, with the seconds until then."""
    input:
        images=METHOD.snapshots,
        reports=METHOD.training_reports,
        real_features="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{dataset}/{method}/seed{seed}/{extractor}/moments.csv",
    log:
        "results/logs/score_moments/{dataset}/{method}/seed{seed}/{extractor}.log",
    params:
        **job(
            "score_moments.py",
            "extractor threads",
            modules=SCORE.extractor_modules,
            set=SCORE.extractor_words,
            count_=SCORE.snapshot_count,
        ),


use rule on_network as score_frontier with:
    """Score fidelity and novelty at every point of a curve."""
    input:
        unpack(METHOD.curve),
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        train_codes="results/{dataset}/autoencoder/seed{seed}/codes.npz",
        train_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/train.npz",
        test_codes="results/{dataset}/autoencoder/seed{seed}/decoded/test_codes.npz",
        test_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/test.npz",
        real_features="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{study}/{dataset}/{method}/seed{seed}/{extractor}/frontier.csv",
    log:
        "results/logs/score_frontier/{study}/{dataset}/{method}/seed{seed}/{extractor}.log",
    wildcard_constraints:
        method=either([*METHOD.swept, END]),
    params:
        **job(
            "score_frontier.py",
            "extractor threads",
            modules=SCORE.extractor_modules,
            set=SCORE.extractor_words,
            values_=METHOD.sweep_values,
            count_=SCORE.count,
        ),


rule compute_collapse:
    """Count modes, quality and reverse KL of a method's points, at every moment."""
    input:
        points="results/{mixture}/{method}/seed{seed}/points.npz",
        training_points="results/{mixture}/points/seed{seed}.npz",
    output:
        rows="results/{mixture}/{method}/seed{seed}/scores.csv",
    log:
        "results/logs/compute_collapse/{mixture}/{method}/seed{seed}.log",
    conda:
        ENVIRONMENT
    params:
        **job("compute_collapse.py", "mixture seed", modules=DATA.mixture),
    shell:
        SCRIPT


use rule on_all_cores as compute_certificate with:
    """Score samples of one transport at every evaluation on its way to a small mass error."""
    input:
        codes=STUDY.certificate_codes,
        autoencoder=f"results/{{dataset}}/autoencoder/seed{SEED}/autoencoder.pt",
        images="results/{dataset}/data/test.npz",
        real_features="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/figures/{study}/{dataset}/{extractor}/certificate.csv",
    log:
        "results/logs/compute_certificate/{study}/{dataset}/{extractor}.log",
    resources:
        **asks(runtime=360),
    params:
        **job(
            "compute_certificate.py",
            "extractor threads",
            modules=SCORE.extractor_modules,
            seed=SEED,
            set=STUDY.certificate_words,
            extractor_set=SCORE.extractor_words,
            prd_set=SCORE.metric_words("prd"),
            source=STUDY.source_measure,
            tolerance=FIGURE.setting("certificate", "tolerance"),
        ),

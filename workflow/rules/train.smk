"""Fits: the autoencoder and its latent codes, the transport, models of images, samplers.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, results/{mixture}/points/seed{seed}.npz.
OUTPUTS: results/{dataset}/autoencoder/seed{seed}/{autoencoder.pt,codes.npz,...},
    results/{dataset}/transport/seed{seed}/transport.npz, ...,
    results/{dataset}/{method}/seed{seed}/{model.pt,codes.npz,fitted.pt,...},
    results/{mixture}/{method}/seed{seed}/{points.npz,history.csv,report.json,fitted.pt},
    results/{study}/{dataset}/{method}/seed{seed}/{extractor}/{draws,reruns}.csv.
"""


use rule on_all_cores as train_autoencoder with:
    """Train the autoencoder until its loss stops falling, freeze the encoder, train the decoder."""
    input:
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    output:
        model="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        history="results/{dataset}/autoencoder/seed{seed}/history.csv",
        report="results/{dataset}/autoencoder/seed{seed}/report.json",
    log:
        "results/logs/train_autoencoder/{dataset}/seed{seed}.log",
    benchmark:
        "results/benchmarks/train_autoencoder/{dataset}/seed{seed}.tsv"
    resources:
        **asks(GPUS * RANKS, training_memory, runtime=720),
    params:
        **job(
            "train_model.py",
            "seed threads",
            launch=LAUNCH,
            modules=[FROZEN, TRAININGS[AUTOENCODER]],
            model=AUTOENCODER,
            set=lambda wildcards: words(BOUNDS.autoencoder(wildcards.dataset)),
        ),
        ranks=RANKS,


use rule on_all_cores as encode_latents with:
    """Encode the autoencoder's training images, in order and in eval mode."""
    input:
        images="results/{dataset}/data/train.npz",
        model="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        codes="results/{dataset}/autoencoder/seed{seed}/codes.npz",
    log:
        "results/logs/encode_latents/{dataset}/seed{seed}.log",
    params:
        **job("encode_images.py", "threads", modules=[FROZEN], count_=DATA.first),


use rule on_all_cores as solve_transport with:
    """Solve the semi-discrete optimal transport from the source measure to the codes."""
    input:
        codes="results/{dataset}/autoencoder/seed{seed}/codes.npz",
    output:
        transport="results/{dataset}/transport/seed{seed}/transport.npz",
        report="results/{dataset}/transport/seed{seed}/report.json",
        history="results/{dataset}/transport/seed{seed}/history.csv",
    log:
        "results/logs/solve_transport/{dataset}/seed{seed}.log",
    benchmark:
        "results/benchmarks/solve_transport/{dataset}/seed{seed}.tsv"
    resources:
        **asks(GPUS * RANKS, runtime=360),
    params:
        **job("solve_transport.py", "seed threads", launch=LAUNCH, set=METHOD.transport_words),
        ranks=RANKS,


use rule on_network as train_model with:
    """Train a registered model of images, and draw samples during the training."""
    input:
        train="results/{dataset}/data/train.npz",
    output:
        model="results/{dataset}/{method}/seed{seed}/model.pt",
        history="results/{dataset}/{method}/seed{seed}/history.csv",
        moments="results/{dataset}/{method}/seed{seed}/moments.npz",
        report="results/{dataset}/{method}/seed{seed}/report.json",
    log:
        "results/logs/train_model/{dataset}/{method}/seed{seed}.log",
    benchmark:
        "results/benchmarks/train_model/{dataset}/{method}/seed{seed}.tsv"
    wildcard_constraints:
        method=either(METHOD.trained),
    resources:
        **asks(runtime=1440),
    params:
        **job(
            "train_model.py",
            "seed threads",
            modules=METHOD.training_modules,
            model=METHOD.name,
            snapshot_images=CONFIG.training.snapshot_images,
            set=METHOD.words,
        ),


# Options of a search and of the re-runs of its best draw.
SEARCHED = dict(
    names="extractor seed threads",
    modules=SEARCH.modules,
    model=METHOD.name,
    checkpoints=SEARCH.checkpoints,
    count_=SEARCH.count,
    metrics=SEARCH.metrics,
    manifold=SEARCH.manifold,
    manifold_set=SEARCH.manifold_words,
    inversion_set=SEARCH.inversion_words,
    set=SEARCH.words,
    extractor_set=SCORE.extractor_words,
)


use rule on_network as search_model with:
    """Train a model with drawn hyper-parameters, one draw after the other, and score each."""
    input:
        unpack(SEARCH.inputs),
    output:
        rows="results/{study}/{dataset}/{method}/seed{seed}/{extractor}/draws.csv",
    log:
        "results/logs/search_model/{study}/{dataset}/{method}/seed{seed}/{extractor}.log",
    benchmark:
        "results/benchmarks/search_model/{study}/{dataset}/{method}/seed{seed}/{extractor}.tsv"
    wildcard_constraints:
        method=either(METHOD.searched),
    resources:
        **asks(runtime=10080),
    params:
        **job("search_model.py", trainings=SEARCH.draws, ranges=SEARCH.ranges, **SEARCHED),


use rule search_model as rerun_model with:
    """Train the best draw of a search again several times, each with a fresh seed."""
    input:
        unpack(SEARCH.inputs),
        best_of="results/{study}/{dataset}/{method}/seed{seed}/{extractor}/draws.csv",
    output:
        rows="results/{study}/{dataset}/{method}/seed{seed}/{extractor}/reruns.csv",
    log:
        "results/logs/rerun_model/{study}/{dataset}/{method}/seed{seed}/{extractor}.log",
    benchmark:
        "results/benchmarks/rerun_model/{study}/{dataset}/{method}/seed{seed}/{extractor}.tsv"
    params:
        **job("search_model.py", trainings=SEARCH.reruns, ranges=None, **SEARCHED),


use rule on_network as encode_model with:
    """Encode the training images with a trained model of images."""
    input:
        images="results/{dataset}/data/train.npz",
        model="results/{dataset}/{method}/seed{seed}/model.pt",
    output:
        codes="results/{dataset}/{method}/seed{seed}/codes.npz",
    log:
        "results/logs/encode_model/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.trained),
    params:
        **job("encode_images.py", "threads", modules=METHOD.modules),


use rule on_all_cores as fit_codes with:
    """Fit a model of points to latent codes."""
    input:
        points=METHOD.latents,
    output:
        model="results/{dataset}/{method}/seed{seed}/fitted.pt",
        report="results/{dataset}/{method}/seed{seed}/report.json",
    log:
        "results/logs/fit_codes/{dataset}/{method}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_codes/{dataset}/{method}/seed{seed}.tsv"
    wildcard_constraints:
        method=either(METHOD.fitted),
    resources:
        **asks(runtime=360),
    params:
        **job(
            "fit_points.py",
            "seed threads",
            modules=METHOD.modules,
            model=METHOD.name,
            array="codes",
            trials=1,
            set=METHOD.fit_words,
        ),


use rule on_network as fit_points with:
    """Fit all trials of a model of points, or load the fit of another method, and draw."""
    input:
        points="results/{mixture}/points/seed{seed}.npz",
        fitted=METHOD.shared_fit,
    output:
        points="results/{mixture}/{method}/seed{seed}/points.npz",
        history="results/{mixture}/{method}/seed{seed}/history.csv",
        report="results/{mixture}/{method}/seed{seed}/report.json",
        model="results/{mixture}/{method}/seed{seed}/fitted.pt",
    log:
        "results/logs/fit_points/{mixture}/{method}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_points/{mixture}/{method}/seed{seed}.tsv"
    # Small networks: two jobs of one thread are twice as fast as one of two, and share a GPU.
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(1440),
    params:
        **job(
            "fit_points.py",
            "seed threads",
            modules=METHOD.modules,
            model=METHOD.name,
            trials=CONFIG.mixtures.trials,
            set=METHOD.words,
        ),

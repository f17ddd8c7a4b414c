"""Samples: images drawn or reconstructed, sweeps, interpolations, and pictures of the map.

REQUIRED INPUTS: outputs of train.smk.
OUTPUTS: results/{dataset}/{method}/seed{seed}/{samples,interpolations,midpoints,attributes}.npz,
    results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz,
    results/{study}/{dataset}/{method}/seed{seed}/codes.npz,
    results/{dataset}/transport/seed{seed}/{segments,shares,trace}.csv.
"""


use rule on_all_cores as sample_aeot with:
    """Draw images with the (extended) transport map."""
    input:
        transport="results/{dataset}/transport/seed{seed}/transport.npz",
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/{method}/seed{seed}/samples.npz",
        report="results/{dataset}/{method}/seed{seed}/report.json",
        masses="results/{dataset}/{method}/seed{seed}/masses.csv",
    log:
        "results/logs/sample_aeot/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.mapped),
    params:
        **job("sample_aeot.py", "seed threads", set=METHOD.words),


use rule on_network as sample_model with:
    """Draw images from a trained model of images."""
    input:
        weights="results/{dataset}/{method}/seed{seed}/model.pt",
    output:
        samples="results/{dataset}/{method}/seed{seed}/samples.npz",
    log:
        "results/logs/sample_model/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.trained),
    params:
        **job("sample_model.py", "seed threads", modules=METHOD.modules, count_=CONFIG.drawn_images),


use rule on_network as sample_codes with:
    """Draw latent codes from a fitted sampler, and decode them."""
    input:
        fitted="results/{dataset}/{method}/seed{seed}/fitted.pt",
        decoder=METHOD.decoder_file,
    output:
        samples="results/{dataset}/{method}/seed{seed}/samples.npz",
        points="results/{dataset}/{method}/seed{seed}/points.npz",
        report="results/{dataset}/{method}/seed{seed}/draw.json",
    log:
        "results/logs/sample_codes/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.fitted),
    params:
        **job(
            "sample_codes.py",
            "seed threads",
            modules=METHOD.sampler_modules,
            model=METHOD.name,
            set=METHOD.words,
        ),


use rule on_network as decode_split with:
    """Encode and decode the autoencoder's training images, or the test images."""
    input:
        images="results/{dataset}/data/{split}.npz",
        model="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz",
        codes="results/{dataset}/autoencoder/seed{seed}/decoded/{split}_codes.npz",
    log:
        "results/logs/decode_split/{dataset}/{split}/seed{seed}.log",
    params:
        **job("encode_images.py", "threads", modules=[FROZEN], count_=DATA.first),


use rule on_network as reconstruct_images with:
    """Encode and decode the test images: no sampler of these latent codes can do better."""
    input:
        images="results/{dataset}/data/test.npz",
        model="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/{method}/seed{seed}/samples.npz",
        codes="results/{dataset}/{method}/seed{seed}/test_codes.npz",
    log:
        "results/logs/reconstruct_images/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.reconstructed),
    params:
        **job("encode_images.py", "threads", modules=[FROZEN]),


use rule on_all_cores as sweep_codes with:
    """Draw latent codes from a sampler at every value of the setting that is swept."""
    input:
        unpack(METHOD.sweep_inputs),
    output:
        codes="results/{study}/{dataset}/{method}/seed{seed}/codes.npz",
        seconds="results/{study}/{dataset}/{method}/seed{seed}/seconds.csv",
    log:
        "results/logs/sweep_codes/{study}/{dataset}/{method}/seed{seed}.log",
    wildcard_constraints:
        method=either(METHOD.swept),
    resources:
        **asks(runtime=720),
    params:
        **job(
            "sweep_codes.py",
            "seed threads",
            modules=METHOD.modules,
            model=METHOD.sweep_model,
            count_=SCORE.count,
            draws=lambda wildcards: CONFIG.studies[wildcards.study].sweep.draws,
            set=METHOD.sweep_words,
            over=METHOD.sweep_setting,
            values_=METHOD.sweep_values,
        ),


use rule on_network as interpolate_codes with:
    """Decode interpolations between the codes of test images, for the figure."""
    input:
        decoder=METHOD.decoder_file,
        images="results/{dataset}/data/test.npz",
    output:
        images="results/{dataset}/{method}/seed{seed}/interpolations.npz",
    log:
        "results/logs/interpolate_codes/{dataset}/{method}/seed{seed}.log",
    params:
        **job(
            "interpolate_codes.py",
            "threads",
            modules=METHOD.decoder_modules,
            pairs=CONFIG.figures.interpolations.rows,
            points=CONFIG.figures.interpolations.columns,
        ),


use rule interpolate_codes as interpolate_midpoints with:
    """Decode the midpoints between the codes of test images, for the convexity score."""
    output:
        images="results/{dataset}/{method}/seed{seed}/midpoints.npz",
    log:
        "results/logs/interpolate_midpoints/{dataset}/{method}/seed{seed}.log",
    params:
        **job(
            "interpolate_codes.py",
            "threads",
            modules=METHOD.decoder_modules,
            pairs=SCORE.midpoint_pairs(),
            points=3,
        ),


use rule on_network as move_attributes with:
    """Move the codes of test images along attribute vectors, and decode them."""
    input:
        decoder=METHOD.decoder_file,
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    output:
        images="results/{dataset}/{method}/seed{seed}/attributes.npz",
    log:
        "results/logs/move_attributes/{dataset}/{method}/seed{seed}.log",
    params:
        **job(
            "move_attributes.py",
            "threads",
            modules=METHOD.decoder_modules,
            count_=CONFIG.figures.attributes.rows,
        ),


use rule on_all_cores as trace_segments with:
    """Follow segments of the source through the power cells."""
    input:
        transport="results/{dataset}/transport/seed{seed}/transport.npz",
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        rows="results/{dataset}/transport/seed{seed}/segments.csv",
        shares="results/{dataset}/transport/seed{seed}/shares.csv",
        trace="results/{dataset}/transport/seed{seed}/trace.csv",
        images="results/{dataset}/transport/seed{seed}/segments.npz",
    log:
        "results/logs/trace_segments/{dataset}/seed{seed}.log",
    params:
        **job("trace_segments.py", "seed threads", set=words(CONFIG.section("segments"))),


use rule on_all_cores as map_cells with:
    """Evaluate the first trial of the study's first AE-OT on a raster of the square."""
    input:
        fitted=STUDY.cells_fit,
    output:
        rows="results/figures/{study}/{mixture}/cells.csv",
    log:
        "results/logs/map_cells/{study}/{mixture}.log",
    resources:
        mem_mb=growing(4000),
    params:
        **job("map_cells.py", "threads", set=STUDY.cells_words),

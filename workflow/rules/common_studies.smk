"""Helpers only: the rows of the studies of models of images, and samplers of codes."""

# Studies of models of images


def study_of(wildcards):
    """The wildcards' study."""
    return STUDIES[wildcards.study]


def cases(study):
    """The data sets of a study that has rows."""
    wanted = STUDIES[study].datasets
    return (DATASETS if wanted is None else wanted) if STUDIES[study].rows else []


def rows_of(study):
    """Rows that a study trains and lists in its table."""
    return STUDIES[study].rows


def compared(study):
    """Rows of a study's table, beside the floor."""
    return [*MODELS, *sampler_rows(study), *rows_of(study)]


def scored(study):
    """Rows of a study that are scored."""
    return [FLOOR, *MODELS, *sampler_rows(study), *STUDIES[study].trained_rows()]


def sampler_rows(study):
    """Other samplers of codes stand in the study of autoencoders."""
    return SAMPLERS.rows if study == "autoencoders" else []


# Rows of test images, encoded and decoded: the frozen autoencoder's.
RECONSTRUCTIONS = [
    row for row in MODELS if CONFIG.model(row, DATASETS[0]).get("variant") == "reconstruction"
]


def encoded(study):
    """Rows of the study of autoencoders whose model has an encoder."""
    kept = [row for row in rows_of(study) if STUDIES[study].encodes(row)]
    return [*RECONSTRUCTIONS[:1], *kept] if study == "autoencoders" else []


def metric_rows(study, metric):
    """Rows of a study that a metric can score."""
    return encoded(study) if "midpoints" in metric.NEEDS else [FLOOR, *compared(study)]


def extra_scores(study):
    """Files of the scores that a study has beside those of every row."""
    return [
        f"results/{dataset}/{row}/seed{seed}/{extractor}/{metric}.csv"
        for metric in CONFIG.metrics_of(study)
        for dataset in cases(study)
        for row in metric_rows(study, METRIC_CLASSES[metric])
        for seed in SEEDS
        for extractor in EXTRACTORS
    ]


def gans(study):
    """Rows of the study of GANs that are one."""
    rows = rows_of(study) if study == "adversarial" else []
    return [row for row in rows if STUDIES[study].model_of(row) != "vae"]


def field(study):
    """Blocks of a study's pictures, from left to right; of GANs, the best is shown (Figure 15)."""
    rows = [*(gans(study) or rows_of(study)), *sampler_rows(study)]
    glann = [row for row in ("glann",) if row in SAMPLERS.rows and row not in rows]
    return [
        row for row in ("ae", *rows, *glann, "aeot") if row not in ("ae", "aeot") or row in MODELS
    ]


def study_rows(pattern, rows):
    """Files of all cases, seeds and extractors of the wildcards' study, for its `rows`."""

    def files(wildcards):
        study = wildcards.study
        refuse(fault for name in cases(study) for fault in BOUNDS.study_faults(study, name))
        return expand(
            pattern,
            dataset=cases(study),
            model=rows(study),
            seed=SEEDS,
            extractor=EXTRACTORS,
            metric=CONFIG.metrics,
        )

    return files


def score_files(wildcards):
    """All scores of the wildcards' study."""
    path = "results/{dataset}/{model}/seed{seed}/{extractor}/{metric}.csv"
    masses = drawn_rows(cases(wildcards.study))
    return study_rows(path, scored)(wildcards) + masses + extra_scores(wildcards.study)


def drawn_reports(wildcards):
    """What the random draws of the wildcards' study say of their trainings."""
    return expand(
        "results/{dataset}/{model}/seed{seed}/report.json",
        dataset=cases(wildcards.study),
        model=STUDIES[wildcards.study].drawn_rows(),
        seed=SEEDS,
    )


def first_files(name, rows):
    """A file of the first seed of every row that the wildcards' study shows."""
    return lambda wildcards: [
        f"results/{wildcards.dataset}/{row}/seed{SEEDS[0]}/{name}.npz"
        for row in rows(wildcards.study)
    ]


def study_files(study):
    """Tables and figures of a study."""
    names = cases(study)
    extractors = EXTRACTORS if names else []
    return (
        expand(
            f"results/tables/{study}.{{form}}",
            form=["csv", "md", "tex", "html"] if names else [],
        )
        + expand(f"results/figures/{study}/{{extractor}}/fscores.png", extractor=extractors)
        + expand(f"results/figures/{study}/{{dataset}}/moments.png", dataset=names)
        + expand(
            f"results/figures/{study}/{{dataset}}/{{extractor}}/{{figure}}.png",
            dataset=names,
            extractor=extractors,
            figure=["field", "progress"],
        )
        + expand(
            f"results/figures/{study}/{{dataset}}/walks.png",
            dataset=names if encoded(study) else [],
        )
        + expand(
            f"results/figures/{study}/{{dataset}}/attributes.png",
            dataset=[name for name in names if encoded(study) and CONFIG.labelled(name)],
        )
    )


def looked_at(wildcards):
    """Images scored of every moment; of rows without moments as many."""
    looks = [study.looks for study in STUDIES.values() if study.rows]
    if wildcards.model in TRAINED:
        looks = [CONFIG.study_of(wildcards.model).looks]
    return min([*looks, scored_count(wildcards)])


def named_files(names, files):
    """NAME=FILE words."""
    return [f"{name}={file}" for name, file in zip(names, files)]


# Samplers of codes


def sampler_of(wildcards):
    """The row of the samplers that the wildcards name."""
    return SAMPLERS.row_settings[wildcards.model]


def sampler_code(wildcards):
    """The registered model of points of the wildcards' row makes its codes stale."""
    return code("fit_points.py", f"{POINT_MODELS[sampler_of(wildcards).model]}.model")


def codes_of(wildcards):
    """The codes that a sampler is fitted to: the frozen autoencoder's, or another model's."""
    path = f"results/{{dataset}}/{sampler_of(wildcards).of}/seed{{seed}}/codes.npz"
    return path.format(**wildcards)


def coder(wildcards):
    """The frozen autoencoder, or the trained row, that codes for the wildcards' model."""
    if wildcards.model in SAMPLERS.rows:
        return sampler_of(wildcards).of
    return "autoencoder" if wildcards.model in MODELS else wildcards.model


def coder_file(wildcards):
    """Its weights."""
    name = "autoencoder" if coder(wildcards) == "autoencoder" else "model"
    return f"results/{{dataset}}/{coder(wildcards)}/seed{{seed}}/{name}.pt".format(**wildcards)


def coder_words(wildcards):
    """--model NAME, where it is not the autoencoder."""
    row = coder(wildcards)
    return [] if row == "autoencoder" else ["--model", CONFIG.study_of(row).model_of(row)]


def coder_code(script):
    """Its registered model makes what it codes stale."""

    def files(wildcards):
        words = coder_words(wildcards)
        return code(script, *[part for model in words[1:] for part in model_parts(model)])

    return files


def scored_images(wildcards):
    """A model's samples; of the floor the training images."""
    path = "results/{dataset}/{model}/seed{seed}/samples.npz"
    if wildcards.model == FLOOR:
        path = "results/{dataset}/data/train.npz"
    return path.format(**wildcards)


# The frontier of fidelity against novelty


def curve_of(wildcards):
    """The curve that the wildcards name."""
    return FRONTIER.curve_settings[wildcards.curve]


def curve_code(wildcards):
    """The registered model of points behind a curve, if any, makes its codes stale."""
    model = curve_of(wildcards).model
    return code("sweep_codes.py", *([f"{POINT_MODELS[model]}.model"] if model else []))


def curve_inputs(wildcards):
    """AE-OT's sampler needs the transport; a model of points the training codes."""
    if curve_of(wildcards).model:
        path = "results/{dataset}/autoencoder/seed{seed}/codes.npz"
        return {"codes": path.format(**wildcards)}
    folder = "results/{dataset}/transport/seed{seed}".format(**wildcards)
    return {"transport": f"{folder}/transport.npz", "report": f"{folder}/report.json"}


def curve_options(wildcards, input):
    """The same as options of the script."""
    model = curve_of(wildcards).model
    if model:
        return ["--codes", input.codes, "--model", model]
    return ["--transport", input.transport, "--transport-report", input.report]


def curve_words(wildcards):
    """KEY=VALUE words of what is not swept."""
    return words(curve_of(wildcards).set)


def curve_values(wildcards):
    """--over KEY, --values, and the values; nothing where nothing is swept."""
    curve = FRONTIER.curve_settings.get(wildcards.curve)
    return ["--over", curve.over, "--values", *curve.words()] if curve and curve.over else []


def curve_drawn(wildcards):
    """The codes of a curve and the seconds of its fits; the test images' codes at its end."""
    if wildcards.curve == FRONTIER_END:
        path = "results/{dataset}/autoencoder/seed{seed}/decoded/test_codes.npz"
        return {"codes": path.format(**wildcards)}
    folder = "results/{dataset}/frontier/{curve}/seed{seed}".format(**wildcards)
    return {"codes": f"{folder}/codes.npz", "seconds": f"{folder}/seconds.csv"}


def frontier_rows(wildcards):
    """The scores of all curves."""
    refuse(fault for name in DATASETS for fault in BOUNDS.frontier_faults(name))
    return expand(
        "results/{dataset}/frontier/{curve}/seed{seed}/{extractor}/frontier.csv",
        dataset=DATASETS,
        curve=[*FRONTIER.curves, FRONTIER_END],
        seed=SEEDS,
        extractor=EXTRACTORS,
    )


def frontier_files():
    """Table and figures, where there is a curve."""
    return expand(
        "results/tables/frontier.{form}",
        form=["csv", "md", "tex", "html"] if FRONTIER.curves else [],
    ) + expand(
        "results/figures/geometry/{dataset}/{extractor}/frontier.png",
        dataset=DATASETS if FRONTIER.curves else [],
        extractor=EXTRACTORS,
    )


# The study of the certificate


def certificate_codes(wildcards):
    """The training codes, where enough test images are scored for the study's clusters."""
    refuse(BOUNDS.certificate_faults(wildcards.dataset))
    return "results/{dataset}/autoencoder/seed{seed}/codes.npz".format(**wildcards)

"""Helpers only: what the studies collect, tabulate and draw."""

# Files of studies


def checked(study):
    """The study, where its data sets allow what it asks for."""
    refuse(BOUNDS.study_faults(study))
    return STUDIES[study]


def per_seed(pattern, study, models):
    """Files of methods on all data sets of a study, for all seeds and extractors."""
    return expand(
        pattern,
        dataset=CONFIG.datasets_of(study),
        model=models,
        seed=SEEDS,
        extractor=EXTRACTORS,
    )


def encoders(study):
    """Methods of a study that encode images."""
    return [name for name in STUDIES[study].methods if CONFIG.method(name).encodes()]


def trained(study):
    """Models of images of a study."""
    return [name for name in STUDIES[study].methods if name in TRAINED]


def through_map(study):
    """Methods of a study that draw through AE-OT's map."""
    methods = [name for name in STUDIES[study].methods if name in MAPPED]
    return [name for name in methods if CONFIG.method(name).draws()]


def score_files(wildcards):
    """All scores of the wildcards' study, and what its samplers did to the cells' masses."""
    study, path = wildcards.study, "results/{dataset}/{model}/seed{seed}/{extractor}/"
    rows = [FLOOR, *checked(study).methods]
    every = {name: [*rows, *CONFIG.drawn_of(study)] for name in CONFIG.metrics}
    for name in CONFIG.metrics_of(study):
        every[name] = encoders(study) if "midpoints" in METRIC_CLASSES[name].NEEDS else rows
    files = [
        file for name, at in every.items() for file in per_seed(f"{path}{name}.csv", study, at)
    ]
    masses = per_seed("results/{dataset}/{model}/seed{seed}/masses.csv", study, through_map(study))
    return files + list(dict.fromkeys(masses))


def drawn_reports(wildcards):
    """What the random draws of the wildcards' study say of their trainings."""
    path = "results/{dataset}/{model}/seed{seed}/report.json"
    files = per_seed(path, wildcards.study, CONFIG.drawn_of(wildcards.study))
    return list(dict.fromkeys(files))


def case_sources(names):
    """CASE=SOURCE of every case that is called otherwise than its source."""
    return [f"{name}={source_of(name)}" for name in names if source_of(name) != name]


# Collections

FIGURE_CLASSES = {name: resolve(FIGURES, name, "figure") for name in FIGURES}
# Collections that put published numbers beside ours.
PRINTED = [name for name, figure in FIGURE_CLASSES.items() if "published" in figure.FILES]


def collected_log(name, place):
    """Where a collection's log goes: a folder of its name, below it the wildcards of its place."""
    keys = [part for part in Path(place).parts if "{" in part]
    return str(Path("results/logs", f"collect_{name}", *keys)).removesuffix(".csv") + ".log"


def collection_code(name):
    """A collection stands on its own module; on a mixture, where its place names one."""

    def modules(wildcards):
        mixture = [MIXTURES[wildcards.mixture]] if "mixture" in wildcards.keys() else []
        return code("collect_rows.py", {**FIGURES, **COLLECTIONS}[name], *mixture)

    return modules


def collection_files(name):
    """NAME=FILE words of a collection's input, and of the published numbers, where it takes them."""

    def files(wildcards, input):
        printed = [f"published={from_root(PUBLISHED)}"] if name in PRINTED else []
        return [f"{key}={file}" for key in input.keys() for file in as_list(input[key])] + printed

    return files


def as_list(files):
    """Snakemake gives the only file of a name as a string."""
    return [files] if isinstance(files, str) else list(files)


def collection_words(values):
    """KEY=VALUE words of what follows the wildcards."""
    return (lambda wildcards: words(values(wildcards))) if values else []


def pictured(study):
    """Methods of a study from left to right in the grid of samples."""
    return ordered_models(STUDIES[study].methods)


def first_files(name, rows, *before):
    """A file of the first seed of every method of the wildcards' study, `before` in front."""

    def files(wildcards):
        folder = f"results/{wildcards.dataset}"
        return [f"{folder}/{path}" for path in before] + [
            f"{folder}/{row}/seed{SEEDS[0]}/{name}.npz" for row in rows(wildcards.study)
        ]

    return files


def curve_files(name):
    """A file of precision and recall of every method of the wildcards' study, and of the floor."""

    def files(wildcards):
        path = (
            f"results/{wildcards.dataset}/{{model}}/seed{{seed}}/{wildcards.extractor}/{name}.csv"
        )
        return expand(path, model=[FLOOR, *pictured(wildcards.study)], seed=SEEDS)

    return files


def snapshot_scores(wildcards):
    """The scores of all snapshots of the wildcards' study."""
    path = "results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv"
    return per_seed(path, wildcards.study, checked(wildcards.study).methods)


def swept_scores(wildcards):
    """The scores of all curves of the wildcards' study."""
    path = (
        f"results/{wildcards.study}/{{dataset}}/{{model}}/seed{{seed}}/{{extractor}}/frontier.csv"
    )
    return per_seed(path, wildcards.study, [*checked(wildcards.study).methods, END])


def mixture_files(name):
    """A file of every fit of the wildcards' study of mixtures."""
    return lambda wildcards: expand(
        f"results/{{mixture}}/{{row}}/seed{{seed}}/{name}.csv",
        mixture=CONFIG.datasets_of(wildcards.study),
        row=checked(wildcards.study).methods,
        seed=SEEDS,
    )


def scatter_files(wildcards):
    """The training points, and the first seed's points of every method, by name."""
    folder, seed = f"results/{wildcards.mixture}", SEEDS[0]
    rows = {
        row: f"{folder}/{row}/seed{seed}/points.npz" for row in STUDIES[wildcards.study].methods
    }
    return {"real": f"{folder}/points/seed{seed}.npz"} | rows


def cells_row(wildcards):
    """The first AE-OT of the wildcards' study of mixtures."""
    methods = STUDIES[wildcards.study].methods
    return next(row for row in methods if CONFIG.method(row).name == "aeot")


def cells_fit(wildcards):
    """Its fit, of the first seed."""
    return f"results/{wildcards.mixture}/{cells_row(wildcards)}/seed{SEEDS[0]}/fitted.pt"


def cells_words(wildcards):
    """KEY=VALUE words of its settings."""
    return words(CONFIG.method_settings(cells_row(wildcards), wildcards.mixture))


def certificate_codes(wildcards):
    """The training codes, where enough test images are scored for the study's clusters."""
    checked(wildcards.study)
    return f"results/{wildcards.dataset}/autoencoder/seed{SEEDS[0]}/codes.npz"


def certificate_words(wildcards):
    """KEY=VALUE words of the study's sampler through AE-OT's map, the first."""
    return words(CONFIG.own_settings(through_map(wildcards.study)[0], wildcards.dataset))


# Tables


def table_files(study):
    """Files of a study's tables."""
    forms, names = ["csv", "md", "tex", "html"], STUDIES[study].tables
    return expand(f"results/tables/{study}/{{table}}.{{form}}", table=names, form=forms)


def table_code(name, modules):
    """A table stands on its script, and on what its rows are of."""
    return lambda wildcards: code(f"table_{name}.py", *modules(wildcards.study))


def table_inputs(wildcards, input):
    """--NAME and the files of a table's input."""
    return [
        word for key in input.keys() for word in (f"--{key}", *as_list(input[key])) if input[key]
    ]


def loss_reports(wildcards):
    """Reports of the autoencoders of a study's data sets."""
    return expand(
        "results/{dataset}/autoencoder/seed{seed}/report.json",
        dataset=CONFIG.datasets_of(wildcards.study),
        seed=SEEDS,
    )


def progress_file(wildcards):
    """The seconds of the trainings, of a study that follows them."""
    followed = "progress" in STUDIES[wildcards.study].figures
    return f"results/{wildcards.study}/progress.csv" if followed else []


def singular_words(study):
    """[DATASET/]ROW=HOW of AE-OT's methods that have singular source samples."""
    places = [(c, f"{c}/" if c in DATASETS else "") for c in CONFIG.datasets_of(study)]
    found = [
        f"{place}{row}={how}"
        for case, place in places
        for row in STUDIES[study].methods
        if (how := CONFIG.singular(row, case))
    ]
    return list(dict.fromkeys(found))


def of_sources(wildcards):
    """--sources and CASE=SOURCE words of a study's data sets."""
    return ["--sources", *case_sources(CONFIG.datasets_of(wildcards.study))]


def score_options(wildcards):
    """What the table of scores shows."""
    study = wildcards.study
    options = ["--models", FLOOR, *STUDIES[study].methods, "--singular", *singular_words(study)]
    return [*options, "--metrics", *CONFIG.metrics, *CONFIG.metrics_of(study)]


def printed(options):
    """Further options of a table, and the published numbers."""
    return lambda wildcards, input: [*options(wildcards), "--published", from_root(PUBLISHED)]


OURS = ("transport", "aeot")  # samplers that are AE-OT's


def frontier_options(wildcards):
    """Which curves are AE-OT's, and the sources of the data sets."""
    study = wildcards.study
    ours = [name for name in STUDIES[study].methods if CONFIG.method(name).name in OURS]
    return ["--ours", *ours, *of_sources(wildcards)]


def score_modules(study):
    """The metrics whose columns a table of scores may have."""
    return [METRICS[name] for name in [*CONFIG.metrics, *CONFIG.metrics_of(study)]]


def mode_modules(study):
    """The mixtures of a table of modes."""
    return [MIXTURES[name] for name in CONFIG.datasets_of(study)]


# Figures

_TRANSPORTS = "results/{{dataset}}/transport/seed{seed}"
_TRACE = f"results/{{dataset}}/transport/seed{SEEDS[0]}"
# Where the files lie that the class of a figure names (aeot.charts.base).
FIGURE_FILES = {
    "scores": "results/{study}/scores.csv",
    "progress": "results/{study}/progress.csv",
    "modes": "results/{study}/modes.csv",
    "frontier": "results/{study}/frontier.csv",
    "prd_curves": curve_files("prd_curve"),
    "prd_scores": curve_files("prd"),
    "training_histories": expand(
        "results/{{dataset}}/autoencoder/seed{seed}/history.csv", seed=SEEDS
    ),
    "transport_histories": expand(f"{_TRANSPORTS}/history.csv", seed=SEEDS),
    "transport_reports": expand(f"{_TRANSPORTS}/report.json", seed=SEEDS),
    "transports": expand(f"{_TRANSPORTS}/transport.npz", seed=SEEDS),
    "trace": f"{_TRACE}/trace.csv",
    "shares": f"{_TRACE}/shares.csv",
    "segment_images": f"{_TRACE}/segments.npz",
}


def own_files(figure):
    """The files that a figure's class names beside its rows, but the published numbers."""
    return {name: FIGURE_FILES[name] for name in figure.FILES if name != "published"}


def own_rows(name, figure):
    """Where the rows go that a figure makes itself, of which files, and its settings for it."""
    values = CONFIG.section("figures").get(name, {})
    values = {key: value for key, value in values.items() if key not in ChartSettings.model_fields}
    return f"results/figures/{figure.PLACE}/{name}.csv", own_files(figure), lambda _: values


def drawn_files(name, figure):
    """The rows of a figure, and what it shows beside them."""
    if figure.ROWS:
        return {"rows": FIGURE_FILES[figure.ROWS], **own_files(figure)}
    return {"rows": f"results/figures/{figure.PLACE}/{name}.csv"}


OWN_ROWS = {
    name: own_rows(name, figure) for name, figure in FIGURE_CLASSES.items() if figure.gathers()
}


def figure_files(study):
    """Figures of a study that its methods and data sets allow."""
    found = []
    for name in CONFIG.datasets_of(study):
        for figure in BOUNDS.figures_of(study, name):
            path = f"results/figures/{FIGURE_CLASSES[figure].PLACE}/{figure}.png"
            places = {"dataset": name, "mixture": name, "study": study, "extractor": EXTRACTORS}
            found += expand(path, **places)
    return list(dict.fromkeys(found))


def study_files(*studies):
    """Tables and figures of studies, where their data sets allow what they ask for."""

    def files(wildcards):
        for study in studies:
            checked(study)
        return [file for study in studies for file in table_files(study) + figure_files(study)]

    return files


def of_what(place):
    """The wildcard of a figure's place that says what it is of."""
    return next((f"{{{key}}}" for key in ("dataset", "mixture") if f"{{{key}}}" in place), "all")


def figure_title(wildcards):
    """The name of the wildcards' case or mixture for readers."""
    if "mixture" in wildcards.keys():
        return mixture_label(wildcards.mixture)
    if "dataset" in wildcards.keys():
        return dataset_label(wildcards.dataset, source_of(wildcards.dataset))
    return "All data sets"


def figure_caption(figure):
    """What the report says below a figure; it takes `input`, so that no edit of it reruns a plot."""

    def caption(wildcards, input):
        values = {"title": figure_title(wildcards), "seeds": len(SEEDS), "seed": SEEDS[0]}
        return figure.caption(**values, **wildcards)

    return caption


def figure_where(wildcards):
    """KEY=NAME words of what rows may be of: wildcards, and the source of a data set."""
    keys = [key for key in ("dataset", "extractor", "mixture") if key in wildcards.keys()]
    source = [f"source={source_of(wildcards.dataset)}"] if "dataset" in keys else []
    return [f"{key}={wildcards[key]}" for key in keys] + source


def shown_files(wildcards, input):
    """NAME=FILE words of what a figure shows beside its rows; the list names the pictures."""
    return [f"{name}={file}" for name, file in input.items() if name not in ("rows", "pictures")]


def grid_size(figure):
    """How many pictures a grid shows: what concerns its list."""
    values = CONFIG.section("figures").get(figure, {})
    return {key: value for key, value in values.items() if key in ("rows", "columns")}


def grid_look(figure):
    """KEY=VALUE words of the rest, which concerns the picture alone."""
    values = CONFIG.section("figures").get(figure, {})
    return words({key: value for key, value in values.items() if key not in grid_size(figure)})

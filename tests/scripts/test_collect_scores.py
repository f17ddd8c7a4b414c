"""Scores from the command line: files in, one table out."""

import collect_rows


def test_gathers_files_by_their_paths(tmp_path):
    for model, value in (("floor", "1.5"), ("aeot", "2.5")):
        path = tmp_path / f"results/digits/{model}/seed0/inception/fid.csv"
        path.parent.mkdir(parents=True)
        path.write_text(f"metric,value,n_real,n_fake\nfrechet_distance,{value},10,20\n")
    out = tmp_path / "scores.csv"
    files = map(str, tmp_path.rglob("fid.csv"))
    sources = 'sources={"digits": "mnist5k"}'
    collect_rows.main(["--collection", "scores", "--files", *(f"rows={path}" for path in files),
                       "--set", sources, "--out-rows", str(out)])  # fmt: skip
    assert out.read_text() == (
        "dataset,source,model,seed,extractor,metric,value,n_real,n_fake\n"
        "digits,mnist5k,aeot,0,inception,frechet_distance,2.5,10,20\n"
        "digits,mnist5k,floor,0,inception,frechet_distance,1.5,10,20\n"
    )

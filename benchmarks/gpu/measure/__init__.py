"""The measurements of each part: modules with `measure(case, job)`, which returns named values."""

"""What each part measures: a module with `measure(case, job)`, which returns values by name."""

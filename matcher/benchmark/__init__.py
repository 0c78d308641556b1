"""Quality on judged sets (reference data, not part of this project), each beside a floor."""

from matcher.benchmark.run import Benchmarks, run, tables

__all__ = ["Benchmarks", "run", "tables"]

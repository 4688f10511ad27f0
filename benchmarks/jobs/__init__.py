"""What the benchmarks measure: each file is a program, started in a process of its own."""

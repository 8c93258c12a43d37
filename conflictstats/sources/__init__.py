"""One provider a file: read_* and simulate_* give a Dataset."""

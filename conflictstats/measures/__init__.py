"""From a Dataset to counts: count, spread, parse, reconcile, draw."""

"""fit_* takes a Panel or a Series and returns a frozen result."""

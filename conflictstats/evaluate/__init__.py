"""Forecasts scored against what was later known."""

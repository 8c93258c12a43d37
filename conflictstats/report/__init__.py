"""Results saved as files with their provenance."""

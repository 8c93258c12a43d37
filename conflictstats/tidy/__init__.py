"""The types: Dataset, Panel, Coverage, Source, their schemas and the quarantine."""

"""Pictures of frames on the Axes they are given; they know columns, not models."""

"""Findings about data: holds, does not hold, cannot tell, with a sentence."""

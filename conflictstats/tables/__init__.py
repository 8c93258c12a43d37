"""Results as text, HTML and LaTeX tables."""

"""Sphinx configuration: `make docs`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import reference

import conflictstats

project = "conflictstats"
copyright = "the conflictstats developers"  # noqa: A001  Sphinx asks for this name
release = conflictstats.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "mathml",
    "pictures",
    "late_pages",
    "outputs",
]
# Pages whose examples show what they print; tests run those of all pages.
run_pages = [
    "index",
    "start",
    "counts",
    "models/index",
    "models/trend",
    "analysis",
    "from_r",
    "ethics",
    "plots",
]
exclude_patterns = ["_tables/*", "_templates/*"]
templates_path = ["_templates"]

# Pages of the reference are written before Sphinx looks for pages.
reference.write(HERE.parent / "conflictstats" / "__init__.pyi", HERE / "api/generated")

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
autosummary_generate = True
autodoc_typehints = "none"  # numpydoc says the types, with their shapes
numpydoc_show_class_members = False  # the class template lists them
numpydoc_xref_param_type = False
default_role = "code"  # single backquotes in docstrings are code

html_theme = "pydata_sphinx_theme"
html_title = "conflictstats"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "pygments_light_style": "friendly",
    "pygments_dark_style": "github-dark",
}
# A page that stands alone needs no menu at its left.
html_sidebars = {page: [] for page in ("index", "start", "gallery")}
html_context = {"default_mode": "auto"}

# The shop window: one line a public name, read by lazy_loader (relative imports are
# its rule) and by type checkers. Grouped by room, alphabetical within.
__version__: str
# errors and glossary
from .errors import ArgumentError as ArgumentError
from .errors import ConflictStatsError as ConflictStatsError
from .errors import CredentialError as CredentialError
from .errors import FetchError as FetchError
from .glossary import define as define
from .glossary import glossary_table as glossary_table

# tidy
from .tidy.changes import DatasetChanges as DatasetChanges
from .tidy.changes import compare_datasets as compare_datasets
from .tidy.countries import Country as Country
from .tidy.countries import find_country as find_country
from .tidy.countries import list_countries as list_countries
from .tidy.countries import match_countries as match_countries
from .tidy.coverage import Coverage as Coverage
from .tidy.dataset import Dataset as Dataset
from .tidy.dataset import combine as combine
from .tidy.panel import Panel as Panel
from .tidy.places import list_places as list_places
from .tidy.places import match_places as match_places
from .tidy.places import priogrid_center as priogrid_center
from .tidy.places import priogrid_gid as priogrid_gid
from .tidy.provenance import Source as Source
from .tidy.provenance import cite as cite

# sources
from .sources.bundled import list_datasets as list_datasets
from .sources.bundled import load_dataset as load_dataset
from .sources.acled_api import fetch_acled as fetch_acled
from .sources.hapi_api import fetch_hapi as fetch_hapi
from .sources.idmc_api import fetch_idmc as fetch_idmc
from .sources.ucdp_api import fetch_ucdp as fetch_ucdp
from .sources.unhcr_api import fetch_unhcr as fetch_unhcr
from .sources.updating import fetch_update as fetch_update
from .sources.downloads import clear_downloads as clear_downloads
from .sources.downloads import list_downloads as list_downloads
from .sources.acled import read_acled as read_acled
from .sources.airwars import read_airwars as read_airwars
from .sources.tbij import read_tbij as read_tbij
from .sources.hapi import read_hapi_events as read_hapi_events
from .sources.iom_dtm import read_iom_dtm as read_iom_dtm
from .sources.idmc import read_idmc as read_idmc
from .sources.unhcr import read_unhcr as read_unhcr
from .sources.ucdp_yearly import read_ucdp_brd as read_ucdp_brd
from .sources.ucdp_yearly import read_ucdp_acd as read_ucdp_acd
from .sources.sigacts import read_sigacts as read_sigacts
from .sources.daily_deaths import read_daily_deaths as read_daily_deaths
from .sources.palestine_daily import read_palestine_daily as read_palestine_daily
from .sources.loss_claims import read_loss_claims as read_loss_claims
from .sources.strike_log import read_strike_log as read_strike_log
from .sources.gtd import read_gtd as read_gtd
from .sources.views import read_views as read_views
from .sources.ocha_displacement import read_ocha_displacement as read_ocha_displacement
from .sources.recognised import read as read
from .sources.words import vocabulary_table as vocabulary_table
from .sources.claims import read_claims as read_claims
from .sources.tabular import read_events as read_events
from .sources.ucdp_ged import read_ucdp_ged as read_ucdp_ged
from .sources.simulated import simulate_events as simulate_events
from .sources._simulated_settings import SimulatedConflict as SimulatedConflict
from .sources._simulated_settings import SimulatedReporting as SimulatedReporting

# measures
from .measures.claim_rules import ClaimRules as ClaimRules
from .measures.counts import count_events as count_events
from .measures.draws import sample_counts as sample_counts
from .measures.files import count_files as count_files
from .measures.flows import to_flows as to_flows
from .measures.rivals import reconcile_events as reconcile_events
from .measures.quantities import Quantity as Quantity
from .measures.quantities import parse_quantity as parse_quantity
from .measures.spreading import spread_events as spread_events
from .measures.stocks import flow_between as flow_between
from .measures.stocks import stock_at as stock_at

# checks
from .checks.counts import check_autocorrelation as check_autocorrelation
from .checks.counts import check_dispersion as check_dispersion
from .checks.counts import check_zeros as check_zeros
from .checks.finding import Finding as Finding

# plots
from .plots.areas import plot_areas as plot_areas
from .plots.areas import plot_grid as plot_grid
from .plots.bounds import plot_bounds as plot_bounds
from .plots.branching_graph import plot_branching_graph as plot_branching_graph
from .plots.breaks import plot_break_probability as plot_break_probability
from .plots.breaks import plot_breaks as plot_breaks
from .plots.calendar import plot_calendar as plot_calendar
from .plots.claimants import plot_claimants as plot_claimants
from .plots.claims import plot_claims as plot_claims
from .plots.claims import plot_toll as plot_toll
from .plots.coverage import plot_coverage as plot_coverage
from .plots.distribution import plot_ccdf as plot_ccdf
from .plots.escalation import plot_branching as plot_branching
from .plots.escalation import plot_intensity as plot_intensity
from .plots.estimates import plot_estimates as plot_estimates
from .plots.estimates import plot_ranges as plot_ranges
from .plots.interruption import plot_interruption as plot_interruption
from .plots.interruption import plot_placebo as plot_placebo
from .plots.maps import plot_points as plot_points
from .plots.multiples import plot_multiples as plot_multiples
from .plots.near_repeat import plot_near_repeat as plot_near_repeat
from .plots.nowcast import plot_nowcast as plot_nowcast
from .plots.overlaps import plot_overlaps as plot_overlaps
from .plots.pooled import plot_pooled as plot_pooled
from .plots.progress import plot_progress as plot_progress
from .plots.regimes import plot_regimes as plot_regimes
from .plots.residuals import plot_rescaled as plot_rescaled
from .plots.residuals import plot_residual_quantiles as plot_residual_quantiles
from .plots.retaliation import plot_retaliation as plot_retaliation
from .plots.stacked import plot_stacked as plot_stacked
from .plots.style import new_figure as new_figure
from .plots.style import use_style as use_style
from .plots.timeline import plot_series as plot_series
from .plots.totals import plot_totals as plot_totals
from .plots.totals import plot_windows as plot_windows
from .plots.triangle import plot_triangle as plot_triangle

# tables
from .tables.claims import tabulate_claims as tabulate_claims
from .tables.descriptive import tabulate_frame as tabulate_frame
from .tables.descriptive import tabulate_panel as tabulate_panel
from .tables.descriptive import tabulate_sources as tabulate_sources
from .tables.regression import tabulate_fits as tabulate_fits

# models
from .models.pooling import pool_fits as pool_fits
from .models.reconciliation import reconcile as reconcile
from .models.breaks import BreaksResult as BreaksResult
from .models.breaks import fit_breaks as fit_breaks
from .models.escalation import fit_escalation as fit_escalation
from .models._escalation_result import EscalationResult as EscalationResult
from .models._escalation_periods import (
    DiscreteEscalationResult as DiscreteEscalationResult,
)
from .models.trend import fit_trend as fit_trend
from .models.near_repeat import NearRepeatResult as NearRepeatResult
from .models.near_repeat import fit_near_repeat as fit_near_repeat
from .models.comparison import compare as compare
from .models.interruption import InterruptionResult as InterruptionResult
from .models.interruption import fit_interruption as fit_interruption
from .models.levels import LevelsResult as LevelsResult
from .models.levels import fit_levels as fit_levels
from .models.monotone import MonotoneResult as MonotoneResult
from .models.monotone import fit_monotone_trend as fit_monotone_trend
from .models.progress import ProgressResult as ProgressResult
from .models.progress import fit_progress as fit_progress
from .models.nowcast import NowcastResult as NowcastResult
from .models.nowcast import fit_nowcast as fit_nowcast
from .models.escalation_table import escalation_table as escalation_table
from .models.regimes import RegimesResult as RegimesResult
from .models.regimes import fit_regimes as fit_regimes
from .models.sensitivity import SensitivityResult as SensitivityResult
from .models.sensitivity import check_sensitivity as check_sensitivity
from .models.retaliation import RetaliationResult as RetaliationResult
from .models.retaliation import fit_retaliation as fit_retaliation

# evaluate
from .evaluate.scores import score_counts as score_counts
from .evaluate.scores import score_interval as score_interval

# report
from .report.run import Report as Report
from .report.run import run_analysis as run_analysis
from .report.save import save_figure as save_figure
from .report.verify import verify as verify

"""SMT questions about Cedar policies: what a policy means, and what a change of policies would change.

Pure and synchronous; `bot.analysis.offloop` runs it beside an event loop. What could not be decided is said, and every
example is a request that Cedar itself decided as shown.
"""

from bot.analysis.change import Change, Example
from bot.analysis.difference import Difference, difference, example_json
from bot.analysis.findings import Finding, engine_findings, policy_findings
from bot.analysis.readings import PieceReading, Readings, readings
from bot.analysis.retooled import retooled
from bot.analysis.review import ReviewFinding, review_findings
from bot.analysis.same import same_change
from bot.analysis.sets.session import Limits
from bot.analysis.standing import Standing, Uncertain
from bot.analysis.whole import Analysis, analyse

__all__ = [
    "Analysis",
    "Change",
    "Difference",
    "Example",
    "Finding",
    "Limits",
    "PieceReading",
    "Readings",
    "ReviewFinding",
    "Standing",
    "Uncertain",
    "analyse",
    "difference",
    "engine_findings",
    "example_json",
    "policy_findings",
    "readings",
    "retooled",
    "review_findings",
    "same_change",
]

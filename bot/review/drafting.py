"""Drafts as reviewers are shown them: made from a generation's assets, and made anew when their engine changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cedar import parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review import approvals, lifecycle
from bot.review.engine import EngineState
from bot.review.model import Analysis, Asset, Draft, DraftState, Finding, Proposal
from bot.review.options import Options
from bot.review.ports import Analyst


@dataclass(frozen=True)
class Drafting:
    """Makes drafts of assets, and knows when what a card shows is no longer so."""

    analyst: Analyst
    options: Options

    async def first(self, proposal: Proposal, assets: Sequence[Asset], state: EngineState) -> tuple[Draft, ...]:
        """A draft for every asset, analysed against the engine as it stands, each beside our own reading."""
        made = [self._blank(proposal, ordinal, asset) for ordinal, asset in enumerate(assets, 1)]
        checked = [await self._checked(draft, state) for draft in made]
        statements = [draft.statement if draft.state is DraftState.IN_REVIEW else None for draft in checked]
        seconds, missing = await self.analyst.second_readings(proposal.rule, statements, state.gateway)
        left_out = tuple(Finding("missing_policy", said, "policybot") for said in missing)
        drafts = []
        for draft, second in zip(checked, seconds, strict=True):
            if draft.state is not DraftState.UNUSABLE:
                found = await self.analyst.analyse(draft, state)
                analysis = replace(found, second=second, warnings=(*found.warnings, *left_out))
                draft = approvals.bound(replace(draft, analysis=analysis), proposal)
            drafts.append(draft)
        return tuple(drafts)

    async def renewed(
        self, draft: Draft, proposal: Proposal, state: EngineState, note: str, pieces: Sequence[Draft]
    ) -> Draft:
        """The draft for a new look at the engine as it stands: in review, in its next version, with nobody's vote.

        `pieces` are all drafts of its proposal: with other tools, the rule is read anew beside them.
        """
        checked = await self._checked(draft, state)
        if checked.state is DraftState.UNUSABLE:
            return replace(checked, decided_by="", decided_at=None, note="")
        again = replace(draft, validation_mode=self.options.validation_mode)
        analysis = await self._analysis(again, state)
        if _tools(analysis) != _tools(draft.analysis):
            analysis = await self._read_anew(again, analysis, proposal, state, pieces)
        again = replace(
            again,
            state=DraftState.IN_REVIEW,
            analysis=analysis,
            version=draft.version + 1,
            decided_by="",
            decided_at=None,
            trouble="",
            note=note,
        )
        return approvals.bound(again, proposal)

    async def looked_again(
        self, draft: Draft, proposal: Proposal, state: EngineState, note: str, pieces: Sequence[Draft]
    ) -> Draft | None:
        """The draft as its card should be now, or None when the card still says what is so.

        What is said anew without being decided otherwise leaves the version as it is.
        """
        if draft.analysis.engine_digest == state.digest:
            return None
        if await self.unusable(draft, state) or not await self.analyst.still_holds(draft, state):
            return await self.renewed(draft, proposal, state, note, pieces)
        analysis = await self._analysis(draft, state)
        if _said_first(analysis) != _said_first(draft.analysis):
            return await self.renewed(draft, proposal, state, note, pieces)
        return replace(draft, analysis=analysis)

    async def unusable(self, draft: Draft, state: EngineState) -> str:
        """Why the draft's statement cannot be created for its gateway as it is now; empty when it can."""
        return await self.analyst.usable(draft.statement or "", state.gateway)

    async def _analysis(self, draft: Draft, state: EngineState) -> Analysis:
        """Analysed anew; what was said of the rule itself stays."""
        found = await self.analyst.analyse(draft, state)
        left_out = tuple(each for each in draft.analysis.warnings if each.type == "missing_policy")
        return replace(found, second=draft.analysis.second, warnings=(*found.warnings, *left_out))

    async def _read_anew(
        self, draft: Draft, analysis: Analysis, proposal: Proposal, state: EngineState, pieces: Sequence[Draft]
    ) -> Analysis:
        """The analysis with the rule read again for the tools as they are: “everything” is more than it was."""
        statements = [each.statement if each.state is not DraftState.UNUSABLE else None for each in pieces]
        seconds, missing = await self.analyst.second_readings(proposal.rule, statements, state.gateway)
        second = next((one for each, one in zip(pieces, seconds, strict=True) if each.id == draft.id), None)
        kept = tuple(each for each in analysis.warnings if each.type != "missing_policy")
        left_out = tuple(Finding("missing_policy", said, "policybot") for said in missing)
        return replace(analysis, second=second, warnings=(*kept, *left_out))

    async def _checked(self, draft: Draft, state: EngineState) -> Draft:
        if not draft.statement:
            return replace(draft, state=DraftState.UNUSABLE, statement=None)
        why = await self.unusable(draft, state)
        if why:
            return replace(draft, state=DraftState.UNUSABLE, trouble=why)
        if draft.policy_name:
            return draft
        try:
            policy = parse_policy(plain_part(draft.statement)[0])
        except PolicyError as error:
            return replace(draft, state=DraftState.UNUSABLE, trouble=error.sentence)
        return replace(draft, state=DraftState.IN_REVIEW, policy_name=lifecycle.policy_name(policy, draft.id))

    def _blank(self, proposal: Proposal, ordinal: int, asset: Asset) -> Draft:
        return Draft(
            id=lifecycle.draft_id(proposal.id, ordinal),
            proposal_id=proposal.id,
            ordinal=ordinal,
            asset_id=asset.asset_id,
            fragment=asset.fragment,
            statement=asset.statement,
            findings=asset.findings,
            state=DraftState.UNUSABLE,
            enforcement_mode=self.options.enforcement_mode,
            validation_mode=self.options.validation_mode,
        )


def _said_first(analysis: Analysis) -> tuple[object, ...]:
    """What makes another card of the same difference."""
    return analysis.refusal, analysis.crossing, analysis.warnings


def _tools(analysis: Analysis) -> object:
    """The tools that the difference was shown on."""
    return (analysis.basis or {}).get("tools")

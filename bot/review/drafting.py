"""Drafts as reviewers are shown them: made from a generation's assets, and made anew when their engine changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.analysis.vocabulary import Kind
from bot.cedar import parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review import decision, enactment, later, lifecycle, together
from bot.review.engine import EngineState
from bot.review.found import Analysis, Finding, Since
from bot.review.model import Act, Draft, DraftState, Origin, Proposal
from bot.review.options import Options
from bot.review.ports import Analyst
from bot.review.reported import Asset
from bot.review.revision import Kept, compared, place, statements
from bot.review.sequel import Sequel, sequel
from bot.review.tested import Example, Held, digest_of
from bot.review.votes import NOTHING_COUNTED

_FEWER_PIECES = (
    "Another piece of the rule came to nothing, was put off, or is not in force any more. An "
    "earlier decision does not count any more; look at what is left out."
)
Examples = Callable[[str, str], Awaitable[tuple[Example, ...]]]
"""The tests of a route, by its engine's id and its gateway's ARN."""
Ends = Callable[[str, str], Awaitable[tuple[Draft, ...]]]
"""What is taken back by itself on a route, likewise."""


@dataclass(frozen=True)
class Drafting:
    """Makes drafts of assets, and knows when what a card shows is no longer so."""

    analyst: Analyst
    options: Options
    examples: Examples
    ends: Ends

    async def first(
        self, proposal: Proposal, assets: Sequence[Asset], state: EngineState, kept: Kept
    ) -> tuple[Draft, ...]:
        """A draft for every asset, analysed against the engine as it stands, each beside our own reading.

        Of a rule that is to change a policy that stands, one asset takes its place; what is more is created.
        """
        made = [self._blank(proposal, ordinal, asset) for ordinal, asset in enumerate(assets, 1)]
        chosen = place(made, proposal, state)
        acts = [
            self._act(draft, proposal, state, kept) if number == chosen else draft for number, draft in enumerate(made)
        ]
        checked = [draft if draft.trouble else await self._checked(draft, state) for draft in acts]
        texts = [draft.statement if draft.state is DraftState.IN_REVIEW else None for draft in checked]
        seconds, missing = await self.analyst.second_readings(proposal.rule, texts, state.gateway, proposal)
        left_out = tuple(Finding(Kind.MISSING_POLICY, said, "policybot") for said in missing)
        offered = await self.analyst.offers(proposal.rule, [each.fragment for each in checked], state.gateway, proposal)
        drafts = []
        for draft, second, offers in zip(checked, seconds, offered, strict=True):
            draft = replace(draft, analysis=replace(draft.analysis, offers=offers))
            if draft.state is not DraftState.UNUSABLE:
                found = await self.analysed(draft, proposal, together.with_those(draft, state, checked))
                since = await self._since(compared(draft, kept), draft, checked, state)
                ended = together.not_held(draft, checked, state)
                warned = (*found.warnings, *left_out)
                analysis = replace(found, second=second, since=since, warnings=warned, ended=ended, offers=offers)
                draft = decision.bound(replace(draft, analysis=analysis), proposal)
            drafts.append(draft)
        return tuple(drafts)

    async def wanted(self, proposal: Proposal, state: EngineState, kept: Kept) -> Draft:
        """The draft of what a person asks for without a generation: a statement, or an act on a policy that stands."""
        assert proposal.wanted is not None
        asset = Asset("", proposal.rule, proposal.wanted.statement or None, ())
        draft = self._act(self._blank(proposal, 1, asset), proposal, state, kept)
        if draft.trouble:
            return draft
        checked = await self._checked(draft, state)
        if checked.state is DraftState.UNUSABLE:
            return checked
        found = await self.analysed(checked, proposal, together.with_those(checked, state, kept.rule))
        second, warnings, ended = None, found.warnings, together.not_held(checked, kept.rule, state)
        if proposal.origin is Origin.CEDAR and proposal.rule:
            texts = [checked.statement, *kept.beside]
            (second, *_), missing = await self.analyst.second_readings(proposal.rule, texts, state.gateway, proposal)
            if kept.revised is not None:  # what changes a policy in effect is one of several that nobody counts here
                warnings += tuple(Finding(Kind.MISSING_POLICY, said, "policybot") for said in missing)
        since = await self._since(compared(checked, kept), checked, (checked,), state)
        analysis = replace(found, second=second, since=since, warnings=warnings, ended=ended)
        return decision.bound(replace(checked, analysis=analysis), proposal)

    def _act(self, draft: Draft, proposal: Proposal, state: EngineState, kept: Kept) -> Draft:
        """The draft of an act before anything is known of it; unusable, with the reason, when it has no policy."""
        wanted = proposal.wanted
        assert wanted is not None
        draft = replace(
            draft,
            act=wanted.act,
            undoes=wanted.undoes,
            enforcement_mode=wanted.enforcement_mode or self.options.enforcement_mode,
        )
        if wanted.act is Act.CREATE:
            return draft
        record = enactment.of_policy(state, wanted.policy_id)
        if record is None:
            return replace(draft, statement=None, trouble=f"The policy {wanted.policy_name} is not there any more.")
        modes = {Act.PROMOTE: "ACTIVE", Act.DEMOTE: "LOG_ONLY"}
        before = replace(enactment.stood(record), findings_reason=kept.findings_reason)
        draft = replace(
            draft,
            before=before,
            statement=draft.statement if wanted.act is Act.REPLACE else record.statement or None,
            policy_id=record.policy_id,
            policy_name=record.name,
            enforcement_mode=modes.get(wanted.act, record.enforcement_mode),  # a text that comes back brings none
        )
        draft = self.revalidated(draft)
        if wanted.act in modes and record.enforcement_mode == modes[wanted.act]:
            mode = "enforced" if wanted.act is Act.PROMOTE else "log-only"
            return replace(draft, trouble=f"The policy {record.name} is {mode} already.")
        if not record.statement:
            why = record.unreadable or "AgentCore gave no statement"
            return replace(draft, statement=None, trouble=f"The policy {record.name} cannot be read: {why}.")
        return draft

    def revalidated(self, draft: Draft) -> Draft:
        """The draft as AgentCore is asked to validate it: without its analysis, where the policy stands without it."""
        reason = draft.before.findings_reason if draft.before else ""
        mode = "IGNORE_ALL_FINDINGS" if reason else self.options.validation_mode
        return replace(draft, validation_mode=mode, findings_reason=reason)

    async def renewed(
        self, draft: Draft, proposal: Proposal, state: EngineState, note: str, pieces: Sequence[Draft]
    ) -> Draft:
        """The draft for a new look at the engine as it stands: in review, in its next version, with nobody's vote.

        `pieces` are all drafts of its proposal: with other tools, the rule is read anew beside them. `state` has those
        in force that the draft waits for.
        """
        checked = await self._checked(draft, state)
        if checked.state is DraftState.UNUSABLE:
            return replace(checked, deciders=(), decided_at=None, tally=NOTHING_COUNTED, note="")
        if draft.analysis.ended != together.not_held(draft, pieces, state):
            note = _FEWER_PIECES
        again = self.revalidated(draft)
        analysis = await self._analysis(again, proposal, state, pieces)
        if _tools(analysis) != _tools(draft.analysis):
            analysis = await self._read_anew(again, analysis, proposal, state, pieces)
        again = replace(
            again,
            state=DraftState.IN_REVIEW,
            analysis=analysis,
            version=draft.version + 1,
            deciders=(),
            tally=NOTHING_COUNTED,
            reminders=0,
            decided_at=None,
            trouble="",
            note=note,
        )
        return decision.bound(again, proposal)

    async def looked_again(
        self, draft: Draft, proposal: Proposal, state: EngineState, note: str, pieces: Sequence[Draft]
    ) -> Draft | None:
        """The draft as its card should be now, or None when the card still says what is so.

        What is said anew without being decided otherwise leaves the version as it is.
        """
        tests = await self.examples(state.engine_id, state.gateway.arn)
        shown = draft.analysis
        if shown.ended != together.not_held(draft, pieces, state):
            return await self.renewed(draft, proposal, state, note, pieces)
        ends = later.digest_of(await self.ends(state.engine_id, state.gateway.arn))
        read = (state.digest, digest_of(tests), ends)
        if (shown.engine_digest, shown.tests_digest, shown.ends_digest) == read:
            return None
        if await self.unusable(draft, state) or not await self.analyst.still_holds(draft, state):
            return await self.renewed(draft, proposal, state, note, pieces)
        analysis = await self._analysis(draft, proposal, state, pieces)
        if _said_first(analysis) != _said_first(draft.analysis):
            return await self.renewed(draft, proposal, state, note, pieces)
        return replace(draft, analysis=analysis)

    async def analysed(self, draft: Draft, proposal: Proposal, state: EngineState) -> Analysis:
        """What a draft changes now and later, and what it makes of the tests of its route."""
        found = await self.foreseen(draft, proposal, state)
        tests = await self.tested(draft, state)
        return replace(
            found,
            tested=tests.tested,
            held=tests.held,
            broken=(*tests.broken, *found.broken),
            failing=tests.failing,
            tests_digest=tests.digest,
        )

    async def foreseen(self, draft: Draft, proposal: Proposal, state: EngineState) -> Analysis:
        """What a draft changes, and what becomes of that when what is for a time is taken back."""
        found = await self.analyst.analyse(draft, state)
        ends = await self.ends(state.engine_id, state.gateway.arn)
        then = await self._sequel(replace(draft, analysis=found), proposal, state, ends)
        warned, ended = (*found.warnings, *_taken_back(then)), later.digest_of(ends)
        return replace(found, warnings=warned, later=then.becomes, broken=then.broken, ends_digest=ended)

    async def foresaw(self, draft: Draft, proposal: Proposal, state: EngineState) -> bool:
        """Whether the card of a draft says all that becomes of its change later, and each test that breaks: it is less
        once an approver set a time for it."""
        ends = await self.ends(state.engine_id, state.gateway.arn)
        then, tests = await self._sequel(draft, proposal, state, ends), await self.tested(draft, state)
        shown = draft.analysis
        return {*_taken_back(then)} <= {*shown.warnings} and {*tests.broken, *then.broken} <= {*shown.broken}

    async def _sequel(self, draft: Draft, proposal: Proposal, state: EngineState, ends: Sequence[Draft]) -> Sequel:
        examples = await self.examples(state.engine_id, state.gateway.arn)
        return await sequel(self.analyst, draft, proposal, state, ends, examples)

    async def tested(self, draft: Draft, state: EngineState) -> Held:
        """What a draft makes of the tests of its route at once."""
        return await self.analyst.tested(draft, state, await self.examples(state.engine_id, state.gateway.arn))

    async def unusable(self, draft: Draft, state: EngineState) -> str:
        """Why the draft cannot be enacted for its gateway as it is now; empty when it can."""
        if draft.before is not None:
            record = enactment.of_policy(state, draft.policy_id)
            if record is None:
                return f"The policy {draft.policy_name} is not there any more."
            if not enactment.stands(record, draft.before.statement, draft.before.enforcement_mode):
                return f"The policy {draft.policy_name} was changed by somebody else meanwhile."
        return await self.analyst.usable(draft.statement or "", state.gateway, stays=draft.act is not Act.REVOKE)

    async def _analysis(
        self, draft: Draft, proposal: Proposal, state: EngineState, pieces: Sequence[Draft]
    ) -> Analysis:
        """Analysed anew; what was said of the rule itself stays."""
        found = await self.analysed(draft, proposal, state)
        since = await self._since(draft.analysis.since, draft, pieces, state)
        left_out = tuple(each for each in draft.analysis.warnings if each.type == Kind.MISSING_POLICY)
        ended = together.not_held(draft, pieces, state)
        warned = (*found.warnings, *left_out)
        told = draft.analysis
        return replace(found, second=told.second, since=since, warnings=warned, ended=ended, offers=told.offers)

    async def _since(
        self, since: Since | None, draft: Draft, pieces: Sequence[Draft], state: EngineState
    ) -> Since | None:
        """What is decided otherwise than by the earlier revision, with all pieces in force."""
        if since is None:
            return None
        if draft.act is Act.REPLACE:
            now, state = [draft.statement or ""], state.without(draft.policy_name)
        else:
            now = statements([each for each in pieces if each.proposal_id == draft.proposal_id])
        return replace(since, difference=await self.analyst.since(since.statements, now, state))

    async def _read_anew(
        self, draft: Draft, analysis: Analysis, proposal: Proposal, state: EngineState, pieces: Sequence[Draft]
    ) -> Analysis:
        """The analysis with the rule read again for the tools as they are: “everything” is more than it was."""
        texts = [each.statement if each.state is not DraftState.UNUSABLE else None for each in pieces]
        seconds, missing = await self.analyst.second_readings(proposal.rule, texts, state.gateway, proposal)
        second = next((one for each, one in zip(pieces, seconds, strict=True) if each.id == draft.id), None)
        kept = tuple(each for each in analysis.warnings if each.type != Kind.MISSING_POLICY)
        left_out = tuple(Finding(Kind.MISSING_POLICY, said, "policybot") for said in missing)
        return replace(analysis, second=second, warnings=(*kept, *left_out))

    async def _checked(self, draft: Draft, state: EngineState) -> Draft:
        if not draft.statement:
            return replace(draft, state=DraftState.UNUSABLE, statement=None)
        why = await self.unusable(draft, state)
        if why:
            return replace(draft, state=DraftState.UNUSABLE, trouble=why)
        if draft.policy_name:
            return replace(draft, state=DraftState.IN_REVIEW)
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
            until=proposal.until,
            enforcement_mode=self.options.enforcement_mode,
            validation_mode=self.options.validation_mode,
        )


def _said_first(analysis: Analysis) -> tuple[object, ...]:
    """What makes another card of the same difference."""
    return analysis.refusal, analysis.crossing, analysis.broken, analysis.warnings


def _taken_back(then: Sequel) -> tuple[Finding, ...]:
    return tuple(Finding(Kind.TAKEN_BACK, each, "policybot") for each in then.said)


def _tools(analysis: Analysis) -> object:
    """The tools that the difference was shown on."""
    return (analysis.basis or {}).get("tools")

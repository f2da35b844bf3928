"""Many workspaces: what their tokens are kept under, and each installation that the database has."""

from __future__ import annotations

from collections.abc import Iterable

from bot.addresses import is_private
from bot.doctor.finding import Finding, fault, note, ok
from bot.errors import SettingsError, StoreError
from bot.routing import Routing
from bot.sealing import Seal
from bot.settings import Settings
from bot.storage.engine import open_to_read
from bot.storage.installations import InstallationStore

MOST = 20
"""So many workspaces are looked at: each takes calls of Slack."""


def examine_installing(settings: Settings, routing: Routing) -> Iterable[Finding]:
    """Whether workspaces can install the app, by the settings alone."""
    if not settings.slack_client_id or not settings.slack_client_secret:
        do = "Set both, or SLACK_BOT_TOKEN for one workspace."
        yield fault("slack", "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together.", do, lasting=True)
    if not is_private(settings.url):
        do = "Set POLICYBOT_URL to https://HOST."
        yield fault("slack", "Nobody can install the app: its address is not known.", do, lasting=True)
    if not all(route.workspace for route in routing.all):
        do = 'Give each route `workspace: T…`, or `workspace: "*"` for any that installs the app.'
        yield fault("settings", "A route names no workspace, and many may install the app.", do, lasting=True)


async def installed(settings: Settings) -> tuple[list[Finding], list[tuple[str, str]]]:
    """The workspaces that installed the app, each with its token; and whose token no key opens."""
    keys = settings.secret_keys.get_secret_value() if settings.secret_keys else ""
    try:
        seal = Seal(keys)
        database = open_to_read(settings.database_url)
    except SettingsError as error:
        if not keys or "SECRET_KEYS" in error.sentence:
            return [fault("slack", error.sentence, lasting=True)], []
        return [note("slack", "No workspace has installed the app yet: there is no database.")], []
    try:
        rows = await InstallationStore(database).installations(most=MOST)
    except StoreError:
        return [note("slack", "Which workspaces have installed the app is not known: see the database.")], []
    finally:
        await database.close()
    found: list[Finding] = []
    teams: list[tuple[str, str]] = []
    for row in rows:
        try:
            teams.append((row.id, seal.open(row.bot_token)))
        except SettingsError as error:
            found.append(fault("slack", f"{row.id}: {error.sentence}", lasting=True))
    more = " at least" if len(rows) == MOST else ""
    said = f"{more} {len(rows)} workspace{'s have' if len(rows) != 1 else ' has'} installed the app.".strip()
    found.append(ok("slack", said[0].upper() + said[1:]))
    return found, teams

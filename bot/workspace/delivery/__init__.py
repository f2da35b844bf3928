"""How the workspace reaches the bot: Socket Mode or signed HTTP requests, with Slack's rules for acks and retries."""

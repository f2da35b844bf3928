"""The database of the bot: SQLite in a file, or PostgreSQL for several replicas, by one URL."""

"""Why a rule has no reading, and what would work in its place."""

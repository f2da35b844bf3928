"""Everything that can go wrong, at random moments and again and again; after it nothing is lost or doubled."""

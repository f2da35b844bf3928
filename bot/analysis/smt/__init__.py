"""Cedar's semantics as formulas: terms, symbolic values, the encoder, grounding, and the solver behind a small port."""

"""A meaning meets the tools of a gateway and becomes policies."""

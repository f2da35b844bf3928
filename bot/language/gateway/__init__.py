"""The words of a gateway and of its team: targets, tools, inputs and values, and what words point to them."""

"""AgentCore's wire, driven by botocore's own service model: routes, validation, answers, faults."""

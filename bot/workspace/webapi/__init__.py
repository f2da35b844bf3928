"""The Web API: the gate that every call passes, the table of methods, and the methods by family."""

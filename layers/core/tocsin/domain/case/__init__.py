"""The case: what people know, plan, say, promise and learn of an incident, beside its level and its pages."""
